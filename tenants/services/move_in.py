"""Writes of moving in that touch several rows and are no step of its life (manual 3.1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import files, numbering, papers, queue
from core.database import lock
from core.flow import Refused
from core.models import SignOff, StoredFile
from premises import services as premises
from premises.models import EquipmentItem, Key, Meter, MeterReading, ParkingSpace, Unit
from staff.services import tell_department
from tenants.models import (
    Baseline,
    Contact,
    DirectoryOrder,
    EquipmentCheck,
    HandbookIssue,
    HandbookText,
    KeyReceipt,
    Lease,
    MoveIn,
    MoveInUnit,
    Tenant,
)
from tenants.services.directory import order_board_line
from tenants.services.file import open_file
from tenants.services.tenant import add_lease, tenant_changed

PROCEDURE = "move_in"
BEGUN = frozenset({MoveIn.State.IN_HANDOVER, MoveIn.State.TO_SIGN, MoveIn.State.DEFECTS_OPEN})
CLOSED = frozenset({MoveIn.State.MOVED_IN, MoveIn.State.CANCELLED})
HANDBOOKS = (HandbookText.Kind.QUALITY_WARRANTY, HandbookText.Kind.BUILDING_USE, HandbookText.Kind.OCCUPANT)


def values_of(move_in: MoveIn) -> dict[str, str]:
    """What fills the notices about a move-in."""
    units = "、".join(str(row.unit) for row in move_in.units.select_related("unit"))
    when = f"{timezone.localtime(move_in.takeover_at):%m-%d %H:%M}"
    return {"number": move_in.number, "tenant": str(move_in.tenant), "units": units, "when": when}


@dataclass(frozen=True)
class LeaseTerms:
    """What a lease needs when the units have none yet."""

    contract_number: str
    starts_on: date
    ends_on: date


def notify(move_in: MoveIn, *, units: Sequence[Unit], terms: LeaseTerms | None, by: Any, at: datetime) -> MoveIn:
    """Leasing sends the Move-in Notice and the Customer Handover Slip: the record, its leases, papers and letter.

    The units are reserved. Raises Refused when a unit is not free or has no lease and no terms.
    """
    with transaction.atomic():
        move_in.building_id = move_in.tenant.building_id
        move_in.created_by = by
        fresh = lock(*units)
        for unit in fresh:
            _check_free(unit, move_in)
        leases = [_lease(move_in.tenant, unit, terms, by=by, on=timezone.localdate(at)) for unit in fresh]
        numbering.give(move_in, on=timezone.localdate(at))
        move_in.save()
        MoveInUnit.objects.bulk_create([MoveInUnit(move_in=move_in, unit=lease.unit, lease=lease) for lease in leases])
        for unit in fresh:
            if unit.state == Unit.State.VACANT:
                premises.UNIT_FLOW.take(unit, "reserve", by=by, at=at)
        open_file(move_in.tenant)
        papers.open_for(move_in, PROCEDURE)
        _announce(move_in, by=by)
        if move_in.addressee_email:
            queue.enqueue("tenants.tasks.send_move_in_notice", dedupe=f"move-in-notice:{move_in.pk}", move_in_id=move_in.pk)
        return move_in


def _check_free(unit: Unit, move_in: MoveIn) -> None:
    if unit.building_id != move_in.building_id:
        raise Refused(_("%(unit)s is in another building than the tenant.") % {"unit": unit.code})
    if unit.state not in {Unit.State.VACANT, Unit.State.RESERVED}:
        raise Refused(_("%(unit)s is not free: %(state)s.") % {"unit": unit.code, "state": unit.get_state_display()})
    under_way = MoveIn.objects.filter(units__unit=unit).exclude(state__in=CLOSED).first()
    if under_way:
        raise Refused(_("%(unit)s is being handed over by %(number)s.") % {"unit": unit.code, "number": under_way.number})


def _lease(tenant: Tenant, unit: Unit, terms: LeaseTerms | None, *, by: Any, on: date) -> Lease:
    existing = Lease.objects.standing().filter(tenant=tenant, unit=unit, ends_on__gte=on, terminated_on=None).order_by("starts_on").first()
    if existing:
        return existing
    if terms is None:
        raise Refused(_("%(unit)s has no lease with this tenant. Enter the contract number and its dates.") % {"unit": unit.code})
    lease = Lease(
        tenant=tenant,
        unit=unit,
        contract_number=terms.contract_number,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        area_m2=unit.area_m2,
    )
    return add_lease(lease, by=by)


def _announce(move_in: MoveIn, *, by: Any) -> None:
    text = gettext_noop("New Move-in Notice %(number)s: %(tenant)s, %(units)s, %(when)s.")
    tell_department("CUSTOMER_SERVICE", move_in.building_id, text, topic="move_in", record=move_in, values=values_of(move_in), by=by)


def check_visitor(move_in: MoveIn, *, by: Any, at: datetime, **visitor: Any) -> MoveIn:
    """The assistant has seen the visitor's identity paper (manual 3.1.4-2.1).

    Visitor: by_agent, visitor_name, visitor_phone, agent_identity. An agent brings further papers onto the list.
    """
    with transaction.atomic():
        [fresh] = lock(move_in)
        for name, value in visitor.items():
            setattr(fresh, name, value)
        fresh.visitor_checked_at, fresh.visitor_checked_by = at, by
        fresh.save(update_fields=[*visitor, "visitor_checked_at", "visitor_checked_by"])
        papers.open_for(fresh, PROCEDURE)
        return fresh


def issue_handbooks(move_in: MoveIn, kinds: Iterable[str], *, by: Any, at: datetime) -> list[HandbookIssue]:
    """Gives the versions in force today; one already given in that version is not given twice (manual 3.1.4-2.3)."""
    texts = [HandbookText.objects.in_force(kind, timezone.localdate(at)) for kind in kinds]
    with transaction.atomic():
        lock(move_in)
        given = set(move_in.handbooks.values_list("text_id", flat=True))
        fresh = [text for text in texts if text and text.pk not in given]
        return [HandbookIssue.objects.create(move_in=move_in, text=text, issued_at=at, issued_by=by) for text in fresh]


def file_registration(
    move_in: MoveIn, *, tenant: dict[str, Any], people: dict[str, dict[str, str]], board: dict[str, Any], **by_at: Any
) -> MoveIn:
    """Customer File Registration Form, Tenant Contacts Form and Directory Board Order Form in one go (manual 3.1.4-2.4).

    `tenant`: columns of the tenant; `people`: contact kind -> name, phone, email; `board`: name, name_en, unit_text.
    `by_at`: by, at. What is known already is changed, not entered twice.
    """
    by, at = by_at["by"], by_at["at"]
    with transaction.atomic():
        [fresh] = lock(move_in)
        [company] = lock(fresh.tenant)
        for name, value in tenant.items():
            setattr(company, name, value)
        company.version += 1
        company.save(update_fields=[*tenant, "version"])
        for kind, details in people.items():
            _keep_contact(company, kind, details)
        _order_line(fresh, board, by=by, on=timezone.localdate(at))
        fresh.forms_filed_at = at
        fresh.save(update_fields=["forms_filed_at"])
        tenant_changed(company, on=timezone.localdate(at))
        return fresh


def _keep_contact(tenant: Tenant, kind: str, details: dict[str, str]) -> None:
    if not details.get("name"):
        return
    contact = tenant.contacts.filter(kind=kind, is_active=True).first() or Contact(tenant=tenant, kind=kind)
    for name, value in details.items():
        setattr(contact, name, value)
    contact.save()


def _order_line(move_in: MoveIn, board: dict[str, Any], *, by: Any, on: date) -> None:
    if not board.get("name"):
        return
    ordered = move_in.tenant.directory_orders.filter(state=DirectoryOrder.State.ORDERED, kind=DirectoryOrder.Kind.NEW).first()
    if ordered:
        _correct_order(ordered, board)
        return
    if move_in.tenant.directory_orders.filter(state=DirectoryOrder.State.MADE).exists() or move_in.tenant.directory_lines.exists():
        return
    first = move_in.units.select_related("unit__floor").first()
    if first is None:
        return
    order = DirectoryOrder(
        building_id=move_in.building_id,
        tenant=move_in.tenant,
        floor=first.unit.floor,
        ordered_on=on,
        due_on=on + timedelta(days=7),
        **board,
    )
    order_board_line(order, by=by, on=on)


def _correct_order(order: DirectoryOrder, board: dict[str, Any]) -> None:
    """What is ordered but not made yet may still be corrected."""
    [fresh] = lock(order)
    for name, value in board.items():
        setattr(fresh, name, value)
    fresh.version += 1
    fresh.save(update_fields=[*board, "version"])


@dataclass(frozen=True)
class EquipmentLine:
    """One line of the checklist as it was found."""

    unit: Unit
    name: str
    quantity: int
    condition: str
    remark: str = ""


def lock_begun(move_in: MoveIn) -> MoveIn:
    """The locked record. Raises Refused before the handover began or after it ended: nothing is handed over at the notice."""
    [fresh] = lock(move_in)
    if fresh.state not in BEGUN:
        raise Refused(_("%(number)s: begin the handover first.") % {"number": fresh.number})
    return fresh


def planned_equipment(move_in: MoveIn) -> list[EquipmentLine]:
    """What to look at: lines checked before, else the equipment lists of the units."""
    checked = list(move_in.equipment.select_related("unit"))
    rows: Iterable[Any] = checked or EquipmentItem.objects.filter(unit__move_ins__move_in=move_in).select_related("unit")
    return [EquipmentLine(row.unit, row.name, row.quantity, row.condition, row.remark) for row in rows]


def check_equipment(move_in: MoveIn, lines: Sequence[EquipmentLine], *, at: datetime) -> None:
    """Keeps the checklist of the walk-through; the same lines again replace the earlier ones (manual 3.1.4-3.3)."""
    with transaction.atomic():
        fresh = lock_begun(move_in)
        names = [(line.unit.pk, line.name) for line in lines]
        if len(names) != len(set(names)):
            raise Refused(_("Two lines of a unit have the same name. Put them into one with the quantity."))
        fresh.equipment.all().delete()
        for line in lines:
            EquipmentCheck.objects.create(
                move_in=fresh, unit=line.unit, name=line.name, quantity=line.quantity, condition=line.condition, remark=line.remark
            )
        fresh.equipment_checked_at = at
        fresh.save(update_fields=["equipment_checked_at"])


def electricity_meters(move_in: MoveIn) -> list[Meter]:
    """The electricity meters of the units, with their last reading."""
    units = move_in.units.values("unit")
    return list(Meter.objects.in_use().filter(unit__in=units, kind=Meter.Kind.ELECTRICITY).with_last_reading().select_related("unit"))


def read_baseline(move_in: MoveIn, meter: Meter, value: Decimal, *, by: Any, at: datetime, **how: Any) -> MeterReading:
    """The meter's reading at takeover (manual 3.1.4-3.2); a second one strikes out the first.

    `how`: replaced, photo, confirmed. Raises premises.services.ReadingRefused, and ReadingDoubtful for one far off what was expected.
    """
    on = timezone.localdate(at)
    with transaction.atomic():
        lock_begun(move_in)
        earlier = Baseline.objects.filter(move_in=move_in, reading__meter=meter).select_related("reading").first()
        if earlier:
            reading = earlier.reading
            if reading.value == value and not how.get("photo"):
                return reading
            earlier.delete()
            premises.void_reading(reading, by=by, at=at, reason=_("read again at takeover"))
        reading = premises.record_reading(meter, value, on=on, by=by, kind=MeterReading.Kind.BASELINE, **how)
        Baseline.objects.create(move_in=move_in, reading=reading)
        files.attach(reading.photo, move_in)
        return reading


def hand_keys(move_in: MoveIn, keys: Iterable[Key], *, holder_name: str, holder_phone: str, by: Any, at: datetime) -> list[KeyReceipt]:
    """Issues keys and cards to the tenant for the tenancy (manual 3.1.4-3.3). Raises Refused for one that is out."""
    with transaction.atomic():
        lock_begun(move_in)
        who: dict[str, Any] = {"holder_name": holder_name, "holder_phone": holder_phone, "holder_company": str(move_in.tenant)}
        loans = [premises.issue_key(key, **who, purpose=move_in.number, by=by, at=at) for key in keys]
        return [KeyReceipt.objects.create(move_in=move_in, loan=loan) for loan in loans]


def settle_parking(move_in: MoveIn, space: ParkingSpace | None) -> None:
    """Which parking space the tenant will rent, or none. Raises Refused when it is let or another move-in has chosen it."""
    with transaction.atomic():
        [fresh] = lock(move_in)
        if space is not None:
            _check_space(space, fresh)
        fresh.parking_space, fresh.wants_parking = space, space is not None
        fresh.save(update_fields=["parking_space", "wants_parking"])


def _check_space(space: ParkingSpace, move_in: MoveIn) -> None:
    [locked] = lock(space)
    if locked.state != ParkingSpace.State.FREE:
        raise Refused(_("Parking space %(space)s is not free: %(state)s.") % {"space": locked, "state": locked.get_state_display()})
    other = MoveIn.objects.filter(parking_space=locked).exclude(state__in=CLOSED).exclude(pk=move_in.pk).first()
    if other:
        raise Refused(_("%(number)s has chosen parking space %(space)s already.") % {"number": other.number, "space": locked})


def hold_briefing(move_in: MoveIn, *, by: Any, at: datetime, people: str, declined: str, cards_wanted: int) -> MoveIn:
    """The tenant's administrators were briefed on the building, or why not (manual 3.1.4-3.5)."""
    if not people and not declined:
        raise Refused(_("Name who was briefed, or say why there was no briefing."))
    with transaction.atomic():
        [fresh] = lock(move_in)
        fresh.briefed_at, fresh.briefed_by = (at, by) if people else (None, None)
        fresh.briefed_people, fresh.briefing_declined, fresh.cards_wanted = people, declined, cards_wanted
        fresh.save(update_fields=["briefed_at", "briefed_by", "briefed_people", "briefing_declined", "cards_wanted"])
        return fresh


def sign_documents(move_in: MoveIn, documents: Iterable[str], party: str, *, by: Any, at: datetime, **signature: Any) -> list[SignOff]:
    """One person's signature on several documents that they have read, each kept with its own text."""
    from core import signing

    chosen = list(documents)
    if not chosen:
        raise Refused(_("Choose what is signed."))
    with transaction.atomic():
        rows = [signing.sign(move_in, key, party, by=by, at=at, **signature) for key in chosen]
        scan: StoredFile | None = signature.get("scan")
        files.attach(scan, move_in)
        return rows


def registration_of(move_in: MoveIn) -> dict[str, Any]:
    """What the registration forms are filled with from what is known."""
    tenant = move_in.tenant
    administrator = tenant.contacts.filter(kind=Contact.Kind.ADMINISTRATIVE_HEAD, is_active=True).first()
    emergency = tenant.contacts.filter(kind=Contact.Kind.EMERGENCY, is_active=True).first()
    order = tenant.directory_orders.exclude(state="CANCELLED").first()
    units = "、".join(row.unit.code for row in move_in.units.select_related("unit"))
    return {
        "name": tenant.name,
        "name_en": tenant.name_en,
        "credit_code": tenant.credit_code,
        "company_kind": tenant.company_kind,
        "industry": tenant.industry,
        "people_total": tenant.people_total,
        "registered_address": tenant.registered_address,
        "legal_representative": tenant.legal_representative,
        "phone": tenant.phone,
        "admin_name": administrator.name if administrator else move_in.addressee,
        "admin_phone": administrator.phone if administrator else move_in.addressee_phone,
        "admin_email": administrator.email if administrator else move_in.addressee_email,
        "emergency_name": emergency.name if emergency else "",
        "emergency_phone": emergency.phone if emergency else "",
        "board_name": order.name if order else tenant.short_name or tenant.name,
        "board_name_en": order.name_en if order else tenant.name_en,
        "board_unit": order.unit_text if order else units,
    }
