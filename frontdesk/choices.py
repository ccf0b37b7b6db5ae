"""What a person has chosen for all pages: which buildings are shown, and whether a visitor may be looking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Aggregate, Count, F, JSONField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import cached_property

from core.models import Notice, UserSetting
from frontdesk import navigation
from premises import access as premises
from premises.models import Building
from staff.models import User

BUILDINGS, VISITOR_MODE = "buildings", "visitor_mode"


class KeysAndValues(Aggregate):
    """Rows of key and value as one JSON object."""

    function = "jsonb_object_agg"
    output_field = JSONField()


class Shell:
    """The frame's facts of one request, asked for when a template needs them; three queries at most."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = request.user

    @cached_property
    def buildings(self) -> list[Building]:
        """The buildings this person may see, by name."""
        return list(premises.buildings(self.user).order_by("name"))

    @cached_property
    def facts(self) -> tuple[int, dict[str, Any]]:
        """Unread notices and the kept choices, in one query."""
        notices = Notice.objects.filter(recipient=OuterRef("pk"), read_at=None).order_by().values("recipient")
        kept = UserSetting.objects.filter(user=OuterRef("pk"), key__in=[BUILDINGS, VISITOR_MODE]).order_by().values("user")
        asked = User.objects.filter(pk=self.user.pk).order_by()
        unread, choices = asked.values_list(
            Coalesce(Subquery(notices.annotate(n=Count("pk")).values("n")), 0),
            Subquery(kept.annotate(all=KeysAndValues(F("key"), F("value"))).values("all")),
        )[0]
        return unread, choices or {}

    @property
    def settings(self) -> dict[str, Any]:
        return self.facts[1]

    @cached_property
    def building_ids(self) -> list[int]:
        """The buildings shown: of the address (`?building=`), else the ones kept, else all."""
        allowed = [building.pk for building in self.buildings]
        asked = whole_numbers(self.request.GET.getlist("building")) or self.settings.get(BUILDINGS) or allowed
        return [pk for pk in allowed if pk in asked] or allowed

    @cached_property
    def visitor_mode(self) -> bool:
        return bool(self.settings.get(VISITOR_MODE))

    @property
    def unread(self) -> int:
        return self.facts[0]

    @cached_property
    def navigation(self) -> list[dict[str, Any]]:
        return navigation.groups(self.user, self.request.path)

    @property
    def tasks(self) -> str:
        return navigation.tasks(self.user)


def shell(request: HttpRequest) -> Shell:
    """The one Shell of a request."""
    if not hasattr(request, "_shell"):
        request._shell = Shell(request)  # type: ignore[attr-defined]
    return request._shell  # type: ignore[attr-defined]


def keep(user: Any, key: str, value: Any) -> None:
    """Remembers a choice for this person's next pages."""
    UserSetting.objects.update_or_create(user=user, key=key, defaults={"value": value})


def whole_numbers(words: Iterable[str]) -> list[int]:
    """The words that are small enough whole numbers; the rest is ignored."""
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 16]
