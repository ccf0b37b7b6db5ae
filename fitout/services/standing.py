"""How a contractor has worked over its fit-outs in the last twelve months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from fitout.models import Breach, ConcealedWorks, Contractor, Fitout, Penalty, Stoppage

YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Standing:
    """Counts of the last twelve months; `fined` in yuan, `failed` inspections that had to be repeated."""

    fitouts: int
    breaches: int
    serious: int
    repeated: int
    penalties: int
    fined: Decimal
    stoppages: int
    failed: int

    @property
    def is_clean(self) -> bool:
        return not any((self.breaches, self.penalties, self.stoppages, self.failed))


def standing(contractor: Contractor, at: dt.datetime) -> Standing:
    """What is on record; five queries. Withdrawn breaches and penalties don't count."""
    since, mine = at - YEAR, Q(fitout__contractor=contractor)
    breaches = Breach.objects.filter(mine, found_at__gte=since).exclude(state=Breach.State.WITHDRAWN)
    counted = breaches.aggregate(all=Count("pk"), serious=Count("pk", Q(is_serious=True)), repeated=Count("pk", Q(round__gt=1)))
    fines = Penalty.objects.filter(breach__fitout__contractor=contractor, state=Penalty.State.DEDUCTED, created_at__gte=since)
    fined = fines.aggregate(count=Count("pk"), sum=Sum("amount"))
    recent = Q(created_at__gte=since) | Q(completion_applied_at__gte=since) | ~Q(state__in=["ACCEPTED", "REFUNDED", "WITHDRAWN"])
    fitouts = Fitout.objects.filter(recent, contractor=contractor)
    again = fitouts.aggregate(count=Count("pk"), failed=Sum(F("completion_round") - 1, filter=Q(completion_round__gt=1)))
    covered = ConcealedWorks.objects.filter(mine, created_at__gte=since).aggregate(failed=Sum(F("round") - 1))
    return Standing(
        fitouts=again["count"],
        breaches=counted["all"],
        serious=counted["serious"],
        repeated=counted["repeated"],
        penalties=fined["count"],
        fined=fined["sum"] or Decimal(0),
        stoppages=Stoppage.objects.filter(mine, stopped_at__gte=since).count(),
        failed=(again["failed"] or 0) + (covered["failed"] or 0),
    )
