"""What the steps of a fit-out ask."""

from __future__ import annotations

from django.forms import CharField, DateField, DateTimeField, Textarea
from django.utils.translation import gettext_lazy

from core import forms

T = gettext_lazy


class FitoutApplyCompletionForm(forms.Form):
    """The Completion Application, and when everybody inspects (manual 3.2.4-5.1, -5.2)."""

    applicant = CharField(label=T("Applied for by"), max_length=60, required=False, help_text=T("empty: the contractor's person in charge"))
    inspection_at = DateTimeField(label=T("Joint inspection"), help_text=T("agreed with tenant and contractor"))


class FitoutInspectAgainForm(forms.Form):
    """When everybody inspects again (manual 3.2.4-5.3)."""

    inspection_at = DateTimeField(label=T("Joint inspection"))


class PermitExtendForm(forms.Form):
    """A later last day of the permit."""

    valid_until = DateField(label=T("Valid until"))
    note = CharField(label=T("Reason"), max_length=2000, widget=Textarea(attrs={"rows": 3}))
