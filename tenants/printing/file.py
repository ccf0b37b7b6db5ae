"""File cover and index, customer information, and the handbooks."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import printing
from core.crypto import format_phone
from tenants.models import FacilityBriefing, FileCategory, HandbookText, Tenant
from tenants.services import file as files
from tenants.templatetags.tenant_tags import department


def _in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def file_cover(tenant: Tenant | None) -> dict[str, Any]:
    """The cover of a customer file with the index of its twelve parts (manual 3.11.3)."""
    if tenant is None:
        rows = [(category.position, _category(category), "", "", "") for category in FileCategory.objects.all()]
        return {"facts": _cover_facts(None), "rows": rows, "counts": ("", "")}
    lines = files.file_of(tenant, on=timezone.localdate())
    rows = [
        (line.part.category.position, _category(line.part.category), line.label, _held(line), department(line.part.owner_department))
        for line in lines
    ]
    return {"facts": _cover_facts(tenant), "rows": rows, "counts": files.completeness(lines)}


def _category(category: FileCategory) -> str:
    return category.name_zh if _in_chinese() else category.name


def _held(line: files.PartLine) -> str:
    filed = [f"{item.sheet or '–'}. {item.title}" for item in line.items]
    return "\n".join([*filed, *(str(entry.title) for entry in line.found)])


def _cover_facts(tenant: Tenant | None) -> list[tuple[Any, Any]]:
    leases = list(tenant.leases.in_force(timezone.localdate()).select_related("unit")) if tenant else []
    return [
        (_("Tenant"), tenant and tenant.name),
        (_("File number"), tenant and tenant.number),
        (_("Building"), tenant and tenant.building),
        (_("Units"), ", ".join(lease.unit.code for lease in leases)),
        (_("Tenant since"), tenant and tenant.since),
        (_("Lease ends on"), max((lease.last_day for lease in leases), default=None)),
    ]


def information(tenant: Tenant | None) -> dict[str, Any]:
    """The combined customer information on one page (manual 3.11.1). Identity numbers stay masked."""
    facts = [(label, _value(tenant, name)) for name, label in INFORMATION]
    contacts = tenant.contacts.filter(is_active=True) if tenant else []
    leases = tenant.leases.standing().select_related("unit") if tenant else []
    return {
        "facts": facts,
        "contacts": [(row.get_kind_display(), row.name, row.title, format_phone(row.phone), row.email) for row in contacts],
        "leases": [(row.unit, row.contract_number, row.starts_on, row.last_day, row.area_m2) for row in leases],
    }


INFORMATION = (
    ("name", _("Company name")),
    ("name_en", _("Name in English")),
    ("credit_code", _("Unified social credit code")),
    ("other_identifier", _("Other registration number")),
    ("company_kind", _("Kind of company")),
    ("industry", _("Industry")),
    ("people_total", _("People in all")),
    ("managers", _("Managers")),
    ("employees", _("Staff")),
    ("foreigners", _("Of these, foreigners")),
    ("legal_representative", _("Legal representative")),
    ("masked_legal_representative_id", _("Identity number")),
    ("registered_address", _("Registered address")),
    ("mailing_address", _("Mailing address")),
    ("phone", _("Switchboard")),
    ("since", _("Tenant since")),
)


def _value(tenant: Tenant | None, name: str) -> Any:
    if tenant is None:
        return ""
    return tenant.get_company_kind_display() if name == "company_kind" else getattr(tenant, name)


def handbook(text: HandbookText | None) -> dict[str, Any]:
    """A handbook as it is handed over; the Occupant Handbook carries what is explained about the building."""
    chinese = _in_chinese()
    sections = [
        (section["heading" if chinese else "heading_en"], section["body" if chinese else "body_en"])
        for section in (text.sections if text else [])
    ]
    briefings = _briefings(chinese) if text and text.kind == HandbookText.Kind.OCCUPANT else []
    return {
        "title": (text.title if chinese else text.title_en) if text else "",
        "edition": text and text.edition,
        "valid_from": text and text.valid_from,
        "sections": sections,
        "briefings": briefings,
    }


def _briefings(chinese: bool) -> list[tuple[str, str]]:
    rows = FacilityBriefing.objects.select_related("building").order_by("position", "building_id")
    own = {row.topic for row in rows if row.building_id}
    shown = [row for row in rows if row.building_id or row.topic not in own]
    return [(_briefing_title(row), row.text if chinese or not row.text_en else row.text_en) for row in shown]


def _briefing_title(row: FacilityBriefing) -> str:
    title = str(row.get_topic_display())
    return f"{title} · {row.building}" if row.building_id else title


printing.register(
    Tenant,
    printing.PrintForm("file-cover", _("Customer file: cover and index"), "tenants/print/file_cover.html", file_cover, clause="M3.11.3-0"),
    printing.PrintForm("information", _("Customer information"), "tenants/print/information.html", information, clause="M3.11.1"),
)
printing.register(
    HandbookText,
    printing.PrintForm("handbook", _("Handbook"), "tenants/print/handbook.html", handbook, blank=False, clause="M1.1-4.F1"),
)
