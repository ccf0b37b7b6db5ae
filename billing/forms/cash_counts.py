"""Forms of the cash counts: how many notes and coins of each denomination."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.forms import CharField, HiddenInput, IntegerField
from django.forms import DecimalField as Yuan
from django.utils.translation import gettext_lazy

from billing.models import DENOMINATIONS
from billing.services.cash_counts import face_field, pieces_from
from core import forms

T = gettext_lazy
MOST = 100_000


class PiecesForm(forms.Form):
    """The drawer counted by denomination; an empty field is none."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for face in DENOMINATIONS:
            self.fields[face_field(face)] = IntegerField(label=f"¥{face}", min_value=0, max_value=MOST, required=False)
        self.fields["reason"] = CharField(
            label=T("Reason of the difference"), max_length=200, required=False, help_text=T("needed when counted and expected differ")
        )

    def lines(self) -> list[tuple[Decimal, Any]]:
        """(denomination, field) in the order of counting."""
        return [(face, self[face_field(face)]) for face in DENOMINATIONS]

    def pieces(self) -> dict[str, int]:
        return pieces_from(self.cleaned_data)


class CountForm(PiecesForm):
    """A count of today; `seen` is the cash the page said to expect, so that money booked meanwhile shows."""

    seen = Yuan(max_digits=14, decimal_places=2, widget=HiddenInput)


class CashCountRecountForm(PiecesForm):
    """A count that came back, made again."""
