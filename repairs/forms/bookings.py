"""A booking by the hour, once or on several weekdays (manual 3.12.4-1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.forms import (
    CharField,
    CheckboxSelectMultiple,
    DateField,
    ModelChoiceField,
    RadioSelect,
    TimeField,
    TimeInput,
    TypedChoiceField,
    TypedMultipleChoiceField,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.flow import Refused
from core.models import phone_validator
from core.pickers import CodePicker
from premises.models import Unit
from repairs import access
from repairs.forms.order import usual_urgency
from repairs.models import ServiceItem, WorkOrder
from repairs.services import bookings
from repairs.services.hours import Span
from tenants import access as tenants
from tenants.models import Tenant

T = gettext_lazy
WEEKDAYS = [
    (0, T("Monday")),
    (1, T("Tuesday")),
    (2, T("Wednesday")),
    (3, T("Thursday")),
    (4, T("Friday")),
    (5, T("Saturday")),
    (6, T("Sunday")),
]
# A `to` that lies before `from` is the next morning; more than this is a slip of the pen.
LONGEST_NIGHT = dt.timedelta(hours=14)


def clock_input() -> TimeInput:
    return TimeInput(format="%H:%M", attrs={"type": "time", "step": 1800})


class BookingForm(forms.Form):
    """Which service, who, from when to when, and whether again."""

    service = ModelChoiceField(label=T("Service"), queryset=ServiceItem.objects.none())
    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker", required=False)
    tenant = forms.PickerField(
        label=T("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=tenants.tenants_like, required=False
    )
    day = DateField(label=T("Day"))
    begin = TimeField(label=T("From"), widget=clock_input())
    end = TimeField(label=T("To"), widget=clock_input())
    until = DateField(label=T("Again until"), required=False)
    weekdays = TypedMultipleChoiceField(
        label=T("on these weekdays"), choices=WEEKDAYS, coerce=int, widget=CheckboxSelectMultiple, initial=list(range(5)), required=False
    )
    name = CharField(label=T("Ordered by"), max_length=60)
    phone = CharField(label=T("Phone"), max_length=30, validators=[phone_validator])
    channel = TypedChoiceField(
        label=T("Request came"), choices=WorkOrder.Channel.choices[:3], widget=RadioSelect, initial=WorkOrder.Channel.PHONE
    )

    def __init__(self, *arguments: Any, user: Any, today: dt.date, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.today = today
        self.fields["service"].queryset = access.booked_services()
        self.fields["unit"].queryset = access.bookable_units(user)
        self.fields["tenant"].queryset = tenants.current_tenants(user).filter(building__in=access.register_places(user))
        self.fields["unit"].help_text = _("The unit says the tenant; without one name the tenant.")
        self.fields["end"].help_text = _("Each half hour begun is charged. Earlier than “from”: until the next morning.")
        self.fields["until"].help_text = _("Empty: once. At most %(count)d bookings, all or none.") % {"count": bookings.AT_MOST}

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        self._check_place(filled)
        self._check_hours(filled)
        return filled

    def _check_place(self, filled: dict[str, Any]) -> None:
        tenant, unit, service = filled.get("tenant"), filled.get("unit"), filled.get("service")
        if not (tenant or unit) and not {"tenant", "unit"} & set(self.errors):
            self.add_error("unit", _("Name the unit or the tenant."))
        if tenant and unit and unit.building_id != tenant.building_id:
            self.add_error("unit", _("The unit is in another building than the tenant."))
        if tenant and not unit and service and not service.is_exclusive:
            filled["unit"] = self._only_unit(tenant)

    def _only_unit(self, tenant: Tenant) -> Unit | None:
        """What a customer with one unit need not say."""
        found = list(access.units_of(tenant, self.today)[:2])
        if len(found) == 1:
            return found[0]
        self.add_error("unit", _("Name the unit: this tenant has several, or none yet."))
        return None

    def _check_hours(self, filled: dict[str, Any]) -> None:
        day, begin, end, until = (filled.get(name) for name in ("day", "begin", "end", "until"))
        if day and day < self.today:
            self.add_error("day", _("This day is over."))
        if day and until and until < day:
            self.add_error("until", _("The last day lies before the first."))
        if not (day and begin and end):
            return
        first, last = bookings.span_of(day, begin, end)
        if begin == end or (end < begin and last - first > LONGEST_NIGHT):
            self.add_error("end", _("A booking ends after it begins."))
        try:
            self.days = bookings.days_of(day, until, filled.get("weekdays") or [])
        except Refused as refused:
            self.add_error("until", refused.message)

    @property
    def spans(self) -> list[Span]:
        """From and to of every booking; only after it is valid."""
        return [bookings.span_of(day, self.cleaned_data["begin"], self.cleaned_data["end"]) for day in self.days]

    @property
    def told(self) -> dict[str, Any]:
        """What each work order says."""
        said = {name: self.cleaned_data[name] for name in ("service", "unit", "tenant", "name", "phone", "channel")}
        return {**said, "urgency": usual_urgency(said["service"].category)}
