"""Columns of the lists of fit-outs."""

from fitout.tables.register import ContractorTable, FitoutTable
from fitout.tables.workers import EntryTable, HeightPermitTable, HotWorkTable, WorkerPassTable

__all__ = ["ContractorTable", "EntryTable", "FitoutTable", "HeightPermitTable", "HotWorkTable", "WorkerPassTable"]
