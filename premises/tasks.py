"""What falls due by the clock: keys that should be back."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from core import queue
from premises import services
from premises.models import KeyLoan
from staff.services import tell_department


@queue.every_tick
def remind_of_overdue_keys(now: datetime) -> None:
    """Tells customer service once of each key that is out past its time."""
    for loan in KeyLoan.objects.overdue(now).filter(reminded_at=None).select_related("key")[:200]:
        if services.mark_reminded([loan], at=now):
            tell_department(
                "CUSTOMER_SERVICE",
                loan.key.building_id,
                "Key %(key)s is overdue: %(holder)s has it.",
                topic="overdue.key",
                record=loan.key,
                url=reverse("premises:key_detail", args=[loan.key_id]),
                values={"key": loan.key.number, "holder": loan.holder_name},
                dedupe=f"key-overdue:{loan.pk}",
            )
