"""A complaint's life from the call to the file: manual 3.3.4 and 3.3.6, one line a step."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from complaints import access
from complaints.flow.roles import KEEPER, RESPONSIBLE, RESPONSIBLE_HEAD
from complaints.models import Complaint
from complaints.services import visits
from complaints.services.deadlines import limit, words
from core import notices, panels, signing
from core.flow import SYSTEM, Blocked, Flow, Step, as_before
from core.models import Notice
from staff import access as staff
from staff.access import SERVICE, SERVICE_HEAD
from staff.services import tell_department

L = Complaint.State
T = gettext_lazy
TO_TAKE_UP = (L.LOGGED, L.VERIFYING)
SETTLED = (L.SATISFIED, L.TO_FILE, L.ARCHIVED, L.BECAME_REPAIR)
TO_FILE = (L.SATISFIED, L.TO_FILE)


def page(complaint: Complaint, part: str = "") -> str:
    return reverse("complaints:complaint_detail", args=[complaint.pk]) + part


def facts_are_checked(complaint: Complaint) -> Blocked | None:
    if complaint.state != L.LOGGED or not complaint.is_misconduct:
        return None
    text = _("It is about a person's misconduct: send somebody to check the facts first.")
    return Blocked(text, reverse("complaints:complaint_step", args=[complaint.pk, "start_check"]))


def measures_are_fixed(complaint: Complaint) -> Blocked | None:
    if complaint.measures.exclude(state="CANCELLED").exists():
        return None
    return Blocked(_("Fix at least one measure with its owner and day."), reverse("complaints:measure_of", args=[complaint.pk]))


def measures_are_done(complaint: Complaint) -> Blocked | None:
    waiting = complaint.measures.filter(state="OPEN").count()
    if not waiting:
        return None
    return Blocked(_("Measures of the review that are not done yet: %(count)d.") % {"count": waiting}, page(complaint, "#measures"))


def record_is_signed(complaint: Complaint) -> Blocked | None:
    if signing.complete(complaint, "record"):
        return None
    text = _("The head of %(department)s has not signed the Customer Complaint Record.") % {"department": complaint.department}
    return Blocked(text, page(complaint, "#sign-offs"))


def record_is_whole(complaint: Complaint) -> str | None:
    """Result, who, when and, where the rules ask for it, the customer's word: none is blank."""
    spoken = (
        complaint.state == L.TO_FILE or complaint.on_the_spot or complaint.visits.filter(round=complaint.round, is_satisfied=True).exists()
    )
    return None if spoken else _("The return visit of this round is not on record.")


def explain(complaint: Complaint, *, by: Any, at: dt.datetime, note: str, result: str, suggestions: str = "", **said: Any) -> list[str]:
    complaint.result, complaint.suggestions, complaint.on_the_spot = result, suggestions, True
    complaint.department, complaint.resolved_by, complaint.resolved_at = staff.department("CUSTOMER_SERVICE"), by, at
    complaint.due_at = None
    return ["result", "suggestions", "on_the_spot", "department", "resolved_by", "resolved_at", "due_at"]


def start_check(complaint: Complaint, *, by: Any, at: dt.datetime, note: str, checker: Any = None) -> list[str]:
    complaint.checker = checker or by
    complaint.due_at = limit(complaint.kind, at, complaint.kind.verify_hours)
    return ["checker", "due_at"]


def tell_checker(complaint: Complaint, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("Check the facts of %(number)s by %(due)s: %(name)s, %(kind)s.")
    notices.tell([complaint.checker], text, topic="complaints", record=complaint, values=words(complaint), by=by)


def assign(complaint: Complaint, *, by: Any, at: dt.datetime, note: str, department: Any, **given: Any) -> list[str]:
    """`department`: the row or its code. Given: `finding`, `due_at` (else by the kind), `special_reason` (informs the general manager)."""
    complaint.department = staff.department(department) if isinstance(department, str) else department
    complaint.due_at = given.get("due_at") or limit(complaint.kind, at, complaint.kind.resolve_hours)
    complaint.finding = given.get("finding") or complaint.finding
    complaint.special_reason = given.get("special_reason") or complaint.special_reason
    return ["department", "due_at", "finding", "special_reason"]


def tell_department_of_it(complaint: Complaint, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("Complaint %(number)s is yours to resolve by %(due)s: %(name)s, %(kind)s.")
    details = {"topic": "complaints", "record": complaint, "values": words(complaint), "by": by}
    tell_department(complaint.department.code, complaint.building_id, text, **details)  # type: ignore[union-attr]
    if complaint.special_reason:
        tell_general_manager(complaint, by=by)


def tell_general_manager(complaint: Complaint, *, by: Any) -> None:
    text = gettext_noop("Special case %(number)s, %(name)s: %(why)s")
    values = {**words(complaint), "why": complaint.special_reason}
    people = staff.holders(staff.GENERAL_MANAGER, complaint)
    key = f"complaint:{complaint.pk}:special:{complaint.round}"
    weight = Notice.Weight.URGENT
    notices.tell(people, text, topic="emergency.complaint", record=complaint, values=values, by=by, dedupe=key, weight=weight)


def report_serious(complaint: Complaint, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    complaint.is_serious = True
    complaint.due_at = limit(complaint.kind, at, complaint.kind.verify_hours)
    return ["is_serious", "due_at"]


def tell_service_head(complaint: Complaint, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("Serious complaint %(number)s of %(name)s: hold a review by %(due)s.")
    people = access.heads_in("CUSTOMER_SERVICE", complaint.building_id)
    weight = Notice.Weight.URGENT
    notices.tell(people, text, topic="emergency.complaint", record=complaint, values=words(complaint), by=by, weight=weight)


def hold_review(complaint: Complaint, *, by: Any, at: dt.datetime, note: str, department: Any, **given: Any) -> list[str]:
    """Given: `review_people`, `review_note`, `due_at`."""
    complaint.reviewed_at, complaint.reviewed_by = at, by
    complaint.review_people, complaint.review_note = given.get("review_people", ""), given.get("review_note", "")
    fields = assign(complaint, by=by, at=at, note=note, department=department, **given)
    return [*fields, "reviewed_at", "reviewed_by", "review_people", "review_note"]


def report_result(complaint: Complaint, *, by: Any, at: dt.datetime, note: str, result: str, cause: Any = None) -> list[str]:
    complaint.result, complaint.cause = result, cause
    complaint.resolved_by, complaint.resolved_at = by, at
    complaint.due_at = visits.due_by_rule(complaint)
    return ["result", "cause", "resolved_by", "resolved_at", "due_at"]


def tell_service_of_result(complaint: Complaint, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(number)s of %(name)s is handled: call back by %(due)s.")
    tell_department("CUSTOMER_SERVICE", complaint.building_id, text, topic="complaints", record=complaint, values=words(complaint), by=by)


def tell_service_of_return(complaint: Complaint, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(number)s of %(name)s was handed back: choose who answers.")
    tell_department("CUSTOMER_SERVICE", complaint.building_id, text, topic="complaints", record=complaint, values=words(complaint), by=by)


def hand_back(complaint: Complaint, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    complaint.due_at = limit(complaint.kind, at, complaint.kind.verify_hours)
    return ["due_at"]


def plan_visit(complaint: Complaint, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    complaint.due_at = visits.plan(complaint).due_at
    return ["due_at"]


def no_visit_is_asked(complaint: Complaint) -> Blocked | None:
    """What the rules drew is called back; the rest is filed on its result."""
    if visits.due_by_rule(complaint) is None:
        return None
    text = _("The rules ask for a return visit.")
    return Blocked(text, reverse("complaints:complaint_step", args=[complaint.pk, "plan_visit"]), other_way=True)


def settle(complaint: Complaint, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    complaint.due_at = None
    return ["due_at"]


def repair_is_written(complaint: Complaint) -> Blocked | None:
    """Slot `complaint.repair`: `function(complaint) -> (whether one stands, the address of a new one)`."""
    found = panels.contributions("complaint.repair", complaint)
    if any(stands for stands, _url in found):
        return None
    return Blocked(_("Write the repair request first: everything that was told stands in it."), next((url for _stands, url in found), ""))


def satisfied(complaint: Complaint, *, by: Any, at: dt.datetime, note: str, **said: Any) -> list[str]:
    said.pop("thanked", None)
    visits.note(complaint, by=by, at=at, is_satisfied=True, **said)
    complaint.due_at = None
    return ["due_at"]


def not_satisfied(complaint: Complaint, *, by: Any, at: dt.datetime, note: str, **said: Any) -> list[str]:
    said.pop("thanked", None)
    visits.note(complaint, by=by, at=at, is_satisfied=False, **said)
    return begin_again(complaint, at)


def begin_again(complaint: Complaint, at: dt.datetime) -> list[str]:
    """The next round: somebody decides anew who answers."""
    complaint.round += 1
    complaint.on_the_spot = False
    complaint.due_at = limit(complaint.kind, at, complaint.kind.verify_hours)
    return ["round", "on_the_spot", "due_at"]


def reopen(complaint: Complaint, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    return begin_again(complaint, at)


def tell_of_dissatisfaction(complaint: Complaint, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(name)s is not satisfied with %(number)s: decide anew by %(due)s.")
    people = {*access.heads_in("CUSTOMER_SERVICE", complaint.building_id)}
    if complaint.department:
        people |= {*access.heads_in(complaint.department.code, complaint.building_id)}
    notices.tell(people, text, topic="complaints", record=complaint, values=words(complaint), by=by)


COMPLAINT_FLOW = Flow(
    "complaints.Complaint",
    T("Complaint"),
    L,
    #    step             from            to               who                      what must hold first    clause
    Step("assign", TO_TAKE_UP, L.ASSIGNED, SERVICE, [facts_are_checked], "M3.3.4-2",
         label=T("Verified: give it to a department"), effect=assign, tell=tell_department_of_it, undo=as_before),
    Step("explain", TO_TAKE_UP, L.SATISFIED, SERVICE, [facts_are_checked], "M3.3.6-3b",
         label=T("Explained on the spot"), tone="secondary", effect=explain),
    Step("start_check", L.LOGGED, L.VERIFYING, SERVICE, [], "M3.3.6-5",
         label=T("Send somebody to check"), tone="secondary", effect=start_check, tell=tell_checker, undo=as_before),
    Step("report_serious", (*TO_TAKE_UP, L.NOT_SATISFIED), L.ESCALATED, SERVICE, [], "M3.3.4-3",
         label=T("Serious: report to the manager"), tone="danger", effect=report_serious, tell=tell_service_head, asks_reason=True),
    Step("hold_review", L.ESCALATED, L.ASSIGNED, SERVICE_HEAD, [measures_are_fixed], "M3.3.4-3",
         label=T("Record the review"), effect=hold_review, tell=tell_department_of_it),
    Step("report_result", L.ASSIGNED, L.HANDLED, RESPONSIBLE, [measures_are_done], "M3.3.4-4",
         label=T("Report the result"), effect=report_result, tell=tell_service_of_result),
    Step("hand_back", L.ASSIGNED, L.VERIFYING, RESPONSIBLE, [], "M3.3.2-2.a",
         label=T("Not ours: hand back"), tone="secondary", effect=hand_back, tell=tell_service_of_return, asks_reason=True),
    Step("plan_visit", (L.HANDLED, L.TO_FILE), L.TO_CALL_BACK, (SERVICE, SYSTEM), [], "M3.3.4-4",
         label=T("Plan the return visit"), effect=plan_visit),
    Step("no_visit", L.HANDLED, L.TO_FILE, SYSTEM, [no_visit_is_asked], "M3.3.4-5",
         label=T("No return visit by the rules"), tone="secondary", effect=settle),
    Step("satisfied", L.TO_CALL_BACK, L.SATISFIED, SERVICE, [], "M3.3.6-6",
         label=T("Called back: satisfied"), effect=satisfied),
    Step("not_satisfied", L.TO_CALL_BACK, L.NOT_SATISFIED, SERVICE, [], "M3.3.6-6",
         label=T("Called back: not satisfied"), tone="secondary", effect=not_satisfied, tell=tell_of_dissatisfaction),
    Step("assign_again", L.NOT_SATISFIED, L.ASSIGNED, SERVICE, [], "R5b.4.4",
         label=T("Give it to a department again"), effect=assign, tell=tell_department_of_it),
    Step("archive", TO_FILE, L.ARCHIVED, KEEPER, [record_is_whole, record_is_signed], "M3.3.4-7",
         label=T("File the record")),
    Step("became_repair", TO_TAKE_UP, L.BECAME_REPAIR, SERVICE, [repair_is_written], "M3.3.6-4",
         label=T("It is a repair request"), tone="secondary", effect=settle),
    Step("reopen", SETTLED, L.NOT_SATISFIED, SERVICE, [], "R5b.4.4",
         label=T("Reopen"), tone="secondary", effect=reopen, tell=tell_of_dissatisfaction, asks_reason=True),
)  # fmt: skip


def said(complaint: Complaint) -> str:
    """What the head of the resolving department puts their name to."""
    if not complaint.result:
        return ""
    about = [complaint.number, complaint.company, complaint.name, complaint.content, str(complaint.department)]
    return "\n".join([*(text for text in about if text), complaint.result, str(complaint.round)])


def told(complaint: Complaint) -> str:
    """What somebody who reports a person's misconduct puts their name to."""
    about = [complaint.number, complaint.name, complaint.phone, complaint.against, complaint.course_of_events]
    return "\n".join(text for text in [*about, complaint.witnesses, complaint.evidence] if text)


signing.register(
    Complaint,
    signing.Document(
        "statement",
        T("Statement of the complainant"),
        (signing.Party("COMPLAINANT", T("Complainant")),),
        told,
        needed=lambda complaint: complaint.is_misconduct,
    ),
)
signing.register(
    Complaint,
    signing.Document(
        "record",
        T("Customer Complaint Record"),
        (signing.Party("RESOLVER", T("Head of the department that resolved it"), role=RESPONSIBLE_HEAD),),
        said,
        needed=lambda complaint: bool(complaint.result),
    ),
)
