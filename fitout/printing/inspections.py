"""Concealed Works Inspection Form, Completion Application and Fit-out Completion Inspection Sheet (manual 3.2.4-4.5, 3.2.4-5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import printing
from core.money import in_words
from core.printing import Party, PrintForm
from fitout.models import ConcealedWorks, Fitout, Remark
from fitout.printing.permit import day, site_facts

T = gettext_lazy
EMPTY = range(5)


def moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def remark_rows(rows: Any) -> list[tuple[Any, ...]]:
    """Round, department, comment, until when, and whether it was seen rectified."""
    return [
        (row.round, row.department, row.text, day(row.due_on), _rectified(row))
        for row in rows.select_related("department", "rectified_by").order_by("round", "pk")
    ]


def _rectified(row: Remark) -> str:
    if not row.is_defect:
        return _("note")
    return f"{row.rectified_by} {moment(row.rectified_at)}" if row.rectified_at else ""


def concealed(row: ConcealedWorks | None) -> dict[str, Any]:
    """The application and the review on one form."""
    facts = [
        *site_facts(row.fitout if row else None),
        (_("Kind of works"), row.item if row else ""),
        (_("Where"), row.spot if row else ""),
        (_("Drawing"), row.drawing or "" if row else ""),
        (_("Applied for by"), row.applicant if row else ""),
        (_("Agreed time"), moment(row.agreed_at) if row else ""),
        (_("Round"), row.round if row else ""),
        (_("Passed"), moment(row.passed_at) if row else ""),
    ]
    remarks = remark_rows(row.remarks) if row else []
    return {
        "facts": facts,
        "description": row.description if row else "",
        "checks": row.item.checks if row else "",
        "remarks": remarks,
        "empty": () if remarks else EMPTY,
    }


def application(fitout: Fitout | None) -> dict[str, Any]:
    """The contractor says that the works are done and asks for the inspection (manual 3.2.4-5.1)."""
    facts = [
        *site_facts(fitout),
        (_("Works began"), moment(fitout.started_at) if fitout else ""),
        (_("Applied for on"), moment(fitout.completion_applied_at) if fitout else ""),
        (_("Applied for by"), fitout.completion_applicant if fitout else ""),
        (_("Joint inspection"), moment(fitout.inspection_at) if fitout else ""),
    ]
    return {"facts": facts, "scope": fitout.scope if fitout else ""}


def completion(fitout: Fitout | None) -> dict[str, Any]:
    """Comments of each department, round by round, and the damage that is deducted (manual 3.2.4-5.3, -5.4)."""
    facts = [
        *site_facts(fitout),
        (_("Works began"), moment(fitout.started_at) if fitout else ""),
        (_("Joint inspection"), moment(fitout.inspection_at) if fitout else ""),
        (_("Round"), fitout.completion_round if fitout else ""),
        (_("Reviewed by the property manager"), _reviewed(fitout)),
    ]
    remarks = remark_rows(fitout.remarks.filter(concealed=None)) if fitout else []
    damages = list(fitout.damages.all()) if fitout else []
    total = sum((row.amount for row in damages), Decimal(0))
    return {
        "facts": facts,
        "remarks": remarks,
        "empty": () if remarks or fitout else EMPTY,
        "damages": [(row.what, row.spot, f"{row.quantity.normalize():f}", f"{row.unit_price:.2f}", f"{row.amount:.2f}") for row in damages],
        "total": f"{total:.2f}",
        "words": in_words(total) if fitout else "",
    }


def _reviewed(fitout: Fitout | None) -> str:
    return f"{fitout.accepted_by} {moment(fitout.accepted_at)}" if fitout and fitout.accepted_at else ""


def is_applied(fitout: Fitout) -> str | None:
    return None if fitout.completion_round else _("Completion was not applied for yet.")


HEADS = (
    Party(T("Customer service"), "SERVICE_HEAD", seal=True),
    Party(T("Engineering"), "ENGINEERING_HEAD", seal=True),
    Party(T("Security"), "SECURITY_HEAD", seal=True),
    Party(T("Tenant"), "TENANT"),
    Party(T("Contractor"), "CONTRACTOR", seal=True),
)

printing.register(
    ConcealedWorks,
    PrintForm(
        "inspection-form",
        T("Concealed Works Inspection Form"),
        "fitout/print/concealed.html",
        concealed,
        (
            Party(T("Customer service"), "SERVICE"),
            Party(T("Engineering"), "ENGINEERING"),
            Party(T("Security"), "SECURITY"),
            Party(T("Contractor"), "CONTRACTOR"),
        ),
        document="concealed",
        clause="M3.2.4-4.5.F1",
        final=lambda row: row.state in (ConcealedWorks.State.PASSED, ConcealedWorks.State.COVERED),
        void=lambda row: row.state == ConcealedWorks.State.WITHDRAWN,
    ),
)
printing.register(
    Fitout,
    PrintForm(
        "completion-application",
        T("Completion Application"),
        "fitout/print/completion_application.html",
        application,
        (Party(T("Contractor"), seal=True), Party(T("Received by customer service"))),
        clause="M3.2.4-5.1.F1",
        available=lambda fitout: None if fitout.started_at else _("The works have not begun."),
    ),
    PrintForm(
        "completion-sheet",
        T("Fit-out Completion Inspection Sheet"),
        "fitout/print/completion.html",
        completion,
        HEADS,
        document="completion",
        clause="M3.2.4-5.3.F1",
        available=is_applied,
        final=lambda fitout: fitout.state in (Fitout.State.TO_APPROVE, Fitout.State.ACCEPTED, Fitout.State.REFUNDED),
    ),
)
