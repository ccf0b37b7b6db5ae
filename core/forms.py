"""Forms that lose nothing and make nothing twice: submission key, drafts, kept uploads, version check."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms as base
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, kinds
from core.flow import NotAllowed, Refused, TooLate
from core.models import Draft, StoredFile, Submission
from core.pickers import CodePicker as CodePicker
from core.pickers import PickerField as PickerField
from core.pickers import pick as pick
from core.text import clean
from core.versions import TECHNICAL_FIELDS as TECHNICAL_FIELDS
from core.versions import Conflict as Conflict
from core.versions import conflict_page, reading_of
from core.versions import save_changes as save_changes

NEVER_DRAFTED = ("password", "signature", "strokes", "card_number", "identity", "csrfmiddlewaretoken", "submission_key")
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
DATE_FORMATS = ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"]
TIME_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y%m%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
PAGE = "core/form_page.html"
# PostgreSQL's lock_not_available: lock_timeout ran out.
LOCKED = "55P03"


class _Common(base.BaseForm):
    """What every form of the product has; fields are bounded and text is cleaned."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["submission_key"] = base.UUIDField(widget=base.HiddenInput, required=False, initial=uuid.uuid4)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        for field in self.fields.values():
            _bound(field)

    def belongs_to(self, user: Any) -> None:
        """Uploads of this form are this person's; called before validation."""
        for field in self.fields.values():
            if isinstance(field, StashedFileField):
                field.owner = user

    def _clean_form(self) -> None:
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                self.cleaned_data[name] = clean(value)
                if self.fields[name].required and not self.cleaned_data[name] and name not in self._errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        super()._clean_form()


class Form(_Common, base.Form):
    """A plain form."""


class ModelForm(_Common, base.ModelForm):
    """A form of one row; it carries the version of the row it was opened at (see `reading_of`)."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if self.instance.pk:
            seen = reading_of(self.instance, self)
            self.fields["version"] = base.CharField(widget=base.HiddenInput, required=False, max_length=64, initial=seen)

    def _post_clean(self) -> None:
        """Django looks every foreign key up again that a choice has just found: not here. Constraints see those fields."""
        chosen = {name for name, field in self.fields.items() if isinstance(field, base.ModelChoiceField)}
        row, clean_fields = self.instance, self.instance.clean_fields
        row.clean_fields = lambda exclude=None: clean_fields(exclude={*(exclude or ()), *chosen})
        try:
            super()._post_clean()
        finally:
            del row.clean_fields


class ReasonForm(Form):
    """A step that asks for a reason."""

    note = base.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=base.Textarea(attrs={"rows": 3}))


class ConfirmForm(Form):
    """A step that shows its consequence first and asks nothing."""


class ShortDateInput(base.DateInput):
    """A date input that also takes `1123`: the 23rd of November of this year."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        typed = value.strip() if isinstance(value, str) else ""
        return f"{clock.today().year}{typed}" if len(typed) == 4 and typed.isdecimal() else value


def _bound(field: base.Field) -> None:
    """Dates between 1990 and 2100, integers that fit, native pickers, short dates accepted."""
    if isinstance(field, base.DateTimeField):
        field.input_formats = TIME_FORMATS
        field.widget = base.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={**field.widget.attrs, "type": "datetime-local"})
        field.validators = [*field.validators, _within_dates]
    elif isinstance(field, base.DateField):
        field.input_formats = DATE_FORMATS
        field.widget = ShortDateInput(format="%Y-%m-%d", attrs={**field.widget.attrs, "type": "date"})
        field.validators = [*field.validators, _within_dates]
    elif isinstance(field, base.IntegerField) and not isinstance(field, (base.DecimalField, base.FloatField)):
        field.validators = [*field.validators, MaxValueValidator(2**31 - 1), MinValueValidator(-(2**31))]


def _within_dates(value: date) -> None:
    day = value.date() if isinstance(value, datetime) else value
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_("Enter a date between 1990 and 2100."))


class StashedFileInput(base.FileInput):
    """A file input beside the tokens of what is uploaded already, so that an error loses no file."""

    template_name = "core/widgets/stashed_file.html"

    def __init__(self, *, multiple: bool = False, sensitive: bool = False, purpose: str = "") -> None:
        super().__init__()
        self.allow_multiple_selected = multiple
        self.sensitive, self.purpose = sensitive, purpose
        self.kept: list[str] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        tokens = data.getlist(f"{name}_token") if hasattr(data, "getlist") else data.get(f"{name}_token", [])
        uploads = files.getlist(name) if hasattr(files, "getlist") else [files[name]] if name in files else []
        return {"tokens": [tokens] if isinstance(tokens, str) else list(tokens), "uploads": uploads}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}_token" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        kept = StoredFile.objects.filter(token__in=self.kept) if self.kept else StoredFile.objects.none()
        context["widget"].update(kept=kept, multiple=self.allow_multiple_selected, sensitive=self.sensitive, purpose=self.purpose)
        return context


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True


class StashedFileField(base.Field):
    """One or several uploads. Its value is a StoredFile or None; a list with `multiple`."""

    def __init__(self, *, multiple: bool = False, sensitive: bool = False, purpose: str = "", **named: Any) -> None:
        self.multiple, self.sensitive, self.purpose = multiple, sensitive, purpose
        self.owner: Any = None
        super().__init__(widget=StashedFileInput(multiple=multiple, sensitive=sensitive, purpose=purpose), **named)

    def clean(self, value: Any) -> Any:
        value = value or {"tokens": [], "uploads": []}
        found = self._stored(value)
        # The widget shows these when the form comes back with an error elsewhere.
        self.widget.kept = [str(file.token) for file in found]
        if self.required and not found:
            raise ValidationError(_("Add a file."), code="required")
        return found if self.multiple else next(iter(found[-1:]), None)

    def _stored(self, value: dict[str, Any]) -> list[StoredFile]:
        from core import files

        tokens = [token for token in value["tokens"] if _is_uuid(token)]
        kept = list(StoredFile.objects.filter(token__in=tokens, uploaded_by=self.owner)) if tokens else []
        for file in kept:
            if self.sensitive:
                files.make_sensitive(file)
        new = [
            files.stash(upload, by=self.owner, purpose=self.purpose or upload.name[:60], sensitive=self.sensitive)
            for upload in value["uploads"]
        ]
        return kept + new


class SignatureInput(base.TextInput):
    """A signature pad; its value is the strokes as JSON."""

    template_name = "core/widgets/signature.html"
    label: Any = ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["label"] = self.label
        return context


class SignatureField(base.CharField):
    """A signature drawn on the screen. Its value is a list of lines of points; empty without one."""

    def __init__(self, **named: Any) -> None:
        super().__init__(widget=SignatureInput(), **named)
        self.widget.label = self.label or _("Signature")

    def clean(self, value: Any) -> Any:
        return strokes_of(super().clean(value))


def strokes_of(text: str) -> list[Any]:
    """The strokes of a signature from the pad: lines of points, bounded. Raises ValidationError."""
    if not text:
        return []
    try:
        lines = json.loads(text)
        points = [
            [{"x": float(p["x"]), "y": float(p["y"])} for p in (line["points"] if isinstance(line, dict) else line)] for line in lines
        ]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValidationError(_("The signature could not be read. Sign again.")) from None
    drawn = [line for line in points if line]
    bounded = all(abs(p["x"]) < 10_000 and abs(p["y"]) < 10_000 for line in drawn for p in line)
    if sum(len(line) for line in drawn) > 20_000 or not bounded:
        raise ValidationError(_("The signature could not be read. Sign again."))
    return drawn


def respond(
    request: HttpRequest,
    form: Any,
    *,
    save: Callable[[Any], Any],
    template: str = PAGE,
    context: Mapping[str, Any] | None = None,
    record: Any = None,
    title: Any = "",
) -> HttpResponse:
    """A form's whole dialogue: shows it, or saves it once and goes to what `save` returns (a record or an address).

    Invalid input, `Refused` and broken constraints answer 422 with everything kept; a version conflict 409.
    """
    shown = {"form": form, "record": record, "title": title, "draft_form": request.path, **(context or {})}
    if request.method != "POST":
        return render(request, template, {**shown, **_draft(request, form)})
    form.belongs_to(request.user)
    try:
        return _replay(request) or _answered(request, form, save) or _replay(request) or _invalid(request, template, shown)
    except NotAllowed:
        raise
    except Conflict as conflict:
        return conflict_page(request, form, conflict, shown)
    except (Refused, ValidationError, IntegrityError, OperationalError) as error:
        for message in _words_of(error):
            form.add_error(None, message)
        status = 409 if isinstance(error, TooLate | OperationalError) else getattr(error, "status", 422)
        return _invalid(request, template, {**shown, "refused": error}, status=status)


def _answered(request: HttpRequest, form: Any, save: Callable[[Any], Any]) -> HttpResponse | None:
    """The answer of valid input; None for input with errors."""
    return _saved(request, form, save) if form.is_valid() else None


def _invalid(request: HttpRequest, template: str, shown: Mapping[str, Any], status: int = 422) -> HttpResponse:
    return render(request, template, {**shown, "title_prefix": _("Error: ")}, status=status)


def _replay(request: HttpRequest) -> HttpResponse | None:
    """The first answer, when this very form was sent before.

    Asked before validation and again after it fails: what the first sending saved makes the second one look
    like a duplicate (a code that exists already), and that is no error of the sender's.
    """
    key = request.POST.get("submission_key", "")
    earlier = Submission.objects.filter(key=key).first() if _is_uuid(key) else None
    return _again(request, earlier) if earlier else None


def _again(request: HttpRequest, earlier: Submission) -> HttpResponse:
    if earlier.payload_hash != _payload_hash(request) or earlier.user_id != request.user.pk:
        raise TooLate(_("This form was sent before with other content. Open it again before you send more."))
    messages.info(request, _("Already submitted, nothing was created twice"))
    return _go(request, earlier.answer)


def _words_of(error: Exception) -> list[str]:
    if isinstance(error, Refused):
        return [error.message]
    if isinstance(error, ValidationError):
        return list(error.messages)
    if isinstance(error, OperationalError):
        if getattr(error.__cause__, "pgcode", "") != LOCKED:
            raise error
        return [_("Somebody, or this form sent a moment ago, is still saving here. Wait a moment and send it again.")]
    return [_("This clashes with another record that was saved meanwhile. Check the numbers and dates, then send it again.")]


def _saved(request: HttpRequest, form: Any, save: Callable[[Any], Any]) -> HttpResponse:
    key = form.cleaned_data.get("submission_key")
    if key is None:
        raise Refused(_("The form was opened too long ago. Check it and send it again."))
    return _keyed(request, key, lambda: save(form))


def once(request: HttpRequest, work: Callable[[], Any]) -> HttpResponse:
    """The answer of a button without a form: the work is done once a `submission_key`; then to the record or address it returns.

    Without a key (a program's own call) it is simply done.
    """
    key = request.POST.get("submission_key", "")
    return _keyed(request, uuid.UUID(key), work) if _is_uuid(key) else _go(request, _address(work()))


def _keyed(request: HttpRequest, key: uuid.UUID, work: Callable[[], Any]) -> HttpResponse:
    with transaction.atomic():
        earlier = _claim(request, key)
        if earlier is None:
            answer = _address(work())
            Submission.objects.filter(key=key).update(answer=answer)
            if request.user.is_authenticated:
                Draft.objects.filter(user=request.user, form=request.path).delete()
            return _go(request, answer)
    return _again(request, earlier)


def _claim(request: HttpRequest, key: uuid.UUID) -> Submission | None:
    """None when this request is the first with the key; waits for one that is under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_submission (key, user_id, route, payload_hash, answer, created_at)"
            " VALUES (%s, %s, %s, %s, '', now()) ON CONFLICT (key) DO NOTHING",
            [str(key), request.user.pk, request.path[:200], _payload_hash(request)],
        )
        return None if cursor.rowcount else Submission.objects.get(key=key)


def _payload_hash(request: HttpRequest) -> str:
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    uploads = sorted((name, file.name, _print_of(file)) for name in request.FILES for file in request.FILES.getlist(name))
    return hashlib.sha256(json.dumps([fields, uploads]).encode("utf8", "replace")).hexdigest()


def _print_of(file: Any) -> str:
    """The hash of an upload's bytes; the file is left where it was."""
    place, found = file.tell(), hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(place)
    return found.hexdigest()


def _address(target: Any) -> str:
    if isinstance(target, HttpResponseRedirect):
        return target.url
    return kinds.of(target).url(target) if isinstance(target, models.Model) else str(target)


def _go(request: HttpRequest, answer: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": answer})
    return HttpResponseRedirect(answer)


def _draft(request: HttpRequest, form: Any) -> dict[str, Any]:
    """The saved draft of this form: filled in when asked for (`?draft=`), else offered. A stranger has none."""
    if not request.user.is_authenticated:
        return {}
    found = Draft.objects.filter(user=request.user, form=request.path).first()
    if found is None:
        return {}
    if request.GET.get("draft") != str(found.pk):
        return {"draft": found}
    form.initial.update({name: values if len(values) > 1 else values[0] for name, values in found.content.items() if values})
    return {"draft_shown": found}


def drafts_of(user: Any) -> models.QuerySet[Draft]:
    """Drafts of a person, newest first."""
    return Draft.objects.filter(user=user).order_by("-saved_at")
