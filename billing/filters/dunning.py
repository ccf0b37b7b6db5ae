"""Filters of reminders, promises and postponements."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFromToRangeFilter, MultipleChoiceFilter

from billing.models import Channel, Postponement, Promise, Reminder
from core import lists


class ReminderFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Reminder.State.choices)
    channel = MultipleChoiceFilter(label=_("Channel"), choices=Channel.choices)
    late = ChoiceFilter(label=_("Deadline"), choices=[("yes", _("Overdue"))], method="by_deadline")

    class Meta:
        model = Reminder
        fields = ("state", "channel", "late")

    def by_deadline(self, rows: QuerySet[Reminder], name: str, value: str) -> QuerySet[Reminder]:
        return rows.filter(state__in=Reminder.WAITING, due_on__lt=timezone.localdate())


class PromiseFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Promise.State.choices)
    pay_by = DateFromToRangeFilter(label=_("Pays by"))

    class Meta:
        model = Promise
        fields = ("state", "pay_by")


class PostponementFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Postponement.State.choices)

    class Meta:
        model = Postponement
        fields = ("state",)
