"""Pages of letters, circulars and breaches."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import bulk, lists
from core.text import is_key
from staff import access as staff
from tenants import access
from tenants.filters import BreachFilter, CircularFilter, CorrespondenceFilter
from tenants.flow import LETTER_FLOW
from tenants.forms import BreachForm, CircularForm, CorrespondenceForm, CorrespondenceForwardForm, DeliveryForm
from tenants.models import Breach, Circular, Correspondence
from tenants.services import correspondence as services
from tenants.tables import BreachTable, CircularTable, CorrespondenceTable
from tenants.views.pages import bound, form_page, offered, record_page


@require_http_methods(["GET", "HEAD", "POST"])
def correspondence_list(request: HttpRequest) -> HttpResponse:
    """The register of papers from and to tenants (manual 3.11.4-1)."""
    return lists.page(
        request,
        name="tenants-correspondence",
        title=_("Correspondence"),
        rows=access.correspondence(request.user),
        table=CorrespondenceTable,
        filter=CorrespondenceFilter,
        search=access.words_in("number", "subject", "tenant__name", "tenant__initials", "sender", "recipient"),
        bulk=[bulk.of_step(LETTER_FLOW, "forward", form=CorrespondenceForwardForm), bulk.of_step(LETTER_FLOW, "close")],
        new=offered(request, access.EDITORS, "tenants:correspondence_new", _("Register a paper")),
        views=[lists.Preset(_("Answer overdue"), "due=overdue"), lists.Preset(_("To the tenant"), "direction=OUT")],
    )


def correspondence_new(request: HttpRequest) -> HttpResponse:
    """Registers a paper."""
    access.need(access.may_start(request.user, access.EDITORS))
    form = bound(request, CorrespondenceForm, user=request.user, initial=tenant_of(request))

    def save(filled: Any) -> Correspondence:
        letter = filled.save(commit=False)
        access.need(access.may_edit(request.user, letter.tenant))
        return services.register_letter(letter, by=request.user, on=timezone.localdate(), files=filled.cleaned_data["scans"])

    return form_page(request, form, title=_("Register a paper"), save=save)


def tenant_of(request: HttpRequest) -> dict[str, Any]:
    """The tenant a link named (`?tenant=`), if this person may see it."""
    named = request.GET.get("tenant", "")
    tenant = access.tenants(request.user).filter(pk=named).first() if is_key(named) else None
    return {"tenant": tenant.pk} if tenant else {}


@require_GET
def correspondence_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper with its way through the house."""
    letter = get_object_or_404(access.correspondence(request.user).select_related("reply_to", "created_by"), pk=pk)
    facts = [
        (_("Tenant"), letter.tenant),
        (_("Direction"), letter.get_direction_display()),
        (_("Kind"), letter.get_kind_display()),
        (_("Sender"), letter.sender),
        (_("Recipient"), letter.recipient),
        (_("Date of the paper"), letter.dated_on),
        (_("Registered on"), letter.registered_on),
        (_("Registered by"), letter.created_by),
        (_("Reply needed by"), letter.reply_due_on),
        (_("Forwarded to"), staff.department(letter.department) if letter.department else ""),
        (_("Answer"), letter.answer),
        (_("Delivered"), letter.get_method_display()),
        (_("Received by"), letter.received_by),
        (_("Text"), letter.body),
    ]
    back = (reverse("tenants:correspondence_list"), _("Correspondence"))
    return record_page(request, letter, title=letter.subject, facts=facts, back=back, tenant=letter.tenant)


@require_GET
def circular_list(request: HttpRequest) -> HttpResponse:
    """Texts to many tenants: rules of the house and notices (manual 1.1)."""
    return lists.page(
        request,
        name="tenants-circulars",
        title=_("Circulars"),
        rows=access.circulars(request.user),
        table=CircularTable,
        filter=CircularFilter,
        search=access.words_in("number", "title"),
        new=offered(request, access.FILE_KEEPERS, "tenants:circular_new", _("New circular")),
    )


def circular_new(request: HttpRequest) -> HttpResponse:
    """Drafts a circular."""
    access.need(access.may_start(request.user, access.FILE_KEEPERS))
    form = bound(request, CircularForm, user=request.user)

    def save(filled: Any) -> Circular:
        circular = filled.save(commit=False)
        access.need(access.may_keep_file(request.user, circular))
        return services.draft_circular(circular, by=request.user, on=timezone.localdate(), files=filled.cleaned_data["scans"])

    return form_page(request, form, title=_("New circular"), save=save)


@require_GET
def circular_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A circular and who has got it."""
    circular = get_object_or_404(access.circulars(request.user).select_related("building", "created_by"), pk=pk)
    facts = [
        (_("Building"), circular.building),
        (_("Only this floor"), circular.floor),
        (_("Subject matter"), circular.get_kind_display()),
        (_("Written by"), circular.created_by),
        (_("Issued on"), circular.issued_on),
        (_("Text"), circular.body),
    ]
    back = (reverse("tenants:circular_list"), _("Circulars"))
    return record_page(
        request,
        circular,
        title=circular.title,
        facts=facts,
        back=back,
        template="tenants/circular.html",
        deliveries=circular.deliveries.select_related("tenant", "delivered_by").order_by("tenant__name"),
        may_deliver=circular.state == Circular.State.ISSUED and access.may_keep_file(request.user, circular),
    )


def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Records that one tenant has its copy."""
    copy = get_object_or_404(access.circular_deliveries(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, copy.circular))
    form = bound(request, DeliveryForm)

    def save(filled: Any) -> Circular:
        values = {name: filled.cleaned_data[name] for name in ("method", "received_by", "explained")}
        services.record_delivery(copy, by=request.user, at=timezone.now(), **values)
        return copy.circular

    return form_page(request, form, title=_("Delivery to %(tenant)s") % {"tenant": copy.tenant}, save=save)


@require_GET
def breach_list(request: HttpRequest) -> HttpResponse:
    """Breaches of the rules."""
    return lists.page(
        request,
        name="tenants-breaches",
        title=_("Breaches"),
        rows=access.breaches(request.user),
        table=BreachTable,
        filter=BreachFilter,
        search=access.words_in("number", "tenant__name", "tenant__initials", "place", "description"),
        new=offered(request, access.BREACH_REPORTERS, "tenants:breach_new", _("Report a breach")),
    )


def breach_new(request: HttpRequest) -> HttpResponse:
    """Records a breach with its photos."""
    access.need(access.may_start(request.user, access.BREACH_REPORTERS))
    initial = {"happened_at": timezone.localtime().replace(second=0, microsecond=0)} | tenant_of(request)
    form = bound(request, BreachForm, user=request.user, initial=initial)

    def save(filled: Any) -> Breach:
        breach = filled.save(commit=False)
        access.need(access.may_report_breach(request.user, breach.tenant))
        return services.report_breach(breach, by=request.user, on=timezone.localdate(), files=filled.cleaned_data["scans"])

    return form_page(request, form, title=_("Report a breach"), save=save)


@require_GET
def breach_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One breach: what, where, what was done."""
    breach = get_object_or_404(access.breaches(request.user).select_related("created_by"), pk=pk)
    facts = [
        (_("Tenant"), breach.tenant),
        (_("Unit"), breach.unit),
        (_("Kind"), breach.get_kind_display()),
        (_("When"), breach.happened_at),
        (_("Where"), breach.place),
        (_("Reported by"), breach.created_by),
        (_("Rule broken"), breach.rule),
        (_("To be put right by"), breach.mend_by),
        (_("Person warned"), breach.warned_person),
        (_("What happened"), breach.description),
        (_("What was done"), breach.measure),
    ]
    title = f"{breach.get_kind_display()} · {breach.tenant}"
    return record_page(
        request, breach, title=title, facts=facts, back=(reverse("tenants:breach_list"), _("Breaches")), tenant=breach.tenant
    )
