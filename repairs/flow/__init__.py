"""The life of a work order."""

from repairs.flow.order import ORDER_FLOW
from repairs.flow.roles import TECHNICIAN

__all__ = ["ORDER_FLOW", "TECHNICIAN"]
