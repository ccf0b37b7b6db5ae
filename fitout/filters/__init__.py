"""Filters of the lists of fit-outs."""

from fitout.filters.register import (
    BreachFilter,
    ConcealedFilter,
    ContractorFilter,
    DrawingFilter,
    FitoutFilter,
    PenaltyFilter,
    PermitFilter,
    SiteCheckFilter,
    StoppageFilter,
)
from fitout.filters.workers import EntryFilter, HeightPermitFilter, HotWorkFilter, WorkerPassFilter

__all__ = [
    "BreachFilter",
    "ConcealedFilter",
    "ContractorFilter",
    "DrawingFilter",
    "EntryFilter",
    "FitoutFilter",
    "HeightPermitFilter",
    "HotWorkFilter",
    "PenaltyFilter",
    "PermitFilter",
    "SiteCheckFilter",
    "StoppageFilter",
    "WorkerPassFilter",
]
