"""What must hold before a step of a fit-out, and where it can be mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock, papers, signing
from core.flow import Blocked
from fitout import access
from fitout.models import Breach, ConcealedWorks, Discipline, DrawingVersion, Fitout, FitoutBill, HotWorkPermit, Penalty, WorkerPass
from fitout.services import drawings

V = DrawingVersion.Verdict


def page(fitout: Fitout, part: str = "") -> str:
    return reverse("fitout:fitout_detail", args=[fitout.pk]) + part


def names(rows: Iterable[Any]) -> str:
    return "、".join(str(row) for row in rows)


def application_papers_complete(fitout: Fitout) -> Blocked | None:
    """Contract or letter, qualification, licence and materials list with certificates are verified (manual 3.2.4-1.1)."""
    return papers.complete("receive", lambda record: page(record, "#papers"))(fitout)


def contractor_is_qualified(fitout: Fitout) -> Blocked | None:
    """Grade 2 or above, with licence and certificate in force today (manual 3.2.1-1)."""
    contractor = fitout.contractor
    there = reverse("fitout:contractor_edit", args=[contractor.pk])
    if contractor.barred_at is not None:
        return Blocked(_("%(name)s is barred: %(why)s.") % {"name": contractor, "why": contractor.barred_reason}, there)
    if contractor.grade is None or not contractor.qualification_number:
        return Blocked(_("Enter grade and number of the contractor's qualification certificate."), there)
    if not contractor.grade.is_accepted:
        values = {"name": contractor, "grade": contractor.grade}
        return Blocked(_("%(name)s has %(grade)s; grade 2 or above is needed.") % values, there)
    if access.expired(contractor, clock.today()):
        return Blocked(_("Licence or qualification of %(name)s has run out. Enter the renewed one.") % {"name": contractor}, there)
    return None


def drawings_are_registered(fitout: Fitout) -> Blocked | None:
    """Something of every required discipline is registered (manual 3.2.4-1.2)."""
    there = reverse("fitout:drawing_new", args=[fitout.pk])
    lacking = Discipline.objects.filter(is_active=True, is_required=True).exclude(pk__in=fitout.drawings.values("discipline"))
    if lacking:
        return Blocked(_("Drawings are missing: %(names)s.") % {"names": names(lacking)}, there)
    return None if fitout.drawings.exists() else Blocked(_("Register the drawings first."), there)


def every_drawing_is_reviewed(fitout: Fitout) -> Blocked | None:
    left = [version.drawing for version in drawings.newest(fitout) if not version.verdict]
    return Blocked(_("Not reviewed yet: %(names)s.") % {"names": names(left)}, page(fitout, "#drawings")) if left else None


def _returned(fitout: Fitout) -> list[Any]:
    return [version.drawing for version in drawings.newest(fitout) if version.verdict == V.RETURNED]


def a_drawing_is_returned(fitout: Fitout) -> Blocked | None:
    if _returned(fitout):
        return None
    return Blocked(_("Every drawing has passed; the head of engineering signs."), page(fitout, "#drawings"), other_way=True)


def no_drawing_is_returned(fitout: Fitout) -> Blocked | None:
    left = _returned(fitout)
    text = _("Returned for rectification: %(names)s.") % {"names": names(left)}
    return Blocked(text, page(fitout, "#drawings"), other_way=True) if left else None


def returned_drawings_are_revised(fitout: Fitout) -> Blocked | None:
    left = _returned(fitout)
    text = _("Register the revised version of: %(names)s.") % {"names": names(left)}
    return Blocked(text, page(fitout, "#drawings")) if left else None


def comments_are_collected(fitout: Fitout) -> Blocked | None:
    """The tenant has collected the Drawing Review Comments (manual 3.2.4-2.2)."""
    if fitout.comments_collected_at is not None:
        return None
    return Blocked(_("The Drawing Review Comments were not collected yet."), reverse("fitout:comments_collected", args=[fitout.pk]))


def fees_are_paid(fitout: Fitout) -> Blocked | None:
    """The fees of the Fit-out Fee Schedule are billed and paid (manual 3.2.4-1.3)."""
    bills = access.standing_bills(fitout, FitoutBill.Purpose.FEES)
    if not bills:
        return Blocked(_("Bill the fees by the Fit-out Fee Schedule."), reverse("fitout:fees", args=[fitout.pk]))
    owing = [bill for bill in bills if bill.outstanding]
    text = _("Not paid yet: %(names)s.") % {"names": names(owing)}
    return Blocked(text, reverse("billing:take", args=[fitout.tenant_id])) if owing else None


def deposit_is_held(fitout: Fitout) -> Blocked | None:
    deposit = fitout.deposit
    if deposit is None or deposit.cancelled_at:
        return Blocked(_("Ask for the fit-out deposit."), reverse("fitout:fees", args=[fitout.pk]))
    if deposit.taken < deposit.amount_due:
        text = _("The fit-out deposit %(number)s is not paid yet.") % {"number": deposit}
        return Blocked(text, reverse("billing:take", args=[fitout.tenant_id]))
    return None


def works_are_insured(fitout: Fitout) -> Blocked | None:
    """The fit-out insurance covers the house's least sum and has not run out (manual 3.2.4-1.3.b)."""
    there = reverse("fitout:insurance", args=[fitout.pk])
    if not fitout.policy_number or fitout.insured_until is None or fitout.insured_amount is None:
        return Blocked(_("Enter the fit-out insurance."), there)
    least = access.terms_of(fitout.building_id).insured_least
    if fitout.insured_amount < least:
        return Blocked(_("The works must be insured for at least %(sum)s yuan.") % {"sum": least}, there)
    if fitout.insured_until < clock.today():
        return Blocked(_("The insurance ran out on %(day)s. Enter its extension.") % {"day": fitout.insured_until}, there)
    return None


def handbook_is_issued(fitout: Fitout) -> Blocked | None:
    """Fit-out Handbook and penalty rules are issued and explained (manual 3.2.4-1.4)."""
    if fitout.handbook_given_at is not None:
        return None
    text = _("Issue the Fit-out Handbook and the penalty rules, and explain the procedure.")
    return Blocked(text, reverse("fitout:handbook", args=[fitout.pk]))


def _unsigned(fitout: Fitout, *documents: str) -> Blocked | None:
    lacking = [row for row in signing.panel(fitout) if row.document.key in documents and not row.is_valid]
    if not lacking:
        return None
    first = lacking[0]
    text = _("“%(document)s” is not signed by: %(parties)s.") % {
        "document": first.document.title,
        "parties": names(row.party.label for row in lacking if row.document == first.document),
    }
    return Blocked(text, reverse("fitout:fitout_sign", args=[fitout.pk, first.document.key, first.party.key]))


def undertakings_are_signed(fitout: Fitout) -> Blocked | None:
    """Tenant and contractor have signed both undertakings (manual 3.2.4-1.5)."""
    return _unsigned(fitout, "works_undertaking", "fire_undertaking")


def fire_receipt_is_on_file(fitout: Fitout) -> Blocked | None:
    """Over the limit of the house, the receipt of the fire authority is on file (manual 3.2.4-3.1)."""
    if not access.needs_fire_receipt(fitout):
        return None
    missing = papers.missing(fitout, "pass_fire_review")
    if fitout.fire_receipt_number and not missing:
        return None
    values = {"area": access.floor_area(fitout.unit), "limit": fitout.building.fit_out_area_limit_m2}
    text = _("The Fire Submission Receipt is missing: the unit has %(area)s m², over %(limit)s m².") % values
    return Blocked(text, reverse("fitout:fire_receipt", args=[fitout.pk]))


def three_heads_have_signed(fitout: Fitout) -> Blocked | None:
    return _unsigned(fitout, "permit")


def permit_is_valid(fitout: Fitout) -> Blocked | None:
    permit = access.valid_permit(fitout)
    if permit is not None and permit.valid_until >= clock.today():
        return None
    return Blocked(_("There is no valid permit. Extend it, or issue a new one."), reverse("fitout:permit_extend", args=[fitout.pk]))


def door_set_is_posted(fitout: Fitout) -> Blocked | None:
    """Permit, questions and answers and penalty rules hang on the unit door (manual 3.2.4-4.1.a)."""
    if fitout.door_set_posted_at is not None:
        return None
    text = _("Post permit, questions and answers, and penalty rules on the unit door.")
    return Blocked(text, reverse("fitout:door_set", args=[fitout.pk]))


def protection_has_passed(fitout: Fitout) -> Blocked | None:
    """Customer service has passed the protection of finished surfaces (manual 3.2.4-4.1.b)."""
    if fitout.protection_passed:
        return None
    return Blocked(_("The protection of common areas has not passed inspection."), reverse("fitout:protection", args=[fitout.pk]))


def a_worker_has_a_pass(fitout: Fitout) -> Blocked | None:
    if fitout.passes.filter(state=WorkerPass.State.VALID).exists():
        return None
    return Blocked(_("No worker has a valid pass yet."), page(fitout, "#passes"))


def extinguishers_are_there(fitout: Fitout) -> Blocked | None:
    """As many extinguishers as the floor area asks for, hired or the contractor's own (manual 3.2.3-4)."""
    needed, there = access.extinguishers_needed(fitout), fitout.hires.filter(returned_at=None).count() + fitout.own_extinguishers
    if there >= needed:
        return None
    values = {"there": there, "needed": needed}
    text = _("%(there)s of %(needed)s fire extinguishers are on site.") % values
    return Blocked(text, reverse("fitout:extinguishers", args=[fitout.pk]))


def no_serious_breach_is_open(fitout: Fitout) -> Blocked | None:
    left = _open_breaches(fitout).filter(is_serious=True)
    return Blocked(_("Serious breaches are open: %(names)s.") % {"names": names(left)}, page(fitout, "#breaches")) if left else None


def _open_breaches(fitout: Fitout) -> Any:
    return fitout.breaches.exclude(state__in=[Breach.State.CLOSED, Breach.State.WITHDRAWN])


def no_breach_is_open(fitout: Fitout) -> Blocked | None:
    left = _open_breaches(fitout)
    return Blocked(_("Breaches are not corrected: %(names)s.") % {"names": names(left)}, page(fitout, "#breaches")) if left else None


def concealed_works_have_passed(fitout: Fitout) -> Blocked | None:
    """Nothing concealed waits for its inspection (manual 3.2.4-4.5)."""
    state = ConcealedWorks.State
    left = fitout.concealed.exclude(state__in=[state.PASSED, state.COVERED, state.WITHDRAWN])
    return Blocked(_("Concealed works have not passed: %(names)s.") % {"names": names(left)}, page(fitout, "#concealed")) if left else None


def no_flame_burns(fitout: Fitout) -> Blocked | None:
    state = HotWorkPermit.State
    left = fitout.hot_works.filter(state__in=[state.APPROVED, state.WORKING, state.WATCHING])
    return Blocked(_("Hot-work permits are open: %(names)s.") % {"names": names(left)}, page(fitout, "#hot-work")) if left else None


def open_defects(fitout: Fitout) -> Any:
    return fitout.remarks.filter(concealed=None, is_defect=True, rectified_at=None)


def defects_are_written(fitout: Fitout) -> Blocked | None:
    if open_defects(fitout).exists():
        return None
    return Blocked(_("Write down what must be rectified."), reverse("fitout:remark_new", args=[fitout.pk]), other_way=True)


def no_defect_is_open(fitout: Fitout) -> Blocked | None:
    count = open_defects(fitout).count()
    text = ngettext("%(count)d comment is not rectified.", "%(count)d comments are not rectified.", count) % {"count": count}
    return Blocked(text, page(fitout, "#inspection"), other_way=True) if count else None


def inspection_is_signed(fitout: Fitout) -> Blocked | None:
    """Heads, tenant and contractor have signed the Fit-out Completion Inspection Sheet (manual 3.2.4-5.4)."""
    return _unsigned(fitout, "completion")


def passes_are_back(fitout: Fitout) -> Blocked | None:
    left = fitout.passes.filter(state__in=WorkerPass.HELD)
    return Blocked(_("Worker passes are not returned: %(names)s.") % {"names": names(left)}, page(fitout, "#passes")) if left else None


def extinguishers_are_back(fitout: Fitout) -> Blocked | None:
    left = fitout.hires.filter(returned_at=None).select_related("extinguisher")
    text = _("Hired extinguishers are not returned: %(names)s.") % {"names": names(left)}
    return Blocked(text, reverse("fitout:extinguishers", args=[fitout.pk])) if left else None


def damage_fits_the_deposit(fitout: Fitout) -> Blocked | None:
    total, held = sum(row.amount for row in fitout.damages.filter(charge=None)), access.held(fitout)
    if total <= held:
        return None
    values = {"total": total, "held": held}
    text = _("The damage comes to %(total)s yuan, more than the %(held)s held. Bill the rest first.") % values
    return Blocked(text, page(fitout, "#damage"))


def deposit_is_settled(fitout: Fitout) -> Blocked | None:
    """Nothing is held of the deposit any more: refunded, less what was deducted."""
    held = access.held(fitout)
    if held == 0:
        return None
    text = _("%(held)s yuan of the deposit are still held: the cashier refunds them.") % {"held": held}
    return Blocked(text, reverse("billing:refund_list"))


def nobody_is_on_site(fitout: Fitout) -> Blocked | None:
    if not fitout.entries.filter(left_at=None).exists():
        return None
    return Blocked(_("Workers are still on site. Let them out first."), page(fitout, "#passes"))


def no_penalty_is_open(fitout: Fitout) -> Blocked | None:
    """What may still be deducted is decided before the rest is refunded."""
    row = Penalty.objects.filter(breach__fitout=fitout, state=Penalty.State.REQUESTED).first()
    if row is None:
        return None
    return Blocked(_("The penalty %(number)s is not decided yet.") % {"number": row}, reverse("fitout:penalty_detail", args=[row.pk]))
