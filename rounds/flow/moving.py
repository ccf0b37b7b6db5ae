"""What is changed about one round alone, its plan left as it is: whose it is, and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import numbering
from core.flow import Refused
from rounds.models import Round
from rounds.recurrence import ZONE

COPIED = ("plan", "kind", "name", "building", "checklist", "department", "rank", "person")


def give(round: Round, *, by: Any, at: dt.datetime, note: str, person: Any = None) -> list[str]:
    """To a person, or to whoever of the department is there."""
    round.person = person
    return ["person"]


def move(
    round: Round, *, by: Any, at: dt.datetime, note: str, due_from: dt.datetime | None = None, due_until: dt.datetime | None = None
) -> list[str]:
    """This one is cancelled, so that its time is not made again; another stands at the new time."""
    begins = due_from or round.due_from
    ends = due_until or begins + (round.due_until - round.due_from)
    if begins == round.due_from:
        raise Refused(_("That is the time it has. Choose another one."))
    if ends <= max(at, begins):
        raise Refused(_("That time is over, or it ends before it begins. Choose another one."))
    copy = Round(**{name: getattr(round, name) for name in COPIED}, due_from=begins, due_until=ends, moved_from=round, created_by=by)
    if copy.plan_id:
        copy.number = Round.number_at(copy.plan_id, begins)
    else:
        numbering.give(copy, on=begins.astimezone(ZONE).date())
    try:
        with transaction.atomic():
            copy.save()
    except IntegrityError as error:
        raise Refused(_("There is a round of this plan at that time already.")) from error
    return []
