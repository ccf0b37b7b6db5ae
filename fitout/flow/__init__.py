"""The lives of fit-outs and of what belongs to them."""

from fitout.flow.fitout import FITOUT_FLOW
from fitout.flow.passes import PASS_FLOW
from fitout.flow.permit import PERMIT_FLOW
from fitout.flow.site_permits import HEIGHT_FLOW, HOT_WORK_FLOW

__all__ = ["FITOUT_FLOW", "HEIGHT_FLOW", "HOT_WORK_FLOW", "PASS_FLOW", "PERMIT_FLOW"]
