"""The register of rounds, those that were missed, and the history of a person and of a place."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import lists
from core.pages import bound, form_page, need
from premises import access as premises
from rounds import access, services
from rounds.filters import MissedFilter, RoundFilter
from rounds.flow import ROUND_FLOW
from rounds.forms import RoundExplainForm, StartNowForm
from rounds.models import Round
from rounds.tables import MissedTable, RoundTable, StopTable


def words_in(rows: Any, text: str) -> Any:
    return rows.filter(
        Q(name__icontains=text) | Q(number__icontains=text) | Q(done_by__name__icontains=text) | Q(person__name__icontains=text)
    )


@require_GET
def round_list(request: HttpRequest) -> HttpResponse:
    """Every round, those to be walked now first by a view."""
    new = (reverse("rounds:round_new"), _("Start a round now")) if access.may_start(request.user) else None
    return lists.page(
        request,
        name="rounds",
        title=_("Register of rounds"),
        rows=access.rounds(request.user),
        table=RoundTable,
        filter=RoundFilter,
        search=words_in,
        new=new,
        views=[
            lists.Preset(_("To walk now"), "when=now"),
            lists.Preset(_("Today"), "when=today"),
            lists.Preset(_("With findings"), "findings=true"),
            lists.Preset(_("Doubtful"), "doubtful=true"),
        ],
        empty=_("No round is planned. Make a plan first."),
    )


def round_new(request: HttpRequest) -> HttpResponse:
    """A round that no plan asks for, begun at once."""
    need(access.may_start(request.user))
    form = bound(request, StartNowForm, user=request.user)

    def save(filled: StartNowForm) -> Round:
        told = {name: filled.cleaned_data[name] for name in ("name", "building", "checklist", "places")}
        told |= {"kind": "rounds.inspection", "department": told["checklist"].department, "person": request.user}
        return services.start_now(**told, by=request.user, at=timezone.now())

    title, back = _("Start a round now"), reverse("rounds:round_list")
    return form_page(request, form, title=title, save=save, submit_label=_("Start the round"), cancel_url=back)


def _explain(row: Round, *, by: Any, **filled: Any) -> None:
    ROUND_FLOW.take(row, "explain", by=by, at=timezone.now(), **filled)


def _see(row: Round, *, by: Any, **filled: Any) -> None:
    ROUND_FLOW.take(row, "acknowledge", by=by, at=timezone.now(), **filled)


def missed_list(request: HttpRequest) -> HttpResponse:
    """Rounds that were missed: the reason is given here, for one or for many, and seen by a leader."""
    return lists.page(
        request,
        name="rounds-missed",
        title=_("Missed rounds"),
        rows=access.rounds(request.user).missed().select_related("explained_by", "seen_by"),
        table=MissedTable,
        filter=MissedFilter,
        search=words_in,
        bulk=[
            lists.Bulk("explain", _("Give the reason"), _explain, form=RoundExplainForm),
            lists.Bulk("acknowledge", _("Reason seen"), _see, may=access.may_plan),
        ],
        views=[lists.Preset(_("Reason still to be given"), "stage=asked"), lists.Preset(_("Given, not seen"), "stage=given")],
        empty=_("No round was missed."),
    )


@require_GET
def person_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody walked or was given."""
    person = get_object_or_404(access.walkers(request.user), pk=pk)
    return lists.page(
        request,
        name="rounds-of-person",
        title=_("Rounds of %(name)s") % {"name": person},
        rows=access.rounds(request.user).filter(Q(done_by=person) | Q(person=person)),
        table=RoundTable,
        filter=RoundFilter,
        search=words_in,
        empty=_("No round of this person is on record."),
    )


@require_GET
def place_history(request: HttpRequest, pk: int) -> HttpResponse:
    """How often a place was looked at, by whom, and what was found."""
    place = get_object_or_404(premises.places(request.user), pk=pk)
    rows = access.stops_at(request.user, place).select_related("round", "done_by")
    return lists.page(
        request,
        name="rounds-of-place",
        title=_("Rounds at %(name)s") % {"name": place},
        rows=rows.annotate(findings=Count("answers", filter=Q(answers__result="FAIL"))),
        table=StopTable,
        order=("-captured_at",),
        empty=_("Nobody has recorded this place on a round yet."),
    )


urls = [
    path("rounds/new/", round_new, name="round_new"),
    path("missed/", missed_list, name="missed_list"),
    path("people/<int:pk>/", person_history, name="person_history"),
    path("places/<int:pk>/", place_history, name="place_history"),
]
