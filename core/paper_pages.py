"""The page of one required paper: taken in, checked against the original, replaced by something else, or set aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.forms import CharField, ChoiceField, DateField, RadioSelect
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms, papers
from core.models import Paper

T = gettext_lazy
HERE = frozenset({"receive", "receive_verify"})
CHECKED = frozenset({"verify", "receive_verify"})


class PaperForm(forms.Form):
    """What happens with one required paper."""

    action = ChoiceField(
        label=T("What happens with this paper?"),
        choices=[
            ("receive", T("It is here: take it in")),
            ("receive_verify", T("It is here and checked against the original")),
            ("verify", T("It was received before: checked now")),
            ("substitute", T("Accept something else in its place")),
            ("not_applicable", T("It isn't needed here")),
        ],
        widget=RadioSelect,
        initial="receive_verify",
    )
    file = forms.StashedFileField(label=T("Copy"), required=False, sensitive=True, purpose="paper")
    reason = CharField(label=T("Reason"), max_length=200, required=False, help_text=T("Needed for a substitute and for “isn't needed”."))
    until = DateField(
        label=T("Accepted until"),
        required=False,
        help_text=T("Needed for a substitute: customer service is reminded when the day has passed."),
    )

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if filled.get("action") in {"substitute", "not_applicable"} and not filled.get("reason"):
            self.add_error("reason", _("Say what is accepted instead, or why it isn't needed."))
        if filled.get("action") == "substitute" and "until" not in self.errors:
            self._check_until(filled.get("until"))
        return filled

    def _check_until(self, until: date | None) -> None:
        if until is None:
            self.add_error("until", _("Say until when it is accepted."))
        elif until < timezone.localdate():
            self.add_error("until", _("The day until which it is accepted has passed. Choose a later one."))


def keep(row: Paper, filled: dict[str, Any], *, by: Any, at: datetime) -> None:
    """Does with a paper what the form says. Raises Refused as `core.papers` does."""
    action = filled["action"]
    if action in HERE:
        papers.receive(row, by=by, at=at, file=filled.get("file"))
    if action in CHECKED:
        papers.verify(row, by=by, at=at)
    if action == "substitute":
        papers.substitute(row, by=by, at=at, reason=filled["reason"], until=filled["until"], file=filled.get("file"))
    if action == "not_applicable":
        papers.not_applicable(row, by=by, at=at, reason=filled["reason"])


def respond(
    request: HttpRequest,
    row: Paper,
    *,
    record: Any,
    back: str,
    then: Callable[[Any], str],
    form: Any = None,
    template: str = "core/paper.html",
    **context: Any,
) -> HttpResponse:
    """The page of one paper of a record. The caller has checked that this person may work on it.

    `back` is where it is listed, `then(form)` does more with what was filled in and says where to go, `form` is made of
    a class that extends PaperForm (`opened(request, row, form_class)`).
    """
    line = papers.Line(row.kind, row)
    form = form or opened(request, row)

    def save(filled: Any) -> str:
        keep(row, filled.cleaned_data, by=request.user, at=timezone.now())
        return then(filled)

    page = {"owner": record, "line": line, "back_url": back, **context}
    return forms.respond(request, form, template=template, save=save, context=page, title=line.name)


def opened(request: HttpRequest, row: Paper, form_class: type[PaperForm] = PaperForm, **arguments: Any) -> Any:
    """The form of a paper, filled with what was sent if anything was."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    usual = "verify" if row.state == Paper.State.RECEIVED else "receive_verify"
    initial = {"action": request.GET.get("action", usual), "until": row.until, **arguments.pop("initial", {})}
    return form_class(*sent, initial=initial, **arguments)
