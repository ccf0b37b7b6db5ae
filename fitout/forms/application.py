"""An application, and the contractor behind it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.forms import ModelChoiceField, RadioSelect
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import forms
from core.pickers import CodePicker
from fitout import access
from fitout.models import Contractor, Fitout, QualificationGrade
from premises.models import Building, Unit
from tenants import access as tenants
from tenants.models import Tenant

T = gettext_lazy


def contractors_like(rows: Any, text: str) -> Any:
    """Contractors whose name or code holds the text."""
    return rows.filter(Q(name__icontains=text) | Q(credit_code__icontains=text))


class FitoutForm(forms.ModelForm):
    """The Fit-out Application Form (manual 3.2.4-1.1). The unit gives building, tenant and floor area."""

    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker")
    tenant = forms.PickerField(
        label=T("Tenant"),
        queryset=Tenant.objects.none(),
        url_name="tenants:tenant_picker",
        search=tenants.tenants_like,
        required=False,
        help_text=T("empty: who lets the unit"),
    )
    contractor = forms.PickerField(
        label=T("Contractor"), queryset=Contractor.objects.none(), url_name="fitout:contractor_picker", search=contractors_like
    )

    class Meta:
        model = Fitout
        fields = [
            "unit", "tenant", "contractor", "basis", "lead", "lead_phone", "fire_lead", "tenant_contact", "tenant_phone",
            "scope", "area_m2", "touches_structure", "touches_fire_system", "starts_on", "ends_on",
        ]  # fmt: skip
        widgets = {"basis": RadioSelect}

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["unit"].queryset = access.units(user)
        self.fields["tenant"].queryset = tenants.current_tenants(user)
        self.fields["contractor"].queryset = access.contractors(user)
        self.fields["area_m2"].required = False
        self.fields["area_m2"].help_text = T("empty: the floor area of the unit")
        if self.instance.pk:
            # Of another unit it would be another application.
            del self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        unit = self.instance.unit if self.instance.pk else filled.get("unit")
        if unit is None:
            return filled
        if filled.get("contractor") and filled["contractor"].building_id != unit.building_id:
            self.add_error("contractor", T("This contractor is in the register of another building."))
        if not filled.get("tenant"):
            filled["tenant"] = access.tenant_of(unit, timezone.localdate())
            if filled["tenant"] is None and "tenant" not in self.errors:
                self.add_error("tenant", T("Nobody lets this unit now: choose the tenant."))
        filled["area_m2"] = filled.get("area_m2") or access.floor_area(unit)
        return filled


class ContractorForm(forms.ModelForm):
    """A contractor with its licence and qualification (manual 3.2.1-1)."""

    building = ModelChoiceField(label=T("Building"), queryset=Building.objects.none(), empty_label=None)
    grade = ModelChoiceField(label=T("Qualification grade"), queryset=QualificationGrade.objects.none(), required=False)

    class Meta:
        model = Contractor
        fields = [
            "building", "name", "credit_code", "licence_until", "grade", "qualification_number", "qualification_until", "lead", "phone",
        ]  # fmt: skip

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["building"].queryset = access.buildings(user)
        self.fields["grade"].queryset = QualificationGrade.objects.filter(is_active=True)
        if self.instance.pk:
            del self.fields["building"]
