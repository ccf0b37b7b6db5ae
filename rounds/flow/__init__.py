"""The life of a round."""

from rounds.flow.life import ROUND_FLOW
from rounds.flow.verdict import findings, gaps

__all__ = ["ROUND_FLOW", "findings", "gaps"]
