"""What customers say of paid services reaches the property manager and the general manager (article 5, 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from core import notices
from core.models import Notice
from repairs.models import ReturnVisit, WorkOrder
from staff import access as staff

BAD = gettext_noop("%(name)s is not satisfied with the paid service %(number)s: %(said)s")
WEEK = gettext_noop("Paid services in %(building)s from %(first)s to %(last)s: %(n)s finished, %(asked)s called back, %(happy)s satisfied.")
READY = dt.time(8)


def readers(building: Any) -> list[Any]:
    """The property manager and the general manager of a building."""
    people = {person.pk: person for role in (staff.PROPERTY_MANAGER, staff.GENERAL_MANAGER) for person in staff.holders(role, building)}
    return [people[key] for key in sorted(people)]


def tell_dissatisfied(order: WorkOrder, *, by: Any) -> None:
    """Who is not satisfied with what they pay for is heard of at once."""
    visit = order.visits.filter(round=order.round - 1).first()
    values = {"name": order.company or order.name, "number": order.number, "said": visit.remark[:200] if visit else ""}
    notices.tell(readers(order.building), BAD, topic="opinions", record=order, values=values, by=by, weight=Notice.Weight.URGENT)


def week_before(now: dt.datetime) -> tuple[dt.date, dt.date] | None:
    """Monday and Sunday of the week that is over, from eight on Monday; None before that."""
    local = timezone.localtime(now)
    monday = local.date() - dt.timedelta(days=local.weekday())
    if local.date() == monday and local.time() < READY:
        return None
    return monday - dt.timedelta(days=7), monday - dt.timedelta(days=1)


def finished(first: dt.date, last: dt.date) -> Any:
    """The paid services finished from the first to the last day."""
    begin, end = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (first, last + dt.timedelta(days=1)))
    return WorkOrder.objects.filter(is_paid=True, finished_at__gte=begin, finished_at__lt=end)


def report(building: Any, first: dt.date, last: dt.date) -> int:
    """Tells both managers of a building how a week went, once; how many were told. A week without a paid service tells nobody."""
    said = ReturnVisit.objects.filter(order__in=finished(first, last).filter(building=building), visited_at__isnull=False)
    count = finished(first, last).filter(building=building).count()
    if not count:
        return 0
    found = said.aggregate(asked=Count("order", distinct=True), happy=Count("order", distinct=True, filter=Q(is_satisfied=True)))
    span = {"finished_at_after": first.isoformat(), "finished_at_before": last.isoformat()}
    values = {"building": str(building), "first": first.isoformat(), "last": last.isoformat(), "n": count, **found}
    url = f"{reverse('repairs:paid_list')}?{urlencode(span)}"
    dedupe = f"opinions:{building.pk}:{first.isoformat()}"
    return notices.tell(readers(building), WEEK, topic="opinions", values=values, url=url, dedupe=dedupe)
