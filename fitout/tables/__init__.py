"""Columns of the lists of fit-outs."""

from fitout.tables.register import (
    BreachTable,
    ConcealedTable,
    ContractorTable,
    DrawingTable,
    FitoutTable,
    PenaltyTable,
    PermitTable,
    SiteCheckTable,
    StoppageTable,
    standing_chip,
)
from fitout.tables.workers import EntryTable, HeightPermitTable, HotWorkTable, WorkerPassTable

__all__ = [
    "BreachTable",
    "ConcealedTable",
    "ContractorTable",
    "DrawingTable",
    "EntryTable",
    "FitoutTable",
    "HeightPermitTable",
    "HotWorkTable",
    "PenaltyTable",
    "PermitTable",
    "SiteCheckTable",
    "StoppageTable",
    "WorkerPassTable",
    "standing_chip",
]
