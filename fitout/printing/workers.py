"""The Worker Pass as a badge, and the register of a fit-out's workers (manual 3.2.4-3.3.F1)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as T  # noqa: N812
from PIL import Image, ImageOps

from core import files, printing
from core.crypto import format_phone
from core.models import StoredFile
from fitout.models import Fitout, WorkerPass

ACROSS, DOWN = 2, 4
# A badge's photo is 22 × 30 mm: 260 × 354 pixels are 300 dpi.
PIXELS = (260, 354)


def photo_of(file: StoredFile | None) -> str:
    """A photo as an address that holds it, small enough for a badge; empty when its bytes can't be read."""
    if file is None:
        return ""
    try:
        picture = Image.open(BytesIO(files.content_of(file)))
        out = BytesIO()
        ImageOps.fit(picture.convert("RGB"), PIXELS).save(out, "JPEG", quality=82)
    except (OSError, ValueError, KeyError):
        return ""
    return str(mark_safe(f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"))  # noqa: S308


def badge(row: WorkerPass | None, link: str = "") -> dict[str, Any]:
    """What stands on a badge; empty fields for a blank one."""
    fitout = row.fitout if row else None
    return {
        "number": row.number if row else "",
        "name": row.name if row else "",
        "trade": str(row.trade) if row else "",
        "is_special": bool(row and row.trade.needs_certificate),
        "certificate": row.certificate_number if row else "",
        "unit": str(fitout.unit) if fitout else "",
        "contractor": fitout.contractor.name if fitout else "",
        "until": row.valid_until.isoformat() if row else "",
        "building": str(fitout.building) if fitout else "",
        "photo": photo_of(row.photo) if row else "",
        "qr": printing.qr_code(f"{link}{row.pk}/" if link and row else row.number) if row else "",
    }


def badges(rows: Iterable[WorkerPass], *, link: str) -> bytes:
    """Worker passes as PDF, eight on an A4 sheet; `link` + key is where the code leads the guard."""
    cells: list[dict[str, Any] | None] = [badge(row, link) for row in rows]
    cells += [None] * (-len(cells) % ACROSS)
    lines = [cells[start : start + ACROSS] for start in range(0, len(cells), ACROSS)]
    sheets = [lines[start : start + DOWN] for start in range(0, len(lines), DOWN)]
    return printing.pdf(render_to_string("fitout/print/badges.html", {"sheets": sheets}))


def of_pass(row: WorkerPass | None) -> dict[str, Any]:
    """One pass on a page of its own, with what was registered."""
    facts = [
        (_("Worker"), row.name if row else ""),
        (_("Trade"), row.trade if row else ""),
        (_("Identity number"), row.masked_identity_number if row else ""),
        (_("Phone"), row.phone if row else ""),
        (_("Certificate number"), row.certificate_number if row else ""),
        (_("Certificate valid until"), row.certificate_until if row else ""),
        (_("Unit"), row.fitout.unit if row else ""),
        (_("Contractor"), row.fitout.contractor if row else ""),
        (_("Receipt"), row.receipt if row else ""),
        (_("Valid until"), row.valid_until if row else ""),
    ]
    return {"badge": badge(row), "facts": facts}


def register_of(fitout: Fitout | None) -> dict[str, Any]:
    """The register of workers who apply for passes; identity numbers are masked."""
    rows: Sequence[WorkerPass] = (
        list(fitout.passes.exclude(state="WITHDRAWN").select_related("trade", "receipt").order_by("pk")) if fitout else []
    )
    lines = [
        (
            number, row.name, row.masked_identity_number, row.trade, row.phone, row.certificate_number, row.number, row.receipt or "",
            row.valid_until, row.get_state_display(),
        )
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    facts = [
        (_("Unit"), fitout.unit if fitout else ""),
        (_("Tenant"), fitout.tenant if fitout else ""),
        (_("Contractor"), fitout.contractor if fitout else ""),
        (_("Person in charge"), f"{fitout.lead} {format_phone(fitout.lead_phone)}" if fitout else ""),
    ]
    headings = [
        "#", _("Worker"), _("Identity number"), _("Trade"), _("Phone"), _("Certificate number"), _("Pass number"), _("Receipt"),
        _("Valid until"), _("Status"),
    ]  # fmt: skip
    return {"facts": facts, "headings": headings, "lines": lines, "empty_lines": [] if lines else range(14)}


CONTRACTOR, SECURITY = printing.Party(T("Contractor"), seal=True), printing.Party(T("Security"), seal=True)
printing.register(
    WorkerPass,
    printing.PrintForm(
        "worker-pass", T("Worker Pass"), "fitout/print/worker_pass.html", of_pass, clause="M3.2.4-3.3.F1",
        available=lambda row: None if row.made_at else str(_("The pass is not made yet.")),
        void=lambda row: row.state in {"REVOKED", "LOST", "RETURNED"},
    ),
)  # fmt: skip
printing.register(
    Fitout,
    printing.PrintForm(
        "worker-register", T("Worker Register"), "fitout/print/worker_register.html", register_of, (CONTRACTOR, SECURITY),
        clause="M3.2.4-3.3.F1",
    ),
)  # fmt: skip
