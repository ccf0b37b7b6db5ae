"""The nouns of rounds: what is looked at (checklists), when and where (plans), and each time it was (rounds)."""

from rounds.models.checklists import Checklist, ChecklistItem
from rounds.models.ladder import Audience, MissedNotice, MissedStep
from rounds.models.plans import Plan, PlanMark, PlanPause, PlanPlace, PlanRule
from rounds.models.rounds import FINISHED_STATES, OPEN_STATES, Round, RoundQuerySet
from rounds.models.stops import Answer, Doubt, Photo, RoundStop, StopEntry

__all__ = [
    "FINISHED_STATES",
    "OPEN_STATES",
    "Answer",
    "Audience",
    "Checklist",
    "ChecklistItem",
    "Doubt",
    "MissedNotice",
    "MissedStep",
    "Photo",
    "Plan",
    "PlanMark",
    "PlanPause",
    "PlanPlace",
    "PlanRule",
    "Round",
    "RoundQuerySet",
    "RoundStop",
    "StopEntry",
]
