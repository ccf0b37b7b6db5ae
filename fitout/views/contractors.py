"""The register of contractors across fit-outs: who they are, how they stand, whom the house keeps out (manual 3.2.1-1)."""

from __future__ import annotations

from typing import Any

from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import forms, lists
from core.crypto import format_phone
from core.pages import bound, form_page, named, need, record_page, without_blanks
from fitout import access
from fitout.filters import ContractorFilter
from fitout.forms import ContractorForm
from fitout.forms.application import contractors_like
from fitout.models import Contractor, Standing
from fitout.services import contractors
from fitout.tables import ContractorTable, standing_chip
from tenants import access as tenants


@require_GET
def contractor_list(request: HttpRequest) -> HttpResponse:
    new = (reverse("fitout:contractor_new"), _("New contractor")) if access.may_take_applications(request.user) else None
    return lists.page(
        request,
        name="contractors",
        title=_("Fit-out contractors"),
        rows=access.contractors(request.user).annotate(soon_days=Value(access.soon(request.user).days)),
        table=ContractorTable,
        filter=ContractorFilter,
        search=tenants.words_in("name", "credit_code", "lead", "qualification_number"),
        new=new,
        views=[lists.Preset(standing.label, f"standing={standing.value}") for standing in Standing],
        empty=_("No contractor is in the register yet."),
    )


@require_GET
def contractor_picker(request: HttpRequest) -> HttpResponse:
    today, soon = timezone.localdate(), access.soon(request.user)

    def hint(row: Contractor) -> str:
        return f"{row.grade or ''} · {Standing(row.standing(today, soon)).label}"

    return forms.pick(request, access.contractors(request.user), contractors_like, hint)


def contractor_new(request: HttpRequest) -> HttpResponse:
    """A contractor is written down once; who came from an application goes back to it with the new one chosen."""
    need(access.may_take_applications(request.user))
    form = bound(request, ContractorForm, user=request.user)
    unit = named(request, "unit", access.units)
    back = reverse("fitout:fitout_new") if "application" in request.GET else ""

    def save(filled: Any) -> Any:
        made = filled.save()
        told = {"contractor": made.pk, **({"unit": unit.pk} if unit else {})}
        return f"{back}?{urlencode(told)}" if back else made

    return form_page(request, form, title=_("New contractor"), save=save, cancel_url=back or reverse("fitout:contractor_list"))


@require_GET
def contractor_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One contractor: its papers, its fit-outs, its breaches, and what it was reminded of."""
    contractor = get_object_or_404(access.contractors(request.user).select_related("barred_by"), pk=pk)
    may_edit = access.may_manage(request.user, contractor)
    return record_page(
        request,
        contractor,
        title=contractor.name,
        facts=_facts(contractor),
        back=(reverse("fitout:contractor_list"), _("Fit-out contractors")),
        chip=standing_chip(contractor, access.soon(request.user)),
        template="fitout/contractor.html",
        edit_url=reverse("fitout:contractor_edit", args=[pk]) if may_edit else "",
        actions=_actions(request, contractor),
        fitouts=access.fitouts(request.user).filter(contractor=contractor).order_by("-pk")[:50],
        copies=access.contractor_papers(contractor),
        reminders=access.reminders_of(contractor)[:10],
    )


def _facts(contractor: Contractor) -> list[tuple[Any, Any]]:
    facts: list[tuple[Any, Any]] = [
        (_("Building"), contractor.building),
        (_("Credit code"), contractor.credit_code),
        (_("Business licence valid until"), contractor.licence_until or _("without limit")),
        (_("Qualification grade"), contractor.grade),
        (_("Number of the qualification certificate"), contractor.qualification_number),
        (_("Qualification valid until"), contractor.qualification_until),
        (_("Person in charge"), contractor.lead),
        (_("Phone"), format_phone(contractor.phone)),
        (_("Why it is barred"), contractor.barred_reason),
        (_("Barred"), contractor.barred_at),
        (_("Barred by"), contractor.barred_by),
    ]
    return without_blanks(facts)


def _actions(request: HttpRequest, contractor: Contractor) -> list[tuple[Any, str, str]]:
    found = []
    if access.may_take_applications(request.user) and contractor.barred_at is None:
        found.append((_("New application"), f"{reverse('fitout:fitout_new')}?contractor={contractor.pk}", "plus"))
    if access.may_lead(request.user, contractor):
        barred = contractor.barred_at is not None
        name, label = ("contractor_unbar", _("Let it work again")) if barred else ("contractor_bar", _("Bar"))
        found.append((label, reverse(f"fitout:{name}", args=[contractor.pk]), "lock-open" if barred else "lock"))
    return found


def contractor_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contractor = get_object_or_404(access.contractors(request.user), pk=pk)
    need(access.may_manage(request.user, contractor))
    form = bound(request, ContractorForm, user=request.user, instance=contractor)

    def save(filled: Any) -> Contractor:
        return forms.save_changes(filled, by=request.user)  # type: ignore[no-any-return]

    return form_page(request, form, title=_("Correct the contractor"), save=save, record=contractor, cancel_url=_page(contractor))


def _page(contractor: Contractor) -> str:
    return reverse("fitout:contractor_detail", args=[contractor.pk])


def contractor_bar(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer service manager keeps a contractor out, with the reason."""
    contractor = get_object_or_404(access.contractors(request.user), pk=pk)
    need(access.may_lead(request.user, contractor))
    form = bound(request, forms.ReasonForm)

    def save(filled: Any) -> Contractor:
        return contractors.bar(contractor, reason=filled.cleaned_data["note"][:300], by=request.user, at=timezone.now())

    title = _("Bar %(name)s from the building") % {"name": contractor}
    return form_page(request, form, title=title, save=save, record=contractor, submit_label=_("Bar"), cancel_url=_page(contractor))


def contractor_unbar(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer service manager lets a barred contractor work again."""
    contractor = get_object_or_404(access.contractors(request.user), pk=pk)
    need(access.may_lead(request.user, contractor))
    form = bound(request, forms.ConfirmForm)

    def save(filled: Any) -> Contractor:
        return contractors.unbar(contractor, by=request.user)

    title = _("Let %(name)s work again?") % {"name": contractor}
    return form_page(
        request, form, title=title, save=save, record=contractor, submit_label=_("Let it work again"), cancel_url=_page(contractor)
    )


urls = [
    path("contractors/", contractor_list, name="contractor_list"),
    path("contractors/picker/", contractor_picker, name="contractor_picker"),
    path("contractors/new/", contractor_new, name="contractor_new"),
    path("contractors/<int:pk>/", contractor_detail, name="contractor_detail"),
    path("contractors/<int:pk>/edit/", contractor_edit, name="contractor_edit"),
    path("contractors/<int:pk>/bar/", contractor_bar, name="contractor_bar"),
    path("contractors/<int:pk>/unbar/", contractor_unbar, name="contractor_unbar"),
]
