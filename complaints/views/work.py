"""Pages of measures and compensations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints import access
from complaints.filters import CompensationFilter, MeasureFilter
from complaints.flow import COMPENSATION_FLOW
from complaints.forms import CompensationForm, MeasureForm, PreventionForm
from complaints.models import Compensation, Measure
from complaints.services import compensations, measures
from complaints.tables import CompensationTable, MeasureTable
from core import lists, signing
from core.pages import bound, form_page, need, record_page
from core.urls import record_urls
from tenants import access as tenants


@require_GET
def measure_list(request: HttpRequest) -> HttpResponse:
    """Measures of reviews and of prevention, with owner and day."""
    new = (reverse("complaints:measure_new"), _("New prevention measure")) if access.may_take_calls(request.user) else None
    return lists.page(
        request,
        name="complaint-measures",
        title=_("Complaint measures"),
        rows=access.measures(request.user),
        table=MeasureTable,
        filter=MeasureFilter,
        search=tenants.words_in("number", "text", "owner__name", "complaint__number"),
        new=new,
        views=[lists.Preset(_("Overdue"), "late=true"), lists.Preset(_("Prevention"), "prevention=true")],
        empty=_("No measure is on record."),
    )


def measure_new(request: HttpRequest) -> HttpResponse:
    """Plans a measure that keeps complaints from coming (manual 3.3.5)."""
    need(access.may_take_calls(request.user))
    form = bound(request, PreventionForm, user=request.user, initial={"cause": request.GET.get("cause", "")[:12]})

    def save(filled: Any) -> Measure:
        return measures.plan(filled.save(commit=False), by=request.user, on=timezone.localdate())

    back = reverse("complaints:measure_list")
    return form_page(request, form, title=_("New prevention measure"), save=save, cancel_url=back)


def measure_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Fixes a measure of the review of a complaint (manual 3.3.4-3)."""
    complaint = get_object_or_404(access.complaints(request.user), pk=pk)
    need(access.may_fix_measures(request.user, complaint))
    form = bound(request, MeasureForm, building_ids=[complaint.building_id])

    def save(filled: Any) -> Any:
        measures.fix(filled.save(commit=False), complaint, by=request.user, on=timezone.localdate())
        return complaint

    back = reverse("complaints:complaint_detail", args=[pk])
    return form_page(request, form, title=_("Measure of the review"), save=save, cancel_url=back)


@require_GET
def measure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure: what, who, until when, what came of it."""
    measure = get_object_or_404(access.measures(request.user).select_related("created_by"), pk=pk)
    facts = [
        (_("Measure"), measure.text),
        (_("Way"), measure.get_way_display()),
        (_("Against this cause"), measure.cause or ""),
        (_("Complaint"), measure.complaint or ""),
        (_("Owner"), measure.owner),
        (_("Due on"), measure.due_on),
        (_("Fixed by"), measure.created_by),
        (_("What was done"), measure.outcome),
        (_("Done"), measure.done_at),
    ]
    back = (reverse("complaints:measure_list"), _("Complaint measures"))
    return record_page(request, measure, title=_("Measure"), facts=facts, back=back)


@require_GET
def compensation_list(request: HttpRequest) -> HttpResponse:
    """Gifts and compensation, by whom they were approved."""
    need(access.may_read_register(request.user))
    return lists.page(
        request,
        name="complaint-compensations",
        title=_("Gifts & compensation"),
        rows=access.compensations(request.user),
        table=CompensationTable,
        filter=CompensationFilter,
        search=tenants.words_in("number", "item", "reason", "complaint__number", "complaint__company"),
        views=[lists.Preset(_("To approve"), "state=WAITING"), lists.Preset(_("To give"), "state=APPROVED")],
        empty=_("A compensation is asked for on the page of its complaint."),
    )


def compensation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a compensation of a complaint; within one's own limit it is signed at once."""
    complaint = get_object_or_404(access.complaints(request.user), pk=pk)
    need(access.may_take_up(request.user, complaint))
    form = bound(request, CompensationForm)

    def save(filled: Any) -> Compensation:
        made = compensations.ask(filled.save(commit=False), complaint, by=request.user, on=timezone.localdate())
        if compensations.may_sign(request.user, made):
            return COMPENSATION_FLOW.take(made, "sign_alone", by=request.user, at=timezone.now())  # type: ignore[no-any-return]
        return made

    back = reverse("complaints:complaint_detail", args=[pk])
    title = _("Compensation for %(complaint)s") % {"complaint": complaint}
    return form_page(request, form, title=title, save=save, submit_label=_("Ask for it"), cancel_url=back)


@require_GET
def compensation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One compensation: what, why, whose limit it needs, who took it."""
    row = get_object_or_404(access.compensations(request.user), pk=pk)
    facts = [
        (_("Complaint"), row.complaint),
        (_("Company"), row.complaint.company),
        (_("Kind"), row.get_kind_display()),
        (_("What is given"), row.item),
        (_("Worth"), f"¥{row.amount:,.2f}"),
        (_("Reason"), row.reason),
        (_("Asked by"), row.created_by),
        (_("Needs the limit of"), "、".join(compensations.signers(row.amount))),
        (_("Approved by"), row.approved_by or ""),
        (_("Received by"), row.received_by),
        (_("Given"), row.given_at or ""),
    ]
    back = (reverse("complaints:compensation_list"), _("Gifts & compensation"))
    return record_page(
        request,
        row,
        title=_("Gift or compensation"),
        facts=facts,
        back=back,
        template="complaints/compensation.html",
        signoffs=signing.panel(row),
    )


urls = [
    path("complaints/<int:pk>/measures/new/", measure_of, name="measure_of"),
    path("complaints/<int:pk>/compensations/new/", compensation_new, name="compensation_new"),
    *record_urls("measures", "measure", model=Measure, list_view=measure_list, new_view=measure_new, detail_view=measure_detail),
    *record_urls("compensations", "compensation", model=Compensation, list_view=compensation_list, detail_view=compensation_detail),
]
