"""Workers of a fit-out: entered one by one or pasted as lines, and what the making of their pass asks."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import CharField, DateField, ModelChoiceField, Textarea
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Receipt
from core import forms
from core.models import phone_validator
from core.text import clean
from fitout import access
from fitout.models import Trade, WorkerPass
from fitout.services import passes

T = gettext_lazy
MOST_LINES = 100
IDENTITY = re.compile(r"[0-9A-Za-z()（）-]{6,40}")
COLUMNS = ("name", "identity_number", "trade", "phone", "certificate_number", "certificate_until")


def trades() -> Any:
    return Trade.objects.filter(is_active=True)


def identity_of(text: str) -> str:
    """An identity number without spaces. Raises ValidationError for something that can't be one."""
    found = clean(text).replace(" ", "").upper()
    if not IDENTITY.fullmatch(found):
        raise ValidationError(_("Enter the number of an identity paper."))
    return found


class WorkerPassForm(forms.ModelForm):
    """One worker who needs a pass."""

    trade = ModelChoiceField(label=T("Trade"), queryset=Trade.objects.none())
    valid_until = DateField(label=T("Valid until"), required=False, help_text=T("empty: as long as the works are planned"))

    class Meta:
        model = WorkerPass
        fields = [
            "name", "identity_number", "trade", "phone", "certificate_number", "certificate_until", "medical_until", "valid_until",
        ]  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["trade"].queryset = trades()

    def clean_identity_number(self) -> str:
        return identity_of(self.cleaned_data["identity_number"])

    def clean_valid_until(self) -> dt.date:
        last: dt.date = self.instance.fitout.ends_on
        return min(_from_today(self.cleaned_data["valid_until"]) or last, last)

    def clean_certificate_until(self) -> dt.date | None:
        return _from_today(self.cleaned_data["certificate_until"])


def _from_today(day: dt.date | None) -> dt.date | None:
    if day and day < timezone.localdate():
        raise ValidationError(_("Enter a day from today on."))
    return day


class WorkerLinesForm(forms.Form):
    """Several workers at once: a line each, as copied from a spreadsheet."""

    lines = CharField(
        label=T("Workers"),
        max_length=20_000,
        widget=Textarea(attrs={"rows": 10, "autocomplete": "off"}),
        help_text=T(
            "One line a worker, columns by tab or comma: name, identity number, trade, phone, certificate number, certificate valid until."
        ),
    )

    def clean_lines(self) -> list[WorkerPass]:
        """A pass a line. Every bad line is named with its number."""
        lines = [(number, line) for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1) if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %(n)d lines at once.") % {"n": MOST_LINES})
        rows, faults = [], []
        for number, line in lines:
            try:
                rows.append(self._worker(line))
            except ValidationError as error:
                faults.append(_("Line %(n)d: %(reason)s") % {"n": number, "reason": " ".join(error.messages)})
        if faults:
            raise ValidationError(faults)
        return rows

    def _worker(self, line: str) -> WorkerPass:
        cells = [clean(cell) for cell in re.split(r"[\t,，;；]", line)]
        told: dict[str, Any] = dict(zip(COLUMNS, [*cells, *[""] * len(COLUMNS)], strict=False))
        if not told["name"] or len(told["name"]) > 60:
            raise ValidationError(_("the name is missing"))
        told["identity_number"] = identity_of(told["identity_number"])
        told["trade"] = _trade(told["trade"])
        told["certificate_until"] = _from_today(_day(told["certificate_until"]))
        if told["phone"]:
            phone_validator(told["phone"])
        if len(told["certificate_number"]) > 60 or len(told["phone"]) > 30:
            raise ValidationError(_("a column is too long"))
        return WorkerPass(**told)


def _trade(text: str) -> Trade:
    found = trades().filter(Q(name_zh=text) | Q(name_en__iexact=text) | Q(code__iexact=text)).first()
    if found is None:
        raise ValidationError(_("trade “%(text)s” is not in the list") % {"text": text[:40]})
    return found


def _day(text: str) -> dt.date | None:
    return DateField(required=False, input_formats=forms.DATE_FORMATS).clean(text)  # type: ignore[no-any-return]


class _Shown(forms.Form):
    """A receipt that is shown to security: only one that pays for this pass can be chosen."""

    wants_record = True
    receipt = ModelChoiceField(label=T("Receipt shown"), queryset=Receipt.objects.none(), empty_label=None)

    def __init__(self, *arguments: Any, record: WorkerPass, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.record = record
        left = passes.places(record.bill)
        self.fields["receipt"].queryset = Receipt.objects.filter(pk__in=[row.pk for row in left]).order_by("pk")
        counts = {row.pk: count for row, count in left.items()}
        self.fields["receipt"].label_from_instance = lambda row: _("%(number)s: %(n)d passes left") % {"number": row, "n": counts[row.pk]}


class WorkerPassShowReceiptForm(_Shown):
    """The receipt in place of a void one."""


class _Certified(forms.Form):
    """Certificate and medical examination, where the trade asks for them."""

    certificate_number = CharField(label=T("Certificate number"), max_length=60, required=False)
    certificate_until = DateField(label=T("Certificate valid until"), required=False)
    certificate = forms.StashedFileField(label=T("Picture of the certificate"), required=False, purpose="fitout.certificate")
    medical_until = DateField(label=T("Medical examination valid until"), required=False)
    valid_until = DateField(label=T("Pass valid until"))

    def ask_for(self, record: WorkerPass) -> None:
        """Only what the trade needs, filled with what is known."""
        if not record.trade.needs_certificate:
            for name in ("certificate_number", "certificate_until", "certificate"):
                del self.fields[name]
        if not record.trade.is_at_height:
            del self.fields["medical_until"]
        for name in ("certificate_number", "certificate_until", "medical_until", "valid_until"):
            if name in self.fields:
                self.fields[name].initial = getattr(record, name)
        permit = access.valid_permit(record.fitout)
        if permit is not None:
            self.fields["valid_until"].help_text = _("at most %(day)s, as the permit") % {"day": permit.valid_until}


class WorkerPassMakeForm(_Shown, _Certified):
    """Receipt, photo and certificate (manual 3.2.4-3.3)."""

    photo = forms.StashedFileField(label=T("Photo"), purpose="fitout.pass")
    field_order = ["receipt", "photo", "certificate_number", "certificate_until", "certificate", "medical_until", "valid_until"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.ask_for(self.record)


class WorkerPassRenewForm(_Certified):
    """A later last day."""

    wants_record = True

    def __init__(self, *arguments: Any, record: WorkerPass, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.ask_for(record)


class RevealForm(forms.Form):
    """Why somebody needs the whole number."""

    reason = CharField(label=T("Reason"), max_length=200, help_text=T("Who looked, when and why is recorded."))
