"""Pages of tenants: list, new, edit, the 360 page with its tabs, contacts, people and leases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import forms as core_forms
from core import lists
from core.search import index
from tenants import access, services
from tenants.filters import LeaseFilter, TenantFilter
from tenants.forms import ContactForm, LeaseForm, PassForm, PersonForm, RevealForm, TenantForm, TerminationForm, VoidForm
from tenants.models import Contact, Tenant, TenantPerson
from tenants.services import file as files
from tenants.tables import LeaseTable, TenantTable, with_list_columns
from tenants.views import tabs
from tenants.views.pages import bound, form_page


def tab_url(tenant: Tenant, tab: str) -> str:
    return reverse("tenants:tenant_tab", args=[tenant.pk, tab])


@require_GET
def tenant_list(request: HttpRequest) -> HttpResponse:
    """Every tenant I may see."""
    may_add = access.may_start(request.user, access.EDITORS)
    return lists.page(
        request,
        name="tenants-tenants",
        title=_("Tenants"),
        rows=with_list_columns(access.tenants(request.user), on=timezone.localdate()),
        table=TenantTable,
        filter=TenantFilter,
        search=access.tenants_like,
        new=(reverse("tenants:tenant_new"), _("New tenant")) if may_add else None,
        views=[
            lists.Preset(_("Here now"), "here=now"),
            lists.Preset(_("VIP"), "is_vip=true"),
            lists.Preset(_("File incomplete"), "file=incomplete"),
            lists.Preset(_("Lease ends soon"), "lease=ending"),
        ],
    )


def tenant_new(request: HttpRequest) -> HttpResponse:
    """Takes a new tenant into the books and opens its file."""
    access.need(access.may_start(request.user, access.EDITORS))
    form = bound(request, TenantForm, user=request.user)

    def save(filled: Any) -> Tenant:
        tenant = filled.save(commit=False)
        access.need(access.may_edit(request.user, tenant))
        return services.register_tenant(tenant, by=request.user, on=timezone.localdate())

    return form_page(request, form, title=_("New tenant"), save=save)


def tenant_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects and completes customer data."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    access.need(access.may_edit(request.user, tenant))
    form = bound(request, TenantForm, user=request.user, instance=tenant)

    def save(filled: Any) -> Tenant:
        return services.tenant_changed(core_forms.save_changes(filled, by=request.user), on=timezone.localdate())

    return form_page(request, form, title=_("Edit customer data"), save=save, record=tenant)


@require_GET
def tenant_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Tenant 360: everything about one tenant at a glance."""
    return tenant_tab(request, pk, "overview")


@require_GET
def tenant_tab(request: HttpRequest, pk: int, tab: str) -> HttpResponse:
    """One tab of tenant 360: a page of its own, or the fragment when only that is asked for."""
    merged = access.merged_tenants(request.user).filter(pk=pk).values_list("merged_into", flat=True).first()
    if merged:
        messages.info(request, _("This file was merged into another: here it is."))
        return HttpResponseRedirect(reverse("tenants:tenant_detail", args=[merged]))
    tenant = get_object_or_404(access.tenants(request.user).select_related("building"), pk=pk)
    chosen = tabs.find(tab, request.user)
    if chosen is None:
        raise Http404
    answer = chosen.render(request, tenant)
    if answer is None:
        raise Http404
    template, context = answer
    page = {"tenant": tenant, "tab": chosen, "tab_template": template, "may_edit": access.may_edit(request.user, tenant)} | context
    wants_fragment = request.headers.get("HX-Target") == "tenant-tab"
    if wants_fragment:
        response = render(request, "tenants/tenant_tab.html", page | {"tabs": tabs.links(tenant, chosen, request.user)})
    else:
        response = render(request, "tenants/tenant.html", page | tabs.header(tenant, chosen, request.user))
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_GET
def tenant_picker(request: HttpRequest) -> HttpResponse:
    """Twenty tenants that fit what was typed."""
    return core_forms.pick(request, access.tenants(request.user).order_by("name", "pk"), access.tenants_like)


@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    """Whose data are not complete, correct and valid (manual 3.11.2)."""
    found = services.data_faults(access.tenants(request.user), on=timezone.localdate())
    rows = [(fault, tenants.count(), tenants.order_by("name", "pk")[:50]) for fault, tenants in found]
    return render(request, "tenants/quality.html", {"rows": rows})


def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds a contact."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    access.need(access.may_edit(request.user, tenant))
    form = bound(request, ContactForm, instance=Contact(tenant=tenant))
    return form_page(request, form, title=_("New contact"), save=_save_contact)


def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects a contact."""
    contact = get_object_or_404(access.contacts(request.user), pk=pk)
    access.need(access.may_edit(request.user, contact.tenant))
    form = bound(request, ContactForm, instance=contact)
    return form_page(request, form, title=_("Edit contact"), save=_save_contact)


def _save_contact(filled: Any) -> str:
    contact = core_forms.save_changes(filled, by=None) if filled.instance.pk else filled.save()
    index(contact.tenant)
    services.refresh_file(contact.tenant, on=timezone.localdate())
    return tab_url(contact.tenant, "contacts")


def person_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Registers an employee of the tenant (manual 1.2.2)."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, tenant))
    form = bound(request, PersonForm, instance=TenantPerson(tenant=tenant))

    def save(filled: Any) -> str:
        services.register_person(filled.save(commit=False), by=request.user, at=timezone.now())
        return tab_url(tenant, "people")

    return form_page(request, form, title=_("Register a person"), save=save)


def person_pass(request: HttpRequest, pk: int) -> HttpResponse:
    """Issues a pass to a registered person."""
    person = get_object_or_404(access.people(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, person.tenant))
    form = bound(request, PassForm, user=request.user, person=person)

    def save(filled: Any) -> str:
        services.issue_pass(person, filled.cleaned_data["key"], by=request.user, at=timezone.now())
        return tab_url(person.tenant, "people")

    return form_page(request, form, title=_("Issue a pass to %(name)s") % {"name": person.name}, save=save)


@never_cache
def tenant_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the whole identity number of the legal representative; a POST with a reason, and logged."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    return _reveal(request, tenant, "legal_representative_id", tenant=tenant)


@never_cache
def person_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the whole identity number of a registered person; a POST with a reason, and logged."""
    person = get_object_or_404(access.people(request.user), pk=pk)
    return _reveal(request, person, "identity_number", tenant=person.tenant)


def _reveal(request: HttpRequest, record: Any, field: str, *, tenant: Tenant) -> HttpResponse:
    access.need(access.may_reveal(request.user, tenant))
    form = bound(request, RevealForm)
    page = {"form": form, "record": record, "tenant": tenant, "title": _("Show the whole number")}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "core/form_page.html", page, status=status)
    reason = form.cleaned_data["reason"]
    value = services.reveal(record, field, by=request.user, at=timezone.now(), reason=reason)
    return render(request, "tenants/revealed.html", page | {"value": value})


@require_GET
def lease_list(request: HttpRequest) -> HttpResponse:
    """Every lease of my buildings."""
    return lists.page(
        request,
        name="tenants-leases",
        title=_("Leases"),
        rows=access.leases(request.user),
        table=LeaseTable,
        filter=LeaseFilter,
        search=access.words_in("contract_number", "tenant__name", "tenant__initials", "unit__code"),
    )


def lease_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds a lease of a unit."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    access.need(access.may_lease(request.user, tenant))
    form = bound(request, LeaseForm, user=request.user, tenant=tenant)

    def save(filled: Any) -> str:
        services.add_lease(filled.save(commit=False), by=request.user)
        services.refresh_file(tenant, on=timezone.localdate())
        return tab_url(tenant, "leases")

    return form_page(request, form, title=_("New lease"), save=save)


def lease_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects a lease."""
    lease = get_object_or_404(access.leases(request.user), pk=pk)
    access.need(access.may_lease(request.user, lease.tenant))
    form = bound(request, LeaseForm, user=request.user, tenant=lease.tenant, instance=lease)

    def save(filled: Any) -> str:
        services.save_lease(filled.instance, lambda: core_forms.save_changes(filled, by=request.user))
        return tab_url(lease.tenant, "leases")

    return form_page(request, form, title=_("Edit lease"), save=save, record=lease)


def lease_terminate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a lease before its time."""
    lease = get_object_or_404(access.leases(request.user), pk=pk)
    access.need(access.may_lease(request.user, lease.tenant))
    form = bound(request, TerminationForm)

    def save(filled: Any) -> str:
        services.terminate_lease(lease, on=filled.cleaned_data["on"], reason=filled.cleaned_data["reason"], by=request.user)
        return tab_url(lease.tenant, "leases")

    return form_page(request, form, title=_("End lease %(contract)s early") % {"contract": lease.contract_number}, save=save)


def lease_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Voids a lease that was entered in error."""
    lease = get_object_or_404(access.leases(request.user), pk=pk)
    access.need(access.may_lease(request.user, lease.tenant))
    form = bound(request, VoidForm)

    def save(filled: Any) -> str:
        services.void_lease(lease, reason=filled.cleaned_data["reason"], by=request.user)
        return tab_url(lease.tenant, "leases")

    return form_page(request, form, title=_("Void lease %(contract)s") % {"contract": lease.contract_number}, save=save)


@require_POST
def file_sort(request: HttpRequest, pk: int) -> HttpResponse:
    """Notes that the whole file was gone through today."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, tenant))
    files.sort_file(tenant, by=request.user, on=timezone.localdate())
    messages.success(request, _("The file of %(tenant)s is sorted.") % {"tenant": tenant})
    return HttpResponseRedirect(tab_url(tenant, "file"))
