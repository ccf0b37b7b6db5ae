"""Writes of tenants, leases and registered people, and what is wrong with the data (manual 3.11.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import CharField, F, Q, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import history, numbering
from core.database import lock
from core.flow import Refused
from core.models import FileView
from core.search import index, initials
from premises import services as premises
from tenants import identifiers
from tenants.models import Contact, FacilityBriefing, Lease, Tenant, TenantPerson
from tenants.services.file import open_file, refresh_file


def register_tenant(tenant: Tenant, *, by: Any, on: dt.date) -> Tenant:
    """Saves a new tenant with its number and opens its file (manual 1.2.5)."""
    with transaction.atomic():
        tenant.created_by, tenant.initials = by, initials(tenant.name)[:120]
        tenant.since = tenant.since or on
        numbering.give(tenant, on=on)
        tenant.save()
        open_file(tenant)
        refresh_file(tenant, on=on)
    return tenant


def tenant_changed(tenant: Tenant, *, on: dt.date) -> Tenant:
    """What follows a change of customer data: the sort key, and what the file lacks now."""
    with transaction.atomic():
        tenant.initials = initials(tenant.name)[:120]
        tenant.save(update_fields=["initials"])
        refresh_file(tenant, on=on)
    return tenant


def lease_conflict(lease: Lease) -> str:
    """Why the lease can't stand beside others of its unit, naming the one in the way; "" when it can."""
    if not (lease.unit_id and lease.starts_on and lease.ends_on):
        return ""
    others = Lease.objects.overlapping(lease.unit_id, lease.starts_on, lease.last_day).exclude(pk=lease.pk)
    other = others.select_related("tenant", "unit").order_by("starts_on").first()
    if other is None:
        return ""
    return _("Unit %(unit)s is let to %(tenant)s from %(start)s to %(end)s (contract %(contract)s).") % {
        "unit": other.unit,
        "tenant": other.tenant,
        "start": date_format(other.starts_on, "Y-m-d"),
        "end": date_format(other.last_day, "Y-m-d"),
        "contract": other.contract_number,
    }


def add_lease(lease: Lease, *, by: Any) -> Lease:
    """Stores a new lease. Raises Refused naming the lease in the way; of two at once exactly one wins."""
    if lease.unit.building_id != lease.tenant.building_id:
        raise Refused(_("The unit is in another building than the tenant."))
    save_lease(lease, lease.save)
    history.note(lease.tenant, _("Lease %(contract)s added.") % {"contract": lease.contract_number}, by=by)
    index(lease.tenant)
    return lease


def save_lease(lease: Lease, store: Callable[[], Any]) -> Any:
    """Calls `store`, which writes the lease. Raises Refused naming the lease in the way."""
    conflict = lease_conflict(lease)
    if conflict:
        raise Refused(conflict)
    try:
        with transaction.atomic():
            return store()
    except IntegrityError as error:
        if "lease_no_overlap" not in str(error):
            raise
        raise Refused(lease_conflict(lease) or _("Another lease of this unit shares days with this one.")) from None


def terminate_lease(lease: Lease, *, on: dt.date, by: Any, reason: str = "") -> Lease:
    """Ends a lease early: `on` is its last day. Raises Refused outside its term."""
    with transaction.atomic():
        [fresh] = lock(lease)
        if not fresh.starts_on <= on <= fresh.ends_on:
            raise Refused(_("The early end must lie within the lease."))
        fresh.terminated_on, fresh.version = on, fresh.version + 1
        fresh.save(update_fields=["terminated_on", "version"])
        history.note(fresh.tenant, _("Lease %(contract)s ends early. %(reason)s") % {"contract": fresh, "reason": reason}, by=by)
    return fresh


def void_lease(lease: Lease, *, reason: str, by: Any) -> Lease:
    """Takes a lease that was entered in error out of force; the row stays. Raises Refused without a reason."""
    if not reason.strip():
        raise Refused(_("Give the reason."))
    with transaction.atomic():
        [fresh] = lock(lease)
        fresh.void_reason = reason.strip()
        fresh.save(update_fields=["void_reason"])
        history.note(fresh.tenant, _("Lease %(contract)s voided: %(reason)s") % {"contract": fresh, "reason": reason}, by=by)
    return fresh


REVEALABLE = {
    (Tenant, "legal_representative_id"): gettext_lazy("identity number of the legal representative"),
    (TenantPerson, "identity_number"): gettext_lazy("identity number"),
}


def reveal(record: Any, field: str, *, by: Any, at: dt.datetime, reason: str) -> str:
    """The whole of a masked value; who looked, when and why is logged first. Raises Refused without a reason."""
    if (type(record), field) not in REVEALABLE:
        raise Refused(_("There is nothing to show here."))
    if not reason.strip():
        raise Refused(_("Say why you need the whole number."))
    kind = ContentType.objects.get_for_model(record)
    FileView.objects.create(what=field, content_type=kind, object_id=record.pk, viewed_by=by, viewed_at=at, reason=reason.strip()[:200])
    return str(getattr(record, field))


def register_person(person: TenantPerson, *, by: Any, at: dt.datetime, key: Any = None) -> TenantPerson:
    """Registers an employee of the tenant; with `key` their pass is issued too (manual 1.2.2)."""
    with transaction.atomic():
        person.save()
        history.note(person.tenant, _("%(name)s registered.") % {"name": person.name}, by=by)
        if key is not None:
            issue_pass(person, key, by=by, at=at)
        refresh_file(person.tenant, on=timezone.localdate(at))
    return person


def issue_pass(person: TenantPerson, key: Any, *, by: Any, at: dt.datetime) -> TenantPerson:
    """Gives a registered person an access card. Raises Refused when they hold one or the card is out."""
    with transaction.atomic():
        [fresh] = lock(person)
        if fresh.loan_id and fresh.loan.returned_at is None:
            raise Refused(_("%(name)s holds a pass already.") % {"name": fresh.name})
        fresh.loan = premises.issue_key(key, holder_name=fresh.name, holder_phone=fresh.phone, by=by, at=at)
        fresh.save(update_fields=["loan"])
    person.loan = fresh.loan
    return fresh


def related_rows(tenant: Tenant) -> list[Any]:
    """The rows whose changes belong to the tenant's timeline: the newest of each kind, and files that were merged into it."""
    sets = (
        Tenant.objects.filter(merged_into=tenant),
        tenant.contacts.all(),
        tenant.people.all(),
        tenant.leases.all(),
        tenant.correspondence.all(),
        tenant.breaches.all(),
        tenant.directory_orders.all(),
        tenant.goods_moves.all(),
        tenant.cards.all(),
    )
    return [row for rows in sets for row in rows.order_by("-pk")[:20]]


@dataclass(frozen=True)
class Fault:
    """A rule about customer data, and the tenants that break it."""

    code: str
    title: Any
    tenants: Callable[[Any, dt.date], Any]


def _without_phone(rows: Any, on: dt.date) -> Any:
    reachable = Contact.objects.filter(is_active=True).exclude(phone="").values("tenant")
    return rows.exclude(pk__in=reachable)


def _without_emergency(rows: Any, on: dt.date) -> Any:
    named = Contact.objects.filter(is_active=True, kind=Contact.Kind.EMERGENCY).exclude(phone="").values("tenant")
    return rows.exclude(pk__in=named)


def _lease_ran_out(rows: Any, on: dt.date) -> Any:
    had = Lease.objects.standing().values("tenant")
    running = Lease.objects.standing().filter(Q(terminated_on=None) | Q(terminated_on__gte=on), ends_on__gte=on).values("tenant")
    return rows.filter(pk__in=had).exclude(pk__in=running)


def _invalid_code(rows: Any, on: dt.date) -> Any:
    codes = rows.exclude(credit_code="").values_list("pk", "credit_code")
    return rows.filter(pk__in=[pk for pk, code in codes.iterator() if not identifiers.is_credit_code(code)])


FAULTS = (
    Fault("no_code", gettext_lazy("No unified social credit code or other registration number"),
          lambda rows, on: rows.filter(credit_code="", other_identifier="")),
    Fault("invalid_code", gettext_lazy("Unified social credit code not valid"), _invalid_code),
    Fault("no_phone", gettext_lazy("No contact with a phone number"), _without_phone),
    Fault("no_emergency", gettext_lazy("No emergency contact"), _without_emergency),
    Fault("no_people", gettext_lazy("Staff numbers missing"), lambda rows, on: rows.filter(people_total=None)),
    Fault("no_industry", gettext_lazy("Industry missing"), lambda rows, on: rows.filter(industry="")),
    Fault("no_lease", gettext_lazy("No lease"),
          lambda rows, on: rows.exclude(pk__in=Lease.objects.standing().values("tenant"))),
    Fault("lease_ran_out", gettext_lazy("Lease ran out, tenant not marked as left"), _lease_ran_out),
)  # fmt: skip


def data_faults(rows: Any, *, on: dt.date) -> list[tuple[Fault, Any]]:
    """Each rule of complete, correct and valid data with the tenants among `rows` that break it (manual 3.11.2)."""
    current = rows.current(on)
    return [(fault, fault.tenants(current, on)) for fault in FAULTS]


def faults_of(tenant: Tenant, *, on: dt.date) -> list[Fault]:
    """The rules that this tenant's data break; all are asked in one query."""
    parts = [
        found.order_by().annotate(fault=Value(fault.code, CharField())).values_list("fault", flat=True)
        for fault, found in data_faults(Tenant.objects.filter(pk=tenant.pk), on=on)
    ]
    broken = set(parts[0].union(*parts[1:], all=True))
    return [fault for fault in FAULTS if fault.code in broken]


def briefing_lines(building_id: int) -> list[FacilityBriefing]:
    """What is explained to a new tenant of this building, its own texts before the house's (manual 1.1)."""
    rows = FacilityBriefing.objects.filter(Q(building=None) | Q(building_id=building_id))
    chosen: dict[str, FacilityBriefing] = {}
    for row in rows.order_by(F("building").asc(nulls_first=True)):
        chosen[row.topic] = row
    return sorted(chosen.values(), key=lambda row: (row.position, row.pk))
