"""The life of a breach of the Fit-out Handbook: notice with a deadline, corrected, checked again (manual 3.2.4-4.2.D)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import signing
from core.flow import Blocked, Flow, Refused, Role, Step
from core.models import Notice, SignOff, StoredFile
from fitout import access
from fitout.models import Breach, BreachPhoto, Penalty
from fitout.services import breaches
from staff.access import ENGINEERING, ENGINEERING_HEAD, SECURITY, SECURITY_HEAD, SERVICE, SERVICE_HEAD
from staff.services import tell_department

S = Breach.State
T = gettext_lazy
SITE = (SERVICE, ENGINEERING, SECURITY)
HEADS = (SERVICE_HEAD, ENGINEERING_HEAD, SECURITY_HEAD)
NOTICE_GIVEN = gettext_noop("%(number)s: a correction notice was given in %(unit)s, to be corrected until %(due)s: %(kind)s.")
CORRECTED = gettext_noop("%(number)s is reported corrected in %(unit)s: check it again.")
NOT_CORRECTED = gettext_noop("%(number)s in %(unit)s is not corrected: give a new notice, until %(due)s.")


def _finds(user: Any, record: Any) -> bool:
    return isinstance(record, Breach) and user is not None and access.may_check_again(user, record)


FINDER = Role("BREACH_FINDER", T("the department that found it"), T("The department"), _finds)


def is_not_serious(breach: Breach) -> str | None:
    return str(_("It is serious: give a notice with a deadline.")) if breach.is_serious else None


def no_penalty_stands(breach: Breach) -> Blocked | None:
    """What is fined, or to be fined, is not taken back in silence."""
    row = breach.penalties.filter(state__in=[Penalty.State.REQUESTED, Penalty.State.DEDUCTED]).first()
    return Blocked(_("Its penalty %(number)s stands.") % {"number": row}, breaches.page(row, "penalty")) if row else None


def give_notice(
    breach: Breach, *, by: Any, at: dt.datetime, note: str, due_at: dt.datetime | None = None, noticed_to: str = "", strokes: Any = None
) -> list[str]:
    """The correction notice is handed over, signed on the screen where the contractor's lead does so."""
    due = due_at or max(breach.due_at or at, breaches.deadline(breach.kind, at))
    if due <= at:
        raise Refused(_("The deadline has passed. Enter a later one."))
    breach.due_at, breach.noticed_to = due, noticed_to or breach.fitout.lead
    # Signed by `tell_of_notice`, when the words that are signed are in the database.
    breach.drawn = strokes  # type: ignore[attr-defined]
    return ["due_at", "noticed_to"]


def tell_of_notice(breach: Breach, *, by: Any, at: dt.datetime) -> None:
    strokes = getattr(breach, "drawn", None)
    if strokes:
        signing.sign(breach, "notice", "CONTRACTOR", by=by, at=at, method=SignOff.Method.SCREEN, name=breach.noticed_to, strokes=strokes)
    _tell(["CUSTOMER_SERVICE"], breach, NOTICE_GIVEN, by=by)


def _keep_photos(breach: Breach, photos: Iterable[StoredFile]) -> None:
    breaches.keep_photos(breach, photos, BreachPhoto.Stage.CORRECTED)


def report_corrected(
    breach: Breach, *, by: Any, at: dt.datetime, note: str, correction: str = "", photos: Iterable[StoredFile] = ()
) -> list[str]:
    """The contractor says how it was corrected, with a photo of it."""
    shown = list(photos)
    if not shown:
        raise Refused(_("Add a photo of what was corrected."))
    _keep_photos(breach, shown)
    breach.correction, breach.corrected_at = correction or note, at
    return ["correction", "corrected_at"]


def correct_at_once(
    breach: Breach, *, by: Any, at: dt.datetime, note: str, correction: str = "", photos: Iterable[StoredFile] = ()
) -> list[str]:
    """Corrected before our eyes (manual 1.2.3); nothing stays open."""
    _keep_photos(breach, photos)
    breach.correction, breach.corrected_at, breach.closed_at = correction or note, at, at
    return ["correction", "corrected_at", "closed_at"]


def pass_recheck(breach: Breach, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    breach.closed_at = at
    return ["closed_at"]


def fail_recheck(
    breach: Breach, *, by: Any, at: dt.datetime, note: str, due_at: dt.datetime | None = None, photos: Iterable[StoredFile] = ()
) -> list[str]:
    """Another round with a deadline of its own."""
    due = due_at or breaches.deadline(breach.kind, at)
    if due <= at:
        raise Refused(_("The deadline has passed. Enter a later one."))
    breaches.keep_photos(breach, photos, BreachPhoto.Stage.FOUND)
    breach.due_at, breach.round, breach.corrected_at, breach.correction = due, breach.round + 1, None, ""
    return ["due_at", "round", "corrected_at", "correction"]


def tell_finders(breach: Breach, *, by: Any, at: dt.datetime) -> None:
    _tell([breach.department.code], breach, CORRECTED, by=by)


def tell_of_failure(breach: Breach, *, by: Any, at: dt.datetime) -> None:
    _tell(["CUSTOMER_SERVICE"], breach, NOT_CORRECTED, by=by)


def _tell(departments: list[str], breach: Breach, text: str, *, by: Any) -> None:
    weight = Notice.Weight.URGENT if breach.is_serious else Notice.Weight.NORMAL
    values = breaches.words(breach)
    tell_department(departments, breach.building_id, text, topic="fitout", record=breach, values=values, by=by, weight=weight)


BREACH_FLOW = Flow(
    "fitout.Breach",
    T("Fit-out breach"),
    S,
    #    step                from          to             who     what must hold first      clause
    Step("give_notice", S.NOTED, S.NOTICED, SITE, [], "M3.2.4-4.2.D",
         label=T("Give the correction notice"), effect=give_notice, tell=tell_of_notice),
    Step("correct_at_once", S.NOTED, S.CLOSED, SITE, [is_not_serious], "M1.2.3",
         label=T("Corrected at once"), tone="secondary", effect=correct_at_once),
    Step("report_corrected", S.NOTICED, S.TO_RECHECK, SITE, [], "M3.2.4-4.2.D",
         label=T("Reported corrected"), effect=report_corrected, tell=tell_finders),
    Step("pass_recheck", S.TO_RECHECK, S.CLOSED, FINDER, [], "M3.2.4-4.2.D",
         label=T("Checked again: corrected"), effect=pass_recheck),
    Step("fail_recheck", S.TO_RECHECK, S.NOTICED, FINDER, [], "M3.2.4-4.2.D",
         label=T("Checked again: not corrected"), tone="secondary", effect=fail_recheck, tell=tell_of_failure, asks_reason=True),
    Step("withdraw", (S.NOTED, S.NOTICED, S.TO_RECHECK), S.WITHDRAWN, HEADS, [no_penalty_stands], "M3.2.4-4.2.D",
         label=T("Withdraw the breach"), tone="danger", asks_reason=True),
)  # fmt: skip


def notice(breach: Breach) -> str:
    """What the contractor's lead signs: what was found, where, and until when it is corrected."""
    if breach.due_at is None or not breach.noticed_to:
        return ""
    due, found = (f"{timezone.localtime(at):%Y-%m-%d %H:%M}" for at in (breach.due_at, breach.found_at))
    fitout = breach.fitout
    place = " ".join(part for part in (fitout.building.name, fitout.unit.code, breach.spot) if part)
    told = [breach.number, fitout.number, place, fitout.contractor.name, f"{found} {breach.kind.code} {breach.kind.name_zh}"]
    return "\n".join([*told, f"{breach.round}: {breach.description}", _("To be corrected until: %(due)s") % {"due": due}])


signing.register(
    Breach,
    signing.Document(
        "notice",
        T("Correction notice"),
        (signing.Party("CONTRACTOR", T("Contractor")),),
        notice,
        needed=lambda breach: breach.state in (S.NOTICED, S.TO_RECHECK, S.CLOSED) and bool(breach.noticed_to),
    ),
)
