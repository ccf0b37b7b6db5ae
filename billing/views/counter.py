"""The counter: whose money, what is due, taken once, with a receipt."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billing import access
from billing.filters.receipts import ReceiptFilter
from billing.forms.counter import FindForm, TakeForm
from billing.models import Receipt
from billing.services import accounts, ledger, receipts
from billing.services.ledger import Stamp
from billing.tables.receipts import ReceiptTable
from core import forms, lists
from core.pages import bound, form_page, need, record_page
from core.urls import record_urls
from tenants import access as tenant_access

SUMS = (("settled", gettext_lazy("Settled now")), ("ahead", gettext_lazy("Becomes prepayment")), ("change", gettext_lazy("Change to give")))


@require_GET
def counter(request: HttpRequest) -> HttpResponse:
    """Finds the tenant who pays."""
    need(access.may_take_money(request.user))
    asked = {"tenant": request.GET["tenant"]} if request.GET.get("tenant") else None
    form = FindForm(asked, tenants=access.tenants(request.user))
    if asked and form.is_valid():
        return HttpResponseRedirect(reverse("billing:take", args=[form.cleaned_data["tenant"].pk]))
    return render(request, "billing/counter_find.html", {"form": form}, status=422 if asked else 200)


def take(request: HttpRequest, pk: int) -> HttpResponse:
    """What a tenant owes on one screen, and the money taken for it."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    need(access.may(request.user, access.CASHIERS, tenant))
    charges, deposits = accounts.unpaid_by_bill(tenant), accounts.deposits_due(tenant)
    form = bound(request, TakeForm, charges=charges, deposits=deposits)
    now = timezone.now()

    def save(filled: Any) -> Receipt:
        values = filled.cleaned_data
        details = {name: values[name] for name in ("payer", "reference", "note")}
        stamp = Stamp(by=request.user, at=now, on=timezone.localdate(now))
        accounts.check_due(tenant, values["due"])
        receipt = receipts.receive(
            tenant, values["amount"], values["method"], stamp, picks=filled.picks(), deposits=filled.chosen_deposits(), **details
        )
        given = values.get("given")
        if given and values["method"] == "CASH":
            messages.success(request, _("Received. Change: %(change)s") % {"change": given - values["amount"]})
        return receipt

    standing = accounts.standing(tenant, timezone.localdate(now))
    context = {"tenant": tenant, "standing": standing, "today": timezone.localdate(now), "due": accounts.due(tenant), "sums": SUMS}
    title = _("Take money from %(tenant)s") % {"tenant": tenant}
    return forms.respond(request, form, save=save, template="billing/counter.html", title=title, context=context, record=tenant)


def use_prepayment(request: HttpRequest, pk: int) -> HttpResponse:
    """Settles what is due from what the tenant paid ahead, oldest first."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    need(access.may(request.user, access.CASHIERS, tenant))
    form = bound(request, forms.ConfirmForm)
    back = reverse("billing:take", args=[pk])

    def save(filled: Any) -> str:
        entry = ledger.use_prepayment(tenant, Stamp(by=request.user, at=timezone.now(), on=timezone.localdate()))
        messages.success(request, _("Settled from the prepayment.") if entry else _("There was nothing to settle."))
        return back

    title = _("Use the prepayment of %(tenant)s") % {"tenant": tenant}
    return form_page(request, form, title=title, save=save, submit_label=_("Use the prepayment"), cancel_url=back)


@require_GET
def receipt_list(request: HttpRequest) -> HttpResponse:
    """Every receipt, void ones too."""
    need(access.may_see_money(request.user))
    return lists.page(
        request,
        name="billing-receipts",
        title=_("Receipts"),
        rows=access.receipts(request.user),
        table=ReceiptTable,
        filter=ReceiptFilter,
        search=tenant_access.words_in("number", "tenant__name", "tenant__initials", "payer", "reference"),
        new=(reverse("billing:counter"), _("Take money")) if access.may_take_money(request.user) else None,
        views=[lists.Preset(_("Void"), "state=VOID")],
    )


@require_GET
def receipt_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt and what its money settled."""
    receipt = get_object_or_404(access.receipts(request.user), pk=pk)
    facts = [
        (_("Payer"), receipt.payer),
        (_("Amount"), f"¥{receipt.amount:,.2f}"),
        (_("Method"), receipt.get_method_display()),
        (_("Received at"), receipt.received_at),
        (_("Cashier"), receipt.cashier),
        (_("Bank or payment reference"), receipt.reference),
        (_("Note"), receipt.note),
        (_("Voided because"), receipt.void_reason),
    ]
    return record_page(
        request,
        receipt,
        title=_("Receipt"),
        facts=facts,
        back=(reverse("billing:receipt_list"), _("Receipts")),
        template="billing/receipt.html",
        tenant=receipt.tenant,
        lines=receipts.lines_of(receipt),
        may_invoice=access.may(request.user, access.INVOICE_REQUESTERS, receipt),
    )


urls = [
    path("counter/", counter, name="counter"),
    path("counter/<int:pk>/", take, name="take"),
    path("counter/<int:pk>/prepayment/", use_prepayment, name="use_prepayment"),
    *record_urls("receipts", "receipt", model=Receipt, list_view=receipt_list, detail_view=receipt_detail),
]
