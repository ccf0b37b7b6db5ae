"""Which work orders a person may see, and who may do what with them. Nothing else asks for a role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Round

from billing.models import Bill, ChargeKind
from core.text_search import Search
from premises import access as premises
from premises.models import Building, Unit
from repairs.models import (
    WORDS,
    Booking,
    RepairCategory,
    RepairTerms,
    ReturnVisit,
    ServiceItem,
    ServiceLine,
    Skill,
    Urgency,
    WorkOrder,
    WorkOrderQuerySet,
)
from staff import access as staff
from staff.models import User
from tenants.models import Lease

# They read every work order of their buildings; finance those to be paid; others what they reported.
READERS = frozenset({"CUSTOMER_SERVICE", "ENGINEERING", "MANAGEMENT", "RECORDS"})
# What it costs is told before the work is finished; it is paid when it is accepted.
PRICED = frozenset({"NEW", "REVIEW", "AWAITING_TENANT", "ASSIGNED", "ACCEPTED", "IN_PROGRESS", "AWAITING_PARTS", "PAUSED", "REWORK"})
TO_PAY = frozenset({"TO_PAY", "REFUSED"})
LINKED = ("building", "tenant", "unit", "area", "category__parent", "service", "urgency", "assignee", "created_by")

# A word in what the register says, in the unit's code or in the tenant's pinyin initials.
SEARCH = Search(*WORDS, linked=("unit__code", "tenant__initials"))


def may_read_register(user: Any) -> bool:
    """True for somebody who reads the whole register of a building."""
    return bool(staff.departments(user) & READERS)


def may_report(user: Any) -> bool:
    """Anybody with a post reports what is broken."""
    return bool(staff.posts(user))


def may_take_calls(user: Any) -> bool:
    """Customer service takes requests of customers; engineering may too."""
    return staff.holds(user, "CUSTOMER_SERVICE") or staff.holds(user, "ENGINEERING")


def register_places(user: Any) -> frozenset[int]:
    """Ids of the buildings whose whole register this person reads."""
    return frozenset().union(*(held.territories for held in staff.posts(user) if held.department in READERS))


def register_buildings(user: Any) -> QuerySet[Building]:
    return Building.objects.filter(pk__in=register_places(user)).order_by("name")


def register(user: Any, first: dt.date, last: dt.date, building: Building | None = None) -> WorkOrderQuerySet:
    """The work orders received from the first to the last day, in the registers this person reads or in one of them."""
    places = register_places(user) & {building.pk} if building else register_places(user)
    return WorkOrder.objects.filter(building_id__in=places, received_at__date__range=(first, last))


def report_buildings(user: Any) -> QuerySet[Building]:
    """The buildings in which this person may report a fault."""
    return premises.buildings(user).order_by("name")


def _visible(user: Any) -> Q:
    found = Q(building_id__in=register_places(user)) | Q(created_by=user.pk, building_id__in=staff.territories(user))
    for held in staff.posts(user):
        if held.department == "FINANCE":
            found |= Q(is_paid=True, building_id__in=held.territories)
    return found


def orders(user: Any) -> WorkOrderQuerySet:
    """The work orders this person may see, with what they point to."""
    return WorkOrder.objects.filter(_visible(user)).select_related(*LINKED)


def lines(user: Any) -> WorkOrderQuerySet:
    """The same work orders, with no more than what a line of the register says."""
    return WorkOrder.objects.filter(_visible(user)).select_related("unit", "category", "urgency", "assignee")


def paid_services(user: Any) -> WorkOrderQuerySet:
    """The paid services this person sees: what each came to, and what the customer said when last called back (article 5, 4).

    Adds `amount` (yuan), `visited_at`, `is_satisfied`, `remark`.
    """
    asked = ReturnVisit.objects.filter(order=OuterRef("pk"), visited_at__isnull=False).order_by("-round")
    cost = Sum(Round(F("quantity") * F("unit_price"), precision=2), output_field=DecimalField(max_digits=14, decimal_places=2))
    told = ServiceLine.objects.filter(order=OuterRef("pk")).order_by().values("order").annotate(yuan=cost).values("yuan")
    return (
        lines(user)
        .filter(is_paid=True)
        .annotate(
            amount=Subquery(told),
            visited_at=Subquery(asked.values("visited_at")[:1]),
            is_satisfied=Subquery(asked.values("is_satisfied")[:1]),
            remark=Subquery(asked.values("remark")[:1]),
        )
    )


def bookings(user: Any) -> QuerySet[Booking]:
    rows = Booking.objects.filter(order__in=WorkOrder.objects.filter(_visible(user)), cancelled_at=None)
    return rows.select_related("service", "unit", "building", "order__tenant")


def may_see_bookings(user: Any) -> bool:
    """Who reads the register, and finance, see what is booked."""
    return may_read_register(user) or staff.holds(user, "FINANCE")


def booked_services() -> QuerySet[ServiceItem]:
    """What is booked by the hour."""
    return services().filter(is_booked=True)


def bookable_units(user: Any) -> QuerySet[Unit]:
    """Units for which this person books: those of the buildings whose whole register they read."""
    return premises.units(user).filter(building__in=register_places(user))


def units_of(tenant: Any, on: dt.date) -> QuerySet[Unit]:
    """What a tenant lets on a day."""
    return Unit.objects.filter(pk__in=Lease.objects.in_force(on).filter(tenant=tenant).values("unit")).order_by("pk")


def to_do(user: Any) -> WorkOrderQuerySet:
    """Work orders whose time limit concerns this person: technicians their own and nobody's, the others what their turn is."""
    rows = orders(user).with_deadline()
    if staff.holds(user, "ENGINEERING") and not staff.holds(user, "ENGINEERING", staff.LEADERS):
        return rows.filter(Q(assignee=user) | Q(assignee=None)).filter(state__in=["ASSIGNED", "ACCEPTED", "IN_PROGRESS", "REWORK"])
    return rows.filter(building_id__in=register_places(user))


def similar(user: Any, *, unit: Any = None, area: Any = None, tenant: Any = None, since: dt.datetime) -> WorkOrderQuerySet:
    """Open work orders of the same place reported since a moment: likely the same thing twice."""
    same = Q()
    for name, value in (("unit", unit), ("area", area), ("tenant", tenant)):
        if value:
            same |= Q(**{name: value})
    return orders(user).open().filter(same, received_at__gte=since).order_by("-pk") if same else orders(user).none()


def repeats_of(order: WorkOrder, user: Any) -> WorkOrderQuerySet:
    """Other work orders of the same equipment, or of the same place and category, newest first."""
    same = Q(equipment=order.equipment_id) if order.equipment_id else Q()
    for name in ("unit", "area"):
        if getattr(order, f"{name}_id"):
            same |= Q(**{name: getattr(order, f"{name}_id"), "category": order.category_id})
    if not same:
        return lines(user).none()
    return lines(user).filter(same, building=order.building_id).exclude(pk=order.pk).order_by("-pk")


def terms_of(building_id: int) -> RepairTerms:
    """What a building has set, or the defaults."""
    return RepairTerms.objects.filter(building=building_id).first() or RepairTerms(building_id=building_id)


def categories() -> QuerySet[RepairCategory]:
    return RepairCategory.objects.filter(is_active=True).select_related("parent", "urgency")


def services() -> QuerySet[ServiceItem]:
    """The Repair Service Item List."""
    return ServiceItem.objects.filter(is_active=True).select_related("category", "charge_kind")


def urgencies() -> QuerySet[Urgency]:
    return Urgency.objects.filter(is_active=True)


def charge_kinds() -> QuerySet[ChargeKind]:
    """What a paid service may be charged as."""
    return ChargeKind.objects.filter(is_active=True, group__in=["SERVICE", "AIR_CON"])


def technicians(building_id: int) -> QuerySet[User]:
    """Who of engineering may be sent in a building."""
    return staff.members("ENGINEERING", building_id).order_by("name")


def technicians_in(building_ids: Iterable[int]) -> QuerySet[User]:
    return staff.members_in("ENGINEERING", building_ids).order_by("name")


def loads(people: Iterable[User]) -> dict[int, tuple[int, int]]:
    """Person → how many open work orders they have, and the usual minutes of those on the list; one query."""
    rows = WorkOrder.objects.filter(assignee__in=[person.pk for person in people]).open().order_by()
    counted = rows.values_list("assignee").annotate(count=Count("pk"), minutes=Sum("service__minutes", default=0))
    return {key: (count, minutes) for key, count, minutes in counted}


def skills(people: Iterable[User]) -> dict[int, list[RepairCategory]]:
    """Person → what they can repair; one query."""
    found: dict[int, list[RepairCategory]] = {}
    for row in Skill.objects.filter(user__in=[person.pk for person in people]).select_related("category"):
        found.setdefault(row.user_id, []).append(row.category)
    return found


def may_set_skills(user: Any) -> bool:
    """Engineering supervisors say who can repair what."""
    return staff.holds(user, "ENGINEERING", staff.LEADERS)


def skilled(user: Any) -> QuerySet[User]:
    """The technicians whose skills this person sets: those of the buildings where they lead engineering."""
    led = [held.territories for held in staff.posts(user) if held.department == "ENGINEERING" and held.rank in staff.LEADERS]
    return technicians_in(frozenset().union(*led))


def may_dispatch(user: Any) -> bool:
    """Customer service and the engineering supervisors send work orders out."""
    return staff.holds(user, "CUSTOMER_SERVICE") or staff.holds(user, "ENGINEERING", staff.LEADERS)


def dispatch_buildings(user: Any) -> QuerySet[Building]:
    """The buildings whose work orders this person sends out, by name."""
    held = [each for each in staff.posts(user) if each.department == "CUSTOMER_SERVICE" or each.rank in staff.LEADERS]
    places = [each.territories for each in held if each.department in {"CUSTOMER_SERVICE", "ENGINEERING"}]
    return Building.objects.filter(pk__in=frozenset().union(*places)).order_by("name")


def to_send(user: Any, building: Building) -> WorkOrderQuerySet:
    """What waits to be sent in a building: new or handed back, under review, or with engineering and nobody's; due first."""
    waits = Q(state__in=["NEW", "REVIEW"]) | Q(state="ASSIGNED", assignee=None)
    return orders(user).filter(waits, building=building).order_by(F("due_at").asc(nulls_last=True), "pk")


def with_technicians(user: Any, building: Building) -> WorkOrderQuerySet:
    """The open work orders of a building that somebody has, due first."""
    return orders(user).open().filter(building=building, assignee__isnull=False).order_by(F("due_at").asc(nulls_last=True), "pk")


def is_technician(user: Any) -> bool:
    """Everybody of engineering may be sent."""
    return staff.holds(user, "ENGINEERING")


def my_orders(user: Any) -> WorkOrderQuerySet:
    """The open work orders this person works on: their own, those of whom they stand in for, and nobody's yet."""
    places = frozenset().union(*(held.territories for held in staff.posts(user) if held.department == "ENGINEERING"))
    absent = [held.absent_id for held in staff.posts(user) if held.absent_id and held.department == "ENGINEERING"]
    mine = Q(assignee__in=[user.pk, *absent]) | Q(assignee=None, state="ASSIGNED")
    return orders(user).open().filter(mine, building_id__in=places).exclude(state__in=["NEW", "REVIEW", "AWAITING_TENANT"])


def is_charged(order: WorkOrder) -> bool:
    """True when its Payment Notice stands in the books; one that was made void charges nothing."""
    return order.bill is not None and order.bill.state != Bill.State.VOID


def price_is_open(order: WorkOrder) -> bool:
    """What it costs may still change: until the work is finished, and again once its notice was made void."""
    return order.state in PRICED | TO_PAY and not is_charged(order)


def bill_is_paid(bill: Bill) -> bool:
    """True when nothing is open on a payment notice that still stands."""
    return bill.outstanding == 0 and bill.state != Bill.State.VOID


def may_take_up(user: Any, record: Any) -> bool:
    """Customer service corrects what was told and has it signed."""
    return staff.SERVICE.holds(user, record)


def may_lead(user: Any, record: Any) -> bool:
    """Engineering supervisors review and send."""
    return staff.ENGINEERING_LEADER.holds(user, record)


def works_on(user: Any, order: WorkOrder) -> bool:
    """The technician, who stands in for them, or anybody of engineering while nobody has it; supervisors always."""
    if user is None or not staff.ENGINEERING.holds(user, order):
        return False
    if order.assignee_id in (None, user.pk) or may_lead(user, order):
        return True
    return any(held.absent_id == order.assignee_id for held in staff.posts(user))


def may_record(user: Any, order: WorkOrder) -> bool:
    """What was found and used on site is recorded while the work goes on, by who does it."""
    return order.state == "IN_PROGRESS" and works_on(user, order)


def may_price(user: Any, order: WorkOrder) -> bool:
    """Who says what a service costs, as long as that is open."""
    return price_is_open(order) and (may_lead(user, order) or may_take_up(user, order))


def may_change(user: Any, order: WorkOrder) -> bool:
    """What was told may be corrected while the order is open."""
    return order.is_open and (may_take_up(user, order) or may_lead(user, order))


def heads_in(department: str, building_id: int) -> QuerySet[User]:
    """Who answers for a department in a building: its heads, else its leaders."""
    heads = staff.members(department, building_id, staff.HEADS)
    return heads if heads.exists() else staff.members(department, building_id, staff.LEADERS)
