"""What the steps of a work order ask."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, When
from django.forms import BooleanField, CharField, ChoiceField, ModelChoiceField, RadioSelect, Textarea
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from repairs.models import ReturnVisit, WorkOrder
from repairs.services import charging, dispatch
from staff.models import User

T = gettext_lazy


class TechnicianField(ModelChoiceField):
    """Technicians with what they can repair, how much they have open and whether they are on shift."""

    def __init__(self, **named: Any) -> None:
        super().__init__(queryset=User.objects.none(), **named)
        self.notes: dict[int, str] = {}

    def of(self, order: WorkOrder) -> None:
        """Offers those of the order's building, who fits best first."""
        found = dispatch.suggested(dispatch.technicians(order.building_id, timezone.now()), order)
        place = [When(pk=technician.person.pk, then=number) for number, technician in enumerate(found)]
        people = User.objects.filter(pk__in=[technician.person.pk for technician in found])
        self.queryset = people.order_by(Case(*place, default=0, output_field=IntegerField())) if place else people
        self.notes = {technician.person.pk: technician.in_words(order) for technician in found}

    def label_from_instance(self, obj: Any) -> str:
        return self.notes.get(obj.pk, str(obj))


class _ForTechnician(forms.Form):
    """A step that names who goes."""

    wants_record = True

    def __init__(self, *arguments: Any, record: WorkOrder, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["assignee"].of(record)  # type: ignore[attr-defined]
        self.fields["assignee"].initial = record.assignee_id


class WorkOrderDispatchForm(_ForTechnician):
    """Sends it to engineering, to somebody if one knows whom."""

    assignee = TechnicianField(label=T("Technician"), required=False, empty_label=T("Engineering decides"))
    note = CharField(label=T("Note"), max_length=400, required=False)


class WorkOrderReassignForm(_ForTechnician):
    """Who takes it over."""

    assignee = TechnicianField(label=T("Technician"))
    note = CharField(label=T("Note"), max_length=400, required=False)


class WorkOrderCanBeDoneForm(_ForTechnician):
    """The supervisor's answer, how the customer hears of it, and who goes (manual 3.4.4-5.b)."""

    answer = CharField(label=T("Answer to the customer"), max_length=2000, widget=Textarea(attrs={"rows": 3}))
    reply = ChoiceField(label=T("How the customer was told"), choices=WorkOrder.Reply.choices, widget=RadioSelect, initial="PHONE")
    assignee = TechnicianField(label=T("Technician"), required=False, empty_label=T("Engineering decides"))


class WorkOrderQuoteForm(WorkOrderCanBeDoneForm):
    """The same for a paid service: its price stands in the lines, which the page shows with their total (manual 3.12.4-2)."""

    def __init__(self, *arguments: Any, record: WorkOrder, user: Any, **named: Any) -> None:
        super().__init__(*arguments, record=record, user=user, **named)
        lines = list(record.lines.order_by("pk"))
        self.summary = [
            (f"{line.text} {line.quantity.normalize():f} {line.measure} × ¥{line.unit_price:,.2f}", line.amount) for line in lines
        ]
        self.total = charging.total(lines)
        self.summary_link = (_("Add a price"), f"{reverse('repairs:line_new', args=[record.pk])}?to=quote")
        if lines:
            self.fields["answer"].initial = _("It can be done for ¥%(total)s.") % {"total": f"{self.total:,.2f}"}


class WorkOrderDeclineForm(forms.Form):
    """Why it can't be repaired, and how the customer hears of it."""

    answer = CharField(label=T("Answer to the customer"), max_length=2000, widget=Textarea(attrs={"rows": 3}))
    reply = ChoiceField(label=T("How the customer was told"), choices=WorkOrder.Reply.choices, widget=RadioSelect, initial="PHONE")


class WorkOrderPauseForm(forms.Form):
    """Why the clock stands still."""

    reason = ChoiceField(
        label=T("Why it waits"),
        choices=[choice for choice in WorkOrder.Pause.choices if choice[0] != WorkOrder.Pause.PARTS],
        widget=RadioSelect,
    )
    note = CharField(label=T("Note"), max_length=400)


class WorkOrderCalledBackForm(forms.Form):
    """The return visit: how, with whom, what the customer said."""

    method = ChoiceField(label=T("How"), choices=ReturnVisit.Method.choices, widget=RadioSelect, initial="PHONE")
    person = CharField(label=T("Spoke with"), max_length=60)
    remark = CharField(label=T("What the customer said"), max_length=2000, required=False, widget=Textarea(attrs={"rows": 3}))
    thanked = BooleanField(label=T("I have thanked the customer"))


class WorkOrderCalledBackNotSatisfiedForm(WorkOrderCalledBackForm):
    """The same, with what is still wrong."""

    remark = CharField(label=T("What is still wrong"), max_length=2000, widget=Textarea(attrs={"rows": 3}))
