"""Writes about people that touch several rows or need a rule: cover, preferences, messages to a department, shifts."""

from staff.services.cover import COVER_REFUSALS, arrange_cover, end_cover, prefer, tell_department
from staff.services.roster import Cell, Week, copy_week, monday, plan, week_of

__all__ = [
    "COVER_REFUSALS",
    "Cell",
    "Week",
    "arrange_cover",
    "copy_week",
    "end_cover",
    "monday",
    "plan",
    "prefer",
    "tell_department",
    "week_of",
]
