"""The printable forms of units, key loans and parking spaces."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import printing
from core.printing import Party, PrintForm
from premises import services
from premises.models import KeyLoan, ParkingSpace, Unit

TENANT, SERVICE = Party(gettext_lazy("Tenant"), "TENANT"), Party(gettext_lazy("Customer service"), "SERVICE")
ENGINEERING = Party(gettext_lazy("Engineering"), "ENGINEERING")
COPIES = (gettext_lazy("Copy 1: kept"), gettext_lazy("Copy 2: tenant"))


def of_unit(unit: Unit | None) -> dict[str, Any]:
    return services.handover(unit)


def of_loan(loan: KeyLoan | None) -> dict[str, Any]:
    """The receipt of one key or card in its holder's hands."""
    if loan is None:
        return services.handover(None)
    facts = [
        (_("Holder"), loan.holder_name),
        (_("Company"), loan.holder_company),
        (_("Phone"), loan.holder_phone),
        (_("Opens"), loan.key.opens),
        (_("Issued"), f"{loan.issued_at:%Y-%m-%d}"),
        (_("Due"), f"{loan.due_at:%Y-%m-%d}" if loan.due_at else _("end of the tenancy")),
    ]
    return {"facts": facts, "key_lines": services.key_lines([loan.key]), "empty_lines": []}


def of_space(space: ParkingSpace | None) -> dict[str, Any]:
    facts = [
        (_("Lessor"), space.building.management_company if space else ""),
        (_("Lessee"), space.rented_to if space else ""),
        (_("Building"), str(space.building) if space else ""),
        (_("Space number"), space.code if space else ""),
        (_("Floor"), str(space.floor or "") if space else ""),
        (_("Number plate"), space.plate if space else ""),
    ]
    keys = services.key_lines(space.keys.exclude(state="RETIRED")) if space else []
    return {"space": space, "facts": facts, "key_lines": keys, "empty_lines": [] if space else range(4)}


def _unit_form(key: str, title: Any, clause: str, *parties: Party) -> PrintForm:
    return PrintForm(key, title, f"premises/print/{key.replace('-', '_')}.html", of_unit, parties, COPIES, clause=clause)


printing.register(
    Unit,
    _unit_form("facilities-handover", gettext_lazy("Unit Facilities Handover Sheet"), "M1.2.2-b.F1", TENANT, SERVICE, ENGINEERING),
    _unit_form("meter-baseline", gettext_lazy("Electricity Meter Baseline Confirmation"), "M3.1.4-3.2.F1", TENANT, SERVICE, ENGINEERING),
    _unit_form("equipment-checklist", gettext_lazy("Unit Equipment Checklist"), "M3.1.4-3.3.F1", TENANT, SERVICE),
    _unit_form("consumption", gettext_lazy("Electricity Consumption Confirmation"), "M3.1.4-3.3.F2", TENANT, SERVICE),
    _unit_form("key-receipt", gettext_lazy("Unit Key Receipt"), "M3.1.4-3.3.F3", TENANT, SERVICE),
)
printing.register(
    KeyLoan,
    PrintForm(
        "key-receipt",
        gettext_lazy("Unit Key Receipt"),
        "premises/print/key_receipt.html",
        of_loan,
        (Party(gettext_lazy("Holder"), "HOLDER"), SERVICE),
        COPIES,
        document="key_receipt",
        clause="M3.1.4-3.3.F3",
    ),
)
LESSOR, LESSEE = Party(gettext_lazy("Lessor"), seal=True), Party(gettext_lazy("Lessee"), seal=True)
printing.register(
    ParkingSpace,
    PrintForm(
        "parking-lease",
        gettext_lazy("Car Park Lease Contract"),
        "premises/print/parking_lease.html",
        of_space,
        (LESSOR, LESSEE),
        COPIES,
        clause="M3.1.4-2.5.F3",
    ),
    PrintForm(
        "parking-card",
        gettext_lazy("Parking Card"),
        "premises/print/parking_card.html",
        of_space,
        (),
        clause="M3.13.4-6.6.F1",
        available=lambda space: None if space.rented_to else str(_("The space is not rented.")),
    ),
)
