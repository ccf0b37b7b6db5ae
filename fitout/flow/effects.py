"""What follows from the steps of a fit-out: what is written, and who hears of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import clock, notices, numbering, signing
from core.flow import Refused
from core.models import Notice, SignOff
from fitout import access
from fitout.flow.permit import PERMIT_FLOW
from fitout.models import Fitout, Permit, Stoppage
from fitout.services import fees, site
from premises import services as premises
from premises.models import Unit
from staff import access as staff
from staff.services import tell_department

APPLIED = gettext_noop("Fit-out %(number)s of %(tenant)s in %(unit)s is received: drawings follow.")
TO_REVIEW = gettext_noop("Review the drawings of %(number)s by %(due)s: %(tenant)s, %(unit)s.")
COMMENTS = gettext_noop("The drawings of %(number)s are returned with comments: hand them to the contractor.")
PASSED = gettext_noop("The drawings of %(number)s have passed: ask %(tenant)s to collect the comments.")
TO_FIRE = gettext_noop("Review the fire safety of %(number)s: %(tenant)s, %(unit)s.")
TO_SIGN = gettext_noop("Sign the Fit-out Permit of %(number)s: %(tenant)s, %(unit)s.")
ISSUED = gettext_noop("The Fit-out Permit of %(number)s is issued: %(tenant)s, %(unit)s.")
OPEN = gettext_noop("The site of %(number)s is open: %(unit)s, %(contractor)s. Check it every day.")
STOP = gettext_noop("The works of %(number)s in %(unit)s are stopped: %(why)s.")
TO_INSPECT = gettext_noop("Inspect the completed fit-out %(number)s in %(unit)s on %(when)s.")
DEFECTS = gettext_noop("%(number)s did not pass its completion inspection: have it rectified.")
TO_MANAGER = gettext_noop("Review and sign the completion of %(number)s: %(tenant)s, %(unit)s.")
BACK = gettext_noop("The property manager returned the completion of %(number)s: %(why)s.")
ACCEPTED = gettext_noop("%(number)s is accepted: the cashier may refund its deposit.")
WITHDRAWN = gettext_noop("Fit-out %(number)s of %(tenant)s in %(unit)s is withdrawn.")


def words(fitout: Fitout) -> dict[str, str]:
    """What notices say of a fit-out."""
    due, when = (timezone.localtime(at).strftime("%m-%d %H:%M") if at else "" for at in (fitout.due_at, fitout.inspection_at))
    named = {"number": fitout.number, "tenant": fitout.tenant, "unit": fitout.unit, "contractor": fitout.contractor}
    return {**{key: str(value) for key, value in named.items()}, "due": due, "when": when}


def tell(departments: Any, fitout: Fitout, text: str, *, by: Any, urgent: bool = False, **more: str) -> None:
    weight = Notice.Weight.URGENT if urgent else Notice.Weight.NORMAL
    values = {**words(fitout), **more}
    tell_department(departments, fitout.building_id, text, topic="fitout", record=fitout, values=values, by=by, weight=weight)


def in_working_days(at: dt.datetime, days: int) -> dt.datetime:
    """The end of the day so many working days after a moment."""
    day = clock.add_working_days(timezone.localdate(at), days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(18)))


def receive(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    fitout.due_at = None
    return ["due_at"]


def tell_engineering_of_application(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    tell("ENGINEERING", fitout, APPLIED, by=by)


def begin_review(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """The next round of review, with its time limit in working days."""
    fitout.review_round += 1
    fitout.due_at = in_working_days(at, access.terms_of(fitout.building_id).review_days)
    return ["review_round", "due_at"]


def tell_reviewers(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    tell("ENGINEERING", fitout, TO_REVIEW, by=by)


def return_drawings(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    fitout.due_at = fitout.comments_collected_at = None
    fitout.comments_collected_by = ""
    return ["due_at", "comments_collected_at", "comments_collected_by"]


def tell_of_comments(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    tell("CUSTOMER_SERVICE", fitout, COMMENTS, by=by)


def pass_drawings(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    return return_drawings(fitout, by=by, at=at, note=note)


def sign_drawings(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    """The head of engineering signs the review by account (manual 3.2.4-2.1); the tenant is asked to collect the comments."""
    signing.sign(fitout, "drawings", "ENGINEERING_HEAD", by=by, at=at, method=SignOff.Method.ACCOUNT, name=str(by))
    tell("CUSTOMER_SERVICE", fitout, PASSED, by=by)


def send_to_fire(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    fitout.due_at = None
    return ["due_at"]


def tell_security(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    tell("SECURITY", fitout, TO_FIRE, by=by)


def pass_fire(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    fitout.fire_reviewed_by, fitout.fire_reviewed_at = by, at
    return ["fire_reviewed_by", "fire_reviewed_at"]


def tell_heads(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    people = {person for code in access.SITE for person in staff.members(code, fitout.building_id, staff.HEADS)}
    notices.tell(sorted(people, key=lambda person: person.pk), TO_SIGN, topic="fitout", record=fitout, values=words(fitout), by=by)


def issue_permit(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """The permit is written once: the row of a valid one is unique (manual 3.2.4-3.2)."""
    on = timezone.localdate(at)
    permit = Permit(building_id=fitout.building_id, fitout=fitout, issued_at=at, created_by=by)
    permit.valid_from, permit.valid_until = min(max(fitout.starts_on, on), fitout.ends_on), fitout.ends_on
    numbering.give(permit, on=on)
    permit.save()
    return []


def tell_of_permit(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    tell(access.SITE, fitout, ISSUED, by=by)


def start(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """The unit is a site from now on, and three departments check it every day (manual 3.2.4-4.2)."""
    _take_unit(fitout, "begin_fit_out", {Unit.State.HANDOVER, Unit.State.OCCUPIED}, by=by, at=at)
    site.begin(fitout, by=by, at=at)
    fitout.started_at, fitout.due_at = at, None
    return ["started_at", "due_at"]


def _take_unit(fitout: Fitout, step: str, states: set[Any], *, by: Any, at: dt.datetime) -> None:
    unit = Unit.objects.get(pk=fitout.unit_id)
    if unit.state == Unit.State.FIT_OUT and step == "begin_fit_out":
        return
    if unit.state not in states:
        values = {"unit": unit, "state": unit.get_state_display()}
        raise Refused(_("%(unit)s is “%(state)s”: hand the unit over first.") % values)
    premises.UNIT_FLOW.take(unit, step, by=by, at=at)


def tell_site(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    tell(access.SITE, fitout, OPEN, by=by)


def stop(fitout: Fitout, *, by: Any, at: dt.datetime, note: str, breach: Any = None) -> list[str]:
    """Works stop on the spot; no checks fall due until they go on."""
    if breach is not None and breach.fitout_id != fitout.pk:
        raise Refused(_("Choose a breach of this fit-out."))
    Stoppage.objects.create(fitout=fitout, breach=breach, reason=note, stopped_at=at, stopped_by=by)
    site.pause(fitout, by=by, at=at)
    return []


def tell_of_stoppage(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    stoppage = fitout.stoppages.filter(resumed_at=None).first()
    tell([*access.SITE, "MANAGEMENT"], fitout, STOP, by=by, urgent=True, why=stoppage.reason if stoppage else "")


def resume(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    fitout.stoppages.filter(resumed_at=None).update(resumed_at=at, resumed_by=by)
    site.resume(fitout, by=by, at=at)
    return []


def apply_completion(
    fitout: Fitout, *, by: Any, at: dt.datetime, note: str, applicant: str = "", inspection_at: dt.datetime | None = None
) -> list[str]:
    fitout.completion_applied_at, fitout.completion_applicant = at, applicant or fitout.lead
    fitout.inspection_at, fitout.completion_round = inspection_at, fitout.completion_round + 1
    fitout.due_at = inspection_at
    return ["completion_applied_at", "completion_applicant", "inspection_at", "completion_round", "due_at"]


def tell_inspectors(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    """Customer service calls engineering and security to inspect with tenant and contractor (manual 3.2.4-5.2)."""
    tell(access.SITE, fitout, TO_INSPECT, by=by)


def rectify(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """The time limit is the last day that a comment gave."""
    last = fitout.remarks.filter(concealed=None, rectified_at=None).order_by("-due_on").values_list("due_on", flat=True).first()
    fitout.due_at = timezone.make_aware(dt.datetime.combine(last, dt.time(18))) if last else None
    return ["due_at"]


def tell_service_of_defects(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    tell("CUSTOMER_SERVICE", fitout, DEFECTS, by=by)


def inspect_again(fitout: Fitout, *, by: Any, at: dt.datetime, note: str, inspection_at: dt.datetime | None = None) -> list[str]:
    fitout.inspection_at, fitout.completion_round, fitout.due_at = inspection_at, fitout.completion_round + 1, inspection_at
    return ["inspection_at", "completion_round", "due_at"]


def complete(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    site.pause(fitout, by=by, at=at)
    fitout.due_at = None
    return ["due_at"]


def tell_manager(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    people = staff.members("MANAGEMENT", fitout.building_id, ("DEPUTY",))
    notices.tell(people, TO_MANAGER, topic="fitout", record=fitout, values=words(fitout), by=by)


def accept(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """Damage is deducted, the permit comes off the door and the site closes."""
    fees.deduct_damage(fitout, by=by, at=at)
    for permit in fitout.permits.filter(state__in=[Permit.State.VALID, Permit.State.EXPIRED]):
        PERMIT_FLOW.take(permit, "hand_in", by=None, at=at)
    site.end(fitout, by=by, at=at)
    _take_unit(fitout, "end_fit_out", {Unit.State.FIT_OUT}, by=None, at=at)
    fitout.accepted_at, fitout.accepted_by = at, by
    return ["accepted_at", "accepted_by"]


def completed_by(fitout: Fitout) -> Any:
    """Who of customer service runs this fit-out: they ask for the refund that the property manager approves."""
    return fitout.handbook_given_by or fitout.created_by


def sign_review(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    """The property manager's signature on the sheet; with it the rest of the deposit may be refunded (manual 3.2.4-5.5)."""
    signing.sign(fitout, "review", "PROPERTY_MANAGER", by=by, at=at, method=SignOff.Method.ACCOUNT, name=str(by))
    fees.release_deposits(fitout, asked_by=completed_by(fitout), approved_by=by, at=at)
    tell(["CUSTOMER_SERVICE", "FINANCE"], fitout, ACCEPTED, by=by)


def return_completion(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    site.resume(fitout, by=by, at=at)
    return []


def tell_of_return(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    tell("CUSTOMER_SERVICE", fitout, BACK, by=by, why="")


def close(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    return []


def withdraw(fitout: Fitout, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """Its permit, if it has one, comes off the door; what was paid goes its own way through the books."""
    for permit in fitout.permits.filter(state__in=[Permit.State.VALID, Permit.State.EXPIRED]):
        PERMIT_FLOW.take(permit, "hand_in", by=None, at=at)
    fitout.due_at = None
    return ["due_at"]


def tell_of_withdrawal(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    tell([*access.SITE, "FINANCE"], fitout, WITHDRAWN, by=by)
