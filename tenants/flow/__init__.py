"""The lives of the tenant file's records, and of moving in."""

from tenants.flow import documents  # noqa: F401 - registers what is signed
from tenants.flow.correspondence import BREACH_FLOW, CIRCULAR_FLOW, LETTER_FLOW
from tenants.flow.directory import GOODS_FLOW, ORDER_FLOW
from tenants.flow.file import ITEM_FLOW
from tenants.flow.move_in import DEFECT_FLOW, MOVE_IN_FLOW

__all__ = ["BREACH_FLOW", "CIRCULAR_FLOW", "DEFECT_FLOW", "GOODS_FLOW", "ITEM_FLOW", "LETTER_FLOW", "MOVE_IN_FLOW", "ORDER_FLOW"]
