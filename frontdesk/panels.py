"""The pages of the rail as things the palette can open."""

from __future__ import annotations

from functools import partial
from typing import Any

from core import search
from frontdesk import navigation
from frontdesk.navigation import Item


def may_open(item: Item, user: Any) -> bool:
    return bool(navigation.address(item.url)) and item.may(user)


for group in navigation.RAIL:
    for item in group.items:
        search.action(item.label, partial(navigation.address, item.url), may=partial(may_open, item), icon=group.icon)
