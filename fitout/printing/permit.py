"""Drawing Review Comments, the Fit-out Permit, and the set that hangs on the unit door (manual 3.2.4-2.2, -3.2, -4.1.a)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import printing
from core.crypto import format_phone
from core.printing import Party, PrintForm
from fitout import access
from fitout.models import DrawingVersion, Fitout, Permit
from fitout.services import drawings
from tenants.models import HandbookText

T = gettext_lazy
HEADS = (
    Party(T("Customer service"), "SERVICE_HEAD", seal=True),
    Party(T("Engineering"), "ENGINEERING_HEAD", seal=True),
    Party(T("Security"), "SECURITY_HEAD", seal=True),
)


def day(value: dt.date | None) -> str:
    return f"{value:%Y-%m-%d}" if value else ""


def site_facts(fitout: Fitout | None) -> list[tuple[Any, Any]]:
    """Who builds what where: the head of every form of a fit-out."""
    return [
        (_("Fit-out"), fitout.number if fitout else ""),
        (_("Unit"), f"{fitout.building.name} {fitout.unit.code}" if fitout else ""),
        (_("Tenant"), fitout.tenant.name if fitout else ""),
        (_("Contractor"), fitout.contractor.name if fitout else ""),
        (_("Person in charge"), fitout.lead if fitout else ""),
        (_("Phone"), format_phone(fitout.lead_phone) if fitout else ""),
    ]


def fire_receipt(fitout: Fitout) -> Any:
    return fitout.fire_receipt_number or ("" if access.needs_fire_receipt(fitout) else _("not needed"))


def comments(fitout: Fitout | None) -> dict[str, Any]:
    """Every comment, round by round, and the verdict of each sheet."""
    rows, sheets = (drawings.comments_by_round(fitout), drawings.newest(fitout)) if fitout else ([], [])
    said = [(*_sheet(row.version), row.text, row.basis, _("Yes") if row.is_binding else _("No")) for row in rows]
    verdicts = [
        (*_sheet(row)[:2], str(row.drawing.discipline), f"v{row.version}", row.get_verdict_display(), row.reviewed_by or "")
        for row in sheets
    ]
    collected = fitout.comments_collected_by if fitout else ""
    facts = [*site_facts(fitout), (_("Rounds of review"), fitout.review_round if fitout else ""), (_("Collected by"), collected)]
    return {"facts": facts, "comments": said, "verdicts": verdicts, "empty": range(0 if fitout else 8)}


def _sheet(version: DrawingVersion) -> tuple[str, str, str]:
    return version.drawing.sheet, version.drawing.title, f"v{version.version}"


def permit_facts(fitout: Fitout | None) -> dict[str, Any]:
    """What the permit says; the newest one that was issued."""
    permit = fitout.permits.first() if fitout else None
    facts = [
        (_("Permit"), permit.number if permit else ""),
        *site_facts(fitout),
        (_("Person responsible for fire safety"), fitout.fire_lead or fitout.lead if fitout else ""),
        (_("Floor area (m²)"), f"{fitout.area_m2:.2f}" if fitout else ""),
        (_("Fire receipt"), fire_receipt(fitout) if fitout else ""),
        (_("Valid from"), day(permit.valid_from if permit else None)),
        (_("Valid until"), day(permit.valid_until if permit else None)),
    ]
    quiet = [str(row) for row in fitout.building.quiet_hours.all()] if fitout else []
    return {"facts": facts, "scope": fitout.scope if fitout else "", "quiet": quiet}


def _text(kind: str) -> dict[str, Any]:
    """A handbook text of today in the language of the print."""
    row = HandbookText.objects.in_force(kind, timezone.localdate())
    if row is None:
        return {"title": HandbookText.Kind(kind).label, "sections": []}
    english = (get_language() or "zh").startswith("en")
    tail = "_en" if english else ""
    sections = [(part[f"heading{tail}"], part[f"body{tail}"]) for part in row.sections]
    return {"title": row.title_en if english else row.title, "sections": sections}


def door_set(fitout: Fitout | None) -> dict[str, Any]:
    """Permit, questions and answers, penalty rules: one print, three papers (manual 3.2.4-4.1.a)."""
    kinds = HandbookText.Kind
    return {**permit_facts(fitout), "texts": [_text(kinds.FIT_OUT_QUESTIONS), _text(kinds.FIT_OUT_PENALTIES)]}


def is_issued(fitout: Fitout) -> str | None:
    return None if fitout.permits.exists() else _("The permit is not issued yet.")


def is_gone(fitout: Fitout) -> bool:
    newest = fitout.permits.first()
    return newest is not None and newest.state != Permit.State.VALID


def is_reviewed(fitout: Fitout) -> str | None:
    return None if fitout.review_round else _("The drawings were not reviewed yet.")


printing.register(
    Fitout,
    PrintForm(
        "drawing-comments",
        T("Drawing Review Comments"),
        "fitout/print/comments.html",
        comments,
        (Party(T("Head of engineering"), "ENGINEERING_HEAD", seal=True), Party(T("Collected by (tenant)"))),
        document="drawings",
        clause="M3.2.4-2.2.F1",
        available=is_reviewed,
        final=lambda fitout: fitout.state not in (Fitout.State.DRAWING_REVIEW, Fitout.State.REWORK_NEEDED),
    ),
    PrintForm(
        "permit",
        T("Fit-out Permit"),
        "fitout/print/permit.html",
        permit_facts,
        HEADS,
        document="permit",
        clause="M3.2.4-3.2.F1",
        available=is_issued,
        void=is_gone,
        blank=True,
    ),
    PrintForm(
        "door-set",
        T("Door set: permit, questions and answers, penalty rules"),
        "fitout/print/door_set.html",
        door_set,
        HEADS,
        document="permit",
        clause="M3.2.4-4.1.a.F1",
        available=is_issued,
        void=is_gone,
        blank=False,
        heading=T("Work-start Permit"),
    ),
)
