"""Columns of reminders, promises and postponements."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from billing.models import Postponement, Promise, Reminder
from core import lists
from core.columns import MoneyColumn, StateColumn, to


class ReminderTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:reminder_detail"))
    state = StateColumn(verbose_name=_("Status"))
    tenant = Column(_("Tenant"), accessor="tenant__name")
    channel = Column(_("Channel"))
    amount = MoneyColumn(_("Amount"))
    since = DateColumn(verbose_name=_("Oldest due day"), format="Y-m-d")
    due_on = DateColumn(verbose_name=_("To be sent by"), format="Y-m-d")
    result = Column(_("Result"))
    sent_by = Column(_("Sent by"), accessor="sent_by__name", default="")

    class Meta(lists.Table.Meta):
        model = Reminder
        fields = ("number", "state", "tenant", "channel", "amount", "since", "due_on", "result", "sent_by")


class PromiseTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:promise_detail"))
    state = StateColumn(verbose_name=_("Status"))
    tenant = Column(_("Tenant"), accessor="tenant__name")
    amount = MoneyColumn(_("Amount"))
    pay_by = DateColumn(verbose_name=_("Pays by"), format="Y-m-d")
    promised_by = Column(_("Promised by"))
    created_by = Column(_("Noted by"), accessor="created_by__name", default="")

    class Meta(lists.Table.Meta):
        model = Promise
        fields = ("number", "state", "tenant", "amount", "pay_by", "promised_by", "created_by")


class PostponementTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:postponement_detail"))
    state = StateColumn(verbose_name=_("Status"))
    tenant = Column(_("Tenant"), accessor="bill__tenant__name")
    bill = Column(_("Payment notice"), accessor="bill__number")
    pay_by = DateColumn(verbose_name=_("New due day"), format="Y-m-d")
    created_by = Column(_("Asked by"), accessor="created_by__name", default="")

    class Meta(lists.Table.Meta):
        model = Postponement
        fields = ("number", "state", "tenant", "bill", "pay_by", "created_by")
