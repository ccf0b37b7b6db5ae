"""A real-looking Beijing tower for demonstration and tests: the same workbook every time it is made."""

from __future__ import annotations

from pathlib import Path

from core import import_workbook
from premises.sample import companies, tower

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "samples"
PREMISES, TENANTS = "beijing-tower.xlsx", "beijing-tower-tenants.xlsx"


def make(folder: Path) -> list[Path]:
    """Writes both workbooks into a folder and gives their paths."""
    people = companies.tenants()
    contents = {
        PREMISES: import_workbook.write(tower.sheets(people)),
        TENANTS: import_workbook.write(companies.sheets(people)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]
