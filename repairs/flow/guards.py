"""What must hold before a step of a work order, and where it can be mended."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from core import signing
from core.flow import Blocked
from repairs import access
from repairs.models import Material, WorkOrder

S = WorkOrder.State


def page(order: WorkOrder, part: str = "") -> str:
    return reverse("repairs:work_order_detail", args=[order.pk]) + part


def is_reviewed_first(order: WorkOrder) -> bool:
    """True for what is off the Repair Service Item List, and for property that is not public (manual 3.4.2-3, 3.4.4-5.b)."""
    if order.reviewed_at is not None:
        return False
    return order.service is None or (order.service.needs_review and not order.is_public)


def needs_no_review(order: WorkOrder) -> Blocked | None:
    if not is_reviewed_first(order):
        return None
    text = _("It is not public property, or not on the Repair Service Item List: the engineering supervisor reviews it first.")
    return Blocked(text, reverse("repairs:work_order_step", args=[order.pk, "send_to_review"]), other_way=True)


def needs_review(order: WorkOrder) -> Blocked | None:
    return None if is_reviewed_first(order) else Blocked(_("It needs no review: send it to engineering."), other_way=True)


def is_priced(order: WorkOrder) -> Blocked | None:
    if order.is_paid:
        return None
    # The supervisor who reviews it comes back to the answer.
    back = "?to=quote" if order.state == S.REVIEW else ""
    there = reverse("repairs:line_new", args=[order.pk]) + back
    return Blocked(_("Nothing is charged yet. Enter what it costs first."), there, other_way=True)


def is_free(order: WorkOrder) -> Blocked | None:
    return Blocked(_("It is a paid service."), other_way=True) if order.is_paid else None


def tenant_is_known(order: WorkOrder) -> Blocked | None:
    if not order.is_paid or order.tenant_id:
        return None
    text = _("Name the tenant who pays first: a paid service is charged to a tenant.")
    return Blocked(text, reverse("repairs:work_order_edit", args=[order.pk]))


def notice_is_signed(order: WorkOrder) -> Blocked | None:
    """A paid service is signed before it begins (manual 3.12.4-2)."""
    if not order.is_paid or signing.complete(order, "notice"):
        return None
    text = _("The customer has not signed the Payment Notice with the service, its time and rate.")
    return Blocked(text, reverse("repairs:work_order_sign", args=[order.pk, "notice", "CUSTOMER"]))


def findings_are_written(order: WorkOrder) -> Blocked | None:
    if order.findings or hasattr(order, "booking"):
        return None
    return Blocked(_("Write what was found on site."), reverse("repairs:findings", args=[order.pk]))


def items_are_written(order: WorkOrder) -> Blocked | None:
    if hasattr(order, "booking") or order.items.exists():
        return None
    return Blocked(_("Enter the repair items as they were really done."), reverse("repairs:item_new", args=[order.pk]))


def materials_are_verified(order: WorkOrder) -> Blocked | None:
    """The customer's own material is verified, and what is not qualified is not used (manual 3.4.4-7)."""
    if all(row.source != Material.Source.TENANT or row.verdict for row in order.materials.all()):
        return None
    return Blocked(_("Verify the customer's material: qualified or not qualified."), page(order, "#materials"))


def work_is_signed(order: WorkOrder) -> Blocked | None:
    """The customer has tried or checked it and signs; for public property the customer service staff do (manual 3.4.4-8)."""
    document = acceptance_of(order)
    if signing.complete(order, document):
        return None
    party = "CUSTOMER" if document == "acceptance" else "CHECKER"
    text = _("The customer has not signed the work order.") if party == "CUSTOMER" else _("Customer service has not checked and signed it.")
    return Blocked(text, reverse("repairs:work_order_sign", args=[order.pk, document, party]))


def acceptance_of(order: WorkOrder) -> str:
    """Who accepts the work: the customer, or customer service where it is nobody's own."""
    return "check" if order.is_checked_by_us else "acceptance"


def bill_is_paid(order: WorkOrder) -> Blocked | None:
    if order.bill is not None and access.bill_is_paid(order.bill):
        return None
    return bill_stands(order) or Blocked(_("The Payment Notice is not paid yet."), page(order, "#charges"))


def bill_is_void(order: WorkOrder) -> str | None:
    return _("Its Payment Notice stands in the books.") if access.is_charged(order) else None


def bill_stands(order: WorkOrder) -> Blocked | None:
    """Nobody refuses to pay what is not asked for any more."""
    if access.is_charged(order):
        return None
    return Blocked(_("The Payment Notice was made void: charge it again, or nothing is due."), page(order, "#charges"))


def no_visit_waits(order: WorkOrder) -> Blocked | None:
    if all(visit.round != order.round or visit.visited_at for visit in order.visits.all()):
        return None
    return Blocked(_("A return visit is planned: call the customer first."), page(order, "#visits"))
