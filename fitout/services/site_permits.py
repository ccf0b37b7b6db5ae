"""What an application for hot work or work at height must keep to, and its writing down (manual 3.2.3-2, 3.10.3-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock, numbering
from core.database import lock
from core.flow import NotAllowed, Refused
from fitout import access
from fitout.models import HEIGHT_OPEN, HOT_OPEN, FitoutTerms, HeightPermit, HotWorkPermit, SpotCheck, WorkerPass

SitePermit = HotWorkPermit | HeightPermit
# Field of the form, and what is wrong with it.
Fault = tuple[str, str]


def apply(permit: SitePermit, *, by: Any, at: dt.datetime) -> SitePermit:
    """Writes an application down. Raises Refused with everything that breaks the house's limits."""
    with transaction.atomic():
        [fitout] = lock(permit.fitout)
        permit.building_id, permit.created_by = fitout.building_id, by
        if not access.may_inspect(by, fitout):
            raise NotAllowed(_("The three departments of a fit-out write its permits."))
        if not fitout.is_open_site or fitout.state == fitout.State.STOPPED:
            raise Refused(_("There is no open site: the works have not begun, are stopped or are finished."))
        wrong = faults(permit, at=at)
        if wrong:
            raise Refused(" ".join(text for _field, text in wrong))
        numbering.give(permit, on=timezone.localdate(at))
        permit.save()
    return permit


def faults(permit: SitePermit, *, at: dt.datetime) -> list[Fault]:
    """Everything an application breaks, by field."""
    terms = access.terms_of(permit.fitout.building_id)
    found = [*_times(permit, at), *_days(permit)]
    found += _hot(permit, terms) if isinstance(permit, HotWorkPermit) else _high(permit)
    return [*found, *_people(permit)]


def local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment)


def _times(permit: SitePermit, at: dt.datetime) -> Iterator[Fault]:
    if permit.ends_at <= permit.starts_at:
        yield "ends_at", _("The work ends after it begins.")
    if permit.ends_at <= at:
        yield "ends_at", _("This time is over already.")
    if local(permit.starts_at).date() != local(permit.ends_at).date():
        yield "ends_at", _("A permit is for one day: write another for the next.")


def _days(permit: SitePermit) -> Iterator[Fault]:
    """The Fit-out Permit on the door covers the day."""
    door, day = access.valid_permit(permit.fitout), local(permit.starts_at).date()
    if door is None or not door.valid_from <= day <= door.valid_until:
        yield "starts_at", _("The Fit-out Permit does not cover this day.")


def _hot(permit: HotWorkPermit, terms: FitoutTerms) -> Iterator[Fault]:
    start, end = local(permit.starts_at), local(permit.ends_at)
    if start.time() < terms.hot_from or end.time() > terms.hot_until:
        hours = {"first": f"{terms.hot_from:%H:%M}", "last": f"{terms.hot_until:%H:%M}"}
        yield "starts_at", _("Hot work is allowed from %(first)s to %(last)s.") % hours
    if end - start > dt.timedelta(hours=terms.hot_most_hours):
        yield "ends_at", _("A hot-work permit is for one shift of at most %(n)d hours.") % {"n": terms.hot_most_hours}
    if permit.clear_m < terms.hot_clear_m:
        yield "clear_m", _("At least %(n)d m around the spot are cleared.") % {"n": terms.hot_clear_m}
    if permit.extinguishers < terms.hot_extinguishers:
        yield "extinguishers", _("At least %(n)d extinguishers stand at the spot.") % {"n": terms.hot_extinguishers}
    if not permit.has_blanket:
        yield "has_blanket", _("Fire blanket and bucket must be at the spot.")


def _high(permit: HeightPermit) -> Iterator[Fault]:
    if permit.height_m < 2:
        yield "height_m", _("Work at height begins at 2 m.")


def people(permit: SitePermit) -> dict[str, WorkerPass]:
    """Field → pass of those whom a permit names."""
    does = {"welder": permit.welder} if isinstance(permit, HotWorkPermit) else {"worker": permit.worker}
    return {**does, "watcher": permit.watcher}


def _people(permit: SitePermit) -> Iterator[Fault]:
    named, day = people(permit), local(permit.starts_at).date()
    for field, worker in named.items():
        if worker.fitout_id != permit.fitout_id:
            yield field, _("%(name)s has no pass of this fit-out.") % {"name": worker.name}
        if worker.state != WorkerPass.State.VALID or worker.valid_until < day:
            yield field, _("The pass of %(name)s does not cover this day.") % {"name": worker.name}
        if _elsewhere(worker, permit):
            yield field, _("%(name)s is named in another permit at that time.") % {"name": worker.name}
    if len({worker.pk for worker in named.values()}) == 1:
        yield "watcher", _("The watcher watches: name somebody else for the work.")
    yield from _skilled(permit, day)


def _skilled(permit: SitePermit, day: dt.date) -> Iterator[Fault]:
    """Who does the work is of the trade, with a certificate (and a medical examination) in force on the day."""
    field, worker = next(iter(people(permit).items()))
    is_hot = isinstance(permit, HotWorkPermit)
    if not (worker.trade.is_hot_work if is_hot else worker.trade.is_at_height):
        yield field, _("%(name)s has no pass of a trade for this work.") % {"name": worker.name}
    if worker.certificate_until is None or worker.certificate_until < day:
        yield field, _("The certificate of %(name)s does not cover this day.") % {"name": worker.name}
    if not is_hot and (worker.medical_until is None or worker.medical_until < day):
        yield field, _("%(name)s has no medical examination in force on this day.") % {"name": worker.name}


def _elsewhere(worker: WorkerPass, permit: SitePermit) -> bool:
    same_time = Q(starts_at__lt=permit.ends_at, ends_at__gt=permit.starts_at)
    hot = HotWorkPermit.objects.filter(same_time, Q(welder=worker) | Q(watcher=worker), state__in=HOT_OPEN)
    high = HeightPermit.objects.filter(same_time, Q(worker=worker) | Q(watcher=worker), state__in=HEIGHT_OPEN)
    own = (lambda rows: rows.exclude(pk=permit.pk)) if permit.pk else (lambda rows: rows)
    hot, high = (own(hot), high) if isinstance(permit, HotWorkPermit) else (hot, own(high))
    return hot.exists() or high.exists()


def applied_in_time(permit: HotWorkPermit) -> bool:
    """True when it was applied for so many working days ahead as the house asks."""
    lead = access.terms_of(permit.building_id).hot_lead_days
    asked, day = local(permit.created_at).date(), local(permit.starts_at).date()
    return lead == 0 or day >= clock.add_working_days(asked, lead)


def checks(permit: SitePermit) -> list[SpotCheck]:
    """What security looks at before this work begins."""
    before = SpotCheck.Before.HOT_WORK if isinstance(permit, HotWorkPermit) else SpotCheck.Before.HEIGHT
    return list(SpotCheck.objects.filter(before=before, is_active=True))


def put_back(permit: HotWorkPermit, *, by: Any, at: dt.datetime) -> HotWorkPermit:
    """Sprinkler or detector is back in service; a second time changes nothing."""
    with transaction.atomic():
        [fresh] = lock(permit)
        if not access.may_inspect(by, fresh):
            raise NotAllowed(_("The three departments put fire systems back into service."))
        if not fresh.isolated:
            raise Refused(_("Nothing was taken out of service for this permit."))
        if fresh.state == HotWorkPermit.State.WORKING:
            raise Refused(_("The flame still burns."))
        if fresh.back_in_service_at is None:
            fresh.back_in_service_at, fresh.back_in_service_by = at, by
            fresh.save(update_fields=["back_in_service_at", "back_in_service_by"])
    return fresh  # type: ignore[no-any-return]


def isolations() -> Any:
    """Permits whose work began with something out of service that is not back yet."""
    return HotWorkPermit.objects.filter(checked_at__isnull=False, back_in_service_at=None).exclude(isolated="")
