"""What is established before the works begin."""

from __future__ import annotations

from django.forms import CharField, ChoiceField, DateField, IntegerField, RadioSelect, Textarea, TypedChoiceField
from django.utils.translation import gettext_lazy

from core import forms
from fitout.models import FireRule

T = gettext_lazy


class CommentsForm(forms.Form):
    """Who collected the Drawing Review Comments (manual 3.2.4-2.2)."""

    person = CharField(label=T("Collected by"), max_length=60)


class FireReceiptForm(forms.Form):
    """The receipt of the fire authority (manual 3.2.4-3.1)."""

    number = CharField(label=T("Number of the receipt"), max_length=60)
    on = DateField(label=T("Date of the receipt"))
    route = ChoiceField(label=T("Statutory fire route"), choices=FireRule.Route.choices, widget=RadioSelect, initial="REVIEW")
    file = forms.StashedFileField(label=T("Scan of the receipt"), purpose="fitout.fire_receipt")


class ProtectionForm(forms.Form):
    """The inspection of the protection of finished surfaces (manual 3.2.4-4.1.b)."""

    passed = TypedChoiceField(
        label=T("Result"),
        choices=[("yes", T("Passed")), ("no", T("Not passed"))],
        coerce=lambda value: value == "yes",
        widget=RadioSelect,
    )
    note = CharField(
        label=T("What is lacking"), max_length=1000, required=False, widget=Textarea(attrs={"rows": 3}), help_text=T("if it did not pass")
    )


class OwnExtinguishersForm(forms.Form):
    """The contractor's own extinguishers that security has checked (manual 3.2.3-4)."""

    number = IntegerField(label=T("Contractor's own extinguishers, checked"), min_value=0, max_value=500)
