"""What somebody reports who scanned a label and has no account."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.forms import CharField, FileField, RadioSelect, Textarea
from django.utils.translation import gettext_lazy

from core import forms
from core.models import phone_validator
from repairs import access
from repairs.forms.order import CategoryField
from repairs.models import RepairCategory

T = gettext_lazy


class PublicReportForm(forms.Form):
    """Three fields and a photo; the label says where."""

    content = CharField(label=T("What is broken?"), max_length=1000, widget=Textarea(attrs={"rows": 3}))
    name = CharField(label=T("Your name"), max_length=60)
    phone = CharField(label=T("Your phone"), max_length=30, validators=[phone_validator], help_text=T("So that we can call you back."))
    category = CategoryField(
        label=T("What is it about?"),
        queryset=RepairCategory.objects.none(),
        required=False,
        widget=RadioSelect,
        blank=True,
        empty_label=T("I don't know"),
    )
    photo = FileField(label=T("Photo"), required=False, validators=[FileExtensionValidator(["jpg", "jpeg", "png", "webp"])])
    website = CharField(required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["category"].queryset = access.categories().filter(parent=None)  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        self.fields["photo"].widget.attrs["accept"] = "image/*"

    def clean_website(self) -> str:
        """A field that people don't see; programs fill it."""
        if self.cleaned_data["website"]:
            raise ValidationError(T("Leave this empty."))
        return ""


class TrackForm(forms.Form):
    """The number and the end of the phone that was left."""

    number = CharField(label=T("Number"), max_length=20)
    tail = CharField(label=T("Last four digits of your phone"), max_length=4, min_length=4)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        del self.fields["submission_key"]
        self.fields["tail"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
