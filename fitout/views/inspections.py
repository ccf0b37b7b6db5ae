"""Concealed works, comments of inspections and their rectification, damage to common property (manual 3.2.4-4.5, 3.2.4-5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import forms, lists, signing
from core.pages import bound, form_page, need, record_page, without_blanks
from core.signing_views import sign_page
from core.text import is_key
from core.urls import record_urls
from fitout import access
from fitout.filters import ConcealedFilter
from fitout.forms.inspections import ConcealedForm, DamageForm, PhotosForm, RemarkForm
from fitout.models import ConcealedWorks, Fitout, Remark
from fitout.services import inspections
from fitout.tables import ConcealedTable
from tenants import access as tenants


def _page(fitout_id: int, part: str = "") -> str:
    return reverse("fitout:fitout_detail", args=[fitout_id]) + part


@require_GET
def concealed_list(request: HttpRequest) -> HttpResponse:
    """Everything that was or is to be inspected before it is covered."""
    new = (reverse("fitout:concealed_new"), _("New application")) if access.may_take_applications(request.user) else None
    return lists.page(
        request,
        name="concealed-works",
        title=_("Concealed works"),
        rows=access.concealed(request.user),
        table=ConcealedTable,
        filter=ConcealedFilter,
        search=tenants.words_in("number", "fitout__number", "fitout__unit__code", "fitout__contractor__name", "spot", "description"),
        new=new,
        views=[lists.Preset(_("To agree a time"), "state=APPLIED&state=RECTIFYING"), lists.Preset(_("Booked"), "state=BOOKED")],
        empty=_("No concealed works were applied for yet."),
    )


def concealed_new(request: HttpRequest) -> HttpResponse:
    """The contractor's application, as customer service takes it; `?fitout=` names the site."""
    need(access.may_take_applications(request.user))
    wanted = request.GET.get("fitout", "")
    fitout = access.fitouts(request.user).on_site().filter(pk=wanted).first() if is_key(wanted) else None
    initial = {"fitout": fitout.pk, "applicant": fitout.lead} if fitout else {}
    form = bound(request, ConcealedForm, user=request.user, fitout=fitout, initial=initial)

    def save(filled: Any) -> ConcealedWorks:
        made = inspections.apply(filled.save(commit=False), by=request.user, at=timezone.now())
        if filled.cleaned_data["photos"]:
            inspections.add_photos(made, filled.cleaned_data["photos"], by=request.user)
        return made

    back = _page(fitout.pk, "#concealed") if fitout else reverse("fitout:concealed_list")
    return form_page(request, form, title=_("Application to inspect concealed works"), save=save, cancel_url=back)


@require_GET
def concealed_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be covered, what was found, who has signed."""
    row = get_object_or_404(access.concealed(request.user), pk=pk)
    rows = signing.panel(row)
    mine = [each for each in rows if not each.is_valid and _may_sign(request.user, row, each.party) and each.document.text(row)]
    remarks = list(row.remarks.select_related("department", "by", "rectified_by", "photo"))
    settled = row.state in (ConcealedWorks.State.COVERED, ConcealedWorks.State.WITHDRAWN)
    may_inspect = access.may_inspect(request.user, row)
    return record_page(
        request,
        row,
        title=_("Concealed works"),
        facts=without_blanks(concealed_facts(row)),
        back=(reverse("fitout:concealed_list"), _("Concealed works")),
        tenant=row.fitout.tenant,
        actions=[(_("Fit-out"), _page(row.fitout_id, "#concealed"), "paint")],
        template="fitout/concealed.html",
        related=remarks,
        remarks=remarks,
        photos=list(row.photos.select_related("file")),
        may_remark=may_inspect and row.state in inspections.TO_INSPECT_CONCEALED,
        may_add_photo=may_inspect and not settled,
        departments=access.site_departments(request.user, row),
        mine_to_sign=mine,
        signoffs=[each for each in rows if each not in mine],
    )


def concealed_facts(row: ConcealedWorks) -> list[tuple[Any, Any]]:
    return [
        (_("Fit-out"), row.fitout),
        (_("Unit"), row.fitout.unit),
        (_("Contractor"), row.fitout.contractor),
        (_("Kind of works"), row.item),
        (_("What is checked"), row.item.checks),
        (_("Where"), row.spot),
        (_("What is to be covered"), row.description),
        (_("Drawing"), row.drawing),
        (_("Applied for by"), row.applicant),
        (_("Wished for at"), row.wished_at),
        (_("Agreed time"), row.agreed_at),
        (_("Round"), row.round),
        (_("Passed"), row.passed_at),
        (_("Covered"), row.covered_at),
    ]


def _may_sign(user: Any, row: ConcealedWorks, party: signing.Party) -> bool:
    return bool(party.role.holds(user, row)) if party.role else access.may_inspect(user, row)


def concealed_sign(request: HttpRequest, pk: int, document: str, party: str) -> HttpResponse:
    row = get_object_or_404(access.concealed(request.user), pk=pk)
    return sign_page(request, row, document, party, may=lambda signer: _may_sign(request.user, row, signer), name=row.applicant)


def concealed_photo(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(access.concealed(request.user), pk=pk)
    need(access.may_inspect(request.user, row))
    form = bound(request, PhotosForm)
    back = reverse("fitout:concealed_detail", args=[pk])

    def save(filled: Any) -> ConcealedWorks:
        inspections.add_photos(row, filled.cleaned_data["photos"], by=request.user)
        return row

    return form_page(request, form, title=_("Photos of concealed works"), save=save, record=row, cancel_url=back)


def concealed_remark(request: HttpRequest, pk: int) -> HttpResponse:
    """A department writes what it found at the inspection of concealed works."""
    row = get_object_or_404(access.concealed(request.user), pk=pk)
    need(access.may_inspect(request.user, row))
    return _remark(request, row, Remark(fitout=row.fitout, concealed=row, round=row.round), reverse("fitout:concealed_detail", args=[pk]))


def remark_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A department writes its comment on the completion sheet."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_inspect(request.user, fitout))
    return _remark(request, fitout, Remark(fitout=fitout, round=max(fitout.completion_round, 1)), _page(pk, "#inspection"))


def _remark(request: HttpRequest, record: Any, row: Remark, back: str) -> HttpResponse:
    form = bound(request, RemarkForm, user=request.user, record=record, instance=row)

    def save(filled: Any) -> HttpResponseRedirect:
        inspections.remark(filled.save(commit=False), by=request.user, photo=filled.cleaned_data["photo"])
        return HttpResponseRedirect(back)

    return form_page(request, form, title=_("Comment of the inspection"), save=save, record=record, cancel_url=back)


@require_POST
def remark_rectified(request: HttpRequest, pk: int) -> HttpResponse:
    """The department that wrote it has seen it rectified."""
    row = get_object_or_404(access.remarks(request.user), pk=pk)
    back = reverse("fitout:concealed_detail", args=[row.concealed_id]) if row.concealed_id else _page(row.fitout_id, "#inspection")
    return _once(request, lambda: inspections.found_rectified(row, by=request.user, at=timezone.now()), back)


def _once(request: HttpRequest, work: Callable[[], Any], back: str) -> HttpResponse:
    def done() -> HttpResponseRedirect:
        work()
        return HttpResponseRedirect(back)

    return forms.once(request, done)


def damage_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Damage to common property is priced."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_inspect(request.user, fitout))
    form = bound(request, DamageForm)
    form.instance.fitout = fitout

    def save(filled: Any) -> HttpResponseRedirect:
        inspections.price_damage(filled.save(commit=False), by=request.user, photo=filled.cleaned_data["photo"])
        return HttpResponseRedirect(_page(pk, "#damage"))

    return form_page(request, form, title=_("Damage to common property"), save=save, record=fitout, cancel_url=_page(pk, "#damage"))


@require_POST
def damage_drop(request: HttpRequest, pk: int, damage: int) -> HttpResponse:
    """Takes back what was priced wrongly."""
    fitout = _inspected(request, pk)
    row = get_object_or_404(fitout.damages, pk=damage)
    return _once(request, lambda: inspections.drop_damage(row, by=request.user), _page(pk, "#damage"))


@require_POST
def damage_bill(request: HttpRequest, pk: int, damage: int) -> HttpResponse:
    """Charges damage by a payment notice instead of the deposit."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_manage(request.user, fitout))
    row = get_object_or_404(fitout.damages, pk=damage)
    return _once(request, lambda: inspections.bill_damage(row, by=request.user, at=timezone.now()), _page(pk, "#damage"))


def _inspected(request: HttpRequest, pk: int) -> Fitout:
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_inspect(request.user, fitout))
    return fitout


urls = [
    path("concealed-works/<int:pk>/sign/<slug:document>/<str:party>/", concealed_sign, name="concealed_sign"),
    path("concealed-works/<int:pk>/photos/new/", concealed_photo, name="concealed_photo"),
    path("concealed-works/<int:pk>/remarks/new/", concealed_remark, name="concealed_remark"),
    path("remarks/<int:pk>/rectified/", remark_rectified, name="remark_rectified"),
    path("fitouts/<int:pk>/remarks/new/", remark_new, name="remark_new"),
    path("fitouts/<int:pk>/damage/new/", damage_new, name="damage_new"),
    path("fitouts/<int:pk>/damage/<int:damage>/drop/", damage_drop, name="damage_drop"),
    path("fitouts/<int:pk>/damage/<int:damage>/bill/", damage_bill, name="damage_bill"),
    *record_urls(
        "concealed-works",
        "concealed",
        model=ConcealedWorks,
        list_view=concealed_list,
        new_view=concealed_new,
        detail_view=concealed_detail,
    ),
]
