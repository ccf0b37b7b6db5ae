"""What customer service arranges before the permit, line by line, with what is still open (manual 3.2.4-1.3 to -1.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import panels
from fitout import access
from fitout.flow import guards
from fitout.models import BEFORE_SITE, Fitout

T = gettext_lazy


@dataclass(frozen=True)
class Line:
    """Something to arrange: `lacks` says what is still open, "" when it is done."""

    label: Any
    lacks: str
    url: str


LINES: tuple[tuple[Any, Callable[[Fitout], Any], str], ...] = (
    (T("Drawing Review Comments"), guards.comments_are_collected, "fitout:comments_collected"),
    (T("Fees"), guards.fees_are_paid, "fitout:fees"),
    (T("Fit-out deposit"), guards.deposit_is_held, "fitout:fees"),
    (T("Insurance"), guards.works_are_insured, "fitout:insurance"),
    (T("Handbook and penalty rules"), guards.handbook_is_issued, "fitout:handbook"),
    (T("Undertakings"), guards.undertakings_are_signed, ""),
)


def lines_of(fitout: Fitout) -> list[Line]:
    """Each line with what lacks, by the guards that the steps ask."""
    found = []
    for label, guard, name in LINES:
        blocker = guard(fitout)
        usual = reverse(name, args=[fitout.pk]) if name else guards.page(fitout, "#to-sign")
        found.append(Line(label, blocker.text if blocker else "", blocker.url if blocker and not name else usual))
    return found


def preparation(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]] | None:
    """Until the works begin; afterwards the facts say it."""
    if fitout.state not in BEFORE_SITE or not access.may_see_fees(request.user, fitout):
        return None
    lines = lines_of(fitout)
    done = sum(not line.lacks for line in lines)
    count = _("%(done)d of %(all)d") % {"done": done, "all": len(lines)}
    return "fitout/preparation_panel.html", {"lines": lines, "count": count, "may_work": access.may_manage(request.user, fitout)}


panels.register("fitout", "preparation", "", preparation, order=30)
