"""The demo tower and its small neighbour. Only `manage.py demo` loads them."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from core import import_workbook, imports
from premises import sample
from premises.imports import PremisesImport
from premises.sample import tower


def load(now: datetime) -> None:
    """Imports the sample workbook and a second small building; loads nothing twice."""
    small = BytesIO(import_workbook.write(tower.small_building()))
    for source in (str(sample.FOLDER / sample.PREMISES), small):
        report = imports.run(PremisesImport(), source, by=None, at=now)
        if report.problems:
            raise ValueError(report.refusal())
