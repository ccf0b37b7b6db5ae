"""What plans, checklists, stops and the steps of a round ask."""

from rounds.forms.checklists import ChecklistForm
from rounds.forms.plans import PauseForm, PlanChangeForm, PlanForm, PreviewForm, StartNowForm
from rounds.forms.steps import RoundExplainForm, RoundGiveForm, RoundMoveForm
from rounds.forms.stops import StopForm

__all__ = [
    "ChecklistForm",
    "PauseForm",
    "PlanChangeForm",
    "PlanForm",
    "PreviewForm",
    "RoundExplainForm",
    "RoundGiveForm",
    "RoundMoveForm",
    "StartNowForm",
    "StopForm",
]
