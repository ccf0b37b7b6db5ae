"""Daily reminders of the tenant file. Each is told once a day and person, whoever calls this how often."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Min
from django.utils.translation import gettext_noop

from core.search import index
from staff.services import tell_department
from tenants.models import Correspondence, DirectoryOrder, FilePart, Tenant
from tenants.services.file import open_file, refresh_file


def check_overdue_files(*, on: dt.date) -> int:
    """Looks again at each file with an overdue part, so that nobody is reminded of what is there; how many."""
    overdue = FilePart.objects.overdue(on).values("tenant").distinct()
    count = 0
    for tenant in Tenant.objects.filter(pk__in=overdue).iterator(chunk_size=200):
        refresh_file(tenant, on=on)
        count += 1
    return count


def open_files_of(tenant_ids: list[int], *, on: dt.date) -> None:
    """Opens the files of these tenants, looks at what they lack, and at what the tenants are found by."""
    for tenant in Tenant.objects.filter(pk__in=tenant_ids):
        open_file(tenant)
        refresh_file(tenant, on=on)
        index(tenant)


def tell_of_parts(*, on: dt.date, url: str) -> None:
    """One line a department and building: how many parts of files are overdue, and since when."""
    found = FilePart.objects.overdue(on).order_by().values("tenant__building", "owner_department")
    for row in found.annotate(count=Count("pk"), since=Min("due_on")):
        tell_department(
            row["owner_department"],
            row["tenant__building"],
            gettext_noop("%(count)s parts of customer files are overdue, the oldest since %(day)s."),
            topic="tenants.file",
            values={"count": row["count"], "day": row["since"].isoformat()},
            url=url,
            dedupe=f"file-parts:{row['tenant__building']}:{row['owner_department']}:{on}",
        )


def tell_of_answers(*, on: dt.date, url: str) -> None:
    """One line a building: how many papers wait for an answer that is due today or overdue."""
    waiting = Correspondence.objects.filter(direction="IN", answered_at=None, reply_due_on__lte=on).exclude(state="CLOSED")
    for row in waiting.order_by().values("building", "department").annotate(count=Count("pk")):
        tell_department(
            row["department"] or "CUSTOMER_SERVICE",
            row["building"],
            gettext_noop("%(count)s papers of tenants wait for an answer that is due."),
            topic="tenants.letters",
            values={"count": row["count"]},
            url=url,
            dedupe=f"answers:{row['building']}:{row['department']}:{on}",
        )


def tell_of_orders(*, on: dt.date, url: str) -> None:
    """One line a building: how many directory board orders are due."""
    waiting = DirectoryOrder.objects.filter(state__in=["ORDERED", "MADE"], due_on__lte=on)
    for row in waiting.order_by().values("building").annotate(count=Count("pk")):
        tell_department(
            "CUSTOMER_SERVICE",
            row["building"],
            gettext_noop("%(count)s directory board orders are due."),
            topic="tenants.board",
            values={"count": row["count"]},
            url=url,
            dedupe=f"board:{row['building']}:{on}",
        )
