"""What tenant and contractor fill in, sign and get before the permit (manual 3.2.4-1)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from core import papers, printing
from core.crypto import format_phone
from core.printing import Party, PrintForm
from fitout.flow import papers as words
from fitout.models import Fitout, HandbookCopy, MaterialLine
from fitout.services.intake import PROCEDURE

T = gettext_lazy
Context = dict[str, Any]
Facts = list[tuple[Any, Any]]
COPIES = (T("Copy 1: kept"), T("Copy 2: tenant"), T("Copy 3: contractor"))
TENANT = Party(T("Tenant"), "TENANT", seal=True)
CONTRACTOR = Party(T("Contractor"), "CONTRACTOR", seal=True)
SERVICE = Party(T("Customer service"))
TABLE = "tenants/print/table.html"


def site_facts(fitout: Fitout | None) -> Facts:
    """What every form of a fit-out begins with."""
    return [
        (_("Tenant"), fitout.tenant.name if fitout else ""),
        (_("Building and unit"), f"{fitout.building} {fitout.unit.code}" if fitout else ""),
        (_("Contractor"), fitout.contractor.name if fitout else ""),
        (_("Floor area (m²)"), fitout.area_m2 if fitout else ""),
    ]


def yes_no(value: bool | None) -> str:
    return "□" if value is None else (_("Yes") if value else _("No"))


def application(fitout: Fitout | None) -> Context:
    """The Fit-out Application Form with the papers that come with it (manual 3.2.4-1.1)."""
    contractor = fitout.contractor if fitout else None
    facts: Facts = [
        *site_facts(fitout),
        (_("Tenant's contact"), fitout.tenant_contact if fitout else ""),
        (_("Phone"), format_phone(fitout.tenant_phone) if fitout else ""),
        (_("Contractor's person in charge"), fitout.lead if fitout else ""),
        (_("Phone"), format_phone(fitout.lead_phone) if fitout else ""),
        (_("Responsible for fire safety"), fitout.fire_lead if fitout else ""),
        (_("Commissioned by"), fitout.get_basis_display() if fitout else ""),
        (_("Qualification grade"), contractor.grade if contractor else ""),
        (_("Number of the qualification certificate"), contractor.qualification_number if contractor else ""),
        (_("Planned start"), fitout.starts_on.isoformat() if fitout else ""),
        (_("Planned end"), fitout.ends_on.isoformat() if fitout else ""),
        (_("Touches the structure"), yes_no(fitout.touches_structure if fitout else None)),
        (_("Touches the fire systems"), yes_no(fitout.touches_fire_system if fitout else None)),
    ]
    return {
        "facts": facts,
        "scope": fitout.scope if fitout else "",
        "headings": [_("Paper"), _("State"), pgettext("paper", "Verified by"), _("On")],
        "lines": _papers(fitout),
    }


def _papers(fitout: Fitout | None) -> list[tuple[Any, ...]]:
    if fitout is None:
        in_chinese = (get_language() or "zh").startswith("zh")
        kinds = [kind for kind in papers.procedure_kinds(PROCEDURE) if kind.needed_for == "receive"]
        return [(kind.name_zh if in_chinese else kind.name, "□", "", "") for kind in kinds]
    lines = papers.checklist(fitout, PROCEDURE)
    return [(line.name, line.paper.get_state_display(), line.paper.verified_by or "", _day(line.paper.verified_at)) for line in lines]


def _day(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d") if moment else ""


def authorisation(fitout: Fitout | None) -> Context:
    """The tenant's letter in place of the contract (manual 3.2.4-1.1)."""
    return {"facts": site_facts(fitout), "fitout": fitout, "lead_phone": format_phone(fitout.lead_phone) if fitout else ""}


def materials(fitout: Fitout | None) -> Context:
    """The Construction Materials List with the certificates of conformity (manual 3.2.4-1.1)."""
    rows: list[MaterialLine] = list(fitout.materials.all()) if fitout else []
    lines = [
        (number, row.name, row.specification, row.maker, row.used_for, row.rating, _certificate(row)) for number, row in enumerate(rows, 1)
    ]
    headings = [_("No."), _("Material"), _("Specification"), _("Maker"), _("Used for"), _("Fire rating"), _("Certificate of conformity")]
    note = _("Fire ratings by GB 8624: A non-combustible, B1 hard to ignite, B2 combustible. Each material has its certificate attached.")
    return {"facts": site_facts(fitout), "headings": headings, "lines": lines, "empty_lines": range(max(2, 10 - len(rows))), "note": note}


def _certificate(row: MaterialLine) -> str:
    attached = _("attached") if row.certificate_id else ""
    return " ".join(part for part in (row.certificate_number, attached) if part)


def undertaking(text: Any) -> Any:
    """The words of an undertaking as they are signed; blank with room for the names."""

    def context(fitout: Fitout | None) -> Context:
        facts = [
            *site_facts(fitout),
            (_("Contractor's person in charge"), fitout.lead if fitout else ""),
            (_("Responsible for fire safety"), (fitout.fire_lead or fitout.lead) if fitout else ""),
            (_("Planned start"), fitout.starts_on.isoformat() if fitout else ""),
            (_("Planned end"), fitout.ends_on.isoformat() if fitout else ""),
        ]
        return {"facts": facts, "scope": fitout.scope if fitout else "", "promises": text()}

    return context


def handbook(fitout: Fitout | None) -> Context:
    """Which editions tenant and contractor got, and that they were explained (manual 1.1-4, 3.2.4-1.4)."""
    rows: list[HandbookCopy] = list(fitout.handbooks.select_related("text", "issued_by")) if fitout else []
    lines = [
        (row.text.get_kind_display(), row.text.edition, row.get_party_display(), row.taken_by, _day(row.issued_at), row.issued_by)
        for row in rows
    ]
    headings = [_("Handbook"), _("Version"), _("Issued to"), _("Taken by"), _("On"), _("Explained by")]
    note = _("We received the above; the procedure of a fit-out and the points to note were explained to us, and we shall keep to them.")
    return {"facts": site_facts(fitout), "headings": headings, "lines": lines, "empty_lines": [] if rows else range(4), "note": note}


def nothing_handed_out(fitout: Fitout) -> str | None:
    return None if fitout.handbooks.exists() else str(_("the handbook is not handed out yet"))


def withdrawn(fitout: Fitout) -> bool:
    return bool(fitout.state == Fitout.State.WITHDRAWN)


PROMISES = "fitout/print/undertaking.html"
printing.register(
    Fitout,
    PrintForm("application", T("Fit-out Application Form"), "fitout/print/application.html", application, (TENANT, CONTRACTOR),
              clause="M3.2.4-1.1.F1", void=withdrawn),
    PrintForm("authorisation", T("Fit-out Letter of Authorisation"), "fitout/print/authorisation.html", authorisation,
              (TENANT, CONTRACTOR), clause="M3.2.4-1.1.F2", void=withdrawn),
    PrintForm("materials", T("Construction Materials List"), TABLE, materials, (CONTRACTOR, SERVICE), clause="M3.2.4-1.1.F3",
              void=withdrawn),
    PrintForm("works-undertaking", T("Fit-out Works Undertaking"), PROMISES, undertaking(words.works_promises), (TENANT, CONTRACTOR),
              COPIES, clause="M3.2.4-1.5.F1", document="works_undertaking", void=withdrawn),
    PrintForm("fire-undertaking", T("Fit-out Fire Safety Undertaking"), PROMISES, undertaking(words.fire_promises), (TENANT, CONTRACTOR),
              COPIES, clause="M3.2.4-1.5.F2", document="fire_undertaking", void=withdrawn),
    PrintForm("handbook-receipt", T("Receipt for handbook and penalty rules"), TABLE, handbook,
              (Party(T("Tenant")), Party(T("Contractor")), SERVICE), clause="M1.1-4.F2", available=nothing_handed_out, void=withdrawn),
)  # fmt: skip
