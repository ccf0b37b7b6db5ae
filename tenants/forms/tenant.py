"""Forms of tenants, their contacts, people and leases."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, DateField, ModelChoiceField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.pickers import CodePicker
from core.text import clean_code
from premises import access as premises
from premises.models import Building, Key, Unit
from tenants import identifiers
from tenants.forms.pickers import limit
from tenants.models import Contact, Lease, Tenant, TenantPerson
from tenants.services.tenant import lease_conflict

T = gettext_lazy


class TenantForm(forms.ModelForm):
    """Customer data. The building is asked once, at the start."""

    building = ModelChoiceField(label=T("Building"), queryset=Building.objects.none(), empty_label=None)
    legal_representative_id = CharField(
        label=T("Identity number of the legal representative"),
        max_length=40,
        required=False,
        help_text=T("Stored encrypted, shown masked. Leave empty to keep what is stored."),
    )

    class Meta:
        model = Tenant
        fields = [
            "building",
            "name",
            "short_name",
            "name_en",
            "credit_code",
            "other_identifier",
            "company_kind",
            "industry",
            "people_total",
            "managers",
            "employees",
            "foreigners",
            "phone",
            "registered_address",
            "mailing_address",
            "legal_representative",
            "is_vip",
            "since",
            "left_on",
            "note",
        ]

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        limit(self, building=premises.buildings(user))
        self.fields["credit_code"].validators = [identifiers.validate_credit_code]
        self.fields["credit_code"].widget.attrs.pop("maxlength", None)
        if self.instance.pk:
            self.fields["building"].disabled = True

    def clean_credit_code(self) -> str:
        return clean_code(self.cleaned_data.get("credit_code") or "")

    def clean_legal_representative_id(self) -> str:
        return clean_code(self.cleaned_data.get("legal_representative_id") or "")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        number = filled.get("legal_representative_id")
        if number:
            self.instance.legal_representative_id = number
        if filled.get("foreigners") and filled["foreigners"] > (filled.get("people_total") or 0):
            self.add_error("foreigners", _("More foreigners than people in all. Correct one of the two."))
        return filled


class ContactForm(forms.ModelForm):
    """Somebody the building calls."""

    class Meta:
        model = Contact
        fields = ["kind", "name", "title", "phone", "other_phone", "email", "note", "is_active"]

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if filled.get("kind") == Contact.Kind.EMERGENCY and not filled.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Enter the phone of the emergency contact, for example 138 0013 8000."))
        return filled


class LeaseForm(forms.ModelForm):
    """A lease of one unit; one that overlaps another is named."""

    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker")

    class Meta:
        model = Lease
        fields = ["unit", "contract_number", "signed_on", "starts_on", "ends_on", "rent_free_until", "area_m2", "note"]

    def __init__(self, *arguments: Any, user: Any, tenant: Tenant, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.instance.tenant = tenant
        limit(self, unit=premises.units(user).filter(building_id=tenant.building_id, merged_into=None))

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        starts_on, ends_on = filled.get("starts_on"), filled.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("A lease can't end before it starts."))
        return filled

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        conflict = lease_conflict(self.instance)
        if conflict:
            self.add_error("unit", conflict)


class TerminationForm(forms.Form):
    """The last day of a lease that ends early."""

    on = DateField(label=T("Last day"))
    reason = CharField(label=T("Reason"), max_length=200)


class VoidForm(forms.Form):
    """Why a lease was entered in error."""

    reason = CharField(label=T("Reason"), max_length=200)


class PersonForm(forms.ModelForm):
    """An employee of the tenant, with the paper that proves who it is."""

    class Meta:
        model = TenantPerson
        fields = ["name", "job", "phone", "identity_kind", "identity_number", "registered_on"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.initial["registered_on"] = self.instance.registered_on or timezone.localdate()

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        number = clean_code(filled.get("identity_number") or "")
        is_resident = filled.get("identity_kind") == TenantPerson.IdentityKind.RESIDENT
        if number and is_resident and not identifiers.is_resident_number(number, today=timezone.localdate()):
            self.add_error("identity_number", _("This identity number is not valid: compare it with the card."))
        filled["identity_number"] = number
        return filled


class PassForm(forms.Form):
    """Which access card a registered person gets."""

    key = CodePicker(label=T("Access card"), queryset=Key.objects.none(), url_name="tenants:access_card_picker", code="number")

    def __init__(self, *arguments: Any, user: Any, person: TenantPerson, **named: Any) -> None:
        super().__init__(*arguments, **named)
        cards = premises.keys(user).filter(building_id=person.tenant.building_id, kind=Key.Kind.ACCESS_CARD, state=Key.State.IN_STORE)
        limit(self, key=cards)


class RevealForm(forms.Form):
    """Why somebody needs the whole number."""

    reason = CharField(label=T("Reason"), max_length=200, help_text=T("Who looked, when and why is recorded."))
