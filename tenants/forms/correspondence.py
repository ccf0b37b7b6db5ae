"""Forms of letters, circulars and breaches, and of their steps."""

from __future__ import annotations

from typing import Any

from django.forms import BooleanField, CharField, ChoiceField, DateField, DateTimeField, ModelChoiceField, RadioSelect, Textarea
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.pickers import CodePicker
from premises import access as premises
from premises.models import Building, Floor, Unit
from staff.models import Department
from tenants import access
from tenants.forms.pickers import limit
from tenants.models import Breach, Circular, Correspondence, Tenant

T = gettext_lazy


class CorrespondenceForm(forms.ModelForm):
    """A paper from or to a tenant."""

    tenant = forms.PickerField(
        label=T("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=access.tenants_like
    )
    scans = forms.StashedFileField(label=T("Scans"), multiple=True, required=False, purpose="tenants.letter")

    class Meta:
        model = Correspondence
        fields = ["tenant", "direction", "kind", "sender", "recipient", "subject", "body", "dated_on", "reply_due_on"]

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        limit(self, tenant=access.current_tenants(user))
        self.fields["dated_on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        dated_on, due_on = filled.get("dated_on"), filled.get("reply_due_on")
        if dated_on and due_on and due_on < dated_on:
            self.add_error("reply_due_on", _("The answer can't be due before the paper was written."))
        if dated_on and dated_on > timezone.localdate():
            self.add_error("dated_on", _("The date of the paper lies ahead. Correct it."))
        return filled


class CorrespondenceForwardForm(forms.Form):
    """The department that deals with it."""

    department = ModelChoiceField(label=T("Department"), queryset=Department.objects.all(), to_field_name="code", empty_label=None)
    note = CharField(label=T("Note"), max_length=400, required=False)


class CorrespondenceAnswerForm(forms.Form):
    """What the tenant was answered."""

    answer = CharField(label=T("Answer"), max_length=4000, widget=Textarea)


class CorrespondenceDeliverForm(forms.Form):
    """How a paper reached the tenant."""

    method = ChoiceField(label=T("Delivered"), choices=Correspondence.Method.choices, widget=RadioSelect, initial="BY_HAND")
    received_by = CharField(label=T("Received by"), max_length=60)


class CircularForm(forms.ModelForm):
    """A text to all tenants of a building, or of one floor."""

    building = ModelChoiceField(label=T("Building"), queryset=Building.objects.none(), empty_label=None)
    floor = ModelChoiceField(label=T("Only this floor"), queryset=Floor.objects.none(), required=False, empty_label=T("the whole building"))
    scans = forms.StashedFileField(label=T("Attachments"), multiple=True, required=False, purpose="tenants.circular")

    class Meta:
        model = Circular
        fields = ["building", "floor", "kind", "title", "body"]

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        limit(self, building=premises.buildings(user))
        limit(self, floor=premises.floors(user))

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        floor, building = filled.get("floor"), filled.get("building")
        if floor and building and floor.building_id != building.pk:
            self.add_error("floor", _("This floor is in another building."))
        return filled


class DeliveryForm(forms.Form):
    """One tenant's copy of a circular."""

    method = ChoiceField(label=T("Delivered"), choices=Correspondence.Method.choices, widget=RadioSelect, initial="BY_HAND")
    received_by = CharField(label=T("Received by"), max_length=60)
    explained = BooleanField(label=T("Explained in person"), required=False)


class BreachForm(forms.ModelForm):
    """A breach as it was seen."""

    tenant = forms.PickerField(
        label=T("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=access.tenants_like
    )
    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker", required=False)
    happened_at = DateTimeField(label=T("When"))
    scans = forms.StashedFileField(label=T("Photos"), multiple=True, required=False, purpose="tenants.breach")

    class Meta:
        model = Breach
        fields = ["tenant", "unit", "kind", "happened_at", "place", "description", "rule", "mend_by"]

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        limit(self, tenant=access.current_tenants(user))
        limit(self, unit=premises.units(user))

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        tenant, unit = filled.get("tenant"), filled.get("unit")
        if tenant and unit and unit.building_id != tenant.building_id:
            self.add_error("unit", _("The unit is in another building than the tenant."))
        if filled.get("happened_at") and filled["happened_at"] > timezone.now():
            self.add_error("happened_at", _("This time lies ahead. Enter when it was seen."))
        return filled


class BreachWarnForm(forms.Form):
    """What was done about a breach, and whom it was told."""

    measure = CharField(label=T("What was done"), max_length=4000, widget=Textarea)
    warned_person = CharField(label=T("Person warned"), max_length=60)
    mend_by = DateField(label=T("To be put right by"), required=False)


class BreachCloseForm(forms.Form):
    """How a breach was put right."""

    measure = CharField(label=T("How it was put right"), max_length=2000, widget=Textarea)
