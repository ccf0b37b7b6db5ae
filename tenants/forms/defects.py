"""What writing down, mending and accepting a defect asks (manual 3.1.4-3.4)."""

from __future__ import annotations

from typing import Any

from django.forms import (
    CharField,
    DateField,
    Textarea,
)
from django.utils.translation import gettext_lazy

from core import forms
from premises.models import Unit
from tenants.forms.handover import SignatureForm
from tenants.models import Defect

T = gettext_lazy


def photos_field(**named: Any) -> forms.StashedFileField:
    """Several photos; a phone offers its camera and its pictures."""
    field = forms.StashedFileField(label=T("Photos"), multiple=True, purpose="defect", **named)
    field.widget.attrs["accept"] = "image/*"
    return field


class DefectForm(forms.ModelForm):
    """A defect found at the walk-through (manual 3.1.4-3.4)."""

    photos = photos_field(required=False)

    class Meta:
        model = Defect
        fields = ["unit", "place", "description", "due_on"]

    def __init__(self, *arguments: Any, units: list[Unit], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        self.fields["unit"].empty_label = None
        self.fields["due_on"].required = False
        self.fields["description"].widget.attrs["rows"] = 3


class DefectPhotosForm(forms.Form):
    """Further photos of a defect."""

    photos = photos_field()


class DefectPlanForm(forms.Form):
    """A new date for mending it."""

    due_on = DateField(label=T("To be mended by"))
    note = CharField(label=T("Reason"), max_length=400)


class DefectMendForm(forms.Form):
    """What engineering did."""

    mended_note = CharField(label=T("What was done"), max_length=400, widget=Textarea(attrs={"rows": 3}))
    mended_photo = forms.StashedFileField(label=T("Photo after"), required=False, purpose="defect")


class DefectAcceptForm(SignatureForm):
    """The tenant signs that the defect is mended."""

    wants_record = True
    signature_pad = True

    def __init__(self, *arguments: Any, record: Defect, user: Any, **named: Any) -> None:
        super().__init__(*arguments, documents=[], **named)
        del self.fields["documents"]
        self.fields["name"].initial = record.move_in.visitor_name or record.move_in.addressee
