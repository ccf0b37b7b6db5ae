"""Pages of waivers and of who may waive how much."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing import access
from billing.filters.holds import WaiverFilter
from billing.flow import WAIVER_FLOW
from billing.forms.holds import LimitForm, WaiverForm
from billing.models import Waiver, WaiverLimit
from billing.services import waivers
from billing.tables.holds import WaiverTable
from core import forms, lists, signing
from core.pages import bound, form_page, need, record_page
from core.urls import record_urls
from tenants import access as tenant_access


@require_GET
def waiver_list(request: HttpRequest) -> HttpResponse:
    """Every waiver, by whom."""
    need(access.may_see_money(request.user))
    return lists.page(
        request,
        name="billing-waivers",
        title=_("Waivers"),
        rows=access.waivers(request.user),
        table=WaiverTable,
        filter=WaiverFilter,
        search=tenant_access.words_in("number", "tenant__name", "tenant__initials", "reason", "signed_by__name"),
        views=[lists.Preset(_("To approve"), "state=WAITING"), lists.Preset(_("Countersignature due"), "consent=due")],
        empty=_("A waiver is asked for beside the charge, on its payment notice."),
    )


def waiver_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a waiver of a charge; within one's own limit it is signed at once."""
    charge = get_object_or_404(access.charges(request.user), pk=pk)
    need(access.may(request.user, access.WAIVERS, charge))
    form = bound(request, WaiverForm, instance=Waiver(charge=charge), initial={"amount": charge.outstanding})

    def save(filled: Any) -> Waiver:
        waiver = waivers.ask(filled.save(commit=False), by=request.user, on=timezone.localdate())
        if waivers.may_sign(request.user, waiver):
            return WAIVER_FLOW.take(waiver, "sign_alone", by=request.user, at=timezone.now())  # type: ignore[no-any-return]
        return waiver

    back = (
        reverse("billing:bill_detail", args=[charge.bill_id])
        if charge.bill_id
        else reverse("tenants:tenant_detail", args=[charge.tenant_id])
    )
    title = _("Waive %(charge)s") % {"charge": charge}
    return form_page(request, form, title=title, save=save, submit_label=_("Waive"), cancel_url=back)


@require_GET
def waiver_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One waiver: what for, who asked, whose limit it needs, who consented."""
    waiver = get_object_or_404(access.waivers(request.user), pk=pk)
    facts = [
        (_("Charge"), str(waiver.charge)),
        (_("Payment notice"), waiver.charge.bill or ""),
        (_("Kind"), waiver.get_kind_display()),
        (_("Amount"), f"¥{waiver.amount:,.2f}"),
        (_("Reason"), waiver.reason),
        (_("Asked by"), waiver.created_by),
        (_("Signed by"), waiver.signed_by or ""),
        (_("Needs the limit of"), "、".join(waivers.signers(waiver))),
        *_due(waiver),
    ]
    back = (reverse("billing:waiver_list"), _("Waivers"))
    signoffs = signing.panel(waiver)
    return record_page(
        request, waiver, title=_("Waiver"), facts=facts, back=back, tenant=waiver.tenant, template="billing/waiver.html", signoffs=signoffs
    )


def _due(waiver: Waiver) -> list[tuple[Any, Any]]:
    """Whose countersignature is still due, and until when."""
    open_consents = signing.awaiting(Waiver).filter(object_id=waiver.pk)
    return [(_("Countersignature due"), f"{row.name} · {row.due_on:%Y-%m-%d}") for row in open_consents]


@require_GET
def limits(request: HttpRequest) -> HttpResponse:
    """Who may waive how much of what."""
    need(access.may_see_money(request.user))
    rows = access.waiver_limits(request.user).order_by("kind", "amount", "pk")
    return render(request, "billing/waiver_limits.html", {"rows": rows, "may": access.may_somewhere(request.user, access.PRICERS)})


def limit_new(request: HttpRequest) -> HttpResponse:
    """Gives a post a limit."""
    return _limit(request, None)


def limit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes a limit; what was waived stays."""
    return _limit(request, get_object_or_404(access.waiver_limits(request.user), pk=pk))


def _limit(request: HttpRequest, limit: WaiverLimit | None) -> HttpResponse:
    need(access.may_somewhere(request.user, access.PRICERS))
    form = bound(request, LimitForm, instance=limit or WaiverLimit())

    def save(filled: Any) -> str:
        forms.save_changes(filled, by=request.user) if limit else filled.save()
        return reverse("billing:waiver_limits")

    title = _("Waiver limit")
    return form_page(request, form, title=title, save=save, record=limit, cancel_url=reverse("billing:waiver_limits"))


urls = [
    *record_urls("waivers", "waiver", model=Waiver, list_view=waiver_list, detail_view=waiver_detail),
    path("charges/<int:pk>/waive/", waiver_new, name="waiver_new"),
    path("waiver-limits/", limits, name="waiver_limits"),
    path("waiver-limits/new/", limit_new, name="waiver_limit_new"),
    path("waiver-limits/<int:pk>/edit/", limit_edit, name="waiver_limit_edit"),
]
