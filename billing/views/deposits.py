"""Pages of deposits and refunds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing import access
from billing.filters.holds import DepositFilter, RefundFilter
from billing.forms.holds import DeductForm, DepositForm, RefundForm, SettleForm, TransferForm
from billing.models import Deposit, Refund
from billing.services import deposits, refunds
from billing.services.ledger import Stamp
from billing.standing import chip_of
from billing.tables.holds import DepositTable, RefundTable
from core import files, forms, lists
from core.pages import bound, form_page, need, record_page
from core.urls import record_urls
from tenants import access as tenant_access


def stamp_of(request: HttpRequest, **values: Any) -> Stamp:
    """Booked now by who asks."""
    return Stamp(by=request.user, at=timezone.now(), on=timezone.localdate(), **values)


@require_GET
def deposit_list(request: HttpRequest) -> HttpResponse:
    """Deposits due and held."""
    need(access.may_see_money(request.user))
    may_add = access.may_somewhere(request.user, access.BILLERS)
    return lists.page(
        request,
        name="billing-deposits",
        title=_("Deposits"),
        rows=access.deposits(request.user),
        table=DepositTable,
        filter=DepositFilter,
        search=tenant_access.words_in("number", "tenant__name", "tenant__initials", "payer"),
        new=(reverse("billing:deposit_new"), _("Ask for a deposit")) if may_add else None,
        views=[lists.Preset(_("Not paid in full"), "standing=due"), lists.Preset(_("Held"), "standing=held")],
    )


def deposit_new(request: HttpRequest) -> HttpResponse:
    """Asks for a deposit; it is taken at the counter."""
    need(access.may_somewhere(request.user, access.BILLERS))
    form = bound(request, DepositForm, tenants=access.tenants(request.user), initial={"due_on": timezone.localdate()})

    def save(filled: Any) -> Deposit:
        values = filled.cleaned_data
        tenant = values["tenant"]
        need(access.may(request.user, access.BILLERS, tenant))
        details = {name: values[name] for name in ("payer_account", "due_on", "note")}
        payer = values["payer"] or tenant.name
        return deposits.expect(tenant, values["kind"], values["amount"], stamp_of(request), payer=payer, **details)

    return form_page(request, form, title=_("Ask for a deposit"), save=save, cancel_url=reverse("billing:deposit_list"))


@require_GET
def deposit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One deposit and every movement of it."""
    deposit = get_object_or_404(access.deposits(request.user), pk=pk)
    facts = [
        (_("Deposit kind"), deposit.get_kind_display()),
        (_("Amount due"), f"¥{deposit.amount_due:,.2f}"),
        (_("Held"), f"¥{deposit.held:,.2f}"),
        (_("Payer"), deposit.payer),
        (_("Payer's account"), deposit.payer_account),
        (_("Unit"), deposit.unit or ""),
        (_("Due on"), deposit.due_on),
        (_("Note"), deposit.note),
    ]
    return record_page(
        request,
        deposit,
        title=str(deposit.get_kind_display()),
        facts=facts,
        back=(reverse("billing:deposit_list"), _("Deposits")),
        template="billing/deposit.html",
        chip=chip_of(deposit.standing),
        tenant=deposit.tenant,
        moves=deposit.moves.select_related("by", "photo", "entry__receipt", "entry__refund"),
        refunds=access.refunds(request.user).filter(deposit=deposit),
        actions=_actions(request, deposit),
    )


def _actions(request: HttpRequest, deposit: Deposit) -> list[tuple[Any, str, str]]:
    """What this person may do with a deposit as it stands."""
    found: list[tuple[Any, str, str]] = []
    if access.may(request.user, access.CASHIERS, deposit) and deposit.taken < deposit.amount_due and not deposit.cancelled_at:
        found.append((_("Take money"), reverse("billing:take", args=[deposit.tenant_id]), "coin"))
    if access.may(request.user, access.BILLERS, deposit) and deposit.held:
        found.append((_("Ask for the refund"), reverse("billing:refund_new", args=[deposit.pk]), "arrow-back-up"))
        found.append((_("Deduct"), reverse("billing:deposit_deduct", args=[deposit.pk]), "minus"))
        found.append((_("Settle charges"), reverse("billing:deposit_settle", args=[deposit.pk]), "checks"))
        found.append((_("Transfer"), reverse("billing:deposit_transfer", args=[deposit.pk]), "arrows-exchange"))
    if access.may(request.user, access.BILLERS, deposit) and not deposit.taken and not deposit.cancelled_at:
        found.append((_("Cancel"), reverse("billing:deposit_cancel", args=[deposit.pk]), "x"))
    return found


def _mine(request: HttpRequest, pk: int) -> Deposit:
    deposit = get_object_or_404(access.deposits(request.user), pk=pk)
    need(access.may(request.user, access.BILLERS, deposit))
    return deposit


def deduct(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps part of a deposit, with the reason, the clause and a photo."""
    deposit = _mine(request, pk)
    form = bound(request, DeductForm)

    def save(filled: Any) -> Deposit:
        values = filled.cleaned_data
        why = deposits.Why(values["reason"], values["clause"], values["photo"])
        deposits.deduct(deposit, values["amount"], values["kind"], stamp_of(request, memo=deposit.number), why)
        files.attach(values["photo"], deposit)
        return deposit

    title = _("Deduct from %(deposit)s") % {"deposit": deposit}
    return form_page(request, form, title=title, save=save, submit_label=_("Deduct"), record=deposit, cancel_url=_page(deposit))


def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Settles charges that are due from a deposit, with the reason."""
    deposit = _mine(request, pk)
    due = access.charges(request.user).filter(tenant=deposit.tenant).unpaid().oldest_first()
    owed = sum((row.outstanding for row in due), Decimal(0))
    form = bound(request, SettleForm, charges=due, initial={"amount": min(owed, deposit.held)})

    def save(filled: Any) -> Deposit:
        values = filled.cleaned_data
        why = deposits.Why(values["reason"], values["clause"], values["photo"])
        deposits.settle_oldest(deposit, values["charges"], values["amount"], stamp_of(request, memo=deposit.number), why)
        files.attach(values["photo"], deposit)
        return deposit

    title = _("Settle charges from %(deposit)s") % {"deposit": deposit}
    return form_page(request, form, title=title, save=save, submit_label=_("Settle charges"), record=deposit, cancel_url=_page(deposit))


def _page(deposit: Deposit) -> str:
    return reverse("billing:deposit_detail", args=[deposit.pk])


def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Moves part of a deposit to another that the tenant owes."""
    deposit = _mine(request, pk)
    others = access.deposits(request.user).filter(tenant=deposit.tenant, cancelled_at=None).exclude(kind=deposit.kind)
    form = bound(request, TransferForm, others=others)

    def save(filled: Any) -> Deposit:
        values = filled.cleaned_data
        deposits.transfer(deposit, values["to"], values["amount"], stamp_of(request, memo=deposit.number), values["reason"])
        return deposit

    title = _("Transfer from %(deposit)s") % {"deposit": deposit}
    return form_page(request, form, title=title, save=save, submit_label=_("Transfer"), record=deposit, cancel_url=_page(deposit))


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Strikes out a deposit that nobody has paid."""
    deposit = _mine(request, pk)
    form = bound(request, forms.ConfirmForm)

    def save(filled: Any) -> Deposit:
        return deposits.cancel(deposit, by=request.user, at=timezone.now())

    title = _("Cancel %(deposit)s") % {"deposit": deposit}
    return form_page(request, form, title=title, save=save, submit_label=_("Cancel the deposit"), record=deposit, cancel_url=_page(deposit))


@require_GET
def refund_list(request: HttpRequest) -> HttpResponse:
    """Every refund asked for."""
    need(access.may_see_money(request.user))
    return lists.page(
        request,
        name="billing-refunds",
        title=_("Refunds"),
        rows=access.refunds(request.user),
        table=RefundTable,
        filter=RefundFilter,
        search=tenant_access.words_in("number", "tenant__name", "tenant__initials", "payee"),
        views=[lists.Preset(_("To approve"), "state=REQUESTED"), lists.Preset(_("To pay"), "state=APPROVED")],
        empty=_("A refund is asked for on the page of its deposit."),
    )


def refund_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a deposit back."""
    deposit = _mine(request, pk)
    form = bound(request, RefundForm, initial={"amount": deposit.held, "payee_account": deposit.payer_account})

    def save(filled: Any) -> Refund:
        names = ("amount", "method", "payee_account", "reason")
        refund = Refund(tenant=deposit.tenant, deposit=deposit, **{name: filled.cleaned_data[name] for name in names})
        return refunds.request(refund, by=request.user, on=timezone.localdate())

    title = _("Refund of %(deposit)s to %(payer)s") % {"deposit": deposit, "payer": deposit.payer}
    return form_page(request, form, title=title, save=save, submit_label=_("Ask for the refund"), record=deposit, cancel_url=_page(deposit))


def prepayment_refund_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a prepayment back."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    need(access.may(request.user, access.BILLERS, tenant))
    form = bound(request, RefundForm)

    def save(filled: Any) -> Refund:
        names = ("amount", "method", "payee_account", "reason")
        refund = Refund(tenant=tenant, payee=tenant.name, **{name: filled.cleaned_data[name] for name in names})
        return refunds.request(refund, by=request.user, on=timezone.localdate())

    title = _("Refund of the prepayment of %(tenant)s") % {"tenant": tenant}
    cancel_url = reverse("tenants:tenant_detail", args=[pk])
    return form_page(request, form, title=title, save=save, submit_label=_("Ask for the refund"), cancel_url=cancel_url)


@require_GET
def refund_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One refund and where it stands."""
    refund = get_object_or_404(access.refunds(request.user), pk=pk)
    facts = [
        (_("Of"), refund.deposit or _("Prepayment")),
        (_("Amount"), f"¥{refund.amount:,.2f}"),
        (_("Payee"), refund.payee),
        (_("Payee's account"), refund.payee_account),
        (_("Method"), refund.get_method_display()),
        (_("Reason"), refund.reason),
        (_("Asked by"), refund.created_by),
        (_("Approved by"), refund.approved_by or ""),
    ]
    back = (reverse("billing:refund_list"), _("Refunds"))
    return record_page(request, refund, title=_("Refund"), facts=facts, back=back, tenant=refund.tenant)


urls = [
    *record_urls("deposits", "deposit", model=Deposit, list_view=deposit_list, new_view=deposit_new, detail_view=deposit_detail),
    path("deposits/<int:pk>/deduct/", deduct, name="deposit_deduct"),
    path("deposits/<int:pk>/settle/", settle, name="deposit_settle"),
    path("deposits/<int:pk>/transfer/", transfer, name="deposit_transfer"),
    path("deposits/<int:pk>/cancel/", cancel, name="deposit_cancel"),
    path("deposits/<int:pk>/refund/", refund_new, name="refund_new"),
    path("prepayments/<int:pk>/refund/", prepayment_refund_new, name="prepayment_refund_new"),
    *record_urls("refunds", "refund", model=Refund, list_view=refund_list, detail_view=refund_detail),
]
