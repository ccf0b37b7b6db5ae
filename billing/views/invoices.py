"""Pages of the invoices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing import access
from billing.filters.invoices import InvoiceFilter
from billing.forms.invoices import InvoiceForm
from billing.models import Invoice
from billing.services import invoices
from billing.tables.invoices import InvoiceTable
from core import lists
from core.pages import bound, form_page, need, record_page
from core.text import is_key
from core.urls import record_urls
from tenants import access as tenant_access


@require_GET
def invoice_list(request: HttpRequest) -> HttpResponse:
    """Every invoice asked for, and what became of it."""
    need(access.may_see_money(request.user))
    may_add = access.may_somewhere(request.user, access.INVOICE_REQUESTERS)
    return lists.page(
        request,
        name="billing-invoices",
        title=_("Invoices"),
        rows=access.invoices(request.user),
        table=InvoiceTable,
        filter=InvoiceFilter,
        search=tenant_access.words_in("number", "invoice_number", "title", "tax_number", "tenant__name", "tenant__initials"),
        new=(reverse("billing:invoice_new"), _("Request an invoice")) if may_add else None,
        views=[lists.Preset(_("To issue"), "state=REQUESTED")],
    )


def invoice_new(request: HttpRequest) -> HttpResponse:
    """Asks for an invoice; `?tenant=` fills in its title, tax number and what is not invoiced yet."""
    need(access.may_somewhere(request.user, access.INVOICE_REQUESTERS))
    tenants = access.tenants(request.user)
    form = bound(request, InvoiceForm, tenants=tenants, initial=_of_tenant(request, tenants))

    def save(filled: Any) -> Invoice:
        invoice = filled.save(commit=False)
        need(access.may(request.user, access.INVOICE_REQUESTERS, invoice.tenant))
        return invoices.request(invoice, by=request.user, on=timezone.localdate())

    title, back = _("Request an invoice"), reverse("billing:invoice_list")
    return form_page(request, form, title=title, save=save, submit_label=title, cancel_url=back)


def _of_tenant(request: HttpRequest, tenants: Any) -> dict[str, Any]:
    named = request.GET.get("tenant", "")
    tenant = tenants.filter(pk=named).first() if is_key(named) else None
    if tenant is None:
        return {}
    left = invoices.left_to_invoice(tenant)
    return {"tenant": tenant.pk, "title": tenant.name, "tax_number": tenant.credit_code, "amount": left or None}


@require_GET
def invoice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice."""
    invoice = get_object_or_404(access.invoices(request.user), pk=pk)
    facts = [
        (_("Invoice title"), invoice.title),
        (_("Kind"), invoice.get_kind_display()),
        (_("Amount"), f"¥{invoice.amount:,.2f}"),
        (_("Tax number"), invoice.tax_number),
        (_("E-mail"), invoice.email),
        (_("Requested on"), invoice.requested_on),
        (_("Requested by"), invoice.created_by),
        (_("Invoice number"), invoice.invoice_number),
        (_("Issued on"), invoice.issued_on),
        (_("Issued by"), invoice.issued_by),
        (_("Number of the red-letter invoice"), invoice.red_number),
        (_("Taken back on"), invoice.ended_on),
        (_("Taken back because"), invoice.ended_reason),
        (_("Not invoiced yet"), f"¥{invoices.left_to_invoice(invoice.tenant):,.2f}"),
        (_("Note"), invoice.note),
    ]
    back = (reverse("billing:invoice_list"), _("Invoices"))
    return record_page(request, invoice, title=_("Tax invoice"), facts=facts, back=back, tenant=invoice.tenant)


urls = [
    *record_urls("invoices", "invoice", model=Invoice, list_view=invoice_list, new_view=invoice_new, detail_view=invoice_detail),
]
