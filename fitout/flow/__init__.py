"""The lives of fit-outs and of what belongs to them."""

from fitout.flow.breach import BREACH_FLOW
from fitout.flow.concealed import CONCEALED_FLOW
from fitout.flow.fitout import FITOUT_FLOW
from fitout.flow.passes import PASS_FLOW
from fitout.flow.penalty import PENALTY_FLOW
from fitout.flow.permit import PERMIT_FLOW
from fitout.flow.site_permits import HEIGHT_FLOW, HOT_WORK_FLOW

__all__ = [
    "BREACH_FLOW",
    "CONCEALED_FLOW",
    "FITOUT_FLOW",
    "HEIGHT_FLOW",
    "HOT_WORK_FLOW",
    "PASS_FLOW",
    "PENALTY_FLOW",
    "PERMIT_FLOW",
]
