"""What rounds know of the apps that give them their meaning. An app registers its kinds in its own `panels.py`.

`rounds` itself knows patrols and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class FollowUp:
    """What a finding offers: `url(answer)` is the page that starts it, with what was found filled in."""

    key: str
    label: Any
    url: Callable[[Any], str]
    may: Callable[[Any, Any], bool] = lambda user, answer: True
    icon: str = "bolt"


@dataclass(frozen=True)
class RoundKind:
    """A kind of round by its slug, `app.noun`.

    `sees(user)`: True shows this kind's rounds of the person's buildings, beyond those of their department.
    `subject(round)`: (label, address) of the owning app's record a round is about, or None.
    `planned_here`: its plans are made on the pages of `rounds`; else the owning app makes them.
    """

    slug: str
    label: Any
    follow_ups: tuple[FollowUp, ...] = ()
    sees: Callable[[Any], bool] | None = None
    subject: Callable[[Any], tuple[str, str] | None] | None = None
    planned_here: bool = False


_kinds: dict[str, RoundKind] = {}
_everywhere: list[FollowUp] = []


def register(kind: RoundKind) -> RoundKind:
    """Adds a kind; the same slug again replaces the first."""
    _kinds[kind.slug] = kind
    return kind


def offer(follow_up: FollowUp) -> None:
    """Adds a follow-up that findings of every kind offer, such as a repair request; the same key again replaces the first."""
    _everywhere[:] = [*(each for each in _everywhere if each.key != follow_up.key), follow_up]


def of(slug: str) -> RoundKind:
    """The kind of a slug; one that nobody registered has its slug for a name and offers nothing of its own."""
    return _kinds.get(slug) or RoundKind(slug, slug)


def known(slug: str) -> bool:
    return slug in _kinds


def all_kinds() -> list[RoundKind]:
    return list(_kinds.values())


def follow_ups(answer: Any, user: Any) -> list[tuple[FollowUp, str]]:
    """(follow-up, address) that this person may start from a finding."""
    offered = [*of(answer.stop.round.kind).follow_ups, *_everywhere]
    return [(each, each.url(answer)) for each in offered if each.may(user, answer)]


PATROL = register(RoundKind("rounds.patrol", _("Patrol"), planned_here=True))
INSPECTION = register(RoundKind("rounds.inspection", _("Inspection"), planned_here=True))
