"""Lives of the money's records."""

from billing.flow.runs import RUN_FLOW

__all__ = ["RUN_FLOW"]
