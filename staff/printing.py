"""The shift roster of a week on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import printing
from staff.services import Week


def roster_pdf(week: Week, *, by: Any, at: datetime, link: str) -> bytes:
    """A4 landscape: people by days, the hours of each shift, how many are on, room for the head to sign."""
    # A territory that is a building knows its management company; a gas district has none.
    building = getattr(week.roster.territory, "building", None)
    sheet = printing.Sheet(
        title=_("Shift roster"),
        company=getattr(building, "management_company", ""),
        qr=printing.qr_code(link),
        printed_by=str(by),
        printed_at=at,
        parties=[{"label": label, "seal": False, "signoff": None} for label in (_("Drawn up by"), _("Head of department"))],
    )
    return printing.render("staff/print/roster.html", {"week": week}, sheet)
