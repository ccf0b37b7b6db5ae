"""Writes of rounds that are not a step of a life. Apps above use these, and `recurrence`'s values."""

from rounds.recurrence import Repeats, Rule, Window, next_ten, occurrences
from rounds.services.checklists import ItemDraft, make_checklist, set_items
from rounds.services.generation import follow_calendar, generate, horizon, made_until
from rounds.services.plans import change_plan, end_plan, make_plan, pause_plan, resume_plan
from rounds.services.walking import Given, Gps, add_photo, finish, record_stop, start_now

__all__ = [
    "Given",
    "Gps",
    "ItemDraft",
    "Repeats",
    "Rule",
    "Window",
    "add_photo",
    "change_plan",
    "end_plan",
    "finish",
    "follow_calendar",
    "generate",
    "horizon",
    "made_until",
    "make_checklist",
    "make_plan",
    "next_ten",
    "occurrences",
    "pause_plan",
    "record_stop",
    "resume_plan",
    "set_items",
    "start_now",
]
