"""Forms of the counter: what is taken, and what it settles."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.forms import CharField, ChoiceField, DecimalField, HiddenInput, RadioSelect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Charge, Deposit, PaymentMethod
from core import forms
from tenants.access import tenants_like
from tenants.models import Tenant

T = gettext_lazy
FEN = Decimal("0.01")


def yuan(label: Any, **named: Any) -> DecimalField:
    """An amount of at least a fen."""
    return DecimalField(label=label, max_digits=14, decimal_places=2, validators=[MinValueValidator(FEN)], **named)


class FindForm(forms.Form):
    """Whose money it is."""

    tenant = forms.PickerField(label=T("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=tenants_like)

    def __init__(self, *arguments: Any, tenants: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["tenant"].queryset = tenants


class TakeForm(forms.Form):
    """Money taken from one tenant. Lines left empty: the oldest charges are settled first."""

    amount = yuan(T("Amount received"))
    method = ChoiceField(label=T("Method"), choices=PaymentMethod.choices, widget=RadioSelect, initial=PaymentMethod.TRANSFER)
    given = yuan(T("Cash given"), required=False, help_text=T("to work out the change"))
    due = DecimalField(max_digits=14, decimal_places=2, required=False, widget=HiddenInput)
    payer = CharField(label=T("Payer"), max_length=120, required=False, help_text=T("empty: the tenant"))
    reference = CharField(label=T("Bank or payment reference"), max_length=80, required=False)
    note = CharField(label=T("Note"), max_length=200, required=False)

    def __init__(self, *arguments: Any, charges: Sequence[Charge], deposits: Sequence[Deposit], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.charges, self.deposits = list(charges), list(deposits)
        for charge in self.charges:
            self.fields[f"charge_{charge.pk}"] = yuan(str(charge), required=False)
        for deposit in self.deposits:
            self.fields[f"deposit_{deposit.pk}"] = yuan(str(deposit), required=False)

    def charge_lines(self) -> list[tuple[Charge, Any]]:
        return [(charge, self[f"charge_{charge.pk}"]) for charge in self.charges]

    def deposit_lines(self) -> list[tuple[Deposit, Any]]:
        return [(deposit, self[f"deposit_{deposit.pk}"]) for deposit in self.deposits]

    def picks(self) -> dict[Charge, Decimal] | None:
        """What was chosen by hand; None when nothing was."""
        chosen = {
            charge: self.cleaned_data[f"charge_{charge.pk}"] for charge in self.charges if self.cleaned_data.get(f"charge_{charge.pk}")
        }
        return chosen or None

    def chosen_deposits(self) -> dict[Deposit, Decimal]:
        return {row: self.cleaned_data[f"deposit_{row.pk}"] for row in self.deposits if self.cleaned_data.get(f"deposit_{row.pk}")}

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        amount, given = filled.get("amount"), filled.get("given")
        if self._gone():
            raise ValidationError(_("What is due has changed since this page was opened. Check the lines and send it again."))
        if amount and given and given < amount:
            self.add_error("given", _("Less than the amount received."))
        if amount and self._allocated() > amount:
            raise ValidationError(_("More is allocated (%(sum)s) than was received.") % {"sum": self._allocated()})
        return filled

    def _gone(self) -> bool:
        """True when an amount was typed at a line that is no longer due."""
        typed = (name for name, value in self.data.items() if name.startswith(("charge_", "deposit_")) and value)
        return any(name not in self.fields for name in typed)

    def _allocated(self) -> Decimal:
        parts = [value for name, value in self.cleaned_data.items() if name.startswith(("charge_", "deposit_")) and value]
        return sum(parts, Decimal(0))
