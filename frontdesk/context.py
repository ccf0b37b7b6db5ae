"""What the frame of every page shows: navigation, buildings, unread notices, visitor mode."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from frontdesk.choices import shell as shell_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Asks the database only for what the template uses; empty for strangers."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    shown = shell_of(request)
    return {
        "navigation": SimpleLazyObject(lambda: shown.navigation),
        "tasks_url": SimpleLazyObject(lambda: shown.tasks),
        "unread_count": SimpleLazyObject(lambda: shown.unread),
        "buildings": SimpleLazyObject(lambda: shown.buildings),
        "current_building_ids": SimpleLazyObject(lambda: shown.building_ids),
        "theme": request.user.theme,
        "single_keys": "on" if request.user.single_keys else "off",
        "visitor_mode": SimpleLazyObject(lambda: shown.visitor_mode),
    }
