"""Extinguishers of the house on a site."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, ChoiceField, RadioSelect
from django.utils.translation import gettext_lazy

from core import forms
from core.pickers import CodePicker
from fitout.models import ExtinguisherHire
from premises import access as premises
from premises.models import Extinguisher

T = gettext_lazy


class HireForm(forms.Form):
    """A fire extinguisher of the house goes to the site."""

    extinguisher = CodePicker(
        label=T("Fire extinguisher"), queryset=Extinguisher.objects.none(), url_name="premises:extinguisher_picker", code="number"
    )
    spot = CharField(label=T("Where it stands"), max_length=120, required=False)

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["extinguisher"].queryset = premises.extinguishers(user).filter(state=Extinguisher.State.IN_STORE)


class HireReturnForm(forms.Form):
    """In which condition an extinguisher comes back."""

    condition = ChoiceField(label=T("Condition"), choices=ExtinguisherHire.Condition.choices, widget=RadioSelect, initial="GOOD")
