"""Forms of the customer file."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, DateField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from staff import access as staff
from staff.models import User
from tenants.forms.pickers import limit
from tenants.models import FilePart, FileUse

T = gettext_lazy


class DocumentForm(forms.Form):
    """A document that comes into a part of the file."""

    title = CharField(label=T("Title"), max_length=160)
    dated_on = DateField(label=T("Dated"), required=False)
    scans = forms.StashedFileField(label=T("Attachments"), multiple=True, required=False, purpose="tenants.file")
    shelf = CharField(
        label=T("Shelf and box"), max_length=60, required=False, help_text=T("Where the paper lies, for example cabinet 3, box 2.")
    )
    note = CharField(label=T("Note"), max_length=200, required=False)


class FileItemSortForm(forms.Form):
    """Where the sorted paper will lie."""

    shelf = CharField(label=T("Shelf and box"), max_length=60, required=False)


class PartForm(forms.ModelForm):
    """Owner and due date of a part, or why it does not apply."""

    owner = forms.PickerField(label=T("Owner"), queryset=User.objects.none(), url_name="staff:person_picker", required=False)

    class Meta:
        model = FilePart
        fields = ["owner", "due_on", "not_applicable_reason"]

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        limit(self, owner=staff.people(user))


class UseForm(forms.ModelForm):
    """Who uses a document, for what, and until when a paper is away."""

    class Meta:
        model = FileUse
        fields = ["kind", "user_name", "purpose", "due_on"]

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if filled.get("kind") == FileUse.Kind.LENT and not filled.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Enter the day the paper must be back."))
        return filled
