"""A work order's life from the request to the file: manual 3.4.4 and 3.12.4, one line a step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from core.flow import SYSTEM, Flow, Step, as_before
from repairs.flow import effects as e
from repairs.flow import guards as g
from repairs.flow import papers as papers
from repairs.flow.roles import TECHNICIAN
from repairs.models import WorkOrder
from staff.access import ENGINEERING_LEADER, FINANCE, FINANCE_HEAD, SERVICE, SERVICE_HEAD

S = WorkOrder.State
T = gettext_lazy
DESK = (SERVICE, ENGINEERING_LEADER)
SENT = (S.ASSIGNED, S.ACCEPTED)
AT_WORK = (S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.REWORK)
NOT_BEGUN = (S.NEW, S.REVIEW, S.AWAITING_TENANT, S.ASSIGNED, S.ACCEPTED, S.PAUSED, S.AWAITING_PARTS)

ORDER_FLOW = Flow(
    "repairs.WorkOrder",
    T("Work order"),
    S,
    #    step             from            to               who                      what must hold first    clause
    Step("dispatch", S.NEW, S.ASSIGNED, DESK, [g.needs_no_review, g.tenant_is_known, g.notice_is_signed], "M3.4.4-3",
         label=T("Send it to engineering"), effect=e.send, tell=e.tell_assignee, undo=as_before),
    Step("send_to_review", S.NEW, S.REVIEW, DESK, [g.needs_review], "M3.4.4-5.b",
         label=T("Send it to the supervisor for review"), effect=e.begin_review, tell=e.tell_supervisors, undo=as_before),
    Step("ask_agreement", S.NEW, S.AWAITING_TENANT, DESK, [g.is_priced, g.needs_no_review, g.tenant_is_known], "M3.12.4-2",
         label=T("Ask the customer to sign the Payment Notice"), tone="secondary", effect=e.ask),
    Step("can_be_done", S.REVIEW, S.ASSIGNED, ENGINEERING_LEADER, [g.is_free], "M3.4.4-5.b",
         label=T("Reviewed: it can be done"), effect=e.answer, tell=e.tell_answer_and_assignee),
    Step("quote", S.REVIEW, S.AWAITING_TENANT, ENGINEERING_LEADER, [g.is_priced, g.tenant_is_known], "M3.12.4-2",
         label=T("Reviewed: it can be done for this price"), effect=e.quote, tell=e.tell_service_of_price),
    Step("decline", S.REVIEW, S.DECLINED, ENGINEERING_LEADER, [], "M3.4.4-5.b",
         label=T("Reviewed: it can't be done"), tone="danger", effect=e.decline, tell=e.tell_answer),
    Step("agree", S.AWAITING_TENANT, S.ASSIGNED, (*DESK, TECHNICIAN), [g.notice_is_signed], "M3.12.4-2",
         label=T("The customer has agreed: send it"), effect=e.send, tell=e.tell_assignee),
    Step("accept", S.ASSIGNED, S.ACCEPTED, TECHNICIAN, [], "M3.4.4-4",
         label=T("Accept"), effect=e.accept, tell=e.sign_receipt),
    Step("arrive", (S.ACCEPTED, S.REWORK), S.IN_PROGRESS, TECHNICIAN, [g.notice_is_signed], "M3.4.4-5.a",
         label=T("Arrived on site"), effect=e.arrive),
    Step("finish", S.IN_PROGRESS, S.TO_CONFIRM, TECHNICIAN,
         [g.findings_are_written, g.items_are_written, g.materials_are_verified, g.notice_is_signed], "M3.4.4-6",
         label=T("Work done"), effect=e.finish),
    Step("confirm", S.TO_CONFIRM, S.DONE, (TECHNICIAN, SERVICE), [g.is_free, g.work_is_signed], "M3.4.4-8",
         label=T("Accepted and signed"), effect=e.confirm),
    Step("confirm_and_charge", S.TO_CONFIRM, S.TO_PAY, (TECHNICIAN, SERVICE),
         [g.is_priced, g.work_is_signed, g.notice_is_signed, g.tenant_is_known], "M3.12.4-5.b",
         label=T("Accepted and signed: charge it"), effect=e.charge),
    Step("not_satisfied", S.TO_CONFIRM, S.REWORK, (TECHNICIAN, SERVICE), [], "M3.12.4-5.c",
         label=T("Not satisfied: do it again"), tone="secondary", effect=e.go_again, tell=e.tell_of_rework, asks_reason=True),
    Step("paid", (S.TO_PAY, S.REFUSED), S.DONE, (SYSTEM, FINANCE, SERVICE), [g.bill_is_paid], "M3.12.4-4",
         label=T("It is paid"), effect=e.settle),
    Step("refuse", S.TO_PAY, S.REFUSED, (SERVICE, FINANCE), [g.bill_stands], "M3.12.4-5.d",
         label=T("Refuses to pay"), tone="danger", effect=e.refuse, tell=e.tell_managers, asks_reason=True),
    Step("charge_again", (S.TO_PAY, S.REFUSED), S.TO_PAY, (SERVICE, FINANCE),
         [g.bill_is_void, g.notice_is_signed, g.work_is_signed, g.tenant_is_known], "M3.12.4-4",
         label=T("Charge it again"), tone="secondary", effect=e.charge),
    Step("nothing_due", (S.TO_PAY, S.REFUSED), S.DONE, (SERVICE_HEAD, FINANCE_HEAD), [g.bill_is_void], "M3.12.4-4",
         label=T("Nothing is due"), tone="secondary", effect=e.settle, asks_reason=True),
    Step("pass_on", S.REFUSED, S.TO_PAY, SERVICE_HEAD, [g.bill_stands], "M3.12.4-5.d",
         label=T("In bad faith: pass it on"), tone="danger", effect=e.pass_on, asks_reason=True),
    Step("mend_first", S.REFUSED, S.REWORK, SERVICE_HEAD, [], "M3.12.4-5.c",
         label=T("The customer is right: do it again"), effect=e.go_again, tell=e.tell_of_rework, asks_reason=True),
    Step("called_back", S.DONE, S.CLOSED, SERVICE, [], "R5b.1.6",
         label=T("Called back: satisfied"), effect=e.visited),
    Step("called_back_not_satisfied", S.DONE, S.REWORK, SERVICE, [], "R5b.4.4",
         label=T("Called back: not satisfied"), tone="secondary", effect=e.visited_not_satisfied, tell=e.tell_of_bad_opinion),
    Step("close", S.DONE, S.CLOSED, (SERVICE, SYSTEM), [g.no_visit_waits], "M3.12.4-5.b",
         label=T("Close and file"), tone="secondary", effect=e.settle),
    Step("wait_for_parts", S.IN_PROGRESS, S.AWAITING_PARTS, TECHNICIAN, [], "M3.4.4-6",
         label=T("Wait for parts"), tone="secondary", effect=e.wait_for_parts, tell=e.tell_service_of_pause, asks_reason=True),
    Step("pause", (S.ACCEPTED, S.IN_PROGRESS), S.PAUSED, TECHNICIAN, [], "M3.4.4-6",
         label=T("Put on hold"), tone="secondary", effect=e.pause, tell=e.tell_service_of_pause),
    Step("resume", (S.AWAITING_PARTS, S.PAUSED), S.ACCEPTED, (TECHNICIAN, SERVICE), [], "M3.4.4-6",
         label=T("Go on"), effect=e.resume),
    Step("refer", (S.ACCEPTED, S.IN_PROGRESS), S.REVIEW, TECHNICIAN, [], "M3.4.2-3",
         label=T("Outside the list: to the supervisor"), tone="secondary", effect=e.refer, tell=e.tell_supervisors, asks_reason=True),
    Step("reassign", AT_WORK, S.ASSIGNED, ENGINEERING_LEADER, [], "M3.4.2-3",
         label=T("Give it to somebody else"), tone="secondary", effect=e.reassign, tell=e.tell_assignee),
    Step("hand_back", SENT, S.NEW, (TECHNICIAN, ENGINEERING_LEADER), [], "M3.4.4-3",
         label=T("Hand back to the front desk"), tone="secondary", effect=e.hand_back, tell=e.tell_service_of_return, asks_reason=True),
    Step("withdraw", NOT_BEGUN, S.WITHDRAWN, SERVICE, [], "M3.4.4-1",
         label=T("The customer withdraws it"), tone="danger", effect=e.withdraw, tell=e.tell_of_withdrawal, asks_reason=True),
    Step("reopen", S.CLOSED, S.REWORK, SERVICE, [], "R5b.4.4",
         label=T("Reopen"), tone="secondary", effect=e.go_again, tell=e.tell_of_rework, asks_reason=True),
    Step("take_up_again", (S.DECLINED, S.WITHDRAWN), S.NEW, SERVICE, [], "M3.4.4-1",
         label=T("Take it up again"), tone="secondary", effect=e.take_up_again, asks_reason=True),
)  # fmt: skip
