"""Drawings, extinguishers, comments of inspections, damage."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, ChoiceField, ModelChoiceField, RadioSelect
from django.utils.translation import gettext_lazy

from core import forms
from core.pickers import CodePicker
from fitout import access
from fitout.models import Damage, Discipline, Drawing, ExtinguisherHire, Remark
from premises import access as premises
from premises.models import Extinguisher
from staff.models import Department

T = gettext_lazy


class DrawingForm(forms.ModelForm):
    """A sheet with its first version (manual 3.2.4-1.2)."""

    discipline = ModelChoiceField(label=T("Discipline"), queryset=Discipline.objects.filter(is_active=True))
    file = forms.StashedFileField(label=T("File"), purpose="fitout.drawing")

    class Meta:
        model = Drawing
        fields = ["discipline", "sheet", "title"]


class HireForm(forms.Form):
    """A fire extinguisher of the house goes to the site."""

    extinguisher = CodePicker(
        label=T("Fire extinguisher"), queryset=Extinguisher.objects.none(), url_name="premises:extinguisher_picker", code="number"
    )
    spot = CharField(label=T("Where it stands"), max_length=120, required=False)

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["extinguisher"].queryset = premises.extinguishers(user).filter(state=Extinguisher.State.IN_STORE)


class HireReturnForm(forms.Form):
    """In which condition an extinguisher comes back."""

    condition = ChoiceField(label=T("Condition"), choices=ExtinguisherHire.Condition.choices, widget=RadioSelect, initial="GOOD")


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
