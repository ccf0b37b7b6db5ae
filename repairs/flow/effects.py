"""What follows from the steps of a work order: what is written, and who hears of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import notices, signing
from core.flow import Refused
from core.models import Notice, SignOff
from repairs import access
from repairs.models import WorkOrder
from repairs.services import charging, hours, opinions, visits, work
from repairs.services.deadlines import arrival_limit, begin_pause, end_pause, limit, words, work_minutes
from staff import access as staff
from staff.services import tell_department

TO_ENGINEERING = gettext_noop("Work order %(number)s is for engineering, accept it by %(due)s: %(name)s, %(what)s.")
TO_YOU = gettext_noop("Work order %(number)s is yours, accept it by %(due)s: %(name)s, %(what)s.")
TO_REVIEW = gettext_noop("Review %(number)s by %(due)s and answer the customer: %(name)s, %(what)s.")
PRICED = gettext_noop("%(number)s of %(name)s is priced: have the Payment Notice signed.")
ANSWER = gettext_noop("Tell %(name)s what engineering answered on %(number)s.")
BACK = gettext_noop("%(number)s of %(name)s was handed back: %(what)s.")
PAUSED = gettext_noop("%(number)s of %(name)s waits: %(what)s.")
AGAIN = gettext_noop("%(name)s is not satisfied with %(number)s: go again by %(due)s.")
OFF = gettext_noop("%(number)s of %(name)s was withdrawn: %(what)s.")
REFUSES = gettext_noop("%(name)s refuses to pay for %(number)s: look at it again.")


def tell_service(order: WorkOrder, text: str, *, by: Any) -> None:
    tell_department("CUSTOMER_SERVICE", order.building_id, text, topic="repairs", record=order, values=words(order), by=by)


def tell_assignee(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    """The technician, or the whole department while nobody has it."""
    details = {"topic": "repairs", "record": order, "values": words(order), "by": by, "weight": weight(order)}
    if order.assignee:
        notices.tell([order.assignee], TO_YOU, **details)
    else:
        tell_department("ENGINEERING", order.building_id, TO_ENGINEERING, **details)


def weight(order: WorkOrder) -> str:
    return Notice.Weight.NORMAL if order.urgency.in_working_hours else Notice.Weight.URGENT


def technician(order: WorkOrder, person: Any) -> Any:
    """The person, if they are of engineering there. Raises Refused for anybody else."""
    if person is not None and not access.technicians(order.building_id).filter(pk=person.pk).exists():
        raise Refused(_("%(person)s is not of engineering in this building. Choose somebody who is.") % {"person": person})
    return person


def send(order: WorkOrder, *, by: Any, at: dt.datetime, note: str, assignee: Any = None) -> list[str]:
    order.dispatched_by, order.dispatched_at = by, at
    order.assignee = technician(order, assignee) or order.assignee
    order.due_at = limit(order, at, order.urgency.accept_minutes)
    return ["dispatched_by", "dispatched_at", "assignee", "due_at"]


def begin_review(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    order.dispatched_by, order.dispatched_at = by, at
    order.due_at = limit(order, at, order.urgency.review_minutes)
    order.reviewed_by = order.reviewed_at = None
    return ["dispatched_by", "dispatched_at", "due_at", "reviewed_by", "reviewed_at"]


def tell_supervisors(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    people = staff.members("ENGINEERING", order.building_id, staff.LEADERS)
    notices.tell(people, TO_REVIEW, topic="repairs", record=order, values=words(order), by=by, weight=weight(order))


def answer(order: WorkOrder, *, by: Any, at: dt.datetime, note: str, answer: str = "", reply: str = "", assignee: Any = None) -> list[str]:
    """The supervisor's answer and how the customer was told."""
    order.reviewed_by, order.reviewed_at, order.answer, order.reply = by, at, answer or note, reply
    order.assignee = technician(order, assignee) or order.assignee
    order.due_at = limit(order, at, order.urgency.accept_minutes)
    return ["reviewed_by", "reviewed_at", "answer", "reply", "assignee", "due_at"]


def tell_answer(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    if order.reply == WorkOrder.Reply.SERVICE:
        tell_service(order, ANSWER, by=by)


def tell_answer_and_assignee(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    tell_answer(order, by=by, at=at)
    tell_assignee(order, by=by, at=at)


def quote(order: WorkOrder, *, by: Any, at: dt.datetime, note: str, **said: Any) -> list[str]:
    fields = answer(order, by=by, at=at, note=note, **said)
    order.due_at = limit(order, at, order.urgency.confirm_minutes)
    return fields


def tell_service_of_price(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    tell_service(order, PRICED, by=by)


def decline(order: WorkOrder, *, by: Any, at: dt.datetime, note: str, **said: Any) -> list[str]:
    """Not to be done: its hours are free again."""
    fields = answer(order, by=by, at=at, note=note, **said)
    hours.release(order, at=at)
    order.due_at = None
    return fields


def ask(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    order.due_at = limit(order, at, order.urgency.confirm_minutes)
    return ["due_at"]


def accept(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """The receiver signs by account, and the time of acceptance is on the order (manual 3.4.4-3, -4)."""
    order.assignee = order.assignee or by
    order.accepted_by, order.accepted_at = by, at
    order.due_at = arrival_limit(order, at)
    return ["assignee", "accepted_by", "accepted_at", "due_at"]


def sign_receipt(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    signing.sign(order, "receipt", "RECEIVER", by=by, at=at, method=SignOff.Method.ACCOUNT, name=str(by))


def hand_back(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    order.assignee = order.accepted_by = order.accepted_at = None
    order.due_at = limit(order, at, order.urgency.dispatch_minutes)
    return ["assignee", "accepted_by", "accepted_at", "due_at"]


def tell_service_of_return(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    tell_service(order, BACK, by=by)


def reassign(order: WorkOrder, *, by: Any, at: dt.datetime, note: str, assignee: Any) -> list[str]:
    order.assignee, order.accepted_by, order.accepted_at = technician(order, assignee), None, None
    order.due_at = limit(order, at, order.urgency.accept_minutes)
    return ["assignee", "accepted_by", "accepted_at", "due_at"]


def arrive(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """The first arrival is the one on the order; later ones are in its timeline."""
    order.arrived_at = order.arrived_at or at
    order.assignee = order.assignee or by
    order.due_at = max(order.finish_by or at, at)
    return ["arrived_at", "assignee", "due_at"]


def refer(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    return begin_review(order, by=by, at=at, note=note)


def wait_for_parts(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    return begin_pause(order, at, WorkOrder.Pause.PARTS)


def pause(order: WorkOrder, *, by: Any, at: dt.datetime, note: str, reason: str) -> list[str]:
    return begin_pause(order, at, reason)


def resume(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    return end_pause(order, at)


def tell_service_of_pause(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    tell_service(order, PAUSED, by=by)


def finish(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """What was done is written down as the customer will sign it."""
    written = hours.write_work(order, by=by)
    order.work_done = work.in_words(order)
    order.finished_at = at
    order.due_at = limit(order, at, order.urgency.confirm_minutes)
    return ["work_done", "finished_at", "due_at", *written]


def confirm(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    order.confirmed_at, order.due_at = at, None
    return ["confirmed_at", "due_at"]


def charge(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """The customer is satisfied: the Payment Notice goes into the books."""
    fields = confirm(order, by=by, at=at, note=note)
    order.bill = charging.issue(order, by=by, at=at)
    return [*fields, "bill"]


def go_again(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """The next round: it is mended without a new request, and signed again."""
    order.round += 1
    order.due_at = limit(order, at, order.urgency.arrive_minutes)
    order.finish_by = limit(order, at, work_minutes(order))
    order.confirmed_at = None
    return ["round", "due_at", "finish_by", "confirmed_at"]


def tell_of_rework(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    people = {*staff.members("ENGINEERING", order.building_id, staff.LEADERS)}
    people |= {order.assignee} if order.assignee else set()
    notices.tell(people, AGAIN, topic="repairs", record=order, values=words(order), by=by)


def tell_of_bad_opinion(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    tell_of_rework(order, by=by, at=at)
    if order.is_paid:
        opinions.tell_dissatisfied(order, by=by)


def refuse(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    order.refusal = note
    return ["refusal"]


def tell_managers(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    """The customer service manager looks at it a second time; the property manager knows."""
    people = {*access.heads_in("CUSTOMER_SERVICE", order.building_id), *staff.holders(staff.PROPERTY_MANAGER, order)}
    notices.tell(people, REFUSES, topic="repairs", record=order, values=words(order), by=by, weight=Notice.Weight.URGENT)


def pass_on(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    if order.bill is not None and access.bill_is_paid(order.bill):
        raise Refused(_("It has been paid meanwhile."))
    charging.pass_on(order, by=by, at=at, note=note)
    order.passed_on_at = at
    return ["passed_on_at"]


def settle(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    order.due_at = None
    return ["due_at"]


def visited(order: WorkOrder, *, by: Any, at: dt.datetime, note: str, **said: Any) -> list[str]:
    said.pop("thanked", None)
    visits.note(order, by=by, at=at, is_satisfied=True, **said)
    order.due_at = None
    return ["due_at"]


def visited_not_satisfied(order: WorkOrder, *, by: Any, at: dt.datetime, note: str, **said: Any) -> list[str]:
    said.pop("thanked", None)
    visits.note(order, by=by, at=at, is_satisfied=False, **said)
    return go_again(order, by=by, at=at, note=note)


def withdraw(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """What was booked is free again; a pause ends."""
    hours.release(order, at=at)
    fields = end_pause(order, at)
    order.due_at = None
    return sorted({*fields, "due_at"})


def tell_of_withdrawal(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    if order.assignee:
        notices.tell([order.assignee], OFF, topic="repairs", record=order, values=words(order), by=by)


def take_up_again(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """A request that was declined or withdrawn begins anew; its hours are booked again if they are still free."""
    hours.book_again(order)
    order.assignee = order.reviewed_by = order.reviewed_at = None
    order.due_at = limit(order, at, order.urgency.dispatch_minutes)
    order.finish_by = limit(order, at, work_minutes(order))
    return ["assignee", "reviewed_by", "reviewed_at", "due_at", "finish_by"]
