"""Pages of the price list, of agreed fees and of how a building bills."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing import access
from billing.forms.prices import KindForm, LeaseFeeForm, PriceForm, TermsForm
from billing.models import ChargeKind, LeaseFee
from billing.services import prices
from core import forms
from core.pages import bound, form_page, need
from core.text import is_key
from premises import access as premises


@require_GET
def price_list(request: HttpRequest) -> HttpResponse:
    """Each charge kind with its price today, the one to come, and those before, building by building."""
    today = timezone.localdate()
    found = []
    for building in premises.buildings(request.user).order_by("name"):
        rows = list(access.prices_of(request.user, building))
        found.append({"building": building, "groups": _grouped(rows, today), "may": access.may(request.user, access.PRICERS, building)})
    return render(
        request,
        "billing/prices.html",
        {"sheets": found, "today": today, "may_add": access.may_somewhere(request.user, access.PRICERS)},
    )


def _grouped(rows: list[Any], today: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for kind in ChargeKind.objects.filter(is_active=True):
        mine = sorted((row for row in rows if row.kind_id == kind.pk), key=lambda row: row.starts_on)
        begun = [row for row in mine if row.starts_on <= today]
        line = {"kind": kind, "now": begun[-1] if begun else None, "next": next((row for row in mine if row.starts_on > today), None)}
        groups.setdefault(str(kind.get_group_display()), []).append({**line, "before": begun[:-1][::-1]})
    return list(groups.items())


def price_new(request: HttpRequest) -> HttpResponse:
    """Sets a price from a day on."""
    need(access.may_somewhere(request.user, access.PRICERS))
    form = bound(request, PriceForm, user=request.user, initial=_named(request))

    def save(filled: Any) -> str:
        prices.set_price(filled.save(commit=False), by=request.user)
        messages.success(request, _("Price set."))
        return reverse("billing:price_list")

    return form_page(request, form, title=_("Set a price"), save=save, cancel_url=reverse("billing:price_list"))


def _named(request: HttpRequest) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    return {"kind": kind, "starts_on": timezone.localdate()} if is_key(kind) else {"starts_on": timezone.localdate()}


def price_strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strikes out a price that nothing was billed by."""
    price = get_object_or_404(access.prices(request.user), pk=pk)
    need(access.may(request.user, access.PRICERS, price.building))
    form = bound(request, forms.ConfirmForm)

    def save(filled: Any) -> str:
        prices.strike_out(price, by=request.user, at=timezone.now())
        return reverse("billing:price_list")

    title = _("Strike out %(price)s") % {"price": price}
    return form_page(request, form, title=title, save=save, submit_label=_("Strike out"), cancel_url=reverse("billing:price_list"))


def kind_new(request: HttpRequest) -> HttpResponse:
    """Adds a charge kind."""
    need(access.may_somewhere(request.user, access.PRICERS))
    form = bound(request, KindForm)

    def save(filled: Any) -> str:
        filled.save()
        return reverse("billing:price_list")

    return form_page(request, form, title=_("New charge kind"), save=save, cancel_url=reverse("billing:price_list"))


def kind_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects a charge kind; what was charged keeps its price."""
    kind = get_object_or_404(access.charge_kinds(request.user), pk=pk)
    need(access.may_somewhere(request.user, access.PRICERS))
    form = bound(request, KindForm, instance=kind)

    def save(filled: Any) -> str:
        forms.save_changes(filled, by=request.user)
        return reverse("billing:price_list")

    return form_page(request, form, title=str(kind), save=save, record=kind, cancel_url=reverse("billing:price_list"))


@require_GET
def lease_fees(request: HttpRequest, pk: int) -> HttpResponse:
    """What is agreed for one lease each month."""
    lease = get_object_or_404(access.leases(request.user), pk=pk)
    rows = access.lease_fees(request.user).filter(lease=lease)
    return render(
        request,
        "billing/lease_fees.html",
        {"lease": lease, "rows": rows, "may": access.may(request.user, access.LEASE_PRICERS, lease.tenant)},
    )


def lease_fee_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Agrees a monthly fee for a lease."""
    lease = get_object_or_404(access.leases(request.user), pk=pk)
    return _lease_fee(request, LeaseFee(lease=lease), title=_("Agree a monthly fee"))


def lease_fee_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects an agreed fee; months already billed stay as they were."""
    return _lease_fee(request, get_object_or_404(access.lease_fees(request.user), pk=pk), title=_("Edit the agreed fee"))


def _lease_fee(request: HttpRequest, fee: LeaseFee, *, title: str) -> HttpResponse:
    need(access.may(request.user, access.LEASE_PRICERS, fee.lease.tenant))
    initial = {} if fee.pk else {"starts_on": fee.lease.starts_on, "ends_on": fee.lease.ends_on}
    form = bound(request, LeaseFeeForm, instance=fee, initial=initial)
    back = reverse("billing:lease_fees", args=[fee.lease_id])

    def save(filled: Any) -> str:
        forms.save_changes(filled, by=request.user) if fee.pk else filled.save()
        return back

    return form_page(request, form, title=title, save=save, record=fee if fee.pk else None, cancel_url=back)


def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """How a building bills: days, late fee, account."""
    building = get_object_or_404(premises.buildings(request.user), pk=pk)
    need(access.may(request.user, access.PRICERS, building))
    kept = prices.terms_of(building.pk)
    form = bound(request, TermsForm, instance=kept)

    def save(filled: Any) -> str:
        forms.save_changes(filled, by=request.user) if kept.pk else filled.save()
        return reverse("billing:price_list")

    title = _("Billing terms of %(building)s") % {"building": building}
    return form_page(request, form, title=title, save=save, record=kept if kept.pk else None, cancel_url=reverse("billing:price_list"))


urls = [
    path("prices/", price_list, name="price_list"),
    path("prices/new/", price_new, name="price_new"),
    path("prices/<int:pk>/strike/", price_strike, name="price_strike"),
    path("charge-kinds/new/", kind_new, name="charge_kind_new"),
    path("charge-kinds/<int:pk>/edit/", kind_edit, name="charge_kind_edit"),
    path("leases/<int:pk>/fees/", lease_fees, name="lease_fees"),
    path("leases/<int:pk>/fees/new/", lease_fee_new, name="lease_fee_new"),
    path("lease-fees/<int:pk>/edit/", lease_fee_edit, name="lease_fee_edit"),
    path("terms/<int:pk>/", terms, name="terms"),
]
