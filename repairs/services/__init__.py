"""Writes of repairs that are not a step of a life."""

from repairs.services.intake import attach, report

__all__ = ["attach", "report"]
