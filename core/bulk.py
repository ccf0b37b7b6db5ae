"""Something done to many rows of a list: each row for itself, with a result by row, and taken back where a life allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import forms, history, jobs, kinds, list_address, list_news
from core.database import lock
from core.flow import UNDO_FOR, Flow, Refused, flow_of
from core.models import Job
from core.text import is_key

if TYPE_CHECKING:
    from core.lists import List

LIMIT = 500
CHUNK = 50
SAID = 10
REASONS_KEPT = 1000
KIND, UNDO_KIND = "list.bulk", "list.undo"


@dataclass(frozen=True)
class Bulk:
    """Something done to many rows: `act(row, by=user, **filled)` may raise Refused for one row without stopping the others.

    `form` asks first for what all of them need. `step` names the step of the rows' life that `act` takes, if it can be undone.
    """

    key: str
    label: Any
    act: Callable[..., Any]
    may: Callable[[Any], bool] = lambda user: True
    form: type[Any] | None = None
    step: str = ""

    def details(self, filled: Any) -> dict[str, Any]:
        return {name: value for name, value in filled.cleaned_data.items() if name not in forms.TECHNICAL_FIELDS}


def of_step(life: Flow, name: str, *, form: type[Any] | None = None) -> Bulk:
    """A step of a life for many records: offered to those whose post takes it anywhere, asked again for each record."""
    step = life.steps[name]

    def act(row: Any, *, by: Any, **details: Any) -> None:
        life.take(row, name, by=by, at=timezone.now(), **details)

    def may(user: Any) -> bool:
        return any(role.holds(user, None) for role in step.roles)

    return Bulk(name, step.label, act, may, form or (forms.ReasonForm if step.asks_reason else None), name if step.undo else "")


@dataclass
class Outcome:
    """What came of it: keys of the rows done, and each skipped row with its reason (the first thousand of them)."""

    done: list[int] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    skipped_count: int = 0
    last: int = 0

    def skip(self, row: Any, reason: str) -> None:
        self.skipped_count += 1
        if len(self.skipped) < REASONS_KEPT:
            url = kinds.of(row).url(row) if kinds.known(row) else ""
            self.skipped.append({"row": str(row), "url": url, "reason": reason})

    @property
    def words(self) -> str:
        return _("%(done)d done, %(skipped)d skipped.") % {"done": len(self.done), "skipped": self.skipped_count}

    def result(self, **more: Any) -> dict[str, Any]:
        return {**asdict(self), "message": self.words, **more}


def _carry_out(do: Callable[[Any], Any], rows: Iterable[Any], outcome: Outcome) -> Outcome:
    for row in rows:
        try:
            with transaction.atomic():
                do(row)
            outcome.done.append(row.pk)
        except Refused as refusal:
            outcome.skip(row, refusal.message)
        outcome.last = row.pk
    return outcome


def answer(shown: List, rows: QuerySet[Any]) -> HttpResponse:
    """Answers a posted action: asks what it needs, does it to the chosen rows at once, or as a job above 500."""
    request = shown.request
    action = _offered(shown, request.POST.get("action", ""))
    chosen = rows if request.POST.get("all_matching") == "1" else rows.filter(pk__in=_ids(request))
    if action.form is None:
        return HttpResponseRedirect(_begin(shown, action, chosen, {}))
    title, is_first = f"{shown.title}: {action.label}", request.POST.get("filled") != "1"
    # Nothing is typed yet when the bar under the list is pressed; the page that asks says so with `filled`.
    form = action.form() if is_first else action.form(request.POST)
    context = {"title": title, "form": form, "action": action, "home": request.get_full_path()}
    context |= {"number": chosen.order_by().count(), "ids": _ids(request), "all_matching": request.POST.get("all_matching", "")}
    if is_first:
        return render(request, "core/bulk.html", context)

    def save(filled: Any) -> str:
        return _begin(shown, action, chosen, action.details(filled))

    return forms.respond(request, form, save=save, template="core/bulk.html", context=context, title=title)


def _offered(shown: List, key: str) -> Bulk:
    action = next((each for each in shown.offered_bulk() if each.key == key), None)
    if action is None:
        raise Refused(_("Choose what to do with the selected rows."))
    return action


def _ids(request: HttpRequest) -> list[int]:
    return [int(value) for value in request.POST.getlist("selected") if is_key(value)]


def _begin(shown: List, action: Bulk, chosen: QuerySet[Any], details: dict[str, Any]) -> str:
    """Does it or has it done; the address to go to."""
    request, title = shown.request, f"{shown.title}: {action.label}"
    # By key, as every other bulk action: two of them never wait for each other's rows.
    found = list(chosen.order_by("pk")[: LIMIT + 1])
    if not found:
        raise Refused(_("Select rows first: none of those chosen is on the list any more."))
    if len(found) > LIMIT:
        return reverse("core:job", args=[_queued(shown, action, chosen, title).pk])
    outcome = _carry_out(lambda row: action.act(row, by=request.user, **details), found, Outcome())
    more = {"model": shown.rows.model._meta.label, "step": action.step, "back": request.get_full_path()}
    job = jobs.keep(KIND, title, owner=request.user, result=outcome.result(**more))
    return _told(request, job, outcome, action)


def _told(request: HttpRequest, job: Job, outcome: Outcome, action: Bulk) -> str:
    reasons = [f"{each['row']}: {each['reason']}" for each in outcome.skipped[:SAID]]
    tag = f"undo:{reverse('core:undo_bulk', args=[job.pk])}" if action.step and outcome.done else ""
    level = messages.WARNING if outcome.skipped else messages.SUCCESS
    messages.add_message(request, level, " ".join([outcome.words, *reasons]), tag)
    return reverse("core:job", args=[job.pk]) if outcome.skipped_count > SAID else request.get_full_path()


def _queued(shown: List, action: Bulk, chosen: QuerySet[Any], title: str) -> Job:
    request = shown.request
    values = {name: request.POST.getlist(name) for name in (action.form.base_fields if action.form else ()) if name in request.POST}
    is_all = request.POST.get("all_matching") == "1"
    arguments = {
        "address": request.get_full_path(),
        "action": action.key,
        "values": values,
        "ids": None if is_all else _ids(request),
        "newest": list_news.newest(chosen),
        "language": translation.get_language(),
    }
    return jobs.start(KIND, title, owner=request.user, arguments=arguments)


@jobs.runner(KIND, atomic=False)
def run(job: Job) -> dict[str, Any]:
    """Does a bulk action to the rows its owner may see now, fifty a transaction; after a kill it goes on where it was."""
    arguments = job.arguments
    with translation.override(arguments["language"]), history.acting(job.owner):
        shown = list_address.describe(arguments["address"], job.owner)
        action, rows = _offered(shown, arguments["action"]), shown.matching(shown.filterset())
        details = _read(action, arguments["values"])
        rows = rows.filter(pk__lte=arguments["newest"])
        rows = rows if arguments["ids"] is None else rows.filter(pk__in=arguments["ids"])
        outcome = _walk(job, rows, lambda row: action.act(row, by=job.owner, **details))
        return outcome.result(model=rows.model._meta.label, step=action.step, back=arguments["address"])


def _read(action: Bulk, values: dict[str, list[str]]) -> dict[str, Any]:
    if action.form is None:
        return {}
    sent = QueryDict(mutable=True)
    for name, given in values.items():
        sent.setlist(name, given)
    form = action.form(sent)
    if not form.is_valid():
        raise Refused(_("What was filled in no longer fits. Start again from the list."))
    return action.details(form)


def _walk(job: Job, rows: QuerySet[Any], do: Callable[[Any], Any]) -> Outcome:
    outcome = Outcome(**{name: job.result[name] for name in Outcome.__dataclass_fields__ if name in job.result})
    rows = rows.order_by("pk")
    total = len(outcome.done) + outcome.skipped_count + rows.filter(pk__gt=outcome.last).count()
    while chunk := list(rows.filter(pk__gt=outcome.last)[:CHUNK]):
        with transaction.atomic():
            _carry_out(do, chunk, outcome)
            Job.objects.filter(pk=job.pk).update(result=asdict(outcome))
        jobs.progress(job, len(outcome.done) + outcome.skipped_count, total)
    return outcome


def can_be_undone(job: Job, at: datetime) -> bool:
    """True for ten minutes after an action that took a step which its life can take back."""
    result = job.result or {}
    in_time = job.finished_at is not None and at - job.finished_at <= UNDO_FOR
    return bool(job.kind == KIND and result.get("step") and result.get("done") and not result.get("undone") and in_time)


def take_back(job: Job, *, by: Any, at: datetime) -> Job:
    """Takes an action back row by row, at once or as a job above 500; the job with the outcome.

    Raises Refused when it is too late or was done before.
    """
    with transaction.atomic():
        fresh = Job.objects.select_for_update().get(pk=job.pk)
        if not can_be_undone(fresh, at):
            raise Refused(_("This can't be undone any more. Take the next step that corrects it."))
        Job.objects.filter(pk=job.pk).update(result={**fresh.result, "undone": True})
        title = _("%(title)s, taken back") % {"title": fresh.title}
        arguments = {"job": fresh.pk, "language": translation.get_language()}
        if len(fresh.result["done"]) > LIMIT:
            return jobs.start(UNDO_KIND, title, owner=by, arguments=arguments)
    outcome = _carry_out(_undoing(fresh, by), _rows_done(fresh, by), Outcome())
    return jobs.keep(UNDO_KIND, title, owner=by, result=outcome.result(back=fresh.result["back"]))


def _rows_done(job: Job, user: Any) -> QuerySet[Any]:
    return kinds.of(apps.get_model(job.result["model"])).rows(user).filter(pk__in=job.result["done"]).order_by("pk")


def _undoing(job: Job, by: Any) -> Callable[[Any], None]:
    life = flow_of(apps.get_model(job.result["model"]))

    def undo(row: Any) -> None:
        [fresh] = lock(row)
        entry = life.undoable(fresh, by=by, at=timezone.now()) if life else None
        # Something else may have been done to this record since.
        if life is None or entry is None or entry.step != job.result["step"]:
            raise Refused(_("This can't be undone any more. Take the next step that corrects it."))
        life.undo(fresh, by=by, at=timezone.now())

    return undo


@jobs.runner(UNDO_KIND, atomic=False)
def run_undo(job: Job) -> dict[str, Any]:
    """Takes a large bulk action back, fifty rows a transaction."""
    done = Job.objects.get(pk=job.arguments["job"])
    with translation.override(job.arguments["language"]), history.acting(job.owner):
        return _walk(job, _rows_done(done, job.owner), _undoing(done, job.owner)).result(back=done.result["back"])
