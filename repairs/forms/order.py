"""A request as it is told, and its correction."""

from __future__ import annotations

from typing import Any

from django.forms import BooleanField, ModelChoiceField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import forms
from core.pickers import CodePicker
from premises import access as premises
from premises.models import Building, EquipmentItem, PublicArea, Unit
from repairs import access
from repairs.models import RepairCategory, ServiceItem, Urgency, WorkOrder
from tenants import access as tenants
from tenants.models import Tenant

T = gettext_lazy


class CategoryField(ModelChoiceField):
    """Categories, the parts behind their main category."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent} · {obj}" if obj.parent else str(obj)


class ServiceField(ModelChoiceField):
    """The Repair Service Item List, each item behind its category."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.category} · {obj}"


class OrderForm(forms.ModelForm):
    """A request by phone, in person or in writing, in less than a minute (manual 3.4.4-1, 3.12.4-1). Bookings have a form of their own."""

    tenant = forms.PickerField(
        label=pgettext_lazy("repair", "Customer"),
        queryset=Tenant.objects.none(),
        url_name="tenants:tenant_picker",
        search=tenants.tenants_like,
        required=False,
    )
    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker", required=False)
    area = ModelChoiceField(label=T("Public area"), queryset=PublicArea.objects.none(), required=False)
    building = ModelChoiceField(label=T("Building"), queryset=Building.objects.none(), required=False)
    category = CategoryField(label=T("Category"), queryset=RepairCategory.objects.none())
    service = ServiceField(
        label=T("Repair service item"),
        queryset=ServiceItem.objects.none(),
        required=False,
        empty_label=T("Not on the list: the engineering supervisor reviews it"),
    )
    urgency = ModelChoiceField(label=T("Urgency"), queryset=Urgency.objects.none(), required=False, empty_label=T("As usual"))
    photos = forms.StashedFileField(label=T("Photos"), multiple=True, required=False, purpose="repairs.photo")
    send_at_once = BooleanField(label=T("Send it on at once"), required=False, initial=True)

    class Meta:
        model = WorkOrder
        fields = [
            "name", "phone", "channel", "tenant", "unit", "area", "building", "spot", "is_public", "category", "content", "service",
            "urgency", "appointment_at", "appointment_until", "photos", "send_at_once",
        ]  # fmt: skip

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.instance.urgency_id = self.instance.urgency_id or None
        chosen: dict[str, Any] = {
            "tenant": tenants.current_tenants(user),
            "unit": premises.units(user),
            "area": premises.public_areas(user).select_related("floor"),
            "building": access.report_buildings(user),
            "category": access.categories(),
            "service": access.services().filter(is_booked=False),
            "urgency": access.urgencies(),
        }
        for name, rows in chosen.items():
            self.fields[name].queryset = rows
        self.fields["building"].help_text = _("Only where neither unit nor area says it.")
        self.fields["is_public"].help_text = _("Lobby, lifts, pipes in the shaft: what serves everybody. Else it is the customer's own.")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        self._check_place(filled)
        category = filled.get("category")
        if category and not filled.get("urgency"):
            filled["urgency"] = usual_urgency(category)
            self.instance.urgency = filled["urgency"]
        return filled

    def _check_place(self, filled: dict[str, Any]) -> None:
        tenant, unit, area = filled.get("tenant"), filled.get("unit"), filled.get("area")
        if not (tenant or unit or area or filled.get("building")):
            self.add_error("unit", _("Name the unit, the public area, the customer or at least the building."))
        if tenant and unit and unit.building_id != tenant.building_id:
            self.add_error("unit", _("The unit is in another building than the tenant."))
        if unit and area and area.building_id != unit.building_id:
            self.add_error("area", _("The public area is in another building than the unit."))


def usual_urgency(category: RepairCategory) -> Urgency:
    """The urgency of a category, of its main category, else the ordinary one."""
    found = category.urgency or (category.parent and category.parent.urgency)
    return found or access.urgencies().filter(code="ORDINARY").first() or access.urgencies()[0]


class ChangeForm(forms.ModelForm):
    """What was told, corrected: customer, contact, place, fault, urgency and appointment."""

    tenant = forms.PickerField(
        label=T("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=tenants.tenants_like, required=False
    )
    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker", required=False)
    area = ModelChoiceField(label=T("Public area"), queryset=PublicArea.objects.none(), required=False)
    category = CategoryField(label=T("Category"), queryset=RepairCategory.objects.none())
    equipment = ModelChoiceField(label=T("Equipment"), queryset=EquipmentItem.objects.none(), required=False)

    class Meta:
        model = WorkOrder
        fields = [
            "tenant", "name", "phone", "unit", "area", "spot", "category", "equipment", "content", "urgency", "appointment_at",
            "appointment_until",
        ]  # fmt: skip

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        place = self.instance.building_id
        self.fields["tenant"].queryset = tenants.tenants(user).filter(building=place)
        self.fields["unit"].queryset = premises.units(user).filter(building=place)
        self.fields["area"].queryset = premises.public_areas(user).filter(building=place).select_related("floor")
        self.fields["category"].queryset = access.categories()
        self.fields["urgency"].queryset = access.urgencies()
        self.fields["equipment"].queryset = premises.equipment(user).filter(unit=self.instance.unit_id)
