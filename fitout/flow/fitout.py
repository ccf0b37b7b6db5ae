"""A fit-out's life from the application to the refunded deposit: manual 3.2.4, one line a step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from core.flow import SYSTEM, Flow, Step, as_before
from fitout.flow import effects as e
from fitout.flow import guards as g
from fitout.flow import papers as papers
from fitout.models import Fitout
from staff.access import (
    ENGINEERING,
    ENGINEERING_HEAD,
    FINANCE,
    PROPERTY_MANAGER,
    SECURITY,
    SECURITY_HEAD,
    SERVICE,
    SERVICE_HEAD,
)

S = Fitout.State
T = gettext_lazy
SITE = (SERVICE, ENGINEERING, SECURITY)
HEADS = (SERVICE_HEAD, ENGINEERING_HEAD, SECURITY_HEAD)
NOT_BEGUN = (S.DRAFT, S.RECEIVED, S.DRAWING_REVIEW, S.REWORK_NEEDED, S.AWAITING_FEES, S.AWAITING_FIRE, S.TO_ISSUE, S.PERMITTED)

FITOUT_FLOW = Flow(
    "fitout.Fitout",
    pgettext_lazy("record", "Fit-out"),
    S,
    #    step                from               to                 who               what must hold first          clause
    Step("receive", S.DRAFT, S.RECEIVED, SERVICE, [g.application_papers_complete, g.contractor_is_qualified], "M3.2.4-1.1",
         label=T("Accept the application"), effect=e.receive, tell=e.tell_engineering_of_application, undo=as_before),
    Step("submit_drawings", S.RECEIVED, S.DRAWING_REVIEW, SERVICE, [g.drawings_are_registered, g.contractor_is_qualified], "M3.2.4-1.2",
         label=T("Hand the drawings to engineering"), effect=e.begin_review, tell=e.tell_reviewers),
    Step("return_drawings", S.DRAWING_REVIEW, S.REWORK_NEEDED, ENGINEERING, [g.every_drawing_is_reviewed, g.a_drawing_is_returned],
         "M3.2.4-2.3", label=T("Return the drawings for rectification"), tone="secondary", effect=e.return_drawings,
         tell=e.tell_of_comments),
    Step("resubmit_drawings", S.REWORK_NEEDED, S.DRAWING_REVIEW, SERVICE, [g.returned_drawings_are_revised], "M3.2.4-2.3",
         label=T("Hand the revised drawings to engineering"), effect=e.begin_review, tell=e.tell_reviewers),
    Step("pass_drawings", S.DRAWING_REVIEW, S.AWAITING_FEES, ENGINEERING_HEAD, [g.every_drawing_is_reviewed, g.no_drawing_is_returned],
         "M3.2.4-2.1", label=T("Sign: the drawings have passed"), effect=e.pass_drawings, tell=e.sign_drawings, approval=True),
    Step("send_to_fire_review", S.AWAITING_FEES, S.AWAITING_FIRE, SERVICE,
         [g.comments_are_collected, g.fees_are_paid, g.deposit_is_held, g.works_are_insured, g.handbook_is_issued,
          g.undertakings_are_signed],
         "M3.2.4-1.3.a", label=T("Fees, insurance and undertakings are complete"), effect=e.send_to_fire, tell=e.tell_security),
    Step("pass_fire_review", S.AWAITING_FIRE, S.TO_ISSUE, SECURITY, [g.fire_receipt_is_on_file], "M3.2.4-3.1",
         label=T("Fire safety reviewed"), effect=e.pass_fire, tell=e.tell_heads),
    Step("issue_permit", S.TO_ISSUE, S.PERMITTED, (SERVICE_HEAD, SYSTEM),
         [g.fees_are_paid, g.deposit_is_held, g.works_are_insured, g.undertakings_are_signed, g.fire_receipt_is_on_file,
          g.contractor_is_qualified, g.three_heads_have_signed],
         "M3.2.4-3.2", label=T("Issue the permit"), effect=e.issue_permit, tell=e.tell_of_permit,
         confirm=T("The permit is issued once and can only be revoked afterwards.")),
    Step("start_work", S.PERMITTED, S.ON_SITE, SERVICE,
         [g.permit_is_valid, g.door_set_is_posted, g.protection_has_passed, g.contractor_is_qualified, g.works_are_insured,
          g.a_worker_has_a_pass, g.extinguishers_are_there],
         "M3.2.4-4.1.b", label=T("The works may begin"), effect=e.start, tell=e.tell_site),
    Step("stop_work", S.ON_SITE, S.STOPPED, (*HEADS, SECURITY), [], "M3.2.4-4.2.D",
         label=T("Stop the works"), tone="danger", effect=e.stop, tell=e.tell_of_stoppage, asks_reason=True),
    Step("resume_work", S.STOPPED, S.ON_SITE, HEADS, [g.no_serious_breach_is_open, g.permit_is_valid, g.contractor_is_qualified,
                                                      g.works_are_insured],
         "M3.2.4-4.2.D", label=T("The works may go on"), effect=e.resume, tell=e.tell_site),
    Step("apply_completion", S.ON_SITE, S.TO_INSPECT, SERVICE, [g.concealed_works_have_passed, g.no_breach_is_open, g.no_flame_burns],
         "M3.2.4-5.1", label=T("The contractor applies for completion"), effect=e.apply_completion, tell=e.tell_inspectors),
    Step("find_defects", S.TO_INSPECT, S.RECTIFYING, SITE, [g.defects_are_written], "M3.2.4-5.3",
         label=T("Not passed: to be rectified"), tone="secondary", effect=e.rectify, tell=e.tell_service_of_defects),
    Step("inspect_again", S.RECTIFYING, S.TO_INSPECT, SERVICE, [], "M3.2.4-5.3",
         label=T("Rectified: inspect again"), effect=e.inspect_again, tell=e.tell_inspectors),
    Step("complete_inspection", S.TO_INSPECT, S.TO_APPROVE, (SERVICE, SYSTEM),
         [g.no_defect_is_open, g.inspection_is_signed, g.passes_are_back, g.extinguishers_are_back], "M3.2.4-5.4",
         label=T("Passed and signed: to the property manager"), effect=e.complete, tell=e.tell_manager),
    Step("accept_completion", S.TO_APPROVE, S.ACCEPTED, PROPERTY_MANAGER, [g.no_penalty_is_open, g.damage_fits_the_deposit], "M3.2.4-5.5",
         label=T("Reviewed and signed"), effect=e.accept, tell=e.sign_review, approval=True,
         confirm=T("The damage is deducted now, and the cashier may refund the rest of the deposit.")),
    Step("return_completion", S.TO_APPROVE, S.TO_INSPECT, PROPERTY_MANAGER, [], "M3.2.4-5.5",
         label=T("Return it"), tone="secondary", effect=e.return_completion, tell=e.tell_of_return, asks_reason=True, approval=True),
    Step("close", S.ACCEPTED, S.REFUNDED, (SYSTEM, FINANCE, SERVICE), [g.deposit_is_settled], "M3.2.4-5.5",
         label=T("The deposit is settled"), effect=e.close),
    Step("withdraw", NOT_BEGUN, S.WITHDRAWN, SERVICE, [g.nobody_is_on_site], "M3.2.4-1",
         label=T("The application is withdrawn"), tone="danger", effect=e.withdraw, tell=e.tell_of_withdrawal, asks_reason=True),
)  # fmt: skip
