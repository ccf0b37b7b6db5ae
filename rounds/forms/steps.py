"""What the steps of a round ask."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField, DateTimeField, ModelChoiceField, Textarea
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from rounds import access
from rounds.models import Round
from staff import access as staff
from staff.models import User

T = gettext_lazy


class RoundExplainForm(forms.Form):
    """Why it was missed."""

    note = CharField(label=T("Why it was missed"), max_length=2000, widget=Textarea(attrs={"rows": 3}))


class RoundGiveForm(forms.Form):
    """Whose it is; who has another round at that time is named so."""

    wants_record = True
    person = ModelChoiceField(
        label=T("Person"), queryset=User.objects.none(), required=False, empty_label=T("whoever of the department is there")
    )
    note = CharField(label=T("Note"), max_length=400, required=False)

    def __init__(self, *arguments: Any, record: Round, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        people = staff.members(record.department.code, record.building_id)
        self.fields["person"].queryset = people.order_by("name")
        self.fields["person"].initial = record.person_id
        busy = access.busy(people, record)
        if busy:
            self.fields["person"].help_text = _("At that time they have another round: %(names)s.") % {"names": "、".join(map(str, busy))}


class RoundMoveForm(forms.Form):
    """Another time for this one round."""

    wants_record = True
    due_from = DateTimeField(label=T("From"))
    due_until = DateTimeField(label=T("To"))
    note = CharField(label=T("Reason"), max_length=400)

    def __init__(self, *arguments: Any, record: Round, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["due_from"].initial = timezone.localtime(record.due_from)
        self.fields["due_until"].initial = timezone.localtime(record.due_until)

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        begin, end = filled.get("due_from"), filled.get("due_until")
        if begin and end and begin >= end:
            raise ValidationError({"due_until": _("It ends before it begins.")})
        return filled
