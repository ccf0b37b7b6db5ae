"""Forms of chasing: what came of a reminder, a batch of them, a later day, a rung of the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.forms import BooleanField, CharField, ChoiceField, DateField, HiddenInput, Textarea
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.forms.counter import yuan
from billing.models import Channel, DunningStep, Postponement, Reminder
from core import forms

T = gettext_lazy
SPOKEN = (Channel.CALL, Channel.VISIT)
RESULTS = [choice for choice in Reminder.Result.choices if choice[0] != Reminder.Result.SENT]


class OutcomeForm(forms.Form):
    """What came of it, and what was promised."""

    result = ChoiceField(label=T("Result"), choices=RESULTS)
    spoke_to = CharField(label=T("Spoken to"), max_length=80, required=False)
    promised = yuan(T("Promised amount"), required=False)
    pay_by = DateField(label=T("Pays by"), required=False)
    note = CharField(label=T("Note"), max_length=500, required=False, widget=Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        says, amount, day = (filled.get(name) for name in ("result", "promised", "pay_by"))
        if says == Reminder.Result.PROMISED or amount or day:
            if not amount:
                self.add_error("promised", _("Enter how much was promised."))
            if not day:
                self.add_error("pay_by", _("Enter the day by which it will be paid."))
            elif day < timezone.localdate():
                self.add_error("pay_by", _("The promised day has passed. Enter a day that is still to come."))
        return filled


class ReminderSendForm(OutcomeForm):
    """A reminder that waits: on paper it was sent, spoken it had a result."""

    wants_record: ClassVar[bool] = True

    def __init__(self, *arguments: Any, record: Reminder, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if record.channel not in SPOKEN:
            del self.fields["promised"], self.fields["pay_by"]
            self.fields["result"] = ChoiceField(widget=HiddenInput, initial=Reminder.Result.SENT, choices=Reminder.Result.choices[:1])
            self.fields["spoke_to"].label = _("Handed to")


class ReminderSendAsManagerForm(ReminderSendForm):
    """The same for the property manager."""


class ReminderDeliverForm(forms.Form):
    """Who took a letter, and when."""

    received_by = CharField(label=T("Received by"), max_length=80)
    delivered_on = DateField(label=T("Delivered on"), initial=timezone.localdate)


class ContactForm(OutcomeForm):
    """A call or visit outside the ladder."""

    channel = ChoiceField(label=T("Channel"), choices=[(each.value, each.label) for each in SPOKEN])
    field_order = ("channel", "result", "spoke_to", "promised", "pay_by", "note")


class BatchForm(forms.Form):
    """One step for many tenants: each is sent, or left out with a reason."""

    def __init__(self, *arguments: Any, reminders: Sequence[Reminder], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.reminders = reminders
        for row in reminders:
            self.fields[f"send_{row.pk}"] = BooleanField(label=row.tenant.name, required=False, initial=True)
            self.fields[f"why_{row.pk}"] = CharField(label=_("Left out because"), max_length=200, required=False)

    def lines(self) -> list[tuple[Reminder, Any, Any]]:
        """(reminder, tick, reason) of each, as fields."""
        return [(row, self[f"send_{row.pk}"], self[f"why_{row.pk}"]) for row in self.reminders]

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        for row in self.reminders:
            if not filled.get(f"send_{row.pk}") and not filled.get(f"why_{row.pk}", "").strip():
                self.add_error(f"why_{row.pk}", _("Say why %(tenant)s is left out.") % {"tenant": row.tenant.name})
        return filled

    def verdicts(self) -> list[tuple[Reminder, str]]:
        """(reminder, why it is left out; empty when it is sent)."""
        filled = self.cleaned_data
        return [(row, "" if filled[f"send_{row.pk}"] else filled[f"why_{row.pk}"].strip()) for row in self.reminders]


class PostponementForm(forms.ModelForm):
    """Asks for a later day."""

    class Meta:
        model = Postponement
        fields = ("pay_by", "reason")


class DunningStepForm(forms.ModelForm):
    """A rung of the ladder."""

    class Meta:
        model = DunningStep
        fields = ("after_days", "channel", "who", "text", "is_active")
