"""Fire extinguishers on the page of a fit-out: needed and there."""

from __future__ import annotations

from typing import Any

from core import panels
from fitout.models import Fitout
from fitout.services import fire


def card(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]]:
    needed, there = fire.counted(fitout)
    return "fitout/extinguishers_panel.html", {"fitout": fitout, "needed": needed, "there": there, "lacking": max(needed - there, 0)}


panels.register("fitout", "extinguishers", "", card, order=80)
