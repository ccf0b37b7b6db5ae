"""Fees, deposit, insurance, handbook: what customer service arranges for tenant and contractor (manual 3.2.4-1.3, -1.4)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import access as billing
from core.flow import Refused
from core.pages import bound, files_of, form_page, need
from fitout import access
from fitout.forms import AgreedDepositForm, FeesForm, HandbookForm, InsuranceForm
from fitout.models import FeeRule, Fitout, FitoutBill
from fitout.services import facts, fees


def _page(fitout: Fitout) -> str:
    return reverse("fitout:fitout_detail", args=[fitout.pk])


def _mine(request: HttpRequest, pk: int) -> Fitout:
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_manage(request.user, fitout))
    return fitout


def fees_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The Fit-out Fee Schedule by payer, what was billed and paid; one button bills it and asks for the deposits."""
    fitout = get_object_or_404(access.fitouts(request.user).select_related("deposit"), pk=pk)
    may_ask = access.may_manage(request.user, fitout)
    need(may_ask if request.method == "POST" else access.may_see_fees(request.user, fitout))
    form = bound(request, FeesForm)

    def save(filled: Any) -> str:
        fees.ask(fitout, by=request.user, at=timezone.now(), payer_account=filled.cleaned_data["payer_account"])
        return reverse("fitout:fees", args=[pk])

    return form_page(
        request,
        form,
        title=_("Fees and deposits"),
        save=save,
        record=fitout,
        submit_label=_("Bill the fees and ask for the deposits"),
        template="fitout/fees.html",
        cancel_url=_page(fitout),
        **_standing(request, fitout),
        may_ask=may_ask and not fitout.is_ended,
        may_agree=access.may_lead(request.user, fitout) and not fitout.is_ended,
    )


def _standing(request: HttpRequest, fitout: Fitout) -> dict[str, Any]:
    """What the schedule asks, what is billed and held, and whether something is still to be asked for."""
    try:
        schedule, lacks = fees.schedule(fitout, timezone.localdate()), ""
    except Refused as refused:
        schedule, lacks = [], refused.message
    bills = list(fitout.bills.select_related("bill"))
    deposits = list(access.deposits(fitout))
    billed = any(row.purpose == FitoutBill.Purpose.FEES and row.bill.state != "VOID" for row in bills)
    asked = {row.kind for row in deposits}
    return {
        "payers": _by_payer(fitout, schedule),
        "lacks": lacks,
        "bills": bills,
        "deposits": deposits,
        "to_ask": bool(schedule) and (not billed or any(fee.is_deposit and fee.rule.deposit_kind not in asked for fee in schedule)),
        "may_take_money": billing.may(request.user, billing.CASHIERS, fitout),
        "may_see_money": billing.may_see_money(request.user),
    }


def _by_payer(fitout: Fitout, schedule: Iterable[fees.Fee]) -> list[tuple[Any, str, list[fees.Fee], Decimal]]:
    """(tenant or contractor, its name, its lines, their sum) of each that pays something."""
    found = []
    for payer in FeeRule.Payer:
        lines = [fee for fee in schedule if fee.rule.payer == payer]
        if lines:
            found.append((payer.label, fees.payer_name(fitout, payer), lines, sum((fee.amount for fee in lines), Decimal(0))))
    return found


def deposit_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer service manager agrees another deposit than the schedule's, with the reason."""
    fitout = get_object_or_404(access.fitouts(request.user).select_related("deposit"), pk=pk)
    need(access.may_lead(request.user, fitout))
    initial = {"amount": fitout.agreed_deposit, "reason": fitout.agreed_deposit_reason}
    form = bound(request, AgreedDepositForm, initial=initial)

    def save(filled: Any) -> str:
        told = {name: filled.cleaned_data[name] for name in ("amount", "reason")}
        fees.agree_deposit(fitout, by=request.user, at=timezone.now(), **told)
        return reverse("fitout:fees", args=[pk])

    return form_page(
        request,
        form,
        title=_("Agree another fit-out deposit"),
        save=save,
        record=fitout,
        template="fitout/deposit.html",
        cancel_url=reverse("fitout:fees", args=[pk]),
        least=fees.least_deposit(fitout),
    )


def insurance(request: HttpRequest, pk: int) -> HttpResponse:
    """The fit-out insurance and its scan (manual 3.2.4-1.3.b)."""
    fitout = _mine(request, pk)
    scans = files_of(fitout).filter(purpose="fitout.policy")
    known = {"insurer": fitout.insurer, "policy_number": fitout.policy_number}
    initial = {**known, "amount": fitout.insured_amount, "until": fitout.insured_until}
    form = bound(request, InsuranceForm, initial=initial, has_scan=scans.exists())

    def save(filled: Any) -> Fitout:
        told = {name: filled.cleaned_data[name] for name in ("insurer", "policy_number", "amount", "until", "policy")}
        return facts.insure(fitout, by=request.user, **told)

    return form_page(
        request,
        form,
        title=_("Fit-out insurance"),
        save=save,
        record=fitout,
        template="fitout/insurance.html",
        cancel_url=_page(fitout),
        least=access.terms_of(fitout.building_id).insured_least,
        scans=scans,
    )


def handbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Fit-out Handbook and penalty rules are issued to contractor and tenant and explained (manual 1.1-4, 3.2.4-1.4)."""
    fitout = _mine(request, pk)
    form = bound(request, HandbookForm, initial={"to": fitout.lead, "to_tenant": fitout.tenant_contact})

    def save(filled: Any) -> Fitout:
        told = {name: filled.cleaned_data[name] for name in ("to", "to_tenant")}
        return facts.give_handbook(fitout, by=request.user, at=timezone.now(), **told)

    return form_page(
        request,
        form,
        title=_("Issue handbook and penalty rules"),
        save=save,
        record=fitout,
        template="fitout/handbook.html",
        cancel_url=_page(fitout),
        handbooks=facts.handbooks(timezone.now()),
        copies=fitout.handbooks.select_related("text", "issued_by"),
    )


urls = [
    path("fitouts/<int:pk>/fees/", fees_page, name="fees"),
    path("fitouts/<int:pk>/fees/deposit/", deposit_agree, name="deposit_agree"),
    path("fitouts/<int:pk>/insurance/", insurance, name="insurance"),
    path("fitouts/<int:pk>/handbook/", handbook, name="handbook"),
]
