"""Cover during absence, preferences, and messages to a department."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import notices
from core.flow import NotAllowed, Refused
from staff import access
from staff.models import Cover, Post, User

# The database refuses; this says why.
COVER_REFUSALS = {
    "cover_dates_in_order": gettext_lazy("The last day lies before the first. Change the dates."),
    "cover_not_for_oneself": gettext_lazy("Nobody stands in for themselves. Choose a colleague."),
    "cover_has_a_reason": gettext_lazy("Enter the reason."),
    "cover_one_stand_in_a_day": gettext_lazy("The post already has a stand-in on some of these days. End that cover first."),
    "cover_without_circle": gettext_lazy(
        "Nobody can be absent and stand in on the same day. Choose a colleague who is here, or end the other cover first."
    ),
}


def arrange_cover(post: Post, *, stand_in: User, starts_on: date, ends_on: date, reason: str, by: Any) -> Cover:
    """A colleague stands in for a post on these days, both included, and is told.

    Raises NotAllowed for anyone but the holder and the head of the department, Refused when the days don't fit.
    """
    if not access.may_arrange_cover(by, post):
        raise NotAllowed(_("Cover is arranged by the holder of the post or the head of the department."))
    if not stand_in.is_active:
        raise Refused(_("%(person)s does not work here any more. Choose somebody else.") % {"person": stand_in})
    days = {"starts_on": starts_on, "ends_on": ends_on}
    try:
        with transaction.atomic():
            cover = Cover.objects.create(
                post=post, absent_id=post.user_id, stand_in=stand_in, reason=reason.strip(), arranged_by=by, **days
            )
    except IntegrityError as error:
        raise Refused(_cover_refusal(error)) from error
    _tell_of_cover(cover, by=by)
    return cover


def _cover_refusal(error: IntegrityError) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name not in COVER_REFUSALS:
        raise error
    return str(COVER_REFUSALS[name])


def _tell_of_cover(cover: Cover, *, by: Any) -> None:
    values = {
        "stand_in": str(cover.stand_in),
        "absent": str(cover.absent),
        "from": cover.starts_on.isoformat(),
        "to": cover.ends_on.isoformat(),
    }
    notices.tell(
        [cover.stand_in, cover.absent],
        "%(stand_in)s stands in for %(absent)s from %(from)s to %(to)s.",
        topic="cover",
        url=f"/staff/covers/{cover.pk}/",
        values=values,
        by=by,
    )


def end_cover(cover: Cover, *, by: Any, on: date) -> None:
    """Takes the rights back at once: cover that runs ends the day before, cover to come is withdrawn.

    Raises NotAllowed, or Refused when it is over.
    """
    if not access.may_arrange_cover(by, cover.post):
        raise NotAllowed(_("Cover is ended by the holder of the post or the head of the department."))
    with transaction.atomic():
        fresh = Cover.objects.select_for_update(of=("self",)).select_related("stand_in", "absent").get(pk=cover.pk)
        if fresh.ends_on < on:
            raise Refused(_("This cover is already over."))
        if fresh.starts_on >= on:
            fresh.delete()
        else:
            fresh.ends_on = on - timedelta(days=1)
            fresh.save(update_fields=["ends_on"])
        values = {"stand_in": str(fresh.stand_in), "absent": str(fresh.absent)}
        text = gettext_noop("%(stand_in)s no longer stands in for %(absent)s.")
        notices.tell([fresh.stand_in, fresh.absent], text, topic="cover", values=values, by=by)


def tell_department(departments: str | Iterable[str], territory_id: int | None, text: str, **details: Any) -> int:
    """A notice to everybody of the department or departments in a territory; how many got it. Details as for `notices.tell`."""
    codes = [departments] if isinstance(departments, str) else list(departments)
    people = {person for code in codes for person in access.members(code, territory_id)}
    return notices.tell(sorted(people, key=lambda person: person.pk), text, **details)


def prefer(user: Any, key: str, value: str) -> None:
    """Keeps a person's choice of theme ("system", "light", "dark"), language or single keys ("on", "off").

    Raises Refused for anything else.
    """
    choices = {"theme": User.Theme.values, "language": User.Language.values, "single_keys": ["on", "off"]}
    if value not in choices.get(key, []):
        raise Refused(_("There is no such setting."))
    setattr(user, key, value == "on" if key == "single_keys" else value)
    user.save(update_fields=[key])
