"""Fees, deposit, insurance, handbook: what customer service arranges before the permit."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.forms import BooleanField, CharField, DateField, DecimalField
from django.utils.translation import gettext_lazy

from core import forms

T = gettext_lazy


class FeesForm(forms.Form):
    """Bills the fees and asks for the deposits."""

    payer_account = CharField(
        label=T("Account the deposit comes from"), max_length=80, required=False, help_text=T("the refund goes back to this account only")
    )


class AgreedDepositForm(forms.Form):
    """Another deposit than the schedule's, with the reason."""

    amount = DecimalField(label=T("Agreed deposit (yuan)"), max_digits=12, decimal_places=2, validators=[MinValueValidator(1)])
    reason = CharField(label=T("Reason"), max_length=300)


class InsuranceForm(forms.Form):
    """The fit-out insurance (manual 3.2.4-1.3.b)."""

    insurer = CharField(label=T("Insurer"), max_length=120)
    policy_number = CharField(label=T("Policy number"), max_length=60)
    amount = DecimalField(label=T("Insured for (yuan)"), max_digits=14, decimal_places=2, validators=[MinValueValidator(1)])
    until = DateField(label=T("Insured until"))
    policy = forms.StashedFileField(label=T("Scan of the policy"), required=False, purpose="fitout.policy")

    def __init__(self, *arguments: Any, has_scan: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["policy"].required = not has_scan


class HandbookForm(forms.Form):
    """Handbook and penalty rules are issued and explained (manual 1.1-4, 3.2.4-1.4)."""

    to = CharField(label=T("Taken by, for the contractor"), max_length=60)
    to_tenant = CharField(label=T("Taken by, for the tenant"), max_length=60)
    explained = BooleanField(label=T("The procedure and the points to note were explained to them"))
