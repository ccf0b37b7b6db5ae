"""The lives of fit-outs and of what belongs to them."""

from fitout.flow.concealed import CONCEALED_FLOW
from fitout.flow.fitout import FITOUT_FLOW
from fitout.flow.permit import PERMIT_FLOW

__all__ = ["CONCEALED_FLOW", "FITOUT_FLOW", "PERMIT_FLOW"]
