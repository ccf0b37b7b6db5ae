"""Forms of merging two files of one company."""

from __future__ import annotations

from typing import Any

from django import forms as fields
from django.utils.translation import gettext_lazy

from core import forms
from tenants import access
from tenants.models import Tenant


class OtherForm(forms.Form):
    """Which file is the same company."""

    other = forms.PickerField(
        label=gettext_lazy("The other file of the same company"),
        queryset=Tenant.objects.none(),
        url_name="tenants:tenant_picker",
        search=access.tenants_like,
    )

    def __init__(self, *arguments: Any, tenants: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["other"].queryset = tenants


class MergeForm(forms.Form):
    """Which of the values that differ come from the other file."""

    def __init__(self, *arguments: Any, differences: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name, label, mine, theirs in differences:
            choices = [("mine", _shown(mine)), ("theirs", _shown(theirs))]
            self.fields[f"take_{name}"] = fields.ChoiceField(
                label=label, choices=choices, widget=fields.RadioSelect, initial="mine" if mine not in (None, "") else "theirs"
            )

    def taken(self) -> list[str]:
        return [name.removeprefix("take_") for name, value in self.cleaned_data.items() if name.startswith("take_") and value == "theirs"]


def _shown(value: Any) -> str:
    return "–" if value in (None, "") else str(value)
