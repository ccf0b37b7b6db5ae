"""The lives of the tenant file's records, and of moving in."""

from tenants.flow.correspondence import BREACH_FLOW, CIRCULAR_FLOW, LETTER_FLOW
from tenants.flow.directory import GOODS_FLOW, ORDER_FLOW
from tenants.flow.file import ITEM_FLOW

__all__ = ["BREACH_FLOW", "CIRCULAR_FLOW", "GOODS_FLOW", "ITEM_FLOW", "LETTER_FLOW", "ORDER_FLOW"]
