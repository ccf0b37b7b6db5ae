"""Fire extinguishers handed out to a site and taken back."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.forms import CharField, CheckboxSelectMultiple, ChoiceField, DecimalField, ModelMultipleChoiceField, RadioSelect
from django.utils.translation import gettext_lazy

from core import forms
from fitout.models import ExtinguisherHire, Fitout
from fitout.services import fire
from premises.models import Extinguisher

T = gettext_lazy


class HireForm(forms.Form):
    """Fire extinguishers of the house go to the site (manual 3.2.4-3.4.b)."""

    extinguishers = ModelMultipleChoiceField(
        label=T("Fire extinguishers"), queryset=Extinguisher.objects.none(), widget=CheckboxSelectMultiple,
        error_messages={"required": T("Tick what is handed out.")},
    )  # fmt: skip
    spot = CharField(label=T("Where it is put"), max_length=120, required=False)

    def __init__(self, *arguments: Any, fitout: Fitout, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["extinguishers"].queryset = fire.in_store(fitout)
        self.fields["extinguishers"].label_from_instance = lambda row: (
            f"{row.number} · {row.get_kind_display()} {row.weight_kg.normalize():f} kg"
        )


class HireReturnForm(forms.Form):
    """In which condition an extinguisher comes back, and what a damaged or lost one costs."""

    condition = ChoiceField(label=T("Condition"), choices=ExtinguisherHire.Condition.choices, widget=RadioSelect, initial="GOOD")
    price = DecimalField(
        label=T("Price (yuan)"), max_digits=9, decimal_places=2, required=False, validators=[MinValueValidator(1)],
        help_text=T("of a damaged or lost one: it is deducted as damage"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if filled.get("condition") in fire.GONE and not filled.get("price") and "price" not in self.errors:
            self.add_error("price", T("Enter what it costs."))
        return filled
