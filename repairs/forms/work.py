"""What is recorded on site, and what a paid service costs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.forms import (
    CharField,
    CheckboxSelectMultiple,
    ChoiceField,
    DecimalField,
    ModelChoiceField,
    ModelMultipleChoiceField,
    RadioSelect,
    Textarea,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import ChargeKind
from core import forms
from core.flow import Refused
from repairs import access
from repairs.forms.order import ServiceField
from repairs.models import Material, Photo, RepairCategory, ServiceItem, ServiceLine, WorkItem, WorkOrder
from repairs.services import intake

T = gettext_lazy


class FindingsForm(forms.Form):
    """What was found on site, with photos before or after (manual 3.4.4-6)."""

    findings = CharField(label=T("Findings on site"), max_length=2000, widget=Textarea(attrs={"rows": 4}))
    stage = ChoiceField(label=T("Photos are from"), choices=Photo.Stage.choices, widget=RadioSelect, initial="BEFORE")
    photos = forms.StashedFileField(label=T("Photos"), multiple=True, required=False, purpose="repairs.photo")


class PhotoForm(forms.Form):
    """Photos from the phone's camera, before or after the work."""

    photos = forms.StashedFileField(label=T("Photos"), multiple=True, purpose="repairs.photo")
    stage = ChoiceField(label=T("Photos are from"), choices=Photo.Stage.choices, widget=RadioSelect, initial="BEFORE")


class SkillsForm(forms.Form):
    """What somebody can repair."""

    categories = ModelMultipleChoiceField(
        label=T("Can repair"), queryset=RepairCategory.objects.none(), required=False, widget=CheckboxSelectMultiple
    )

    def __init__(self, *arguments: Any, person: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # What was switched off since stays with who has it.
        known = Q(is_active=True) | Q(skills__user=person)
        self.fields["categories"].queryset = RepairCategory.objects.filter(known).distinct()  # type: ignore[attr-defined]
        self.fields["categories"].initial = [skill.category_id for skill in person.repair_skills.all()]


class ItemForm(forms.ModelForm):
    """A repair item as it was really done."""

    service = ServiceField(label=T("Repair service item"), queryset=ServiceItem.objects.none(), required=False, empty_label=T("Other"))

    class Meta:
        model = WorkItem
        fields = ["service", "text", "minutes"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["service"].queryset = access.services()
        self.fields["text"].required = False
        self.fields["text"].help_text = _("Empty: as the item is called.")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if not filled.get("text"):
            service = filled.get("service")
            if service is None:
                self.add_error("text", _("Say what was done, or choose an item."))
            filled["text"] = self.instance.text = str(service or "")
        return filled


class MaterialForm(forms.ModelForm):
    """Material that was used, or that the customer brought and is not good enough (manual 3.4.4-7)."""

    class Meta:
        model = Material
        fields = ["name", "quantity", "measure", "source", "verdict", "remark", "unit_cost"]
        widgets = {"source": RadioSelect}

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["verdict"].help_text = _("Of the customer's own material. What is not qualified is not used; say why in the remark.")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if filled.get("source") == Material.Source.TENANT and not filled.get("verdict"):
            self.add_error("verdict", _("Verify the customer's material: qualified or not qualified."))
        if filled.get("verdict") == Material.Verdict.NOT_QUALIFIED and not filled.get("remark"):
            self.add_error("remark", _("Say what is wrong with the material."))
        self.instance.is_used = filled.get("verdict") != Material.Verdict.NOT_QUALIFIED
        return filled


class LineForm(forms.ModelForm):
    """A line of what a paid service costs: of the list, or agreed (manual 3.12.4-2)."""

    service = ServiceField(label=T("Repair service item"), queryset=ServiceItem.objects.none(), required=False, empty_label=T("Other"))
    kind = ModelChoiceField(label=T("Charge kind"), queryset=ChargeKind.objects.none(), required=False)
    text = CharField(label=T("Service"), max_length=120, required=False)
    unit_price = DecimalField(label=T("Charge rate"), max_digits=12, decimal_places=2, min_value=0, required=False)

    class Meta:
        model = ServiceLine
        fields = ["service", "text", "kind", "quantity", "measure", "unit_price"]

    def __init__(self, *arguments: Any, order: WorkOrder, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.order = order
        self.fields["service"].queryset = access.services().exclude(charge_kind=None)
        self.fields["kind"].queryset = access.charge_kinds()
        self.fields["unit_price"].help_text = _("Empty: as the list says.")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        service = filled.get("service")
        if service:
            self._as_listed(filled, service)
        for name, message in (("text", _("Name the service.")), ("kind", _("Choose what it is charged as."))):
            if not filled.get(name):
                self.add_error(name, message)
        if filled.get("unit_price") is None:
            self.add_error("unit_price", _("Enter the charge rate."))
        for name in ("text", "kind", "measure", "unit_price"):
            setattr(self.instance, name, filled.get(name))
        return filled

    def _as_listed(self, filled: dict[str, Any], service: ServiceItem) -> None:
        """What the list says fills what was left empty."""
        filled["text"] = filled.get("text") or service.name_zh
        filled["kind"] = filled.get("kind") or service.charge_kind
        filled["measure"] = filled.get("measure") or service.measure_zh
        if filled.get("unit_price") is None:
            try:
                filled["unit_price"] = intake.rate_of(service, self.order.building_id, timezone.localdate())
            except Refused as refused:
                self.add_error("unit_price", refused.message)
