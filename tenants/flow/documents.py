"""What is signed when a company moves in, and by whom (manual 3.1.4-2.5, 3.1.4-3.2, 3.1.4-3.3)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import signing
from core.signing import Document, Party
from staff.access import ENGINEERING, SERVICE
from tenants.models import AgreementText, Defect, MoveIn

T = gettext_lazy
TENANT = Party("TENANT", T("Tenant"))
TWO = (TENANT, Party("SERVICE", T("Customer service"), SERVICE))
THREE = (TENANT, Party("ENGINEERING", T("Engineering"), ENGINEERING), Party("SERVICE", T("Customer service"), SERVICE))


def filled(move_in: MoveIn) -> dict[str, str]:
    """What stands in the places of an agreement."""
    building = move_in.building
    return {
        "tenant": move_in.tenant.name,
        "units": "、".join(row.unit.code for row in move_in.units.select_related("unit")),
        "building": building.name,
        "company": building.management_company or f"{building.name}物业管理处",
        "parking": str(move_in.parking_space or "—"),
    }


def agreement(move_in: MoveIn, kind: str) -> list[str]:
    """The clauses of an agreement for this tenant, in Chinese: the version in force when the record was made."""
    day = timezone.localdate(move_in.created_at)
    text = AgreementText.objects.filter(kind=kind, valid_from__lte=day).order_by("-valid_from", "-edition").first()
    places = filled(move_in)
    return [_fill(clause, places) for clause in text.clauses] if text else []


def _fill(clause: str, places: dict[str, str]) -> str:
    """Plain replacement: a tenant's name with braces in it must not be read as a place."""
    for name, value in places.items():
        clause = clause.replace(f"{{{name}}}", value)
    return clause


def agreement_text(kind: str) -> Any:
    return lambda move_in: "\n".join(agreement(move_in, kind))


def baseline_text(move_in: MoveIn) -> str:
    """Each meter with what it showed; empty until one is read."""
    rows = move_in.baselines.select_related("reading__meter__unit").order_by("reading__meter__number")
    return "\n".join(f"{row.reading.meter.unit} {row.reading.meter.number} {row.reading.read_on} {row.reading.value:f} kWh" for row in rows)


def consumption_text(move_in: MoveIn) -> str:
    """The readings from which consumption counts, with each meter's multiplier."""
    rows = move_in.baselines.select_related("reading__meter__unit").order_by("reading__meter__number")
    return "\n".join(
        f"{row.reading.meter.unit} {row.reading.meter.number} ×{row.reading.meter.multiplier:f} {row.reading.value:f} {row.reading.read_on}"
        for row in rows
    )


def equipment_text(move_in: MoveIn) -> str:
    """The equipment as it was found."""
    rows = move_in.equipment.select_related("unit")
    return "\n".join(f"{row.unit} {row.name} ×{row.quantity} {row.get_condition_display()} {row.remark}".strip() for row in rows)


def keys_text(move_in: MoveIn) -> str:
    """Each key and card with who received it."""
    rows = move_in.keys.select_related("loan__key").order_by("loan__key__number")
    return "\n".join(f"{row.loan.key.get_kind_display()} {row.loan.key.number} {row.loan.holder_name}" for row in rows)


def facilities_text(move_in: MoveIn) -> str:
    """The Unit Facilities Handover Sheet: equipment, meters and keys in one (manual 1.2.2)."""
    return "\n".join(text for text in (equipment_text(move_in), baseline_text(move_in), keys_text(move_in)) if text)


def handbooks_text(move_in: MoveIn) -> str:
    """Each handbook received, with its version and day."""
    rows = move_in.handbooks.select_related("text")
    return "\n".join(f"{row.text.get_kind_display()} v{row.text.edition} {timezone.localdate(row.issued_at)}" for row in rows)


def defects_text(move_in: MoveIn) -> str:
    """Each defect that stands, with where it is and how many photos show it; what became of it later is not part of it."""
    rows = move_in.defects.exclude(state=Defect.State.WITHDRAWN).select_related("unit").annotate(shots=Count("photos")).order_by("id")
    return "\n".join(" ".join([row.number, str(row.unit), row.place, row.description, *_shots(row.shots)]) for row in rows)


def _shots(count: int) -> list[str]:
    return [_("(photos: %(count)d)") % {"count": count}] if count else []


def has_meters(move_in: MoveIn) -> bool:
    return bool(baseline_text(move_in))


def acceptance_text(defect: Defect) -> str:
    return f"{defect.number} {defect.unit} {defect.place} {defect.description} → {defect.mended_note}"


signing.register(
    MoveIn,
    Document("handbooks", T("Receipt for handbooks"), TWO, handbooks_text, needed=lambda move_in: bool(handbooks_text(move_in))),
    Document("fire_safety", T("Fire Safety Responsibility Undertaking"), TWO, agreement_text("FIRE_SAFETY")),
    Document("covenant", T("Management Covenant"), TWO, agreement_text("COVENANT")),
    Document(
        "parking", T("Car Park Lease Contract"), TWO, agreement_text("PARKING"), needed=lambda move_in: bool(move_in.parking_space_id)
    ),
    Document("baseline", T("Electricity Meter Baseline Confirmation"), THREE, baseline_text, needed=has_meters),
    Document("equipment", T("Unit Equipment Checklist"), TWO, equipment_text, needed=lambda move_in: bool(equipment_text(move_in))),
    Document("consumption", T("Electricity Consumption Confirmation"), TWO, consumption_text, needed=has_meters),
    Document("keys", T("Unit Key Receipt"), TWO, keys_text, needed=lambda move_in: bool(keys_text(move_in))),
    Document(
        "facilities", T("Unit Facilities Handover Sheet"), THREE, facilities_text, needed=lambda move_in: bool(facilities_text(move_in))
    ),
    Document("defects", T("Defects List"), THREE, defects_text, needed=lambda move_in: bool(defects_text(move_in))),
)
signing.register(Defect, Document("acceptance", T("Acceptance of the repair"), (TENANT,), acceptance_text))
