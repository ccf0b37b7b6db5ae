"""The lives of permits for hot work and for work at height: approved, checked at the spot, ended; stopped at any time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import clock, files, kinds
from core.flow import SYSTEM, Blocked, Flow, Refused, Step
from core.models import Notice
from fitout import access
from fitout.flow import gate
from fitout.flow import guards as g
from fitout.models import HeightPermit, HotWorkPermit
from fitout.services import site_permits
from staff.access import ENGINEERING, SECURITY, SECURITY_HEAD, SERVICE
from staff.services import tell_department

T = gettext_lazy
SITE = (SECURITY, SERVICE, ENGINEERING)

APPLIED = gettext_noop("Decide on %(number)s: %(spot)s in %(unit)s on %(when)s.")
STOPPED = gettext_noop("%(number)s is stopped on the spot: %(spot)s in %(unit)s.")
RAN_OUT = gettext_noop("%(number)s has run out while the work was under way: see that it has stopped. %(spot)s in %(unit)s.")
ISOLATED = gettext_noop("%(number)s is over, and “%(isolated)s” is still out of service: put it back. %(unit)s.")


def tell(permit: Any, text: str, *, by: Any, departments: Any = "SECURITY", urgent: bool = False, **more: Any) -> None:
    """Tells a department (or several) of a permit."""
    when = timezone.localtime(permit.starts_at).strftime("%m-%d %H:%M")
    values = {"number": permit.number, "spot": permit.spot, "unit": str(permit.fitout.unit), "when": when}
    values["isolated"] = getattr(permit, "isolated", "")
    weight = Notice.Weight.URGENT if urgent else Notice.Weight.NORMAL
    tell_department(departments, permit.building_id, text, topic="fitout", record=permit, values=values, by=by, weight=weight, **more)


def site_is_open(permit: Any) -> Blocked | None:
    return gate.site_of(permit.fitout)


def permit_on_the_door(permit: Any) -> Blocked | None:
    return g.permit_is_valid(permit.fitout)


def contractor_is_qualified(permit: Any) -> Blocked | None:
    return g.contractor_is_qualified(permit.fitout)


def keeps_to_the_limits(permit: Any) -> Blocked | None:
    """Times, spot and people hold at the moment of the decision, not only when it was applied for."""
    wrong = site_permits.faults(permit, at=clock.now())
    return Blocked(" ".join(text for _field, text in wrong), kinds.of(permit).url(permit)) if wrong else None


def applied_in_time(permit: HotWorkPermit) -> Blocked | None:
    if site_permits.applied_in_time(permit):
        return None
    text = _("It was applied for too late for the ordinary way: the head of security decides, with the reason.")
    return Blocked(text, other_way=True)


def applied_late(permit: HotWorkPermit) -> Blocked | None:
    return Blocked(_("It was applied for in time."), other_way=True) if site_permits.applied_in_time(permit) else None


def is_the_time(permit: Any) -> Blocked | None:
    now, start, end = clock.now(), timezone.localtime(permit.starts_at), timezone.localtime(permit.ends_at)
    if now < start:
        return Blocked(_("The permit begins at %(time)s.") % {"time": f"{start:%Y-%m-%d %H:%M}"})
    return Blocked(_("The permit ran out at %(time)s.") % {"time": f"{end:%H:%M}"}) if now >= end else None


def people_are_valid(permit: Any) -> Blocked | None:
    """Passes and certificates of both hold today (manual 3.2.3-2)."""
    lacking = []
    for worker in site_permits.people(permit).values():
        for check in (gate.pass_is_valid, gate.pass_is_paid, gate.certificate_is_valid):
            answer = check(worker)
            lacking += [f"{worker.name}: {answer.text}"] if answer else []
    return Blocked(" ".join(lacking), kinds.of(permit).url(permit)) if lacking else None


def watch_is_over(permit: HotWorkPermit) -> Blocked | None:
    """The spot was watched so many minutes after the flame went out."""
    minutes = access.terms_of(permit.building_id).hot_watch_minutes
    until = (permit.ended_at or clock.now()) + dt.timedelta(minutes=minutes)
    if clock.now() >= until:
        return None
    return Blocked(_("Watch the spot until %(time)s: %(n)d minutes.") % {"time": f"{timezone.localtime(until):%H:%M}", "n": minutes})


def is_back_in_service(permit: HotWorkPermit) -> Blocked | None:
    if not permit.isolated or permit.back_in_service_at is not None:
        return None
    text = _("“%(what)s” is still out of service. Put it back.") % {"what": permit.isolated}
    return Blocked(text, reverse("fitout:hot_work_back", args=[permit.pk]))


def is_over(permit: Any) -> str | None:
    return None if permit.ends_at <= clock.now() else _("It has not run out yet.")


def approve(permit: Any, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    permit.approved_by = by
    return ["approved_by"]


def approve_late(permit: HotWorkPermit, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    permit.approved_by, permit.urgent_reason = by, note[:300]
    return ["approved_by", "urgent_reason"]


def begin(permit: Any, *, by: Any, at: dt.datetime, note: str, checked: Iterable[str] = (), photo: Any = None) -> list[str]:
    """Security has looked at everything on the list; the photo stays with the permit."""
    seen, asked = set(checked), site_permits.checks(permit)
    left = [str(row) for row in asked if row.code not in seen]
    if left:
        raise Refused(_("Not in order: %(names)s.") % {"names": "；".join(left)})
    if photo is None:
        raise Refused(_("Take a photo of the spot."))
    files.attach(photo, permit)
    permit.checked_at, permit.checked_by, permit.checked_items = at, by, "\n".join(row.name_zh for row in asked)
    return ["checked_at", "checked_by", "checked_items"]


def flame_out(permit: HotWorkPermit, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    permit.ended_at = at
    return ["ended_at"]


def close(permit: Any, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    permit.closed_at = at
    return ["closed_at"]


def tell_stopped(permit: Any, *, by: Any, at: dt.datetime) -> None:
    tell(permit, STOPPED, by=by, departments=list(access.SITE), urgent=True)


def tell_run_out(permit: Any, *, by: Any, at: dt.datetime) -> None:
    """Only when somebody was at work; security hears of it once."""
    if permit.checked_at is not None and getattr(permit, "ended_at", None) is None:
        tell(permit, RAN_OUT, by=by, urgent=True)


H = HotWorkPermit.State
DECIDED = [site_is_open, permit_on_the_door, contractor_is_qualified, keeps_to_the_limits]
HOT_WORK_FLOW = Flow(
    "fitout.HotWorkPermit",
    T("Hot-work permit"),
    H,
    #    step              from                                 to            who            what must hold first           clause
    Step("approve", H.APPLIED, H.APPROVED, SECURITY, [applied_in_time, *DECIDED], "M3.2.3-2.F1",
         label=T("Approve it"), effect=approve, approval=True),
    Step("approve_late", H.APPLIED, H.APPROVED, SECURITY_HEAD, [applied_late, *DECIDED], "M3.2.3-2.F1",
         label=T("Approve it as urgent"), effect=approve_late, approval=True, asks_reason=True),
    Step("refuse", H.APPLIED, H.REFUSED, SECURITY, [], "M3.2.3-2.F1",
         label=T("Refuse it"), tone="danger", approval=True, asks_reason=True),
    Step("begin", H.APPROVED, H.WORKING, SECURITY, [is_the_time, site_is_open, permit_on_the_door, people_are_valid], "M3.2.4-3.4.a",
         label=T("The spot is checked: begin"), effect=begin),
    Step("flame_out", H.WORKING, H.WATCHING, SITE, [], "M3.2.3-2", label=T("The flame is out"), effect=flame_out),
    Step("close", H.WATCHING, H.CLOSED, SECURITY, [watch_is_over, is_back_in_service], "M3.2.3-2",
         label=T("The watch is over: close it"), effect=close),
    Step("stop", (H.APPROVED, H.WORKING, H.WATCHING), H.STOPPED, SITE, [], "M3.2.3-2",
         label=T("Stop it on the spot"), tone="danger", asks_reason=True, tell=tell_stopped),
    Step("expire", (H.APPLIED, H.APPROVED, H.WORKING), H.EXPIRED, SYSTEM, [is_over], "M3.2.3-2",
         label=T("It has run out"), tone="secondary", tell=tell_run_out),
    Step("withdraw", (H.APPLIED, H.APPROVED), H.WITHDRAWN, SITE, [], "M3.2.3-2.F1",
         label=T("It is not needed"), tone="danger", asks_reason=True),
)  # fmt: skip


def begin_at_height(
    permit: HeightPermit, *, by: Any, at: dt.datetime, note: str, checked: Iterable[str] = (), photo: Any = None,
    wind_force: int | None = None, is_stormy: bool = False, is_dangerous: bool = False,
) -> list[str]:  # fmt: skip
    """Outdoors nobody begins in thunder, rainstorm, too much wind or another danger (manual 3.10.3-3.2)."""
    against = weather_against(permit, wind_force=wind_force, is_stormy=is_stormy, is_dangerous=is_dangerous)
    if against:
        raise Refused(against)
    permit.wind_force = wind_force
    return [*begin(permit, by=by, at=at, note=note, checked=checked, photo=photo), "wind_force"]


def weather_against(permit: HeightPermit, *, wind_force: int | None, is_stormy: bool, is_dangerous: bool) -> str:
    """Why the weather stops this work, empty when it does not; indoors it never does."""
    if not permit.is_outdoors:
        return ""
    limit = access.terms_of(permit.building_id).height_stop_force
    if is_stormy:
        return _("Thunder or rainstorm: outdoor work at height stops.")
    if is_dangerous:
        return _("It may be dangerous: outdoor work at height stops.")
    if wind_force is None:
        return _("Enter the wind force.")
    text = _("Wind of force %(n)d: outdoor work at height stops at force %(limit)d.") % {"n": wind_force, "limit": limit}
    return text if wind_force >= limit else ""


P = HeightPermit.State
HEIGHT_FLOW = Flow(
    "fitout.HeightPermit",
    T("Permit for work at height"),
    P,
    Step("approve", P.APPLIED, P.APPROVED, SECURITY, DECIDED, "M3.10.3-3.1", label=T("Approve it"), effect=approve, approval=True),
    Step("refuse", P.APPLIED, P.REFUSED, SECURITY, [], "M3.10.3-3.1",
         label=T("Refuse it"), tone="danger", approval=True, asks_reason=True),
    Step("begin", P.APPROVED, P.WORKING, SECURITY, [is_the_time, site_is_open, permit_on_the_door, people_are_valid], "M3.10.3-3.3",
         label=T("The spot is checked: begin"), effect=begin_at_height),
    Step("close", P.WORKING, P.CLOSED, SITE, [], "M3.10.3-3.6", label=T("Everybody is down: close it"), effect=close),
    Step("stop", (P.APPROVED, P.WORKING), P.STOPPED, SITE, [], "M3.10.3-3.2.1",
         label=T("Stop it on the spot"), tone="danger", asks_reason=True, tell=tell_stopped),
    Step("expire", (P.APPLIED, P.APPROVED, P.WORKING), P.EXPIRED, SYSTEM, [is_over], "M3.10.3-3.2.3",
         label=T("It has run out"), tone="secondary", tell=tell_run_out),
    Step("withdraw", (P.APPLIED, P.APPROVED), P.WITHDRAWN, SITE, [], "M3.10.3-3.1",
         label=T("It is not needed"), tone="danger", asks_reason=True),
)  # fmt: skip


def stop_for_weather(building_id: int, *, by: Any, at: dt.datetime, **weather: Any) -> list[HeightPermit]:
    """Stops every outdoor work at height that is under way in a building; those that were stopped.

    `weather` is what `weather_against` is told.
    """
    stopped = []
    rows = HeightPermit.objects.filter(building=building_id, is_outdoors=True, state=P.WORKING).order_by("pk")
    for permit in rows:
        why = weather_against(permit, **weather)
        if why:
            stopped.append(HEIGHT_FLOW.take(permit, "stop", by=by, at=at, note=why))
    return stopped
