"""What is established about a fit-out before its works begin: each fact by the department that answers for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import files, papers
from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import StoredFile
from fitout import access
from fitout.models import ENDED, FeeRule, Fitout, HandbookCopy
from tenants.models import HandbookText


def _write(fitout: Fitout, may: Callable[[Any, Any], bool], by: Any, **values: Any) -> Fitout:
    """Sets facts of a fit-out that goes on. Raises NotAllowed for another department, Refused once it has ended."""
    with transaction.atomic():
        [fresh] = lock(fitout)
        if not may(by, fresh):
            raise NotAllowed(_("This is for another department."))
        if fresh.state in ENDED:
            raise Refused(_("This fit-out has ended."))
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(values))
    return fresh


def insure(
    fitout: Fitout, *, insurer: str, policy_number: str, amount: Decimal, until: dt.date, by: Any, policy: StoredFile | None = None
) -> Fitout:
    """The fit-out insurance that customer service arranged or saw, with its scan (manual 3.2.4-1.3.b). Amount in yuan."""
    files.attach(policy, fitout)
    values = {"insurer": insurer, "policy_number": policy_number, "insured_amount": amount, "insured_until": until}
    return _write(fitout, access.may_manage, by, **values)


def give_handbook(fitout: Fitout, *, to: str, by: Any, at: dt.datetime, to_tenant: str = "") -> Fitout:
    """Fit-out Handbook and penalty rules are issued, procedure and points to note explained (manual 1.1-4, 3.2.4-1.4).

    The editions of that day go to the contractor and, where somebody of theirs takes them, to the tenant.
    """
    with transaction.atomic():
        fresh = _write(fitout, access.may_manage, by, handbook_given_at=at, handbook_given_to=to, handbook_given_by=by)
        takers = {FeeRule.Payer.CONTRACTOR: to, FeeRule.Payer.TENANT: to_tenant}
        for party, person in takers.items():
            for text in handbooks(at) if person else ():
                told = {"taken_by": person, "issued_at": at, "issued_by": by}
                HandbookCopy.objects.get_or_create(fitout=fresh, text=text, party=party, defaults=told)
    return fresh


def handbooks(at: dt.datetime) -> list[HandbookText]:
    """What is handed out: the newest edition of each that holds on that day."""
    kinds = (HandbookText.Kind.FIT_OUT, HandbookText.Kind.FIT_OUT_PENALTIES)
    found = [HandbookText.objects.in_force(kind, timezone.localdate(at)) for kind in kinds]
    return [text for text in found if text is not None]


def collect_comments(fitout: Fitout, *, person: str, by: Any, at: dt.datetime) -> Fitout:
    """The tenant has collected the Drawing Review Comments (manual 3.2.4-2.2)."""
    if fitout.review_round == 0:
        raise Refused(_("The drawings were not reviewed yet."))
    return _write(fitout, access.may_manage, by, comments_collected_at=at, comments_collected_by=person)


def file_fire_receipt(
    fitout: Fitout, *, number: str, on: dt.date, route: str, by: Any, at: dt.datetime, file: StoredFile | None = None
) -> Fitout:
    """Security collects the receipt of the fire authority and keeps it with the papers (manual 3.2.4-3.1)."""
    with transaction.atomic():
        fresh = _write(fitout, access.may_guard, by, fire_receipt_number=number, fire_receipt_on=on, fire_route=route)
        for line in papers.missing(fresh, "pass_fire_review"):
            files.attach(file, fresh)
            papers.receive(line.paper, by=by, at=at, file=file)
            papers.verify(line.paper, by=by, at=at)
    return fresh


def see_door_set(fitout: Fitout, *, by: Any, at: dt.datetime) -> Fitout:
    """Permit, questions and answers and penalty rules hang on the unit door (manual 3.2.4-4.1.a)."""
    if access.valid_permit(fitout) is None:
        raise Refused(_("There is no permit to post yet."))
    return _write(fitout, access.may_inspect, by, door_set_posted_at=at, door_set_posted_by=by)


def inspect_protection(fitout: Fitout, *, passed: bool, note: str, by: Any, at: dt.datetime) -> Fitout:
    """Customer service inspects how public areas and finished surfaces are protected (manual 3.2.4-4.1.b)."""
    if not passed and not note.strip():
        raise Refused(_("Say what is lacking."))
    values = {"protection_passed": passed, "protection_note": note.strip(), "protection_checked_at": at, "protection_checked_by": by}
    return _write(fitout, access.may_manage, by, **values)


def count_own_extinguishers(fitout: Fitout, *, number: int, by: Any) -> Fitout:
    """Security has checked so many extinguishers of the contractor's own (manual 3.2.3-4)."""
    return _write(fitout, access.may_guard, by, own_extinguishers=number)
