"""Drawings, comments of inspections, damage, fees."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, ModelChoiceField
from django.utils.translation import gettext_lazy

from core import forms
from fitout import access
from fitout.models import Damage, Discipline, Drawing, Remark
from staff.models import Department

T = gettext_lazy


class DrawingForm(forms.ModelForm):
    """A sheet with its first version (manual 3.2.4-1.2)."""

    discipline = ModelChoiceField(label=T("Discipline"), queryset=Discipline.objects.filter(is_active=True))
    file = forms.StashedFileField(label=T("File"), purpose="fitout.drawing")

    class Meta:
        model = Drawing
        fields = ["discipline", "sheet", "title"]


class FeesForm(forms.Form):
    """Bills the fees and asks for the deposits."""

    payer_account = CharField(
        label=T("Account the deposit comes from"), max_length=80, required=False, help_text=T("the refund goes back to this account only")
    )


class RemarkForm(forms.ModelForm):
    """A department's comment at the completion inspection (manual 3.2.4-5.3)."""

    department = ModelChoiceField(label=T("Department"), queryset=Department.objects.none(), empty_label=None)
    photo = forms.StashedFileField(label=T("Photo"), required=False, purpose="fitout.remark")

    class Meta:
        model = Remark
        fields = ["department", "text", "is_defect", "due_on"]

    def __init__(self, *arguments: Any, user: Any, record: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["department"].queryset = Department.objects.filter(code__in=access.site_departments(user, record))


class DamageForm(forms.ModelForm):
    """Damaged common property at its price (manual 3.2.4-5.4)."""

    photo = forms.StashedFileField(label=T("Photo"), required=False, purpose="fitout.damage")

    class Meta:
        model = Damage
        fields = ["what", "spot", "quantity", "unit_price"]
