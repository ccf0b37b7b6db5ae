"""Pages that every kind of record shares: one step, undo, a note, the link behind a QR code, the health page."""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import forms, health, history, kinds
from core.flow import Flow, Refused, Step
from core.models import SearchEntry
from core.pages import way_back

logger = logging.getLogger(__name__)


def step(request: HttpRequest, pk: int, step: str, *, model: type[models.Model]) -> HttpResponse:
    """Takes a step of a record's life. GET asks what the step asks; POST takes it and goes to the record, or to `?back=`."""
    kind = kinds.of(model)
    record = get_object_or_404(kind.rows(request.user), pk=pk)
    life = _life(kind)
    if step not in life.steps:
        raise Http404
    chosen = life.steps[step]
    chosen.need_role(request.user, record)
    form = _step_form(request, record, chosen)
    if form is None:
        return _take(request, record, life, chosen)
    return forms.respond(
        request,
        form,
        template="core/step.html",
        save=lambda filled: _take_with(request, record, life, chosen, filled),
        context={"step": chosen, "record": record, "kind": kind, "blockers": chosen.blockers(record), "back": way_back(request)},
        record=record,
        title=chosen.label,
    )


def _life(kind: kinds.Kind) -> Flow:
    if kind.flow is None:
        raise Http404
    return kind.flow


def _step_form(request: HttpRequest, record: Any, chosen: Step) -> Any:
    """The step's own form, a reason form, a confirmation, or None when a plain POST is enough."""
    form_class = form_of(type(record), chosen)
    if form_class is None and request.method == "POST" and not chosen.asks_reason and "submission_key" not in request.POST:
        return None
    form_class = form_class or (forms.ReasonForm if chosen.asks_reason else forms.ConfirmForm)
    arguments = {"record": record, "user": request.user} if getattr(form_class, "wants_record", False) else {}
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **arguments)
    return form_class(**arguments)


def form_of(model: type[models.Model], chosen: Step) -> type[Any] | None:
    """`forms.<StepName>Form` of the record's app, if there is one (`<Model><StepName>Form` wins).

    The form that makes a record, `<Model>Form`, is never that of a step of the same name.
    """
    module_name = f"{model._meta.app_label}.forms"
    if find_spec(module_name) is None:
        return None
    module, name = import_module(module_name), "".join(word.title() for word in chosen.name.split("_"))
    shared = "" if name == model.__name__ else f"{name}Form"
    return getattr(module, f"{model.__name__}{name}Form", None) or getattr(module, shared, None)


def _take(request: HttpRequest, record: Any, life: Flow, chosen: Step) -> HttpResponse:
    life.take(record, chosen.name, by=request.user, at=timezone.now())
    say_done(request, chosen, record)
    return HttpResponseRedirect(way_back(request) or kinds.of(record).url(record))


def _take_with(request: HttpRequest, record: Any, life: Flow, chosen: Step, form: Any) -> Any:
    details = {name: value for name, value in form.cleaned_data.items() if name not in forms.TECHNICAL_FIELDS}
    fresh = life.take(record, chosen.name, by=request.user, at=timezone.now(), **details)
    say_done(request, chosen, record)
    return way_back(request) or fresh


def say_done(request: HttpRequest, chosen: Step, record: Any) -> None:
    """The message after a step, with the button that takes it back where that can be done."""
    text = _("%(record)s: “%(step)s” is done.") % {"record": record, "step": chosen.label}
    there = reverse("core:undo", args=[record._meta.label, record.pk]) if chosen.undo else ""
    messages.success(request, text, extra_tags=f"undo:{there}" if there else "")


@require_POST
def undo(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Takes back the last step of a record, for ten minutes."""
    kind, record = find_record(request, label, pk)
    _life(kind).undo(record, by=request.user, at=timezone.now())
    messages.success(request, _("%(record)s: taken back.") % {"record": record})
    return HttpResponseRedirect(kind.url(record))


@require_POST
def note(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Adds a note to a record's timeline."""
    kind, record = find_record(request, label, pk)
    text = request.POST.get("note", "").strip()
    if not text:
        raise Refused(_("Write the note first."))

    def work() -> str:
        history.note(record, text[:2000], by=request.user)
        return f"{kind.url(record)}#timeline"

    return forms.once(request, work)


def find_record(request: HttpRequest, label: str, pk: int) -> tuple[kinds.Kind, Any]:
    """A kind by label and its record, among those that this person may see; else 404."""
    try:
        kind = kinds.named(label)
    except KeyError:
        raise Http404 from None
    return kind, get_object_or_404(kind.rows(request.user), pk=pk)


@require_GET
def by_number(request: HttpRequest, number: str) -> HttpResponse:
    """Opens the record behind a number or QR code."""
    for entry in SearchEntry.objects.filter(number=number)[:5]:
        kind = kinds.named(entry.kind)
        record = kind.rows(request.user).filter(pk=entry.object_id).first()
        if record:
            return HttpResponseRedirect(kind.url(record))
    raise Http404


@never_cache
@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process reaches the database, the broker and a live worker; else 503 and why. `?full`: with the apps' own reports."""
    problems = [text for text in (_database(), _broker(), _worker()) if text]
    answer: dict[str, Any] = {"ok": not problems, "problems": problems}
    if "full" in request.GET and not problems:
        answer["reports"] = health.reports()
    return JsonResponse(answer, status=503 if problems else 200)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        logger.warning("health: database: %s", error)
        return "The database does not answer."
    return ""


def _broker() -> str:
    from celery import current_app

    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=0, timeout=2)
    except Exception as error:
        logger.warning("health: broker: %s", error)
        return "The broker does not answer."
    return ""


def _worker() -> str:
    """A worker writes its pulse at every tick; asking it directly would cost a second a call."""
    try:
        pulse = cache.get("worker-pulse")
    except Exception as error:
        logger.warning("health: cache: %s", error)
        return "The cache does not answer."
    return "" if pulse else "No worker has reported for two minutes."


def error_page(template: str, status: int) -> Any:
    """A handler for Django's own errors that uses the same pages."""

    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        # Django words a 404 for developers: the patterns tried, or the name of the model.
        message = "" if status == 404 else str(exception or "")
        return render(request, template, {"message": message}, status=status)

    return handler
