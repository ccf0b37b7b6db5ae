"""What a decision in the approvals inbox asks."""

from __future__ import annotations

from typing import Any

from django import forms as base
from django.utils.translation import gettext_lazy as _

from core import forms
from core.flow import Step


class DecisionForm(forms.Form):
    """The opinion that goes with a decision; a step that asks for a reason can't do without."""

    note = base.CharField(label=_("Opinion"), max_length=2000, required=False, widget=base.Textarea(attrs={"rows": 3, "autofocus": True}))

    def __init__(self, *arguments: Any, step: Step, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if step.asks_reason:
            self.fields["note"].required = True
            self.fields["note"].label = _("Reason")


class TogetherForm(forms.Form):
    """One opinion for everything that is approved together."""

    note = base.CharField(label=_("Opinion"), max_length=2000, required=False, widget=base.Textarea(attrs={"rows": 2}))
