"""What the product knows of work orders, and what they show on the pages of tenants, units, places, calls and complaints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core import kinds, notices, panels
from core.search import SearchWords
from repairs import access
from repairs.flow import ORDER_FLOW
from repairs.models import OPEN_STATES, WorkOrder
from repairs.services import mine, public, turning
from rounds import kinds as round_kinds

T = gettext_lazy
SHOWN = 20

notices.name_topic("repairs", T("Repairs"))


def order_words(order: WorkOrder) -> SearchWords:
    words = [order.name, order.phone, order.spot, order.unit.code if order.unit else ""]
    return SearchWords(
        title=f"{order.company or order.name} {order.category.name_zh}",
        subtitle=order.content[:60],
        number=order.number,
        words=[word for word in words if word],
        rank=5 if order.is_open else 0,
    )


def order_summary(order: WorkOrder) -> list[tuple[Any, Any]]:
    return [
        (pgettext("repair", "Customer"), order.company or order.name),
        (_("Unit"), order.unit or order.area or ""),
        (_("Category"), order.category),
        (_("Fault"), order.content),
        (_("Urgency"), order.urgency),
    ]


kinds.register(
    WorkOrder,
    rows=access.orders,
    title=T("Work order"),
    icon="tool",
    url="repairs:work_order_detail",
    flow=ORDER_FLOW,
    search=order_words,
    summary=order_summary,
)


def _rows_of(user: Any, **target: Any) -> list[WorkOrder]:
    return list(access.orders(user).filter(**target).order_by("-pk")[:SHOWN])


def _panel(user: Any, link: str, **target: Any) -> tuple[str, dict[str, Any]]:
    """The work orders of something, with the way to a new one: `link` is what the new page is told."""
    url = f"{reverse('repairs:work_order_new')}?{link}"
    return "repairs/panel.html", {"orders": _rows_of(user, **target), "new_url": url if access.may_report(user) else ""}


def tenant_tab(request: Any, tenant: Any) -> tuple[str, dict[str, Any]]:
    """Their work orders, and what they have booked from today on."""
    _template, context = _panel(request.user, f"tenant={tenant.pk}", tenant=tenant)
    coming = access.bookings(request.user).filter(order__tenant=tenant, ends_at__gte=timezone.now()).order_by("starts_at")
    book_url = f"{reverse('repairs:booking_new')}?tenant={tenant.pk}" if access.may_take_calls(request.user) else ""
    return "repairs/tenant_tab.html", {**context, "bookings": list(coming[:SHOWN]), "book_url": book_url}


def unit_panel(request: Any, unit: Any) -> tuple[str, dict[str, Any]]:
    return _panel(request.user, f"unit={unit.pk}", unit=unit)


def equipment_panel(request: Any, item: Any) -> tuple[str, dict[str, Any]]:
    """What was repaired on it; a new request begins with it."""
    return _panel(request.user, f"equipment={item.pk}", equipment=item)


def place_panel(request: Any, place: Any) -> tuple[str, dict[str, Any]] | None:
    """Whoever scans a label sees what is broken there, and reports what is not."""
    for name in ("unit", "public_area"):
        owner = getattr(place, name, None)
        if owner is not None:
            field = "area" if name == "public_area" else "unit"
            return _panel(request.user, f"{field}={owner.pk}", **{field: owner})
    return None


def defect_panel(request: Any, defect: Any) -> tuple[str, dict[str, Any]]:
    return _panel(request.user, f"defect={defect.pk}", defect=defect)


def complaint_panel(request: Any, complaint: Any) -> tuple[str, dict[str, Any]]:
    return _panel(request.user, f"complaint={complaint.pk}", complaint=complaint)


def on_a_call(request: Any, tenant: Any) -> tuple[str, dict[str, Any]]:
    """The last work orders of who is on the phone, and a new one in their name."""
    phone = request.GET.get("phone", "")[:30]
    return "repairs/on_a_call.html", {"tenant": tenant, "phone": phone, "orders": _rows_of(request.user, tenant=tenant)[:3]}


def flags(tenant: Any, user: Any) -> list[tuple[str, Any, str]]:
    """The glance at the head of a tenant's file: work orders under way, and whether they refuse to pay for one; one query.

    Who refuses to pay is known to whoever opens the file, until it is paid (manual 3.12.4-5).
    """
    refuses = Q(state="REFUSED") | Q(state="TO_PAY", passed_on_at__isnull=False)
    rows = access.orders(user).filter(refuses | Q(state__in=OPEN_STATES), tenant=tenant).order_by("-pk")
    found = list(rows.select_related(None).values_list("pk", "number", "state"))
    refused = next((row for row in found if row[2] not in OPEN_STATES), None)
    count = sum(state in OPEN_STATES for _pk, _number, state in found)
    shown: list[tuple[str, Any, str]] = []
    if count:
        text = ngettext("%(n)d open repair", "%(n)d open repairs", count) % {"n": count}
        shown.append(("I", text, reverse("tenants:tenant_tab", args=[tenant.pk, "repairs"])))
    if refused:
        text = _("Refuses to pay for %(number)s") % {"number": refused[1]}
        shown.append(("D", text, reverse("repairs:work_order_detail", args=[refused[0]])))
    return shown


OPEN_ORDER = panels.Flag("repair", "✎", T("Open repair"))


def open_on_the_plan(unit_ids: Sequence[int], user: Any) -> tuple[panels.Flag, Any] | None:
    """Units with an open work order on the stacking plan, for who reads the register."""
    if not access.may_read_register(user):
        return None
    return OPEN_ORDER, access.orders(user).open().filter(unit__in=unit_ids)


def my_desk(request: Any, user: Any) -> tuple[str, dict[str, Any]]:
    """The tiles of a technician: each is the length of a part of their own page."""
    now, there = timezone.now(), reverse("repairs:mine")
    parts = Counter(mine.part_of(order, now) for order in access.my_orders(user))
    tiles = [(T("To repair today"), f"{there}#{mine.NOW}", parts[mine.NOW], "walk", "I")]
    tiles += [(T("Nobody has it yet"), f"{there}#{mine.NOBODY}", parts[mine.NOBODY], "hand-stop", "Y")]
    return "repairs/desk_mine.html", {"lines": tiles}


panels.register("desk", "repairs", T("Repairs"), my_desk, order=15, may=access.is_technician)
panels.register("tenant.tab", "repairs", T("Repairs"), tenant_tab, order=45, may=access.may_read_register)
panels.register("unit", "repairs", T("Repairs"), unit_panel, order=45, may=access.may_read_register)
panels.register("equipment", "repairs", T("Repairs"), equipment_panel, order=45, may=access.may_report)
panels.register("place", "repairs", T("Repairs"), place_panel, order=45, may=access.may_report)
panels.register("defect", "repairs", T("Repairs"), defect_panel, order=45, may=access.may_report)
panels.register("complaint", "repairs", T("Repairs"), complaint_panel, order=45, may=access.may_read_register)
panels.register("call", "repairs", T("Repairs"), on_a_call, order=35, may=access.may_take_calls)


def repair_of(complaint: Any) -> tuple[bool, str]:
    """Whether a work order of a complaint stands, and where one is written that takes its place."""
    stands = WorkOrder.objects.filter(complaint=complaint).exclude(state__in=["DECLINED", "WITHDRAWN"]).exists()
    return stands, f"{reverse('repairs:work_order_new')}?complaint={complaint.pk}&instead=1"


panels.contribute("complaint.origin", turning.origin_of)
panels.contribute("complaint.repair", repair_of)
panels.contribute("tenant.flags", flags)
panels.contribute("unit.flags", open_on_the_plan)
panels.contribute("place.public", public.address_for)


def repair_of_finding(answer: Any) -> str:
    """A new request with what a round found, and where."""
    told: dict[str, Any] = {"spot": str(answer.stop)[:60], "content": f"{answer.item}: {answer.note}"}
    for name, field in (("unit", "unit"), ("public_area", "area")):
        owner = getattr(answer.stop.place, name, None)
        told |= {field: owner.pk} if owner else {}
    return f"{reverse('repairs:work_order_new')}?{urlencode(told)}"


round_kinds.offer(
    round_kinds.FollowUp("repair", T("New repair"), repair_of_finding, may=lambda user, answer: access.may_report(user), icon="tool")
)
