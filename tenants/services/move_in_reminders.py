"""Who is reminded of move-ins, and when. Each notice has a key of its own, so any number of workers sends it once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import papers
from core.flow import Refused
from staff.services import tell_department
from tenants.models import Defect, MoveIn
from tenants.services.move_in import values_of

WAITING = (MoveIn.State.NOTIFIED, MoveIn.State.PAPERS_MISSING, MoveIn.State.BOOKED)


def tell_of_appointments(*, on: dt.date) -> None:
    """Customer service and engineering, the day before a takeover."""
    tomorrow = on + dt.timedelta(days=1)
    start = timezone.make_aware(dt.datetime.combine(tomorrow, dt.time()))
    rows = MoveIn.objects.filter(state__in=WAITING, takeover_at__gte=start, takeover_at__lt=start + dt.timedelta(days=1))
    for row in rows.select_related("tenant"):
        text = gettext_noop("Tomorrow %(when)s: %(tenant)s takes over %(units)s.")
        key = f"move-in:{row.pk}:eve:{tomorrow.isoformat()}"
        tell_department(
            ["CUSTOMER_SERVICE", "ENGINEERING"], row.building_id, text, topic="move_in", record=row, values=values_of(row), dedupe=key
        )


def tell_of_papers(*, on: dt.date) -> None:
    """Customer service and leasing, once a day while papers are missing and the takeover is at most three days away."""
    limit = timezone.make_aware(dt.datetime.combine(on + dt.timedelta(days=4), dt.time()))
    for row in MoveIn.objects.filter(state__in=WAITING, takeover_at__lt=limit).select_related("tenant"):
        _tell_of_papers_of(row, on=on)


def remind_of_papers(row: MoveIn, *, by: Any, on: dt.date) -> None:
    """Customer service and leasing are asked for the missing papers of one move-in, whenever its takeover is.

    Raises Refused where nothing is missing or awaited, and when everybody was reminded on that day already.
    """
    if row.state not in WAITING:
        raise Refused(_("The handover has begun: its papers are no longer waited for."))
    if not papers.missing(row):
        raise Refused(_("No paper is missing."))
    if not _tell_of_papers_of(row, on=on, by=by):
        raise Refused(_("Everybody concerned was reminded of it today."))


def _tell_of_papers_of(row: MoveIn, *, on: dt.date, by: Any = None) -> int:
    lines = papers.missing(row)
    if not lines:
        return 0
    text = gettext_noop("%(number)s, %(tenant)s: %(count)s papers are still missing, takeover %(when)s.")
    details = {"values": {**values_of(row), "count": str(len(lines))}, "dedupe": f"move-in:{row.pk}:papers:{on.isoformat()}"}
    return tell_department(["CUSTOMER_SERVICE", "LEASING"], row.building_id, text, topic="move_in", record=row, by=by, **details)


def tell_of_substitutes(*, on: dt.date) -> None:
    """Customer service and leasing, once a day for each substitute whose day has passed, until the paper itself is there."""
    late = list(papers.overdue_substitutes(MoveIn, on))
    move_ins = MoveIn.objects.exclude(state=MoveIn.State.CANCELLED).select_related("tenant").in_bulk({paper.object_id for paper in late})
    text = gettext_noop("%(number)s, %(tenant)s: “%(paper)s” was replaced until %(until)s only. Ask for it, or agree on another day.")
    for paper in late:
        row = move_ins.get(paper.object_id or 0)
        if row is None:
            continue
        values = {"number": row.number, "tenant": str(row.tenant), "paper": paper.kind.name_zh, "until": str(paper.until)}
        key = f"paper:{paper.pk}:late:{on.isoformat()}"
        departments = ["CUSTOMER_SERVICE", "LEASING"]
        tell_department(departments, row.building_id, text, topic="overdue.paper", record=row, values=values, dedupe=key)


def tell_of_defects(*, on: dt.date) -> None:
    """Engineering and customer service, once a day for each defect past its date."""
    late = Defect.objects.filter(state__in=[Defect.State.OPEN, Defect.State.HANDED_OVER], due_on__lt=on).select_related("unit")
    for row in late:
        text = gettext_noop("Overdue since %(due)s: %(number)s, %(unit)s, %(what)s.")
        values = {"due": row.due_on.isoformat(), "number": row.number, "unit": str(row.unit), "what": row.description[:60]}
        key = f"defect:{row.pk}:late:{on.isoformat()}"
        tell_department(
            ["ENGINEERING", "CUSTOMER_SERVICE"], row.building_id, text, topic="overdue.defect", record=row, values=values, dedupe=key
        )
