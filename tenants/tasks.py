"""What falls due by the clock in the tenant file: overdue parts, answers and board orders, once a day."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from core import queue
from tenants.services import reminders

FROM_HOUR = 8


@queue.every_tick
def remind(now: dt.datetime) -> None:
    """Has the day's reminders made, once; the key keeps many ticks and workers from doing it twice."""
    local = timezone.localtime(now)
    if local.hour >= FROM_HOUR:
        day = local.date().isoformat()
        queue.enqueue("tenants.tasks.remind_of_day", dedupe=f"tenants.reminders:{day}", day=day)


def remind_of_day(day: str) -> None:
    """Looks at overdue files again and tells those who keep them."""
    on = dt.date.fromisoformat(day)
    reminders.check_overdue_files(on=on)
    reminders.tell_of_parts(on=on, url=reverse("tenants:file_part_list") + "?due=overdue")
    reminders.tell_of_answers(on=on, url=reverse("tenants:correspondence_list") + "?due=overdue")
    reminders.tell_of_orders(on=on, url=reverse("tenants:board"))


def check_files(tenant_ids: list[int], day: str) -> None:
    """Opens the files of these tenants and looks at what they lack: after an import."""
    reminders.open_files_of(tenant_ids, on=dt.date.fromisoformat(day))
