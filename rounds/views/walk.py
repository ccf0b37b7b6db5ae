"""One round: the page it is read on and walked from, and the page of each stop. All of it works without scripts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import forms
from core.flow import Refused
from core.pages import need, record_page, without_blanks
from core.urls import record_urls
from rounds import access, kinds, services
from rounds.flow import gaps, verdict
from rounds.forms import StopForm
from rounds.models import Round, RoundStop
from rounds.views.plans import whose
from rounds.views.register import round_list

WALKABLE = ("NOT_STARTED", "IN_PROGRESS", "MISSED")


@require_GET
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: its stops, what was found there, and the way on."""
    round = get_object_or_404(access.rounds(request.user).select_related("explained_by", "seen_by", "moved_from"), pk=pk)
    stops = verdict.stops(round)
    may_walk = access.walks(request.user, round) and round.state == Round.State.IN_PROGRESS
    return record_page(
        request,
        round,
        title=round.name,
        facts=facts_of(round),
        back=(reverse("rounds:round_list"), _("Register of rounds")),
        template="rounds/round.html",
        stops=stops,
        route=route_of(round) if not stops else [],
        items=verdict.items(round),
        done=sum(stop.is_done for stop in stops),
        next_stop=next((stop for stop in stops if not stop.is_done), None) if may_walk else None,
        may_walk=may_walk,
        actions=phone_action(request, round),
        gaps=gaps(round) if round.state == Round.State.PARTIAL else [],
        findings=[(answer, kinds.follow_ups(answer, request.user)) for answer in verdict.findings(round)],
        may_plan=bool(round.plan) and access.may_plan(request.user, round.plan),
        moved_to=Round.objects.filter(moved_from=round).first(),
        notices=list(round.notices.order_by("told_at")),
        related=[*stops, *(answer for stop in stops for answer in stop.answers.all())],
    )


def phone_action(request: HttpRequest, round: Round) -> list[tuple[Any, str, str]]:
    """Whoever may walk it goes on where it is walked: on the phone's page."""
    if round.state not in WALKABLE or not access.walks(request.user, round):
        return []
    return [(_("Walk it on the phone"), reverse("rounds:walk", args=[round.pk]), "device-mobile")]


def route_of(round: Round) -> list[Any]:
    """Where it leads, before there are stops."""
    return [stop.place for stop in round.plan.route.select_related("place")] if round.plan else []


def facts_of(round: Round) -> list[tuple[Any, Any]]:
    """What a round's page says of it in short; what it does not have is left out."""
    subject = kinds.of(round.kind).subject
    about = subject(round) if subject else None
    facts: list[tuple[Any, Any]] = [
        (_("Due from"), round.due_from),
        (_("Until"), round.due_until),
        (_("Kind"), kinds.of(round.kind).label),
        (_("About"), about[0] if about else ""),
        (_("Building"), round.building),
        (_("Round plan"), round.plan or ""),
        (_("Checklist"), round.checklist),
        (_("Whose"), whose(round)),
        (_("Done by"), round.done_by or ""),
        (_("Started"), round.started_at),
        (_("Finished"), round.finished_at),
        (_("Why something was left out"), round.gap_reason),
        (_("Why it was missed"), round.missed_reason),
        (_("Explained by"), round.explained_by or ""),
        (_("Seen by"), round.seen_by or ""),
    ]
    return without_blanks(facts)


def round_stop(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """One stop: the checklist, a note and photos. `?scanned=1`: somebody came by the label's link."""
    round = get_object_or_404(access.rounds(request.user), pk=pk)
    stop = get_object_or_404(verdict_stop(round), position=position)
    need(access.walks(request.user, round))
    if round.state not in WALKABLE:
        raise Refused(_("This round is finished. Take “Go on with it” first."))
    scanned = request.GET.get("scanned") == "1"
    form = stop_form(request, stop, verdict.items(round))

    def save(filled: StopForm) -> str:
        now, said = timezone.now(), filled.cleaned_data
        method = "CODE" if said.get("code") else "QR_LINK" if scanned else "NONE"
        services.record_stop(
            round, stop=stop, entry=said["submission_key"], answers=filled.answers, captured_at=now, received_at=now, method=method,
            note=said["note"], photos=said["photos"], by=request.user, at=now,
        )  # fmt: skip
        following = round.stops.filter(captured_at=None).order_by("position").first()
        return reverse("rounds:round_stop", args=[pk, following.position]) if following else reverse("rounds:round_detail", args=[pk])

    count = round.stops.count()
    title, submit = str(stop.place or round.name), _("Save, next stop") if position < count else _("Save")
    return forms.respond(
        request, form, save=save, template="rounds/stop.html", title=title,
        context={
            "round": round, "stop": stop, "count": count, "scanned": scanned, "submit_label": submit,
            "cancel_url": reverse("rounds:round_detail", args=[pk]),
        },
    )  # fmt: skip


def verdict_stop(round: Round) -> Any:
    return round.stops.select_related("place", "round").prefetch_related("answers", "photos__file")


def stop_form(request: HttpRequest, stop: RoundStop, items: list[Any]) -> StopForm:
    """The form of a stop, filled with what was sent, or with what was recorded before."""
    if request.method == "POST":
        return StopForm(request.POST, request.FILES, stop=stop, items=items)
    return StopForm(stop=stop, items=items)


urls = [
    *record_urls("rounds", "round", model=Round, list_view=round_list, detail_view=round_detail),
    path("rounds/<int:pk>/stops/<int:position>/", round_stop, name="round_stop"),
]
