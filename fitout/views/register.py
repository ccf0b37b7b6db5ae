"""The register of fit-outs, a new application, and the page of one fit-out (manual 3.2.4)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from core import lists, signing, versions
from core.pages import bound, form_page, named, need, record_page
from core.signing_views import sign_page
from core.urls import record_urls
from fitout import access
from fitout.filters import FitoutFilter
from fitout.flow import FITOUT_FLOW
from fitout.forms import FitoutForm
from fitout.models import BEFORE_SITE, OPEN_SITE, Fitout
from fitout.services import intake
from fitout.tables import FitoutTable, standing_chip
from fitout.views.about import facts_of
from tenants import access as tenants

# The states of a fit-out that goes on, left to right; the guards are many, so a card says what lacks only when a step is taken.
BOARD = lists.Board(FITOUT_FLOW, states=[*BEFORE_SITE, *OPEN_SITE, "TO_APPROVE", "ACCEPTED"], card="fitout/card.html", order=("due_at",))


@require_GET
def fitout_list(request: HttpRequest) -> HttpResponse:
    """Every fit-out of the buildings this person reads."""
    new = (reverse("fitout:fitout_new"), _("New application")) if access.may_take_applications(request.user) else None
    return lists.page(
        request,
        name="fitouts",
        title=_("Fit-outs"),
        rows=access.fitouts(request.user),
        table=FitoutTable,
        filter=FitoutFilter,
        search=tenants.words_in("number", "tenant__name", "tenant__initials", "unit__code", "contractor__name", "lead", "scope"),
        new=new,
        views=[
            lists.Preset(_("Under way"), "stage=open"),
            lists.Preset(_("Applications"), "stage=before"),
            lists.Preset(_("Drawing review"), "state=DRAWING_REVIEW&state=REWORK_NEEDED"),
            lists.Preset(pgettext("permit", "To issue"), "state=AWAITING_FEES&state=AWAITING_FIRE&state=TO_ISSUE"),
            lists.Preset(_("On site"), "stage=site"),
            lists.Preset(_("To inspect"), "state=TO_INSPECT&state=RECTIFYING&state=TO_APPROVE"),
            lists.Preset(_("To refund"), "state=ACCEPTED"),
            lists.Preset(_("Overdue"), "stage=overdue"),
            lists.Preset(pgettext("fit-out", "Ended"), "stage=ended"),
        ],
        board=BOARD,
        empty=_("No fit-out was applied for yet."),
    )


def fitout_new(request: HttpRequest) -> HttpResponse:
    """The application as the contractor brings it (manual 3.2.4-1.1)."""
    need(access.may_take_applications(request.user))
    known = told_by_link(request)
    form = bound(request, FitoutForm, user=request.user, initial=known)

    def save(filled: Any) -> Fitout:
        return intake.apply(filled.save(commit=False), by=request.user, at=timezone.now())

    return form_page(
        request,
        form,
        title=_("New fit-out application"),
        save=save,
        submit_label=_("Create"),
        template="fitout/new.html",
        cancel_url=reverse("fitout:fitout_list"),
        **beside(request, access.units(request.user).filter(pk=known.get("unit")).first(), known.get("contractor")),
    )


def told_by_link(request: HttpRequest) -> dict[str, Any]:
    """What the page that led here knows: `?unit=`, `?tenant=`, `?contractor=`; of a tenant with one unit that unit."""
    doors = {"unit": access.units, "tenant": tenants.current_tenants, "contractor": access.contractors}
    found = {name: named(request, name, rows) for name, rows in doors.items()}
    known = {name: row.pk for name, row in found.items() if row}
    if found["tenant"] and not found["unit"]:
        units = list(access.let_units(found["tenant"], timezone.localdate())[:2])
        known |= {"unit": units[0].pk} if len(units) == 1 else {}
    if found["contractor"]:
        known |= {"lead": found["contractor"].lead, "lead_phone": found["contractor"].phone}
    return known


def beside(request: HttpRequest, unit: Any, contractor: Any) -> dict[str, Any]:
    """What is known of the unit and the contractor in the form: tenant, area, fire limit, what goes on there, how it stands."""
    today = timezone.localdate()
    company = access.contractors(request.user).filter(pk=getattr(contractor, "pk", contractor)).first() if contractor else None
    area = access.floor_area(unit) if unit else None
    return {
        "unit": unit,
        "lessee": access.tenant_of(unit, today) if unit else None,
        "area": area,
        "over_limit": bool(unit and area and area > unit.building.fit_out_area_limit_m2),
        "under_way": access.fitouts(request.user).going_on().filter(unit=unit).first() if unit else None,
        "company": company,
        "company_chip": standing_chip(company, access.soon(request.user)) if company else "",
    }


@require_GET
def about_unit(request: HttpRequest) -> HttpResponse:
    """The fragment beside the application: read from its fields as the form reads them; what is half typed is nothing."""
    need(access.may_take_applications(request.user))
    fields: Any = FitoutForm(user=request.user).fields
    found: dict[str, Any] = {}
    for name in ("unit", "contractor"):
        try:
            found[name] = fields[name].clean(request.GET.get(name, ""))
        except ValidationError:
            found[name] = None
    return render(request, "fitout/beside.html", beside(request, **found))


@require_GET
def fitout_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One fit-out: what was applied for, what lacks, what its panels show."""
    fitout = get_object_or_404(access.fitouts(request.user).select_related("deposit", "contractor__grade"), pk=pk)
    rows = signing.panel(fitout)
    mine = [row for row in rows if not row.is_valid and access.may_sign_for(request.user, fitout, row.party) and row.document.text(fitout)]
    may_manage = access.may_manage(request.user, fitout)
    return record_page(
        request,
        fitout,
        title=pgettext("record", "Fit-out"),
        facts=facts_of(fitout),
        back=(reverse("fitout:fitout_list"), _("Fit-outs")),
        tenant=fitout.tenant,
        edit_url=reverse("fitout:fitout_edit", args=[pk]) if may_manage and fitout.started_at is None and not fitout.is_ended else "",
        template="fitout/fitout.html",
        may_manage=may_manage,
        mine_to_sign=mine,
        signoffs=[row for row in rows if row not in mine],
    )


def fitout_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects the application before the works begin; what was signed to the old words must be signed again."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_manage(request.user, fitout))
    form = bound(request, FitoutForm, user=request.user, instance=fitout)
    told = [name for name in FitoutForm.Meta.fields if name != "unit"]

    def save(filled: Any) -> Fitout:
        values = {name: filled.cleaned_data[name] for name in told}

        def check(fresh: Fitout) -> None:
            versions.was_opened_at(filled, versions.reading_of(fresh, filled), versions.Conflict(fresh))

        return intake.correct(fitout, values, by=request.user, check=check)

    return form_page(
        request,
        form,
        title=_("Correct the application"),
        save=save,
        record=fitout,
        template="fitout/new.html",
        cancel_url=reverse("fitout:fitout_detail", args=[pk]),
        **beside(request, fitout.unit, fitout.contractor_id),
    )


def fitout_sign(request: HttpRequest, pk: int, document: str, party: str) -> HttpResponse:
    """Undertakings, permit and completion sheet are signed here."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    name = {"TENANT": fitout.tenant_contact, "CONTRACTOR": fitout.lead}.get(party, "")
    may = lambda signer: access.may_sign_for(request.user, fitout, signer)  # noqa: E731
    return sign_page(request, fitout, document, party, may=may, name=name)


urls = [
    path("fitouts/about-unit/", about_unit, name="about_unit"),
    path("fitouts/<int:pk>/edit/", fitout_edit, name="fitout_edit"),
    path("fitouts/<int:pk>/sign/<slug:document>/<str:party>/", fitout_sign, name="fitout_sign"),
    *record_urls("fitouts", "fitout", model=Fitout, list_view=fitout_list, new_view=fitout_new, detail_view=fitout_detail),
]
