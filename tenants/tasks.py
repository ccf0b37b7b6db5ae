"""What falls due by the clock in the tenant file and while moving in, once a day, and the letters that go out."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from core import queue
from tenants import letters
from tenants.services import move_in_reminders, reminders

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


@queue.every_tick
def remind_of_move_ins(now: dt.datetime) -> None:
    """The day before an appointment, papers still missing, substitutes and defects past their date: once a day each."""
    local = timezone.localtime(now)
    if local.hour >= FROM_HOUR:
        day = local.date().isoformat()
        queue.enqueue("tenants.tasks.remind_of_move_ins_of_day", dedupe=f"move-in.reminders:{day}", day=day)


def remind_of_move_ins_of_day(day: str) -> None:
    """Sends the day's reminders about move-ins; every notice carries its own key, so twice is once."""
    on = dt.date.fromisoformat(day)
    move_in_reminders.tell_of_appointments(on=on)
    move_in_reminders.tell_of_papers(on=on)
    move_in_reminders.tell_of_substitutes(on=on)
    move_in_reminders.tell_of_defects(on=on)


@queue.leased
def send_move_in_notice(move_in_id: int) -> None:
    """E-mails the Move-in Notice to the tenant, with the letter attached."""
    letters.send_notice(move_in_id)
