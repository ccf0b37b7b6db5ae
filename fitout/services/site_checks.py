"""What a walked round means for its fit-out: the department's line in the Fit-out Patrol Record (manual 3.2.4-4.2.D)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import NotAllowed
from fitout.models import Breach, Fitout, SiteCheck, SitePlan
from fitout.services.site import KIND
from fitout.services.site_board import rounds_between
from rounds.models import FINISHED_STATES, Answer, Round, RoundStop
from staff import access as staff

# The sweep looks this far back: longer than any outage, short enough to stay quick.
LOOKS_BACK = dt.timedelta(days=60)
AT_ONCE = 500
# Whose check tells how far the works are (manual 3.2.4-4.2.A).
TELLS_PROGRESS = "CUSTOMER_SERVICE"


def keep(round: Round) -> SiteCheck | None:
    """The site check of a finished round, once however often it is asked for; None for any other round."""
    plan = SitePlan.objects.filter(plan=round.plan_id).first() if round.plan_id else None
    if plan is None or not round.is_finished or round.finished_at is None:
        return None
    with transaction.atomic():
        told = {"fitout_id": plan.fitout_id, "department_id": plan.department_id, "checked_at": round.finished_at}
        told["progress"] = _progress(round) if round.department.code == TELLS_PROGRESS else ""
        check, is_new = SiteCheck.objects.get_or_create(round=round, defaults=told)
        if not is_new and check.checked_at != round.finished_at:
            # Somebody went on with the round and finished it again.
            check.checked_at = round.finished_at
            check.save(update_fields=["checked_at"])
        Breach.objects.filter(answer__stop__round=round, site_check=None).update(site_check=check)
    return check


def _progress(round: Round) -> str:
    """The note of the walk, until customer service tells more."""
    return next(iter(RoundStop.objects.filter(round=round).exclude(note="").values_list("note", flat=True)), "")[:1000]


def unkept(now: dt.datetime) -> list[Round]:
    """Finished rounds of sites without their check: their signal was lost."""
    plans = SitePlan.objects.filter(fitout__started_at__isnull=False).values("plan")
    kept = SiteCheck.objects.filter(round=OuterRef("pk"))
    rows = Round.objects.filter(plan__in=plans, kind=KIND, state__in=FINISHED_STATES, due_from__gte=now - LOOKS_BACK)
    return list(rows.filter(~Exists(kept)).select_related("department").order_by("due_from")[:AT_ONCE])


def sweep(now: dt.datetime) -> int:
    """Makes up for lost signals; how many checks were made."""
    return sum(keep(round) is not None for round in unkept(now))


def tell_progress(check: SiteCheck, text: str, *, by: Any) -> SiteCheck:
    """Customer service tells how far the works are (manual 3.2.4-4.2.A)."""
    with transaction.atomic():
        [fresh] = lock(check)
        if not staff.holds(by, TELLS_PROGRESS, None, fresh.fitout.building_id):
            raise NotAllowed(_("Customer service tells how far the works are."))
        fresh.progress = text
        fresh.save(update_fields=["progress"])
    return fresh


def answers(check: SiteCheck) -> list[Answer]:
    """What was looked at, in order; four queries."""
    rows = Answer.objects.filter(stop__round=check.round_id).select_related("item", "stop__place", "stop__round")
    return list(rows.prefetch_related("photos__file").order_by("stop__position", "item__position", "pk"))


@dataclass(frozen=True)
class Line:
    """A line of the Fit-out Patrol Record: a round that was walked or missed, with what was found."""

    fitout: Fitout
    department: Any
    round: Round
    findings: list[Answer]
    progress: str
    breaches: list[Breach]


def lines_of(fitouts: Any, first: dt.date, last: dt.date) -> list[Line]:
    """What was walked and missed on some days, in order of time; five queries, however many. `fitouts`: those one may see."""
    plans = list(SitePlan.objects.filter(fitout__in=fitouts.order_by().values("pk")).select_related("department", "fitout__unit"))
    told = [row for row in rounds_between(plans, first, last) if row[1].is_finished or row[1].state == Round.State.MISSED]
    ids = [round.pk for _plan, round in told]
    checks = {check.round_id: check for check in SiteCheck.objects.filter(round__in=ids).prefetch_related("breaches")}
    findings: dict[int, list[Answer]] = {}
    failed = Answer.objects.filter(stop__round__in=ids, result=Answer.Result.FAIL).select_related("item", "stop")
    for answer in failed.order_by("stop__position", "item__position"):
        findings.setdefault(answer.stop.round_id, []).append(answer)
    return [_line(plan, round, findings.get(round.pk, []), checks.get(round.pk)) for plan, round in told]


def _line(plan: SitePlan, round: Round, findings: list[Answer], check: SiteCheck | None) -> Line:
    breaches = list(check.breaches.all()) if check else []
    return Line(plan.fitout, plan.department, round, findings, check.progress if check else "", breaches)
