"""Pages of payment notices, and a tenant's account line by line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.forms import DateField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing import access
from billing.filters.bills import BillFilter
from billing.forms.bills import BillForm
from billing.models import Bill
from billing.services import accounts, bills
from billing.services.ledger import Stamp
from billing.standing import chip_of
from billing.tables.bills import BillTable, StatementTable
from core import exports, files, forms, lists, printing
from core.pages import bound, form_page, need, record_page
from core.text import is_key
from core.urls import record_urls
from premises import access as premises
from tenants import access as tenant_access


@require_GET
def bill_list(request: HttpRequest) -> HttpResponse:
    """Every payment notice."""
    need(access.may_see_money(request.user))
    may_add = access.may_somewhere(request.user, access.BILLERS)
    return lists.page(
        request,
        name="billing-bills",
        title=_("Payment notices"),
        rows=access.bills(request.user),
        table=BillTable,
        filter=BillFilter,
        search=tenant_access.words_in("number", "tenant__name", "tenant__initials", "title"),
        new=(reverse("billing:bill_new"), _("New payment notice")) if may_add else None,
        views=[lists.Preset(_("Overdue"), "standing=overdue"), lists.Preset(_("Open"), "standing=open")],
    )


def bill_new(request: HttpRequest) -> HttpResponse:
    """Charges a tenant outside the monthly run."""
    need(access.may_somewhere(request.user, access.BILLERS))
    today = timezone.localdate()
    named = request.GET.get("tenant", "")
    initial = {"due_on": today + dt.timedelta(days=10), **({"tenant": int(named)} if is_key(named) else {})}
    form = bound(request, BillForm, tenants=access.tenants(request.user), units=premises.units(request.user), initial=initial)

    def save(filled: Any) -> Bill:
        tenant, line = filled.cleaned_data["tenant"], filled.line(today)
        need(access.may(request.user, access.BILLERS, tenant))
        stamp = Stamp(by=request.user, at=timezone.now(), on=today)
        return bills.issue(tenant, [line], stamp, due_on=line.due_on, title=line.text or str(line.kind))

    return form_page(
        request, form, title=_("New payment notice"), save=save, submit_label=_("Issue"), cancel_url=reverse("billing:bill_list")
    )


@require_GET
def bill_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One payment notice: its charges, how each was worked out, what settled it."""
    bill = get_object_or_404(access.bills(request.user), pk=pk)
    facts = [
        (_("For"), bill.title),
        (_("Amount"), f"¥{bill.amount:,.2f}"),
        (_("Outstanding"), f"¥{bill.outstanding:,.2f}"),
        (_("Issued on"), bill.issued_on),
        (_("Due on"), bill.due_on),
        (_("Postponed to"), bill.postponed_to or ""),
        (_("Bill run"), bill.run),
    ]
    lines = bill.charges.select_related("kind", "unit").prefetch_related("allocations__entry__receipt").order_by("kind__position", "pk")
    return record_page(
        request,
        bill,
        title=_("Payment notice"),
        facts=facts,
        back=(reverse("billing:bill_list"), _("Payment notices")),
        template="billing/bill.html",
        chip=chip_of(bill.standing(timezone.localdate())),
        tenant=bill.tenant,
        lines=lines,
        may_postpone=access.may(request.user, access.CHASERS, bill) and not bill.postponed_to and bill.state != Bill.State.VOID,
        may_credit=access.may(request.user, access.CREDITORS, bill),
        may_waive=access.may(request.user, access.WAIVERS, bill),
        may_take=access.may(request.user, access.CASHIERS, bill),
    )


class SpanForm(forms.Form):
    """The days of a statement."""

    first = DateField()
    last = DateField()


@require_GET
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """A tenant's account for any period: on screen, `?export=xlsx|csv`, `?export=pdf`."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    today = timezone.localdate()
    usual = {"first": today.replace(month=1, day=1), "last": today}
    asked = SpanForm({name: request.GET.get(name) or day for name, day in usual.items()})
    valid = asked.is_valid() and asked.cleaned_data["first"] <= asked.cleaned_data["last"]
    span = asked.cleaned_data if valid else usual
    found = accounts.statement(tenant, span["first"], span["last"])
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        return exports.answer(request, "statement", f"{tenant} {span['first']}–{span['last']}", StatementTable(found.lines), kind)
    context = {"tenant": tenant, "statement": found, **{name: span[name] for name in usual}, "wrong": not valid}
    if kind == "pdf":
        return _pdf(request, context)
    return render(request, "billing/statement.html", context, status=200 if valid else 422)


def _pdf(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    tenant = context["tenant"]
    sheet = printing.Sheet(
        title=_("Statement of account"),
        number=tenant.number,
        company=tenant.building.management_company,
        qr=printing.qr_code(request.build_absolute_uri(reverse("billing:statement", args=[tenant.pk]))),
        printed_by=str(request.user),
        printed_at=timezone.now(),
    )
    body = printing.render("billing/print/statement.html", context, sheet)
    return files.pdf_answer(body, name=f"{sheet.title} {tenant} {context['first']}–{context['last']}.pdf")


urls = [
    *record_urls("bills", "bill", model=Bill, list_view=bill_list, new_view=bill_new, detail_view=bill_detail),
    path("statements/<int:pk>/", statement, name="statement"),
]
