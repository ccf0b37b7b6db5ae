"""Forms of deposits, refunds and waivers."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, CheckboxSelectMultiple, ChoiceField, DateField, ModelChoiceField, ModelMultipleChoiceField, Textarea
from django.utils.translation import gettext_lazy as _

from billing.forms.counter import yuan
from billing.models import Charge, ChargeKind, Deposit, DepositKind, PaymentMethod, Waiver, WaiverKind, WaiverLimit
from core import forms
from tenants.access import tenants_like
from tenants.models import Tenant


class DepositForm(forms.Form):
    """Asks a tenant (or its contractor) for a deposit."""

    tenant = forms.PickerField(label=_("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=tenants_like)
    kind = ChoiceField(label=_("Deposit kind"), choices=DepositKind.choices)
    amount = yuan(_("Amount due"))
    payer = CharField(
        label=_("Payer"), max_length=120, required=False, help_text=_("empty: the tenant; refunds go back to this payer only")
    )
    payer_account = CharField(label=_("Payer's account"), max_length=80, required=False)
    due_on = DateField(label=_("Due on"))
    note = CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *arguments: Any, tenants: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["tenant"].queryset = tenants


class DeductForm(forms.Form):
    """Keeps part of a deposit."""

    amount = yuan(_("Amount"))
    kind = ModelChoiceField(label=_("Charge kind"), queryset=ChargeKind.objects.filter(is_active=True))
    reason = CharField(label=_("Reason"), max_length=200)
    clause = CharField(label=_("Clause"), max_length=80, required=False, help_text=_("of the lease or the fit-out undertaking"))
    photo = forms.StashedFileField(label=_("Photo"), required=False, purpose="deposit")


class OpenCharges(ModelMultipleChoiceField):
    """Charges to tick, each with its day and what is open of it."""

    widget = CheckboxSelectMultiple

    def label_from_instance(self, charge: Any) -> str:
        return f"{charge} · {charge.due_on:%Y-%m-%d} · ¥{charge.outstanding:,.2f}"


class SettleForm(forms.Form):
    """Settles charges that are due from a deposit."""

    charges = OpenCharges(label=_("Charges"), queryset=Charge.objects.none())
    amount = yuan(_("Amount"))
    reason = CharField(label=_("Reason"), max_length=200)
    clause = CharField(label=_("Clause"), max_length=80, required=False, help_text=_("of the lease or the fit-out undertaking"))
    photo = forms.StashedFileField(label=_("Photo"), required=False, purpose="deposit")

    def __init__(self, *arguments: Any, charges: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["charges"].queryset = charges


class TransferForm(forms.Form):
    """Moves part of a deposit to another one of the same tenant."""

    to = ModelChoiceField(label=_("To"), queryset=Deposit.objects.none())
    amount = yuan(_("Amount"))
    reason = CharField(label=_("Reason"), max_length=200)

    def __init__(self, *arguments: Any, others: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["to"].queryset = others


class RefundForm(forms.Form):
    """Asks for a refund."""

    amount = yuan(_("Amount"))
    method = ChoiceField(label=_("Method"), choices=PaymentMethod.choices, initial=PaymentMethod.TRANSFER)
    payee_account = CharField(label=_("Payee's account"), max_length=80, required=False)
    reason = CharField(label=_("Reason"), max_length=500, widget=Textarea(attrs={"rows": 3}))


class WaiverForm(forms.ModelForm):
    """Asks for a waiver of one charge."""

    amount = yuan(_("Amount"))
    kind = ChoiceField(label=_("Kind"), choices=WaiverKind.choices)

    class Meta:
        model = Waiver
        fields = ("kind", "amount", "reason")


class LimitForm(forms.ModelForm):
    """How much a post may waive."""

    amount = yuan(_("Up to"))

    class Meta:
        model = WaiverLimit
        fields = ("department", "rank", "kind", "amount")
