"""What stands in somebody's way on a page: what axe finds, and what doesn't fit a phone."""

from __future__ import annotations

import zlib
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError

# In the suite each page is looked at in one of these, in the ordeal in both.
LOOKS = (("light", 1366), ("dark", 375))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is looked at is what was painted in the new theme and width.
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"


def axe(page: Any) -> list[str]:
    """Each fault that axe finds, with the first element it is on."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found]


def barriers(page: Any, address: str, *, everywhere: bool) -> dict[str, list[str]]:
    """{look: faults} of the page at an address; empty when nobody is kept out."""
    page.goto(address)
    found = {}
    for theme, width in LOOKS if everywhere else [LOOKS[zlib.crc32(urlsplit(address).path.encode()) % len(LOOKS)]]:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 768})
        page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)
        page.evaluate(PAINTED)
        if faults := [*axe(page), *_too_wide(page)]:
            found[f"{theme} {width}"] = faults
    return found


def _too_wide(page: Any) -> list[str]:
    try:
        page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth", timeout=5000)
    except TimeoutError:
        return ["needs sideways scrolling"]
    return []
