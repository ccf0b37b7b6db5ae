"""Rounds on a phone: mine, and walking one. The walk page goes on without a network; what it sends is taken in once."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import forms
from core.flow import NotAllowed, Refused, TooLate
from core.pages import bound, need
from rounds import access, agenda
from rounds.forms.phone import EntryForm, FinishForm
from rounds.models import Answer, Round, RoundStop
from rounds.services import entries, finish
from rounds.views.phone_board import Board, StopLine, board, findings
from rounds.views.phone_words import words

PAGE = "rounds/phone_walk.html"


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My rounds: due now, later today, late."""
    found = agenda.of(request.user, timezone.now())
    return render(
        request, "rounds/phone_mine.html", {"agenda": found, "phone_words": words(), "may_walk": access.may_see_rounds(request.user)}
    )


def walk(request: HttpRequest, pk: int) -> HttpResponse:
    """A round is walked from this page alone: every stop and every question is on it."""
    round = _to_walk(request, pk)
    shown = board(round, request.user)
    line, method = _chosen(request, shown)
    form = _stop_form(request, shown, line, method)
    context = _context(request, shown, line) | {"stop_form": form, "finish_form": FinishForm()}
    if request.method != "POST":
        return render(request, PAGE, context)

    def save(filled: EntryForm) -> str:
        stop = entries.take_in(round, filled.entry(at=timezone.now()), by=request.user, at=timezone.now())
        messages.success(request, _("%(stop)s: saved.") % {"stop": stop})
        return f"{reverse('rounds:walk', args=[round.pk])}?saved={stop.position}"

    return forms.respond(request, form, save=save, template=PAGE, context=context, record=round, title=round.name)


def _to_walk(request: HttpRequest, pk: int) -> Round:
    """The round, for who walks it; 404 for who may not see it, 403 for who may only read it."""
    round = get_object_or_404(access.rounds(request.user), pk=pk)
    need(access.walks(request.user, round))
    return round  # type: ignore[no-any-return]


def _chosen(request: HttpRequest, shown: Board) -> tuple[StopLine | None, str]:
    """The stop that the page is about, and how somebody came to it: by `?code=`, by `?stop=`, else the next one."""
    code, how = request.GET.get("code", ""), request.GET.get("via", "")
    if request.method == "POST":
        return shown.at(request.POST.get("stop", "")), ""
    if code:
        return shown.coded(code), RoundStop.Method.CODE.value
    asked = shown.at(request.GET.get("stop", ""))
    method = how if asked and how in RoundStop.Method.values else RoundStop.Method.NONE.value
    return asked or shown.next_line(), method


def _stop_form(request: HttpRequest, shown: Board, line: StopLine | None, method: str) -> EntryForm:
    start = _start(shown, line) | {"method": method}
    recorded = _recorded(line) if line else {}
    photographed = line.photographed if line else ()
    return bound(request, EntryForm, items=shown.items, shown=photographed, initial=start | recorded)  # type: ignore[no-any-return]


def _start(shown: Board, line: StopLine | None) -> dict[str, Any]:
    return {"stop": line.position if line else "", "code": line.code if line else "", "version": shown.version}


def _recorded(line: StopLine) -> dict[str, Any]:
    """What is recorded at a stop, as its form says it."""
    found: dict[str, Any] = {"note": line.stop.note} if line.stop else {}
    for item, answer in line.answers.items():
        is_skipped = answer.result == Answer.Result.NOT_APPLICABLE
        found |= {f"result_{item}": answer.result, f"number_{item}": answer.number, f"choice_{item}": answer.choice}
        found |= {f"note_{item}": answer.note, f"skip_{item}": is_skipped}
    return found


def _context(request: HttpRequest, shown: Board, line: StopLine | None) -> dict[str, Any]:
    code = request.GET.get("code", "")
    saved = shown.at(request.GET.get("saved", ""))
    return {
        "board": shown,
        "round": shown.round,
        "line": line,
        "wrong_code": code[:12] if code and line is None else "",
        "saved": saved,
        "phone_words": words(),
        "walk": _for_script(shown),
        "was_asked": bool(code or request.GET.get("stop")) and line is not None,
    }


def _for_script(shown: Board) -> dict[str, Any]:
    """What the script on the page knows of the round."""
    lines = [
        {
            "position": line.position,
            "label": line.label,
            "code": line.code,
            "done": line.is_done,
            "recorded": _said(line),
            "photographed": sorted(line.photographed),
        }
        for line in shown.lines
    ]
    questions = [
        {
            "pk": item.pk,
            "text": item.text,
            "kind": item.kind,
            "low": item.low,
            "high": item.high,
            "failing": item.failing,
            "photo": item.photo,
            "required": item.is_required,
        }
        for item in shown.items
    ]
    return {"round": shown.round.pk, "name": shown.round.name, "started": bool(shown.round.started_at), "stops": lines, "items": questions}


def _said(line: StopLine) -> dict[str, Any]:
    return {name: str(value) for name, value in _recorded(line).items() if value not in (None, "", False)} if line.is_done else {}


@require_POST
def walk_entries(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes in one entry of a phone with its photos, by its uuid once; answers how the stop stands now."""
    return _told(request, lambda: _take_in(request, pk))


def _take_in(request: HttpRequest, pk: int) -> JsonResponse:
    round = _to_walk(request, pk)
    key = _uuid(request.POST.get("submission_key", ""))
    stop = entries.taken_in(key)
    if stop is None:
        shown = board(round, request.user)
        form = EntryForm(request.POST, request.FILES, items=shown.items, is_lenient=True)
        form.belongs_to(request.user)
        if not form.is_valid():
            raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
        stop = entries.take_in(round, form.entry(at=timezone.now()), by=request.user, at=timezone.now())
    elif stop.round_id != round.pk:
        raise Refused(_("This entry was taken in for another round."))
    return JsonResponse(_state_of(stop, request.user))


def _state_of(stop: RoundStop, user: Any) -> dict[str, Any]:
    round = stop.round
    wrong = stop.answers.filter(result=Answer.Result.FAIL).select_related("item", "stop__round", "stop__place")
    return {
        "stop": stop.position,
        "captured_at": stop.captured_at,
        "done": round.stops.exclude(captured_at=None).count(),
        "findings": [
            {
                "text": str(each.answer.item),
                "note": each.answer.note,
                "follow_ups": [{"label": str(offer.label), "url": url} for offer, url in each.follow_ups],
            }
            for each in findings(wrong, user)
        ],
    }


@require_POST
def walk_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends the round by what was recorded; what is left out needs a reason. A phone gets JSON."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return _told(request, lambda: _finish_by_phone(request, pk))
    round = _to_walk(request, pk)
    shown, form = board(round, request.user), FinishForm(request.POST)
    line = shown.next_line()
    stop_form = EntryForm(items=shown.items, initial=_start(shown, line))
    context = _context(request, shown, line) | {"stop_form": stop_form, "finish_form": form}

    def save(filled: FinishForm) -> str:
        ended = _finish(round, filled, request.user)
        messages.success(request, _("%(round)s: %(state)s") % {"round": ended.name, "state": ended.get_state_display()})
        return reverse("rounds:mine")

    return forms.respond(request, form, save=save, template=PAGE, context=context, record=round, title=round.name)


def _finish(round: Round, form: FinishForm, user: Any) -> Round:
    said = form.cleaned_data
    return finish(round, by=user, at=timezone.now(), reason=said["note"], ended_at=said["ended_at"])


def _finish_by_phone(request: HttpRequest, pk: int) -> JsonResponse:
    round, form = _to_walk(request, pk), FinishForm(request.POST)
    if not form.is_valid():
        raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
    ended = _finish(round, form, request.user)
    return JsonResponse({"state": ended.state, "label": str(ended.get_state_display())})


def _told(request: HttpRequest, work: Any) -> HttpResponse:
    """The answer for a phone: what was done, or in words why not."""
    try:
        return work()  # type: ignore[no-any-return]
    except Http404:
        text = _("This round is not here any more, or it is not yours. Ask a leader of the department.")
        return JsonResponse({"error": text}, status=404)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=422)
    except Refused as error:
        status = 403 if isinstance(error, NotAllowed) else 409 if isinstance(error, TooLate) else 422
        return JsonResponse({"error": error.message}, status=status)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused(_("The entry has no number of its own. Open the round again and record the stop anew.")) from None


@never_cache
@require_GET
def phone_session(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and the token for what a phone sends next: it may have waited longer than the page's own is good for."""
    return JsonResponse({"user": request.user.pk, "csrf": get_token(request)})


@login_not_required
@require_GET
def phone_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the walk page at hand without a network. From here, so that it reaches the rounds and nothing else."""
    body = render_to_string("rounds/phone_worker.js")
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


urls = [
    path("mine/", mine, name="mine"),
    path("walk/<int:pk>/", walk, name="walk"),
    path("walk/<int:pk>/entries/", walk_entries, name="walk_entries"),
    path("walk/<int:pk>/finish/", walk_finish, name="walk_finish"),
    path("phone/session/", phone_session, name="phone_session"),
    path("worker.js", phone_worker, name="phone_worker"),
]
