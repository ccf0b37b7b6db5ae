"""Concealed works from the application to the cover: three departments inspect, rectify, inspect again (manual 3.2.4-4.5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from core import signing
from core.flow import SYSTEM, Blocked, Flow, Refused, Step
from fitout import access
from fitout.flow.papers import CONTRACTOR, go_on
from fitout.models import ConcealedWorks
from fitout.services import drawings
from staff.access import ENGINEERING, SECURITY, SERVICE
from staff.services import tell_department

S = ConcealedWorks.State
T = gettext_lazy
SITE = (SERVICE, ENGINEERING, SECURITY)
TO_INSPECT = gettext_noop("Inspect concealed works %(number)s in %(unit)s on %(when)s: %(what)s.")
FAILED = gettext_noop("Concealed works %(number)s in %(unit)s did not pass: agree a new time once they are rectified.")
PASSED = gettext_noop("Concealed works %(number)s in %(unit)s have passed and may be covered.")


def page(row: ConcealedWorks, part: str = "") -> str:
    return reverse("fitout:concealed_detail", args=[row.pk]) + part


def site_is_open(row: ConcealedWorks) -> Blocked | None:
    if row.fitout.is_open_site:
        return None
    return Blocked(_("The site is not open."), reverse("fitout:fitout_detail", args=[row.fitout_id]))


def open_defects(row: ConcealedWorks) -> Any:
    return row.remarks.filter(is_defect=True, rectified_at=None)


def defects_are_written(row: ConcealedWorks) -> Blocked | None:
    if open_defects(row).exists():
        return None
    return Blocked(_("Write down what must be rectified."), reverse("fitout:concealed_remark", args=[row.pk]), other_way=True)


def no_defect_is_open(row: ConcealedWorks) -> Blocked | None:
    count = open_defects(row).count()
    text = ngettext("%(count)d comment is not rectified.", "%(count)d comments are not rectified.", count) % {"count": count}
    return Blocked(text, page(row, "#remarks"), other_way=True) if count else None


def a_photo_is_there(row: ConcealedWorks) -> Blocked | None:
    """What disappears is photographed before."""
    if row.photos.exists():
        return None
    return Blocked(_("Add a photo: nobody sees the works once they are covered."), reverse("fitout:concealed_photo", args=[row.pk]))


def everybody_has_signed(row: ConcealedWorks) -> Blocked | None:
    lacking = [each for each in signing.panel(row) if not each.is_valid]
    if not lacking:
        return None
    text = _("Not signed by: %(parties)s.") % {"parties": "、".join(str(each.party.label) for each in lacking)}
    return Blocked(text, reverse("fitout:concealed_sign", args=[row.pk, lacking[0].document.key, lacking[0].party.key]))


def words(row: ConcealedWorks) -> dict[str, str]:
    when = timezone.localtime(row.agreed_at).strftime("%m-%d %H:%M") if row.agreed_at else ""
    return {"number": row.number, "unit": str(row.fitout.unit), "what": f"{row.item} {row.spot}", "when": when}


def book(row: ConcealedWorks, *, by: Any, at: dt.datetime, note: str, agreed_at: dt.datetime) -> list[str]:
    """The time agreed with the contractor; another round after a failure. Raises Refused for a day that has passed."""
    if timezone.localdate(agreed_at) < timezone.localdate(at):
        raise Refused(_("Agree a time that lies ahead."))
    row.round += row.state == S.RECTIFYING
    row.agreed_at = agreed_at
    return ["agreed_at", "round"]


def tell_inspectors(row: ConcealedWorks, *, by: Any, at: dt.datetime) -> None:
    """Customer service tells security and engineering to come along."""
    tell_department(access.SITE, row.building_id, TO_INSPECT, topic="fitout", record=row, values=words(row), by=by)


def tell_of_failure(row: ConcealedWorks, *, by: Any, at: dt.datetime) -> None:
    tell_department("CUSTOMER_SERVICE", row.building_id, FAILED, topic="fitout", record=row, values=words(row), by=by)


def passed(row: ConcealedWorks, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    row.passed_at = at
    return ["passed_at"]


def tell_of_pass(row: ConcealedWorks, *, by: Any, at: dt.datetime) -> None:
    tell_department(access.SITE, row.building_id, PASSED, topic="fitout", record=row, values=words(row), by=by)


def covered(row: ConcealedWorks, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    row.covered_at = at
    return ["covered_at"]


def inspected(row: ConcealedWorks) -> str:
    """What the departments and the contractor sign: works, drawing, round and comments."""
    if row.state in (S.APPLIED, S.WITHDRAWN) or open_defects(row).exists():
        return ""
    sheet = next((each for each in drawings.approved(row.fitout) if each.drawing_id == row.drawing_id), None) if row.drawing_id else None
    remarks = [f"{each.round} {each.department.code}: {each.text}" for each in row.remarks.select_related("department").order_by("pk")]
    head = [row.number, row.fitout.number, row.fitout.unit.code, f"{row.item.code} {row.spot}", row.description]
    return "\n".join([*head, f"{sheet.drawing.sheet} v{sheet.version}" if sheet else "", str(row.round), *remarks])


signing.register(
    ConcealedWorks,
    signing.Document(
        "concealed",
        T("Concealed Works Inspection Form"),
        (
            signing.Party("SERVICE", T("Customer service"), role=SERVICE),
            signing.Party("ENGINEERING", T("Engineering"), role=ENGINEERING),
            signing.Party("SECURITY", T("Security"), role=SECURITY),
            CONTRACTOR,
        ),
        inspected,
        needed=lambda row: row.state not in (S.APPLIED, S.WITHDRAWN),
        signed=go_on(ConcealedWorks, "concealed", "pass"),
    ),
)

CONCEALED_FLOW = Flow(
    "fitout.ConcealedWorks",
    T("Concealed works"),
    S,
    #    step      from                       to            who                what must hold first                 clause
    Step("book", (S.APPLIED, S.RECTIFYING), S.BOOKED, SERVICE, [site_is_open], "M3.2.4-4.5",
         label=T("Agree the time"), effect=book, tell=tell_inspectors),
    Step("fail", S.BOOKED, S.RECTIFYING, SITE, [defects_are_written], "M3.2.4-4.5",
         label=T("Not passed: to be rectified"), tone="secondary", tell=tell_of_failure),
    Step("pass", S.BOOKED, S.PASSED, (SERVICE, SYSTEM), [no_defect_is_open, a_photo_is_there, everybody_has_signed], "M3.2.4-4.5",
         label=T("Passed: may be covered"), effect=passed, tell=tell_of_pass),
    Step("cover", S.PASSED, S.COVERED, SITE, [], "M3.2.4-4.5", label=T("Seen covered"), effect=covered),
    Step("withdraw", (S.APPLIED, S.BOOKED, S.RECTIFYING), S.WITHDRAWN, SERVICE, [], "M3.2.4-4.5",
         label=T("The contractor withdraws it"), tone="danger", asks_reason=True),
)  # fmt: skip
