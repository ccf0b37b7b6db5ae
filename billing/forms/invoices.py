"""Forms of the invoices."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField, DateField, Textarea
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.forms.counter import yuan
from billing.models import Invoice
from billing.models.invoices import invoice_number_validator
from core import forms
from tenants.access import tenants_like
from tenants.models import Tenant

T = gettext_lazy


class InvoiceForm(forms.ModelForm):
    """What a tenant wants on its invoice."""

    tenant = forms.PickerField(label=T("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=tenants_like)
    amount = yuan(T("Amount"))

    class Meta:
        model = Invoice
        fields = ("tenant", "amount", "kind", "title", "tax_number", "email", "note")

    def __init__(self, *arguments: Any, tenants: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["tenant"].queryset = tenants

    def clean_tax_number(self) -> str:
        return self.cleaned_data["tax_number"].replace(" ", "").upper()


def _number(label: Any) -> CharField:
    return CharField(label=label, max_length=20, validators=[invoice_number_validator])


class InvoiceIssueForm(forms.Form):
    """The number the tax system gave."""

    invoice_number = _number(T("Invoice number"))
    issued_on = DateField(label=T("Issued on"), initial=timezone.localdate)
    note = CharField(label=T("Note"), max_length=200, required=False)

    def clean_invoice_number(self) -> str:
        return _unused(self.cleaned_data["invoice_number"])

    def clean_issued_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


class InvoiceRedLetterForm(forms.Form):
    """The red-letter invoice that takes one back."""

    red_number = _number(T("Number of the red-letter invoice"))
    note = CharField(label=T("Reason"), max_length=200, widget=Textarea(attrs={"rows": 2}))

    def clean_red_number(self) -> str:
        return _unused(self.cleaned_data["red_number"])


def _unused(number: str) -> str:
    if Invoice.objects.filter(invoice_number=number).exists() or Invoice.objects.filter(red_number=number).exists():
        raise ValidationError(_("This number is recorded on another invoice already."))
    return number
