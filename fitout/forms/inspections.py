"""Concealed works, comments of inspections, damage."""

from __future__ import annotations

from typing import Any

from django.forms import DateTimeField, ModelChoiceField
from django.utils.translation import gettext_lazy

from core import forms
from fitout import access
from fitout.models import ConcealedItem, ConcealedWorks, Damage, Drawing, Fitout, Remark
from staff.models import Department

T = gettext_lazy


class FitoutChoice(ModelChoiceField):
    """Open sites by unit."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit} · {obj.number} · {obj.contractor}"


class ConcealedForm(forms.ModelForm):
    """The Concealed Works Inspection Form as the contractor brings it (manual 3.2.4-4.5)."""

    fitout = FitoutChoice(label=T("Fit-out"), queryset=Fitout.objects.none(), empty_label=None)
    item = ModelChoiceField(label=T("Kind of works"), queryset=ConcealedItem.objects.none())
    drawing = ModelChoiceField(label=T("Drawing"), queryset=Drawing.objects.none(), required=False)
    photos = forms.StashedFileField(label=T("Photos"), multiple=True, required=False, purpose="fitout.concealed")

    class Meta:
        model = ConcealedWorks
        fields = ["fitout", "item", "spot", "description", "drawing", "applicant", "wished_at"]

    def __init__(self, *arguments: Any, user: Any, fitout: Fitout | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        sites = access.fitouts(user).on_site()
        self.fields["fitout"].queryset = sites.filter(pk=fitout.pk) if fitout else sites
        self.fields["item"].queryset = ConcealedItem.objects.filter(is_active=True)
        sheets = access.drawings(user).filter(newest_verdict="PASSED", fitout__in=sites)
        self.fields["drawing"].queryset = sheets.filter(fitout=fitout) if fitout else sheets
        self.fields["drawing"].help_text = T("a sheet of the approved set")
        self.fields["wished_at"].help_text = T("at least a day before the works are to be covered")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        drawing, fitout = filled.get("drawing"), filled.get("fitout")
        if drawing and fitout and drawing.fitout_id != fitout.pk:
            self.add_error("drawing", T("Choose a sheet of this fit-out."))
        return filled


class ConcealedWorksBookForm(forms.Form):
    """The time agreed with the contractor, at which all departments come."""

    agreed_at = DateTimeField(label=T("Agreed time"))


class PhotosForm(forms.Form):
    """Photos of what will be covered."""

    photos = forms.StashedFileField(label=T("Photos"), multiple=True, purpose="fitout.concealed")


class RemarkForm(forms.ModelForm):
    """A department's comment at an inspection (manual 3.2.4-5.3)."""

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
