"""The register of breaches, a new one from the site or a check, its notice, and its penalty (manual 3.2.4-4.2.D)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from core import lists, signing, versions
from core.pages import bound, form_page, need, record_page, without_blanks
from core.signing_views import sign_page
from core.templatetags.ui import money
from core.text import is_key
from core.urls import record_urls
from fitout import access
from fitout.filters import BreachFilter, PenaltyFilter
from fitout.flow import FITOUT_FLOW
from fitout.forms import BreachForm, PenaltyForm
from fitout.models import Breach, Fitout, Penalty, SiteCheck
from fitout.services import breaches
from fitout.tables import BreachTable, PenaltyTable
from rounds import access as rounds
from rounds.models import Answer
from tenants import access as tenants


@require_GET
def breach_list(request: HttpRequest) -> HttpResponse:
    return lists.page(
        request,
        name="fitout-breaches",
        title=_("Fit-out breaches"),
        rows=access.breaches(request.user),
        table=BreachTable,
        filter=BreachFilter,
        search=tenants.words_in("number", "spot", "description", "fitout__number", "fitout__unit__code", "fitout__contractor__name"),
        views=[
            lists.Preset(_("Under way"), "due=open"),
            lists.Preset(_("Overdue"), "due=overdue"),
            lists.Preset(_("To check again"), "state=TO_RECHECK"),
            lists.Preset(_("Serious"), "serious=true&due=open"),
        ],
        empty=_("No breach is on record."),
    )


def told_answer(request: HttpRequest, fitout: Fitout) -> Answer | None:
    """The failed answer of a check of this fit-out that the address names (`?answer=`), if this person may see it."""
    wanted = request.GET.get("answer", "")
    if not is_key(wanted):
        return None
    mine = rounds.rounds(request.user).filter(plan__in=fitout.plans.values("plan"))
    rows = Answer.objects.filter(pk=wanted, stop__round__in=mine.values("pk"), result=Answer.Result.FAIL)
    return rows.select_related("item", "stop__place", "stop__round__department").prefetch_related("photos").first()


def prefilled(fitout: Fitout, answer: Answer | None, *, user: Any, quiet: bool) -> dict[str, Any]:
    """What the form knows before anything is typed: from the failed answer, else noise within the quiet hours."""
    if answer is None:
        department = next(iter(access.site_departments(user, fitout)), "")
        return {"kind": breaches.suggested("", department=department, quiet=quiet)}
    said = f"{answer.item.text} {answer.note}"
    description = f"{answer.item.text}：{answer.note}".strip("：")
    spot = str(answer.stop.place or "")[:120]
    return {"kind": breaches.suggested(said, quiet=quiet), "spot": spot, "description": description}


def breach_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A breach is written down on the spot, on a phone."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_inspect(request.user, fitout))
    now, answer = timezone.now(), told_answer(request, fitout)
    hours = access.quiet_hours(fitout.building_id)
    quiet = access.is_quiet(fitout.building_id, now, hours)
    initial = prefilled(fitout, answer, user=request.user, quiet=quiet)
    shots = len(answer.photos.all()) if answer else 0
    form = bound(request, BreachForm, initial=initial, shots=shots)
    form.instance.fitout, form.instance.answer = fitout, answer

    def save(filled: Any) -> Breach:
        told = filled.cleaned_data
        made = filled.save(commit=False)
        return breaches.record(made, by=request.user, at=timezone.now(), photos=told["photos"], with_shots=told.get("with_shots", False))

    return form_page(
        request,
        form,
        title=_("Record a breach"),
        save=save,
        template="fitout/breach_form.html",
        cancel_url=f"{breaches.page(fitout, 'fitout')}#breaches",
        fitout=fitout,
        answer=answer,
        shots=shots,
        quiet=quiet,
        hours=hours,
        known=list(access.breaches(request.user).filter(answer=answer)) if answer else [],
    )


def told_otherwise(breach: Breach) -> dict[str, Any]:
    """Weight and deadline where they are not what the kind says."""
    weight = "SERIOUS" if breach.is_serious else "ORDINARY"
    usual = breaches.deadline(breach.kind, breach.found_at)
    return {
        "weight": "KIND" if breach.is_serious == breach.kind.is_serious else weight,
        "due_at": None if breach.due_at == usual else breach.due_at,
    }


def breach_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts right what was written down, before the notice is given."""
    breach = get_object_or_404(access.breaches(request.user), pk=pk)
    need(access.may_inspect(request.user, breach))
    form = bound(request, BreachForm, instance=breach, initial=told_otherwise(breach))

    def save(filled: Any) -> Breach:
        told = {name: filled.cleaned_data[name] for name in ("kind", "spot", "description", "due_at")}

        def check(fresh: Breach) -> None:
            versions.was_opened_at(filled, versions.reading_of(fresh, filled), versions.Conflict(fresh))

        values = {**told, "is_serious": filled.instance.is_serious}
        return breaches.correct(breach, values, by=request.user, photos=filled.cleaned_data["photos"], check=check)

    return form_page(
        request,
        form,
        title=_("Correct the breach"),
        save=save,
        record=breach,
        template="fitout/breach_form.html",
        cancel_url=breaches.page(breach, "breach"),
        fitout=breach.fitout,
    )


@require_GET
def breach_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One breach: what was found, the notice, how it was corrected, the penalty."""
    rows = access.breaches(request.user).select_related("fitout__tenant", "fitout__building", "site_check__department")
    breach = get_object_or_404(rows, pk=pk)
    fitout, papers = breach.fitout, signing.panel(breach)
    may = access.may_inspect(request.user, breach)
    penalties = list(breach.penalties.select_related("created_by", "decided_by"))
    is_fined = any(row.state in (Penalty.State.REQUESTED, Penalty.State.DEDUCTED) for row in penalties)
    stop = FITOUT_FLOW.steps["stop_work"]
    may_stop = breach.is_open and fitout.state in stop.sources and stop.is_for(request.user, fitout)
    to_sign = [row for row in papers if not row.is_valid and row.document.text(breach)] if may else []
    return record_page(
        request,
        breach,
        title=_("Fit-out breach"),
        facts=without_blanks(facts_of(breach)),
        back=(reverse("fitout:breach_list"), _("Fit-out breaches")),
        tenant=fitout.tenant,
        template="fitout/breach.html",
        edit_url=reverse("fitout:breach_edit", args=[pk]) if may and breach.state == Breach.State.NOTED else "",
        fitout=fitout,
        photos=list(breach.photos.select_related("file")),
        penalties=penalties,
        alarms=breach.alarms.all(),
        penalty_url=reverse("fitout:penalty_new", args=[pk])
        if may and not is_fined and not fitout.is_ended and may_be_fined(breach)
        else "",
        stop_url=reverse("fitout:fitout_step", args=[fitout.pk, "stop_work"]) if may_stop else "",
        mine_to_sign=to_sign,
        signoffs=[row for row in papers if row not in to_sign],
    )


def facts_of(breach: Breach) -> list[tuple[Any, Any]]:
    return [
        (_("Fit-out"), breach.fitout),
        (_("Unit"), breach.fitout.unit),
        (_("Contractor"), breach.fitout.contractor),
        (_("Kind of breach"), breach.kind),
        (_("Where"), breach.spot),
        (_("What was found"), breach.description),
        (pgettext("breach", "Found"), breach.found_at),
        (_("Found by"), f"{breach.department} {breach.created_by or ''}"),
        (_("Site check"), breach.site_check),
        (_("Correct until"), breach.due_at),
        (_("Notice given to"), breach.noticed_to),
        (_("How it was corrected"), breach.correction),
        (_("Reported corrected"), breach.corrected_at),
        (_("Closed"), breach.closed_at),
    ]


def may_be_fined(breach: Breach) -> bool:
    return breach.state != Breach.State.WITHDRAWN


def breach_sign(request: HttpRequest, pk: int, document: str, party: str) -> HttpResponse:
    """The contractor's lead signs the correction notice on the screen."""
    breach = get_object_or_404(access.breaches(request.user), pk=pk)
    may = access.may_inspect(request.user, breach)
    return sign_page(request, breach, document, party, may=lambda signer: may, name=breach.noticed_to or breach.fitout.lead)


def found_in(user: Any, check: SiteCheck) -> list[tuple[Answer, str, list[Breach]]]:
    """(finding, where a breach is recorded from it or "", the breaches recorded) of a check."""
    rows = Answer.objects.filter(stop__round=check.round_id, result=Answer.Result.FAIL).select_related("item", "stop__place", "stop__round")
    known: dict[int, list[Breach]] = {}
    for breach in access.breaches(user).filter(answer__stop__round=check.round_id):
        known.setdefault(breach.answer_id or 0, []).append(breach)
    there = (
        reverse("fitout:breach_new", args=[check.fitout_id]) if access.may_inspect(user, check.fitout) and check.fitout.is_open_site else ""
    )
    found = rows.order_by("stop__position", "item__position", "pk")
    return [(answer, f"{there}?answer={answer.pk}" if there else "", known.get(answer.pk, [])) for answer in found]


@require_GET
def penalty_list(request: HttpRequest) -> HttpResponse:
    return lists.page(
        request,
        name="fitout-penalties",
        title=_("Fit-out penalties"),
        rows=access.penalties(request.user),
        table=PenaltyTable,
        filter=PenaltyFilter,
        search=tenants.words_in("number", "clause", "reason", "breach__number", "breach__fitout__contractor__name"),
        views=[lists.Preset(_("To approve"), "state=REQUESTED"), lists.Preset(_("Deducted"), "state=DEDUCTED")],
        empty=_("No penalty was asked for yet."),
    )


def penalty_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Who found a serious breach asks for its penalty; the rules say how much and by which clause."""
    breach = get_object_or_404(access.breaches(request.user), pk=pk)
    need(access.may_inspect(request.user, breach))
    kind = breach.kind
    initial = {"amount": kind.penalty, "clause": kind.clause, "reason": f"{kind}：{breach.description}"[:500]}
    form = bound(request, PenaltyForm, initial=initial)
    form.instance.breach = breach

    def save(filled: Any) -> Penalty:
        return breaches.ask_penalty(filled.save(commit=False), by=request.user, at=timezone.now())

    return form_page(
        request,
        form,
        title=_("Ask for a penalty"),
        save=save,
        template="fitout/penalty_form.html",
        submit_label=_("Ask for it"),
        cancel_url=breaches.page(breach, "breach"),
        breach=breach,
        held=access.held(breach.fitout),
    )


@require_GET
def penalty_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One penalty: how much, why, who asked, who decided."""
    penalty = get_object_or_404(access.penalties(request.user).select_related("breach__fitout__unit", "breach__fitout__tenant"), pk=pk)
    fitout = penalty.breach.fitout
    facts: list[tuple[Any, Any]] = [
        (_("Breach"), penalty.breach),
        (_("Kind of breach"), penalty.breach.kind),
        (_("Fit-out"), fitout),
        (_("Unit"), fitout.unit),
        (_("Contractor"), fitout.contractor),
        (_("Amount (yuan)"), money(penalty.amount)),
        (_("Clause of the penalty rules"), penalty.clause),
        (_("Reason"), penalty.reason),
        (_("Held of the fit-out deposit (yuan)"), money(access.held(fitout))),
        (_("Asked for by"), penalty.created_by),
        (_("Decided by"), penalty.decided_by),
    ]
    return record_page(
        request,
        penalty,
        title=_("Fit-out penalty"),
        facts=without_blanks(facts),
        back=(reverse("fitout:penalty_list"), _("Fit-out penalties")),
        tenant=fitout.tenant,
    )


urls = [
    path("fitouts/<int:pk>/breaches/new/", breach_new, name="breach_new"),
    path("breaches/<int:pk>/edit/", breach_edit, name="breach_edit"),
    path("breaches/<int:pk>/sign/<slug:document>/<str:party>/", breach_sign, name="breach_sign"),
    path("breaches/<int:pk>/penalty/", penalty_new, name="penalty_new"),
    *record_urls("breaches", "breach", model=Breach, list_view=breach_list, detail_view=breach_detail),
    *record_urls("penalties", "penalty", model=Penalty, list_view=penalty_list, detail_view=penalty_detail),
]
