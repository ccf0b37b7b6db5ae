"""Which money a person may see, and who may do what with it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from billing.models import (
    Account,
    Bill,
    BillRun,
    CashCount,
    Charge,
    ChargeKind,
    Deposit,
    DunningStep,
    Entry,
    Invoice,
    LeaseFee,
    Period,
    Postponement,
    Price,
    Promise,
    Receipt,
    Refund,
    Reminder,
    Waiver,
    WaiverLimit,
)
from billing.models.charges import ChargeQuerySet
from premises.models import Building
from staff import access as staff
from tenants.models import Lease, Tenant

# Who sees money at all: those who bill, collect, let, keep the file and answer for the building.
READERS = (staff.SERVICE, staff.FINANCE, staff.LEASING, staff.PROPERTY_MANAGER, staff.GENERAL_MANAGER, staff.RECORDS)
BILLERS = (staff.FINANCE, staff.SERVICE_HEAD)
CASHIERS = (staff.FINANCE,)
INVOICE_REQUESTERS = (staff.FINANCE, staff.SERVICE)
PRICERS = (staff.FINANCE_HEAD, staff.PROPERTY_MANAGER)
LEASE_PRICERS = (staff.LEASING, staff.FINANCE)
CLOSERS = (staff.FINANCE_HEAD,)
WAIVERS = (staff.SERVICE, staff.FINANCE, staff.PROPERTY_MANAGER, staff.GENERAL_MANAGER)
CHASERS = (staff.SERVICE, staff.FINANCE, staff.PROPERTY_MANAGER)
CREDITORS = (staff.FINANCE_HEAD, staff.PROPERTY_MANAGER)
READER_DEPARTMENTS = frozenset({"CUSTOMER_SERVICE", "FINANCE", "LEASING", "MANAGEMENT", "RECORDS"})


def may_see_money(user: Any) -> bool:
    """True for somebody with a post in a department that reads the books."""
    return bool(staff.departments(user) & READER_DEPARTMENTS)


def may_take_money(user: Any) -> bool:
    return staff.holds(user, "FINANCE")


def _places(user: Any) -> frozenset[int]:
    """The buildings whose money this person may see."""
    return frozenset().union(*(held.territories for held in staff.posts(user) if held.department in READER_DEPARTMENTS))


def may(user: Any, roles: tuple[Any, ...], record: Any) -> bool:
    """True when the person holds one of the roles where the record belongs."""
    return any(role.holds(user, record) for role in roles)


def buildings_where(user: Any, roles: tuple[Any, ...]) -> QuerySet[Building]:
    """The buildings where this person holds one of the roles."""
    mine = Building.objects.filter(pk__in=staff.territories(user))
    return mine.filter(pk__in=[building.pk for building in mine if may(user, roles, building)]).order_by("name")


def money_buildings(user: Any) -> QuerySet[Building]:
    """The buildings whose money this person may see."""
    return Building.objects.filter(pk__in=_places(user)).order_by("name")


def may_somewhere(user: Any, roles: tuple[Any, ...]) -> bool:
    """True when the person holds one of the roles in some building."""
    return buildings_where(user, roles).exists()


def leases(user: Any) -> QuerySet[Lease]:
    return Lease.objects.filter(tenant__building_id__in=_places(user)).select_related("tenant", "unit")


def lease_fees(user: Any) -> QuerySet[LeaseFee]:
    return LeaseFee.objects.filter(lease__tenant__building_id__in=_places(user)).select_related("lease__tenant", "lease__unit", "kind")


def charge_kinds(user: Any) -> QuerySet[ChargeKind]:
    """What may be charged is the same in every building; whoever sees money sees it."""
    return ChargeKind.objects.all() if staff.posts(user) else ChargeKind.objects.none()


def has_entries(tenant: Tenant) -> bool:
    """True when anything was ever booked for a tenant."""
    return Entry.objects.filter(tenant=tenant).exists()


def tenants(user: Any) -> QuerySet[Tenant]:
    """Tenants of the buildings whose money this person may see."""
    return Tenant.objects.filter(building_id__in=_places(user), merged_into=None)


def prices_of(user: Any, building: Building) -> QuerySet[Price]:
    """Standing prices of a building: whoever works there may tell a tenant what something costs."""
    if building.pk not in staff.territories(user):
        return Price.objects.none()
    return Price.objects.standing().filter(building=building).select_related("kind", "set_by")


def accounts(user: Any) -> QuerySet[Account]:
    return Account.objects.filter(building_id__in=_places(user)).select_related("charge_kind")


def entries(user: Any) -> QuerySet[Entry]:
    return Entry.objects.filter(building_id__in=_places(user)).select_related("tenant", "by")


def periods(user: Any) -> QuerySet[Period]:
    return Period.objects.filter(building_id__in=_places(user)).select_related("closed_by")


def prices(user: Any) -> QuerySet[Price]:
    return Price.objects.filter(building_id__in=_places(user)).select_related("kind", "building", "set_by")


def charges(user: Any) -> ChargeQuerySet:
    return Charge.objects.filter(building_id__in=_places(user)).select_related("kind", "tenant", "unit", "bill")


def bills(user: Any) -> QuerySet[Bill]:
    return Bill.objects.filter(building_id__in=_places(user)).select_related("tenant", "building", "run")


def bill_runs(user: Any) -> QuerySet[BillRun]:
    return BillRun.objects.filter(building_id__in=_places(user)).select_related("building", "created_by")


def receipts(user: Any) -> QuerySet[Receipt]:
    return Receipt.objects.filter(building_id__in=_places(user)).select_related("tenant", "building", "cashier", "entry")


def invoices(user: Any) -> QuerySet[Invoice]:
    return Invoice.objects.filter(building_id__in=_places(user)).select_related("tenant", "building", "created_by", "issued_by")


def cash_counts(user: Any) -> QuerySet[CashCount]:
    return CashCount.objects.filter(building_id__in=_places(user)).select_related("building", "cashier", "accepted_by")


def buildings(user: Any) -> QuerySet[Building]:
    """The buildings whose money this person may see."""
    return Building.objects.filter(pk__in=_places(user))


def deposits(user: Any) -> QuerySet[Deposit]:
    return Deposit.objects.filter(building_id__in=_places(user)).select_related("tenant", "building", "unit")


def refunds(user: Any) -> QuerySet[Refund]:
    rows = Refund.objects.filter(building_id__in=_places(user))
    return rows.select_related("tenant", "building", "deposit", "created_by", "approved_by")


def waivers(user: Any) -> QuerySet[Waiver]:
    rows = Waiver.objects.filter(building_id__in=_places(user))
    return rows.select_related("tenant", "building", "charge__kind", "charge__bill", "created_by", "signed_by")


def waiver_limits(user: Any) -> QuerySet[WaiverLimit]:
    """Limits hold for the whole company; who sees money sees them."""
    rows = WaiverLimit.objects.select_related("department")
    return rows if may_see_money(user) else rows.none()


def reminders(user: Any) -> QuerySet[Reminder]:
    return Reminder.objects.filter(building_id__in=_places(user)).select_related("tenant", "building", "step", "sent_by")


def promises(user: Any) -> QuerySet[Promise]:
    return Promise.objects.filter(building_id__in=_places(user)).select_related("tenant", "building", "reminder", "created_by")


def postponements(user: Any) -> QuerySet[Postponement]:
    rows = Postponement.objects.filter(building_id__in=_places(user))
    return rows.select_related("bill__tenant", "bill__building", "building", "created_by", "decided_by")


def dunning_steps(user: Any) -> QuerySet[DunningStep]:
    """The ladder is the same for the whole company; who sees money sees it."""
    return DunningStep.objects.all() if may_see_money(user) else DunningStep.objects.none()
