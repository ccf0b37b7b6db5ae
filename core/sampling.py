"""Draws a share of things so that asking twice answers the same."""

from __future__ import annotations

import zlib


def is_drawn(key: str, percent: int) -> bool:
    """Whether this one is among `percent` of 100. The key alone decides: none at 0, all at 100."""
    return zlib.crc32(key.encode()) % 100 < percent
