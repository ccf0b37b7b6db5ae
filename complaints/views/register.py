"""The hot-line, the register of complaints and the page of one (manual 3.3.6)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints import access
from complaints.filters import ComplaintFilter
from complaints.flow import COMPLAINT_FLOW
from complaints.forms import ComplaintChangeForm, ComplaintForm, KeeperForm, MaliciousForm
from complaints.models import Complaint
from complaints.services import intake
from complaints.tables import ComplaintTable
from complaints.views.facts import facts_of
from core import lists, panels, signing
from core.flow import Refused
from core.pages import bound, form_page, need, record_page
from core.signing_views import sign_page
from core.text import is_key
from core.urls import record_urls
from premises import access as premises
from tenants import access as tenants


@require_GET
def complaint_list(request: HttpRequest) -> HttpResponse:
    """The register of complaints."""
    new = (reverse("complaints:complaint_new"), _("New complaint")) if access.may_take_calls(request.user) else None
    return lists.page(
        request,
        name="complaints",
        title=_("Complaints"),
        rows=access.lines(request.user),
        table=ComplaintTable,
        filter=ComplaintFilter,
        search=access.SEARCH,
        new=new,
        views=[
            lists.Preset(_("Under way"), "due=open"),
            lists.Preset(_("Overdue"), "due=overdue"),
            lists.Preset(_("To call back"), "state=HANDLED&state=TO_CALL_BACK"),
            lists.Preset(_("To file"), "state=SATISFIED&state=TO_FILE"),
        ],
        empty=_("No complaint is on record."),
    )


def complaint_new(request: HttpRequest) -> HttpResponse:
    """The hot-line: a complaint is written down with the courtesy phrases at hand (manual 3.3.6-1, -7)."""
    need(access.may_take_calls(request.user))
    came_from = origin(request)
    initial = told_by_link(request) | (came_from.initial if came_from else {})
    form = bound(request, ComplaintForm, user=request.user, initial=initial)

    def save(filled: Any) -> Complaint:
        complaint = filled.save(commit=False)
        now = timezone.now()
        made = intake.log_complaint(complaint, by=request.user, at=now, files=filled.cleaned_data["files"])
        need(access.may_take_up(request.user, made))
        if came_from:
            came_from.logged(made, by=request.user, at=now)
        if filled.cleaned_data["tell_at_once"]:
            note = _("Serious, as it was told")
            return COMPLAINT_FLOW.take(made, "report_serious", by=request.user, at=now, note=note)  # type: ignore[no-any-return]
        return made

    return form_page(
        request,
        form,
        title=_("Complaint hot-line"),
        save=save,
        submit_label=_("Log the complaint"),
        template="complaints/hotline.html",
        cancel_url=reverse("complaints:complaint_list"),
        phrases=access.phrases(),
        # Asked only where the form is shown: a complaint that is saved shows none.
        recent=SimpleLazyObject(lambda: access.lines(request.user).order_by("-pk")[:8]),
    )


def origin(request: HttpRequest) -> Any:
    """The record of another app that turned out to be a complaint, or None.

    Slot `complaint.origin`: `function(user, asked) -> origin or None`, with `initial` (what the form knows already) and
    `logged(complaint, by=…, at=…)`, called in the transaction that writes the complaint.
    """
    return next((found for found in panels.contributions("complaint.origin", request.user, request.GET) if found), None)


def told_by_link(request: HttpRequest) -> dict[str, Any]:
    """What the page that led here knows already: `?tenant=`, `?unit=`, `?phone=`, `?name=`, `?content=`, `?channel=`."""
    known: dict[str, Any] = {name: request.GET.get(name, "")[:60] for name in ("phone", "name")}
    known["content"] = request.GET.get("content", "")[:1000]
    if request.GET.get("channel") in Complaint.Channel.values:
        known["channel"] = request.GET["channel"]
    for name, rows in (("tenant", tenants.tenants(request.user)), ("unit", premises.units(request.user))):
        wanted = request.GET.get(name, "")
        found = rows.filter(pk=wanted).first() if is_key(wanted) else None
        known |= {name: found.pk} if found else {}
    return known


@require_GET
def complaint_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint: what was told, who answers, what came of it."""
    complaint = get_object_or_404(access.complaints(request.user).select_related("cause", "checker", "reviewed_by", "resolved_by"), pk=pk)
    takes_up = access.may_take_up(request.user, complaint)
    rows = signing.panel(complaint)
    mine = [row for row in rows if not row.is_valid and may_sign(request.user, complaint, row.party)]
    visits, measures = list(complaint.visits.select_related("visited_by")), list(complaint.measures.select_related("owner"))
    return record_page(
        request,
        complaint,
        title=_("Complaint"),
        facts=facts_of(complaint),
        back=(reverse("complaints:complaint_list"), _("Complaints")),
        tenant=complaint.tenant,
        edit_url=reverse("complaints:complaint_edit", args=[pk]) if access.may_correct(request.user, complaint) else "",
        template="complaints/complaint.html",
        related=[*visits, *measures],
        visits=visits,
        measures=measures,
        compensations=access.compensations(request.user).filter(complaint=complaint),
        escalations=complaint.escalations.all(),
        repeats=access.repeats_of(complaint, request.user)[:5],
        mine_to_sign=mine,
        signoffs=[row for row in rows if row not in mine],
        may_fix=access.may_fix_measures(request.user, complaint) and complaint.is_open,
        may_compensate=takes_up,
        repair_url=way_to_a_repair(complaint) if takes_up else "",
        may_judge=access.may_judge(request.user, complaint) and not complaint.is_malicious,
    )


def way_to_a_repair(complaint: Complaint) -> str:
    """Where the repair request is written that takes the place of a complaint; empty once somebody works on it or one stands."""
    if complaint.state not in COMPLAINT_FLOW.steps["became_repair"].sources:
        return ""
    return next((url for stands, url in panels.contributions("complaint.repair", complaint) if not stands), "")


def may_sign(user: Any, complaint: Complaint, party: signing.Party) -> bool:
    """Our heads sign themselves; outsiders sign at the desk of customer service."""
    return bool(party.role.holds(user, complaint)) if party.role else access.may_take_up(user, complaint)


def complaint_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects what was told."""
    complaint = get_object_or_404(access.complaints(request.user), pk=pk)
    need(access.may_take_up(request.user, complaint))
    if not complaint.is_open:
        raise Refused(_("This complaint is settled. Reopen it first, or log a new one."))
    form = bound(request, ComplaintChangeForm, user=request.user, instance=complaint)

    def save(filled: Any) -> Complaint:
        return intake.correct(complaint, filled.cleaned_data, by=request.user, at=timezone.now())

    back = reverse("complaints:complaint_detail", args=[pk])
    return form_page(request, form, title=_("Correct the complaint"), save=save, record=complaint, cancel_url=back)


def complaint_malicious(request: HttpRequest, pk: int) -> HttpResponse:
    """A head marks a complaint as malicious; it is answered all the same."""
    complaint = get_object_or_404(access.complaints(request.user), pk=pk)
    need(access.may_judge(request.user, complaint))
    form = bound(request, MaliciousForm)

    def save(filled: Any) -> Complaint:
        said = {name: filled.cleaned_data[name] for name in ("reason", "answer")}
        return intake.mark_malicious(complaint, by=request.user, **said)

    back = reverse("complaints:complaint_detail", args=[pk])
    return form_page(request, form, title=_("Malicious complaint"), save=save, record=complaint, cancel_url=back)


def complaint_sign(request: HttpRequest, pk: int, document: str, party: str) -> HttpResponse:
    """The complainant signs their statement, the head of the resolving department the record."""
    complaint = get_object_or_404(access.complaints(request.user), pk=pk)
    return sign_page(request, complaint, document, party, may=lambda signer: may_sign(request.user, complaint, signer), name=complaint.name)


def keeper(request: HttpRequest) -> HttpResponse:
    """Who keeps the register of each building (manual 3.3.4-7)."""
    need(access.may_name_keepers(request.user))
    form = bound(request, KeeperForm, user=request.user)

    def save(filled: Any) -> str:
        intake.name_keeper(filled.cleaned_data["building"], filled.cleaned_data["keeper"], by=request.user)
        return reverse("complaints:keeper")

    return form_page(
        request,
        form,
        title=_("Keeper of the register"),
        save=save,
        template="complaints/keeper.html",
        cancel_url=reverse("complaints:complaint_list"),
        keepers=access.keepers(request.user),
    )


urls = [
    path("keeper/", keeper, name="keeper"),
    path("complaints/<int:pk>/edit/", complaint_edit, name="complaint_edit"),
    path("complaints/<int:pk>/malicious/", complaint_malicious, name="complaint_malicious"),
    path("complaints/<int:pk>/sign/<slug:document>/<str:party>/", complaint_sign, name="complaint_sign"),
    *record_urls(
        "complaints",
        "complaint",
        model=Complaint,
        list_view=complaint_list,
        new_view=complaint_new,
        detail_view=complaint_detail,
    ),
]
