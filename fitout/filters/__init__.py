"""Filters of the lists of fit-outs."""

from fitout.filters.register import ContractorFilter, FitoutFilter
from fitout.filters.workers import EntryFilter, HeightPermitFilter, HotWorkFilter, WorkerPassFilter

__all__ = ["ContractorFilter", "EntryFilter", "FitoutFilter", "HeightPermitFilter", "HotWorkFilter", "WorkerPassFilter"]
