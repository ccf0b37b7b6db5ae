# ruff: noqa: E501 - a table of forms: one line a form
"""Every form of moving in (manual 3.1.4), filled from the record or blank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from core import papers, printing
from core.crypto import format_phone
from core.printing import Party, PrintForm
from premises import services as premises
from tenants.flow.documents import agreement, filled
from tenants.models import AgreementText, Contact, Defect, HandbookText, MoveIn

T = gettext_lazy

TENANT = Party(T("Tenant"), "TENANT")
SEALED = Party(T("Tenant"), "TENANT", seal=True)
SERVICE = Party(T("Customer service"), "SERVICE")
OFFICE = Party(T("Management office"), "SERVICE", seal=True)
ENGINEERING = Party(T("Engineering"), "ENGINEERING")
LEASING = Party(T("Leasing"))
COPIES = (T("Copy 1: kept"), T("Copy 2: tenant"))
Context = dict[str, Any]


def codes(move_in: MoveIn | None) -> str:
    return "、".join(row.unit.code for row in move_in.units.select_related("unit")) if move_in else ""


def shown(when: Any) -> str:
    """`2026-11-23 09:30` or a day, in the building's time; empty stays empty."""
    if not when:
        return ""
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M}" if hasattr(when, "hour") else f"{when:%Y-%m-%d}"


def facts_of(move_in: MoveIn | None) -> list[tuple[str, Any]]:
    """The lines every form of the procedure starts with."""
    return [
        (_("Tenant"), move_in.tenant.name if move_in else ""),
        (_("Units"), codes(move_in)),
        (_("Building"), move_in.building.name if move_in else ""),
        (_("Takeover time"), shown(move_in.takeover_at) if move_in else ""),
    ]


def notice(move_in: MoveIn | None) -> Context:
    """Time, place and the papers to bring, in full (manual 3.1.3-1)."""
    kinds = papers.procedure_kinds("move_in")
    in_chinese = (get_language() or "zh").startswith("zh")
    named = [(kind.name_zh if in_chinese else kind.name, kind.condition) for kind in kinds]
    return {
        "move_in": move_in,
        "facts": [
            *facts_of(move_in),
            (pgettext("takeover", "Place"), move_in.place if move_in else ""),
            (_("Addressee"), move_in.addressee if move_in else ""),
        ],
        "always": [name for name, condition in named if not condition],
        "by_agent": [name for name, condition in named if condition == "by_agent"],
    }


def slip(move_in: MoveIn | None) -> Context:
    """What leasing tells customer service of the tenant (manual 3.1.4-1)."""
    rows = move_in.units.select_related("unit", "lease") if move_in else []
    lines = [
        (row.unit.code, row.lease.contract_number, shown(row.lease.starts_on), shown(row.lease.ends_on), row.lease.area_m2) for row in rows
    ]
    facts = [
        *facts_of(move_in),
        (_("Addressee"), move_in.addressee if move_in else ""),
        (_("Phone"), format_phone(move_in.addressee_phone) if move_in else ""),
        (_("Parking space"), (_("wanted") if move_in.wants_parking else _("none wanted")) if move_in else ""),
        (_("Unified social credit code"), move_in.tenant.credit_code if move_in else ""),
    ]
    headings = [_("Unit"), _("Contract number"), _("Lease starts on"), _("Lease ends on"), _("Area (m²)")]
    return {
        "facts": facts,
        "headings": headings,
        "lines": lines,
        "empty_lines": [] if move_in else range(3),
        "remarks": move_in.slip_note if move_in else "",
    }


def authorisation(move_in: MoveIn | None) -> Context:
    return {"facts": facts_of(move_in), "move_in": move_in}


def handbook_receipt(move_in: MoveIn | None) -> Context:
    given = {row.text.kind: row for row in move_in.handbooks.select_related("text")} if move_in else {}
    wanted = (HandbookText.Kind.QUALITY_WARRANTY, HandbookText.Kind.BUILDING_USE, HandbookText.Kind.OCCUPANT)
    lines = [
        (kind.label, given[kind].text.edition if kind in given else "", shown(given[kind].issued_at) if kind in given else "")
        for kind in wanted
    ]
    return {"facts": facts_of(move_in), "headings": [_("Handbook"), _("Version"), _("Handed out")], "lines": lines}


def registration(move_in: MoveIn | None) -> Context:
    """Customer File Registration Form (manual 3.1.4-2.4)."""
    tenant = move_in.tenant if move_in else None
    names = (
        "name",
        "name_en",
        "credit_code",
        "industry",
        "people_total",
        "managers",
        "employees",
        "foreigners",
        "legal_representative",
        "phone",
    )
    fields = {field.name: field for field in MoveIn._meta.get_field("tenant").related_model._meta.fields}
    facts = [(fields[name].verbose_name, getattr(tenant, name) if tenant else "") for name in names]
    facts.append((_("Kind of company"), tenant.get_company_kind_display() if tenant else ""))
    facts.append((_("Registered address"), tenant.registered_address if tenant else ""))
    return {"facts": [*facts, (_("Units"), codes(move_in)), (_("Filed on"), shown(move_in.forms_filed_at) if move_in else "")]}


def contacts(move_in: MoveIn | None) -> Context:
    """Tenant Contacts Form (manual 3.1.4-2.4)."""
    rows = move_in.tenant.contacts.filter(is_active=True) if move_in else []
    lines = [(row.get_kind_display(), row.name, row.title, format_phone(row.phone), row.email) for row in rows]
    blank = [(kind.label, "", "", "", "") for kind in Contact.Kind]
    headings = [_("Kind"), _("Name"), _("Job title"), _("Phone"), _("E-mail")]
    return {"facts": facts_of(move_in), "headings": headings, "lines": lines or blank, "empty_lines": range(2)}


def board_order(move_in: MoveIn | None) -> Context:
    """Directory Board Order Form (manual 3.1.4-2.4)."""
    order = move_in.tenant.directory_orders.exclude(state="CANCELLED").select_related("floor").first() if move_in else None
    facts = [
        (_("Tenant"), move_in.tenant.name if move_in else ""),
        (_("Order number"), order.number if order else ""),
        (_("Name as shown"), order.name if order else ""),
        (_("English name as shown"), order.name_en if order else ""),
        (_("Floor"), order.floor if order else ""),
        (_("Unit as shown"), order.unit_text if order else ""),
        (_("Ordered on"), shown(order.ordered_on) if order else ""),
        (_("Due on"), shown(order.due_on) if order else ""),
    ]
    return {"facts": facts, "note": _("The management office makes the line and puts it on the board by the due day.")}


def contract(kind: str) -> Callable[[MoveIn | None], Context]:
    """An agreement with its clauses, in Chinese as signed; English print shows the reading version."""

    def context(move_in: MoveIn | None) -> Context:
        if move_in is None:
            text = AgreementText.objects.filter(kind=kind).order_by("-valid_from", "-edition").first()
            clauses = text.clauses if text else []
            return {"clauses": [_with_lines(clause) for clause in clauses]}
        clauses = agreement(move_in, kind)
        return {"clauses": clauses if (get_language() or "zh").startswith("zh") else _in_english(move_in, kind) or clauses}

    return context


def _with_lines(clause: str) -> str:
    for name in ("tenant", "units", "building", "company", "parking"):
        clause = clause.replace(f"{{{name}}}", "____________")
    return clause


def _in_english(move_in: MoveIn, kind: str) -> list[str]:
    text = AgreementText.objects.filter(kind=kind, valid_from__lte=timezone.localdate(move_in.created_at)).order_by("-valid_from").first()
    clauses = list(text.clauses_en) if text else []
    for name, value in filled(move_in).items():
        clauses = [clause.replace(f"{{{name}}}", value) for clause in clauses]
    return clauses


def handover(move_in: MoveIn | None) -> Context:
    """The unit's handover forms for all units of the move-in."""
    if move_in is None:
        return premises.handover(None)
    readings = [row.reading for row in move_in.baselines.select_related("reading__meter")]
    lines = premises.meter_lines(readings)
    checked = move_in.equipment.select_related("unit")
    return {
        "facts": [
            *facts_of(move_in),
            (_("Received by"), move_in.visitor_name),
            (_("Date of handover"), shown(move_in.equipment_checked_at)),
        ],
        "meter_lines": lines,
        "electricity_lines": lines,
        "usage_lines": [
            [
                row.meter.number,
                premises.plain(row.value),
                premises.plain(row.value),
                premises.plain(row.meter.multiplier),
                "0",
                shown(row.read_on),
            ]
            for row in readings
        ],
        "key_lines": premises.key_lines([row.loan.key for row in move_in.keys.select_related("loan__key")]),
        "equipment_lines": [(f"{row.unit} {row.name}", row.quantity, row.get_condition_display(), row.remark) for row in checked],
        "empty_lines": [],
    }


def defects_list(move_in: MoveIn | None) -> Context:
    """The report of omitted and defective works (manual 3.1.4-3.4)."""
    rows = (
        move_in.defects.exclude(state="WITHDRAWN").select_related("unit").annotate(photo_count=Count("photos")).order_by("id")
        if move_in
        else []
    )
    lines = [
        (
            row.number,
            f"{row.unit} {row.place}",
            row.description,
            row.photo_count or "",  # type: ignore[attr-defined]
            shown(row.due_on),
            row.get_state_display(),
            row.mended_note,
        )
        for row in rows
    ]
    headings = [_("Number"), _("Where"), _("What is wrong"), _("Photos"), _("To be mended by"), _("State"), _("What was done")]
    return {"facts": facts_of(move_in), "headings": headings, "lines": lines, "empty_lines": [] if move_in else range(10)}


def defect(record: Defect | None) -> Context:
    facts = [
        (_("Tenant"), record.move_in.tenant.name if record else ""),
        (_("Unit"), f"{record.unit} {record.place}" if record else ""),
        (_("To be mended by"), shown(record.due_on) if record else ""),
        (_("Mended"), shown(record.mended_at) if record else ""),
        (_("Mended by"), record.mended_by if record else ""),
        (_("Photos"), record.photos.count() if record else ""),
    ]
    text = [(_("What is wrong"), record.description if record else ""), (_("What was done"), record.mended_note if record else "")]
    return {"facts": facts, "sections": text}


def customer_card(move_in: MoveIn | None) -> Context:
    """Application for and receipt of Building Customer Cards (manual 3.1.4-3.5)."""
    rows = move_in.tenant.cards.select_related("loan__key") if move_in else []
    lines = [(row.loan.key.number, row.loan.holder_name, format_phone(row.loan.holder_phone), shown(row.loan.issued_at)) for row in rows]
    facts = [*facts_of(move_in), (_("Cards wanted"), move_in.cards_wanted if move_in else "")]
    headings = [_("Card number"), _("Holder"), _("Phone"), _("Issued")]
    empty = max(2, min(move_in.cards_wanted, 40) - len(lines)) if move_in else 10
    note = _("The card opens the building for its holder alone, is not lent, and is given back on moving out.")
    return {"facts": facts, "headings": headings, "lines": lines, "empty_lines": range(empty), "note": note}


def briefing(move_in: MoveIn | None) -> Context:
    """What the administrators were told about the building (manual 1.1, 3.1.4-3.5)."""
    from tenants.services.tenant import briefing_lines

    in_chinese = (get_language() or "zh").startswith("zh")
    rows = briefing_lines(move_in.building_id) if move_in else []
    facts = [
        *facts_of(move_in),
        (_("Who was briefed"), move_in.briefed_people if move_in else ""),
        (_("On"), shown(move_in.briefed_at) if move_in else ""),
    ]
    return {
        "facts": facts,
        "sections": [(row.get_topic_display(), row.text if in_chinese or not row.text_en else row.text_en) for row in rows],
    }


def form(key: str, title: Any, template: str, context: Callable[[Any], Context], *parties: Party, clause: str, **more: Any) -> PrintForm:
    return PrintForm(key, title, template, context, parties, COPIES, clause=clause, **more)


TABLE, GRID, CLAUSES = "tenants/print/table.html", "tenants/print/grid.html", "tenants/print/clauses.html"


def no_baseline(move_in: MoveIn) -> str | None:
    return None if move_in.baselines.exists() else str(_("no meter is read yet"))


def no_keys(move_in: MoveIn) -> str | None:
    return None if move_in.keys.exists() else str(_("no key is handed over yet"))


def no_equipment(move_in: MoveIn) -> str | None:
    return None if move_in.equipment_checked_at else str(_("the equipment is not checked yet"))


def no_parking(move_in: MoveIn) -> str | None:
    return None if move_in.parking_space_id else str(_("no parking space is chosen"))


def no_defect(move_in: MoveIn) -> str | None:
    return None if move_in.defects.exists() else str(_("no defect was found"))


def cancelled(move_in: MoveIn) -> bool:
    return bool(move_in.state == MoveIn.State.CANCELLED)


P = "premises/print"
printing.register(
    MoveIn,
    form("notice", T("Move-in Notice"), "tenants/print/notice.html", notice, LEASING, clause="M3.1.3-1.F1", void=cancelled),
    form("slip", T("Customer Handover Slip"), TABLE, slip, LEASING, SERVICE, clause="M3.1.4-1.F1", void=cancelled),
    form("authorisation", T("Letter of Authorisation"), "tenants/print/authorisation.html", authorisation, SEALED, Party(T("Agent")), clause="M3.1.4-2.d1.F1"),
    form("handbook-receipt", T("Receipt for handbooks"), TABLE, handbook_receipt, TENANT, SERVICE, clause="M3.1.4-2.3", document="handbooks"),
    form("registration", T("Customer File Registration Form"), GRID, registration, TENANT, SERVICE, clause="M3.1.4-2.4.F1"),
    form("contacts", T("Tenant Contacts Form"), TABLE, contacts, TENANT, SERVICE, clause="M3.1.4-2.4.F2"),
    form("board-order", T("Directory Board Order Form"), GRID, board_order, TENANT, SERVICE, clause="M3.1.4-2.4.F3"),
    form("fire-safety", T("Fire Safety Responsibility Undertaking"), CLAUSES, contract("FIRE_SAFETY"), SEALED, OFFICE, clause="M3.1.4-2.5.F1", document="fire_safety"),
    form("covenant", T("Management Covenant"), CLAUSES, contract("COVENANT"), SEALED, OFFICE, clause="M3.1.4-2.5.F2", document="covenant"),
    form("parking", T("Car Park Lease Contract"), CLAUSES, contract("PARKING"), SEALED, OFFICE, clause="M3.1.4-2.5.F3", document="parking", available=no_parking),
    form("facilities", T("Unit Facilities Handover Sheet"), f"{P}/facilities_handover.html", handover, TENANT, SERVICE, ENGINEERING, clause="M1.2.2-b.F1", document="facilities", available=no_equipment),
    form("baseline", T("Electricity Meter Baseline Confirmation"), f"{P}/meter_baseline.html", handover, TENANT, ENGINEERING, SERVICE, clause="M3.1.4-3.2.F1", document="baseline", available=no_baseline),
    form("equipment", T("Unit Equipment Checklist"), f"{P}/equipment_checklist.html", handover, TENANT, SERVICE, clause="M3.1.4-3.3.F1", document="equipment", available=no_equipment),
    form("consumption", T("Electricity Consumption Confirmation"), f"{P}/consumption.html", handover, TENANT, SERVICE, clause="M3.1.4-3.3.F2", document="consumption", available=no_baseline),
    form("keys", T("Unit Key Receipt"), f"{P}/key_receipt.html", handover, TENANT, SERVICE, clause="M3.1.4-3.3.F3", document="keys", available=no_keys),
    form("defects", T("Defects List"), TABLE, defects_list, TENANT, SERVICE, ENGINEERING, clause="M3.1.4-3.4.F1", document="defects", available=no_defect),
    form("briefing", T("Briefing on the building"), "tenants/print/sections.html", briefing, TENANT, SERVICE, clause="M1.1-3", blank=False),
    form("customer-cards", T("Building Customer Card"), TABLE, customer_card, TENANT, SERVICE, clause="M3.1.4-3.5.F1"),
)  # fmt: skip
printing.register(
    Defect,
    form("defect", T("Defect repair sheet"), "tenants/print/sections.html", defect, TENANT, ENGINEERING, SERVICE, clause="M3.1.4-3.4", document="acceptance"),
)  # fmt: skip
