"""What of the fit-outs runs out: insurance, papers of contractors, permits, passes, certificates, hot work; and who is reminded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from core import history
from core.database import lock
from fitout.models import HOT_OPEN, Contractor, Expiring, ExpiryReminder, Fitout, FitoutTerms, HotWorkPermit, Permit, WorkerPass
from premises.models import Building
from staff.services import tell_department

RUNS_OUT = gettext_noop("%(what)s of %(whose)s runs out on %(day)s. Ask for the renewed one.")


@dataclass(frozen=True)
class Expiry:
    """Something that runs out on a day, with the record it is mended on."""

    kind: Expiring
    row: Any
    on: dt.date
    whose: str
    url: str
    fitout: Fitout | None
    contractor: Contractor

    @property
    def key(self) -> str:
        return f"{self.kind.value}:{self.row.pk}"

    @property
    def building_id(self) -> int:
        return self.contractor.building_id


@dataclass(frozen=True)
class Source:
    """Rows of a kind that still count, by the day in `field`, or the moment."""

    rows: Callable[[], Any]
    field: str
    make: Callable[[Any], Expiry]
    is_moment: bool = False


def _of_fitout(kind: Expiring, row: Any, fitout: Fitout, on: dt.date, name: str, page: str) -> Expiry:
    return Expiry(kind, row, on, f"{name} {fitout.unit.code}".strip(), reverse(page, args=[row.pk]), fitout, fitout.contractor)


def _insurance(row: Fitout) -> Expiry:
    until: Any = row.insured_until
    return _of_fitout(Expiring.INSURANCE, row, row, until, row.number, "fitout:insurance")


def _permit(row: Permit) -> Expiry:
    return _of_fitout(Expiring.PERMIT, row, row.fitout, row.valid_until, row.number, "fitout:permit_detail")


def _worker(kind: Expiring, field: str) -> Callable[[Any], Expiry]:
    def make(row: WorkerPass) -> Expiry:
        page = reverse("fitout:fitout_detail", args=[row.fitout_id]) + "#passes"
        whose = f"{row.name} {row.number} {row.fitout.unit.code}"
        return Expiry(kind, row, getattr(row, field), whose, page, row.fitout, row.fitout.contractor)

    return make


def _flame(row: HotWorkPermit) -> Expiry:
    page = reverse("fitout:fitout_detail", args=[row.fitout_id]) + "#hot-work"
    whose = f"{row.number} {row.fitout.unit.code} {row.spot}"
    return Expiry(Expiring.HOT_WORK, row, timezone.localdate(row.ends_at), whose, page, row.fitout, row.fitout.contractor)


def _company(kind: Expiring, field: str) -> Callable[[Any], Expiry]:
    def make(row: Contractor) -> Expiry:
        return Expiry(kind, row, getattr(row, field), row.name, reverse("fitout:contractor_edit", args=[row.pk]), None, row)

    return make


def _fitouts() -> Any:
    return Fitout.objects.going_on().exclude(insured_until=None).select_related("unit", "contractor")


def _companies() -> Any:
    """Contractors with works under way: the papers of the others are looked at when they apply again."""
    working = Fitout.objects.going_on().values("contractor")
    return Contractor.objects.filter(pk__in=working, barred_at=None)


def _on_site(model: Any, **filters: Any) -> Callable[[], Any]:
    return lambda: model.objects.filter(**filters).select_related("fitout__unit", "fitout__contractor")


SOURCES: dict[Expiring, Source] = {
    Expiring.INSURANCE: Source(_fitouts, "insured_until", _insurance),
    Expiring.LICENCE: Source(_companies, "licence_until", _company(Expiring.LICENCE, "licence_until")),
    Expiring.QUALIFICATION: Source(_companies, "qualification_until", _company(Expiring.QUALIFICATION, "qualification_until")),
    Expiring.PERMIT: Source(_on_site(Permit, state="VALID"), "valid_until", _permit),
    Expiring.PASS: Source(_on_site(WorkerPass, state="VALID"), "valid_until", _worker(Expiring.PASS, "valid_until")),
    Expiring.CERTIFICATE: Source(
        _on_site(WorkerPass, state="VALID"), "certificate_until", _worker(Expiring.CERTIFICATE, "certificate_until")
    ),
    Expiring.HOT_WORK: Source(_on_site(HotWorkPermit, state__in=HOT_OPEN), "ends_at", _flame, is_moment=True),
}


def running_out(
    buildings: Iterable[int], until: dt.date, *, kinds: Iterable[Expiring] = tuple(SOURCES), most: int | None = None
) -> list[Expiry]:
    """What of these buildings has run out or does by a day, the first first; one query a kind."""
    found: list[Expiry] = []
    for kind in kinds:
        source = SOURCES[kind]
        last: Any = timezone.make_aware(dt.datetime.combine(until, dt.time.max)) if source.is_moment else until
        rows = source.rows().filter(building_id__in=buildings, **{f"{source.field}__lte": last}).order_by(source.field, "pk")
        found += [source.make(row) for row in (rows[:most] if most else rows)]
    return sorted(found, key=lambda expiry: (expiry.on, expiry.key))


def find(key: str) -> Expiry | None:
    """The expiry behind a key as it reads now, None when it no longer counts."""
    name, _colon, pk = key.partition(":")
    source = SOURCES[Expiring(name)]
    row = source.rows().filter(pk=pk).exclude(**{source.field: None}).first()
    return source.make(row) if row else None


def rung(on: dt.date, today: dt.date, days: Sequence[int]) -> int | None:
    """The rung of the ladder that is due: the least number of days that covers what is left; None when it is too early."""
    left = (on - today).days
    return min((step for step in days if left <= step), default=None)


def unsent(now: dt.datetime) -> list[tuple[Expiry, int]]:
    """What somebody must be reminded of now and was not: (expiry, rung). Hot work lasts a shift and has its own clock."""
    today = timezone.localdate(now)
    own = dict(FitoutTerms.objects.values_list("building", "remind_days"))
    usual = FitoutTerms().remind_days
    buildings = list(Building.objects.values_list("pk", flat=True))
    furthest = max((day for days in [usual, *own.values()] for day in days), default=0)
    kinds = [kind for kind in SOURCES if kind is not Expiring.HOT_WORK]
    found = []
    for expiry in running_out(buildings, today + dt.timedelta(days=furthest), kinds=kinds):
        step = rung(expiry.on, today, own.get(expiry.building_id, usual))
        if step is not None and not _ends_with_the_works(expiry):
            found.append((expiry, step))
    sent = set(
        ExpiryReminder.objects.filter(what__in=[expiry.key for expiry, _step in found]).values_list("what", "expires_on", "days_before")
    )
    return [(expiry, step) for expiry, step in found if (expiry.key, expiry.on, step) not in sent]


def _ends_with_the_works(expiry: Expiry) -> bool:
    """Passes run until the planned end as a rule: of those the permit's own reminder is enough."""
    return expiry.kind is Expiring.PASS and expiry.fitout is not None and expiry.on >= expiry.fitout.ends_on


def remind(key: str, on: dt.date, step: int, *, at: dt.datetime) -> bool:
    """Reminds customer service once and notes it on the contractor's record; True when this call did it.

    Whatever number of workers try: the row is unique. What was renewed meanwhile is left alone.
    """
    expiry = find(key)
    if expiry is None or expiry.on != on:
        return False
    with transaction.atomic():
        lock(expiry.contractor)
        told = {"fitout": expiry.fitout, "contractor": expiry.contractor, "told_at": at}
        _row, made = ExpiryReminder.objects.get_or_create(what=key, expires_on=on, days_before=step, defaults=told)
        if made:
            _tell(expiry, step)
    return made


def _tell(expiry: Expiry, step: int) -> None:
    with override("zh-hans"):
        words = {"what": str(expiry.kind.label), "whose": expiry.whose, "day": expiry.on.isoformat()}
        history.note(expiry.contractor, _(RUNS_OUT) % words, by=None)
    tell_department(
        "CUSTOMER_SERVICE",
        expiry.building_id,
        RUNS_OUT,
        topic="fitout",
        record=expiry.fitout or expiry.contractor,
        values=words,
        url=expiry.url,
        dedupe=f"expiry:{expiry.key}:{expiry.on}:{step}",
    )
