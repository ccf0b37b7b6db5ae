"""Pages of the bill runs and of credits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from billing import access
from billing.filters.runs import BillRunFilter
from billing.forms.prices import CreditForm, MonthForm
from billing.models import BillRun
from billing.services import credits, runs
from billing.services.ledger import Stamp
from billing.tables.runs import BillRunTable
from core import forms, lists
from core.pages import bound, form_page, need, record_page
from core.urls import record_urls

ROWS = 50


@require_GET
def bill_run_list(request: HttpRequest) -> HttpResponse:
    """Every month's run."""
    need(access.may_see_money(request.user))
    may_add = access.may_somewhere(request.user, access.CASHIERS)
    return lists.page(
        request,
        name="billing-runs",
        title=_("Bill runs"),
        rows=access.bill_runs(request.user),
        table=BillRunTable,
        filter=BillRunFilter,
        new=(reverse("billing:bill_run_new"), _("New bill run")) if may_add else None,
        empty=_("A bill run makes the payment notices of a month for a whole building."),
    )


def bill_run_new(request: HttpRequest) -> HttpResponse:
    """Opens the run of a month as a preview."""
    need(access.may_somewhere(request.user, access.CASHIERS))
    form = bound(request, MonthForm, user=request.user, initial={"month": timezone.localdate().replace(day=1)})

    def save(filled: Any) -> BillRun:
        values = filled.cleaned_data
        return runs.open_run(values["building"], values["month"], by=request.user, on=timezone.localdate())

    return form_page(
        request, form, title=_("New bill run"), save=save, submit_label=_("Preview"), cancel_url=reverse("billing:bill_run_list")
    )


@require_GET
def bill_run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The run: its preview, how far it is, or its payment notices."""
    run = get_object_or_404(access.bill_runs(request.user), pk=pk)
    facts = [
        (_("Building"), run.building),
        (_("Month"), f"{run.month:%Y-%m}"),
        (_("Due on"), run.due_on),
        (_("Opened by"), run.created_by),
        (pgettext_lazy("money", "Issued"), run.issued_at),
        (_("Tenants billed"), run.billed or ""),
    ]
    shown = _preview(request, run) if run.state == BillRun.State.PREVIEW else _issued(request, run)
    title = _("Bills of %(month)s") % {"month": f"{run.month:%Y-%m}"}
    back = (reverse("billing:bill_run_list"), _("Bill runs"))
    return record_page(request, run, title=title, facts=facts, back=back, template="billing/bill_run.html", **shown)


def _preview(request: HttpRequest, run: BillRun) -> dict[str, Any]:
    found = runs.preview(run)
    return {
        "preview": found,
        "page": Paginator(found.bills, ROWS).get_page(request.GET.get("page")),
        "may_bill": access.may(request.user, access.CASHIERS, run),
    }


def _issued(request: HttpRequest, run: BillRun) -> dict[str, Any]:
    bills = run.bills.select_related("tenant").order_by("number")
    left = runs.tenants_left(run) if run.state == BillRun.State.RUNNING else 0
    return {"page": Paginator(bills, ROWS).get_page(request.GET.get("page")), "left": left, "today": timezone.localdate()}


def exclude(request: HttpRequest, pk: int, tenant: int) -> HttpResponse:
    """Leaves one tenant out of a run, with the reason."""
    run = get_object_or_404(access.bill_runs(request.user), pk=pk)
    need(access.may(request.user, access.CASHIERS, run))
    who = get_object_or_404(access.tenants(request.user).filter(building_id=run.building_id), pk=tenant)
    form = bound(request, forms.ReasonForm)

    def save(filled: Any) -> BillRun:
        runs.exclude(run, who, filled.cleaned_data["note"][:200], by=request.user)
        return run

    title = _("Leave out %(tenant)s") % {"tenant": who}
    cancel = reverse("billing:bill_run_detail", args=[pk])
    return form_page(request, form, title=title, save=save, submit_label=_("Leave out"), cancel_url=cancel)


@require_POST
def include(request: HttpRequest, pk: int, tenant: int) -> HttpResponse:
    """Takes a tenant back into a run."""
    run = get_object_or_404(access.bill_runs(request.user), pk=pk)
    need(access.may(request.user, access.CASHIERS, run))
    runs.include(run, get_object_or_404(access.tenants(request.user), pk=tenant))
    return HttpResponseRedirect(reverse("billing:bill_run_detail", args=[pk]))


def credit(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes back part of a charge that was too much."""
    charge = get_object_or_404(access.charges(request.user), pk=pk)
    need(access.may(request.user, access.CREDITORS, charge))
    left = credits.left_to_credit(charge)
    form = bound(request, CreditForm, initial={"amount": left})
    back = reverse("tenants:tenant_detail", args=[charge.tenant_id])

    def save(filled: Any) -> str:
        stamp = Stamp(by=request.user, at=timezone.now(), on=timezone.localdate())
        credits.credit(charge, filled.cleaned_data["amount"], stamp, filled.cleaned_data["note"][:200])
        messages.success(request, _("Credited."))
        return back

    title = _("Credit %(charge)s, %(amount)s") % {"charge": charge, "amount": charge.amount}
    return form_page(request, form, title=title, save=save, submit_label=_("Credit"), cancel_url=back)


urls = [
    *record_urls("bill-runs", "bill_run", model=BillRun, list_view=bill_run_list, new_view=bill_run_new, detail_view=bill_run_detail),
    path("bill-runs/<int:pk>/exclude/<int:tenant>/", exclude, name="bill_run_exclude"),
    path("bill-runs/<int:pk>/include/<int:tenant>/", include, name="bill_run_include"),
    path("charges/<int:pk>/credit/", credit, name="charge_credit"),
]
