"""Which fit-outs a person may see, and who may do what with them. Nothing else asks for a role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, QuerySet, Subquery, Sum

from billing.models import Bill, Deposit, DepositKind
from core import clock
from core.models import Paper
from fitout.models import (
    Breach,
    BreachQuerySet,
    ConcealedWorks,
    Contractor,
    Drawing,
    DrawingVersion,
    ExpiryReminder,
    Fitout,
    FitoutQuerySet,
    FitoutTerms,
    HeightPermit,
    HotWorkPermit,
    Penalty,
    Permit,
    QuietHours,
    Remark,
    SiteCheck,
    SiteEntry,
    SiteEntryQuerySet,
    Stoppage,
    WorkerPass,
)
from premises import access as premises
from premises.models import Building, Unit
from staff import access as staff
from tenants.models import Lease, Tenant

# The three departments that answer for a fit-out, and who reads along.
SITE = ("CUSTOMER_SERVICE", "ENGINEERING", "SECURITY")


READERS = frozenset({*SITE, "FINANCE", "LEASING", "MANAGEMENT", "RECORDS"})


CONTRACTOR_PAPERS = ("licence", "qualification")


# In which states the time limit is a department's own.
_INSPECTED = frozenset({"TO_INSPECT", "RECTIFYING"})


TURNS: dict[str, frozenset[str]] = {
    "CUSTOMER_SERVICE": _INSPECTED | {"DRAFT", "RECEIVED", "REWORK_NEEDED", "AWAITING_FEES", "PERMITTED"},
    "ENGINEERING": _INSPECTED | {"DRAWING_REVIEW"},
    "SECURITY": _INSPECTED | {"AWAITING_FIRE"},
    "MANAGEMENT": frozenset({"TO_APPROVE"}),
}


LINKED = ("building", "tenant", "unit", "contractor", "created_by")


def may_read_register(user: Any) -> bool:
    """True for somebody who reads the fit-outs of a building."""
    return bool(staff.departments(user) & READERS)


def register_places(user: Any) -> frozenset[int]:
    """Ids of the buildings whose fit-outs this person reads."""
    return frozenset().union(*(held.territories for held in staff.posts(user) if held.department in READERS))


def fitouts(user: Any) -> FitoutQuerySet:
    """The fit-outs this person may see, with what a line of a list says."""
    return Fitout.objects.filter(building_id__in=register_places(user)).select_related(*LINKED)


def to_do(user: Any) -> FitoutQuerySet:
    """The fit-outs whose turn it is in this person's department: drawings in engineering, the rest at customer service."""
    states: set[str] = set()
    for department in staff.departments(user):
        states |= TURNS.get(department, frozenset())
    return fitouts(user).filter(state__in=states)


def contractors(user: Any) -> QuerySet[Contractor]:
    return Contractor.objects.filter(building_id__in=register_places(user)).select_related("building", "grade")


def contractor_papers(contractor: Contractor) -> QuerySet[Paper]:
    """Copies of licence and qualification certificate that came with its applications, the newest first (manual 3.2.1-1)."""
    rows = Paper.objects.filter(content_type=ContentType.objects.get_for_model(Fitout), object_id__in=contractor.fitouts.values("pk"))
    rows = rows.filter(kind__code__in=CONTRACTOR_PAPERS, file__isnull=False)
    return rows.select_related("kind", "file").order_by("-received_at", "-pk")


def reminders_of(contractor: Contractor) -> QuerySet[ExpiryReminder]:
    """What its papers were reminded of, the newest first."""
    return ExpiryReminder.objects.filter(contractor=contractor).order_by("-pk")


def permits(user: Any) -> QuerySet[Permit]:
    rows = Permit.objects.filter(building_id__in=register_places(user))
    return rows.select_related("building", "fitout__unit", "fitout__tenant", "fitout__contractor")


def passes(user: Any) -> QuerySet[WorkerPass]:
    rows = WorkerPass.objects.filter(building_id__in=register_places(user))
    return rows.select_related("building", "fitout__unit", "fitout__contractor", "trade", "receipt")


def hot_works(user: Any) -> QuerySet[HotWorkPermit]:
    rows = HotWorkPermit.objects.filter(building_id__in=register_places(user))
    return rows.select_related("building", "fitout__unit", "fitout__contractor", "welder", "watcher", "approved_by")


def breaches(user: Any) -> BreachQuerySet:
    rows = Breach.objects.filter(building_id__in=register_places(user))
    return rows.select_related("building", "fitout__unit", "fitout__contractor", "kind", "department", "created_by")


def penalties(user: Any) -> QuerySet[Penalty]:
    rows = Penalty.objects.filter(building_id__in=register_places(user))
    return rows.select_related("building", "breach__fitout__contractor", "breach__kind", "created_by", "decided_by")


def concealed(user: Any) -> QuerySet[ConcealedWorks]:
    rows = ConcealedWorks.objects.filter(building_id__in=register_places(user))
    return rows.select_related("building", "fitout__unit", "fitout__contractor", "item", "drawing", "created_by")


def buildings(user: Any) -> QuerySet[Building]:
    """The buildings whose fit-outs this person reads."""
    return Building.objects.filter(pk__in=register_places(user)).order_by("name")


def units(user: Any) -> QuerySet[Unit]:
    """Units for which this person takes an application."""
    return premises.units(user).filter(building__in=register_places(user))


def may_take_applications(user: Any) -> bool:
    """Customer service takes fit-out applications (manual 3.2.4-1)."""
    return staff.holds(user, "CUSTOMER_SERVICE")


def may_manage(user: Any, record: Any) -> bool:
    """Customer service runs the fit-out: its papers, drawings, fees, inspections."""
    return staff.SERVICE.holds(user, record)


def may_lead(user: Any, record: Any) -> bool:
    """The customer service manager bars contractors, agrees another deposit and sets the building's terms."""
    return staff.SERVICE_HEAD.holds(user, record)


def may_see_fees(user: Any, record: Any) -> bool:
    """Customer service, and whoever sees the money of that building."""
    return may_manage(user, record) or any(staff.holds(user, code, None, record.building_id) for code in ("FINANCE", "MANAGEMENT"))


def led_buildings(user: Any) -> QuerySet[Building]:
    """The buildings whose fit-out terms this person sets."""
    held = [post for post in staff.posts(user) if post.department in ("CUSTOMER_SERVICE", "MANAGEMENT") and post.rank in staff.HEADS]
    return Building.objects.filter(pk__in=frozenset().union(*(post.territories for post in held))).order_by("name")


def may_set_terms(user: Any) -> bool:
    """The customer service manager, and the management."""
    return staff.holds(user, "CUSTOMER_SERVICE", staff.HEADS) or staff.holds(user, "MANAGEMENT", staff.HEADS)


def may_review_drawings(user: Any, record: Any) -> bool:
    return staff.ENGINEERING.holds(user, record)


def may_guard(user: Any, record: Any) -> bool:
    """Security makes passes, permits hot work, hands out extinguishers and lets people in."""
    return staff.SECURITY.holds(user, record)


def may_inspect(user: Any, record: Any) -> bool:
    """The three departments check the site and stop works."""
    return any(role.holds(user, record) for role in (staff.SERVICE, staff.ENGINEERING, staff.SECURITY))


def site_departments(user: Any, record: Any) -> list[str]:
    """Codes of the three departments in which this person has a post where the record belongs."""
    return [code for code in SITE if staff.holds(user, code, None, record.building_id)]


def terms_of(building_id: int) -> FitoutTerms:
    """What a building has set, or the defaults."""
    return FitoutTerms.objects.filter(building=building_id).first() or FitoutTerms(building_id=building_id)


def soon(user: Any) -> dt.timedelta:
    """How long before the end of a paper a contractor of this person's buildings counts as expiring."""
    rows = FitoutTerms.objects.filter(building_id__in=register_places(user)).values_list("remind_days", flat=True)
    return dt.timedelta(days=max((day for days in rows for day in days), default=max(FitoutTerms().remind_days)))


def floor_area(unit: Unit) -> Decimal:
    """The floor area of a unit with what is merged into it, m²."""
    return Unit.objects.whole().with_total_area().values_list("total_area_m2", flat=True).get(pk=unit.pk)


def needs_fire_receipt(fitout: Fitout) -> bool:
    """True for a unit over the house's limit, strictly (manual 3.2.4-3.1)."""
    return floor_area(fitout.unit) > fitout.building.fit_out_area_limit_m2


def extinguishers_needed(fitout: Fitout) -> int:
    """One for each so many m² or part of it, and the least number of a site (manual 3.2.3-4)."""
    terms = terms_of(fitout.building_id)
    return max(terms.extinguishers_least, -(-int(fitout.area_m2 * 100) // (terms.extinguisher_m2 * 100)))


def valid_permit(fitout: Fitout) -> Permit | None:
    return fitout.permits.filter(state=Permit.State.VALID).first()


def deposits(fitout: Fitout) -> QuerySet[Deposit]:
    """Every deposit this fit-out left, whatever kind."""
    mine = Deposit.objects.filter(content_type=ContentType.objects.get_for_model(Fitout), object_id=fitout.pk, cancelled_at=None)
    return mine.order_by("pk")


def works_deposits(fitout: Fitout) -> QuerySet[Deposit]:
    return deposits(fitout).filter(kind=DepositKind.FIT_OUT)


def held(fitout: Fitout) -> Decimal:
    """What is held of the fit-out deposit, yuan."""
    return works_deposits(fitout).aggregate(sum=Sum("held"))["sum"] or Decimal(0)


def standing_bills(fitout: Fitout, purpose: str) -> QuerySet[Bill]:
    """The payment notices of a fit-out for a purpose that still stand."""
    return Bill.objects.filter(pk__in=fitout.bills.filter(purpose=purpose).values("bill")).exclude(state=Bill.State.VOID)


def expired(contractor: Contractor, on: dt.date) -> bool:
    """True when its licence or its qualification has run out by a day."""
    last = contractor.expires_on()
    return last is not None and last < on


def tenant_of(unit: Unit, on: dt.date) -> Tenant | None:
    """Who lets a unit on a day, or None."""
    lease = Lease.objects.in_force(on).filter(unit=unit).select_related("tenant").first()
    return lease.tenant if lease else None


def let_units(tenant: Tenant, on: dt.date) -> QuerySet[Unit]:
    """The units a tenant lets on a day."""
    return Unit.objects.filter(pk__in=Lease.objects.in_force(on).filter(tenant=tenant).values("unit"), merged_into=None)


def may_sign_for(user: Any, fitout: Fitout, party: Any) -> bool:
    """Heads sign themselves; tenant and contractor sign at customer service's screen."""
    return bool(party.role.holds(user, fitout)) if party.role else may_manage(user, fitout)


def drawings(user: Any) -> QuerySet[Drawing]:
    """Sheets with the verdict and number of their newest version."""
    newest = DrawingVersion.objects.filter(drawing=OuterRef("pk")).order_by("-version")
    rows = Drawing.objects.filter(fitout__building_id__in=register_places(user))
    found = rows.annotate(newest_version=Subquery(newest.values("version")[:1]), newest_verdict=Subquery(newest.values("verdict")[:1]))
    return found.select_related("discipline", "fitout__unit", "fitout__tenant", "fitout__contractor", "fitout__building")


def remarks(user: Any) -> QuerySet[Remark]:
    """Comments of inspections on fit-outs this person reads."""
    rows = Remark.objects.filter(fitout__building_id__in=register_places(user))
    return rows.select_related("fitout", "concealed", "department", "by", "rectified_by")


def site_checks(user: Any) -> QuerySet[SiteCheck]:
    """Lines of the Fit-out Patrol Record."""
    rows = SiteCheck.objects.filter(fitout__building_id__in=register_places(user))
    return rows.select_related("fitout__building", "fitout__unit", "fitout__contractor", "department", "round__done_by")


def stoppages(user: Any) -> QuerySet[Stoppage]:
    rows = Stoppage.objects.filter(fitout__building_id__in=register_places(user))
    return rows.select_related("fitout__building", "fitout__unit", "fitout__contractor", "breach", "stopped_by", "resumed_by")


def breaches_to_do(user: Any) -> BreachQuerySet:
    """Breaches whose deadline concerns this person: those of the buildings in which they check sites."""
    mine = frozenset().union(*(held.territories for held in staff.posts(user) if held.department in {*SITE, "MANAGEMENT"}))
    return breaches(user).filter(building_id__in=mine, state__in=[Breach.State.NOTED, Breach.State.NOTICED])


def may_head(user: Any, record: Any) -> bool:
    """A head of one of the three departments."""
    return any(staff.holds(user, code, staff.HEADS, record.building_id) for code in SITE)


def may_check_again(user: Any, breach: Breach) -> bool:
    """The department that found a breach looks at it again; a head of the three departments may too."""
    own = breach.department.code
    return (own in SITE and staff.holds(user, own, None, breach.building_id)) or may_head(user, breach)


def quiet_hours(building_id: int) -> list[QuietHours]:
    """The hours in which nothing loud is done in a building (manual 3.2.3-6)."""
    return list(QuietHours.objects.filter(building=building_id).order_by("days", "starts"))


def is_quiet(building_id: int, at: dt.datetime, hours: Iterable[QuietHours] | None = None) -> bool:
    """True within the quiet hours of a building, by the calendar of working days. `hours`: where they were read already."""
    moment = at.astimezone(clock.ZONE)
    kinds = {QuietHours.Days.EVERY_DAY, QuietHours.Days.WORKDAYS if clock.is_working_day(moment.date()) else QuietHours.Days.REST_DAYS}
    rows = quiet_hours(building_id) if hours is None else hours
    return any(row.days in kinds and row.starts <= moment.time() < row.ends for row in rows)


def height_works(user: Any) -> QuerySet[HeightPermit]:
    rows = HeightPermit.objects.filter(building_id__in=register_places(user))
    return rows.select_related("building", "fitout__unit", "fitout__contractor", "worker", "watcher", "approved_by")


def entries(user: Any) -> SiteEntryQuerySet:
    """Who went in and out of the sites this person reads."""
    rows = SiteEntry.objects.filter(fitout__building_id__in=register_places(user))
    return rows.select_related("worker_pass__trade", "fitout__unit", "fitout__building", "fitout__contractor", "let_in_by", "let_out_by")


def may_register_workers(user: Any, record: Any) -> bool:
    """Customer service and security register workers, bill their passes and may read a whole identity number."""
    return staff.SERVICE.holds(user, record) or staff.SECURITY.holds(user, record)


def guards_somewhere(user: Any) -> bool:
    """True for a guard of any building."""
    return staff.holds(user, "SECURITY")


def guarded_buildings(user: Any) -> QuerySet[Building]:
    """The buildings in which this person guards."""
    places = frozenset().union(*(held.territories for held in staff.posts(user) if held.department == "SECURITY"))
    return Building.objects.filter(pk__in=places).order_by("name")
