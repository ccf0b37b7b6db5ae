"""What fills the addresses of the desk's pages."""

from __future__ import annotations

from tests.conftest import a_unit

ARGUMENTS = {
    "frontdesk:stacking_unit": lambda cast, building: {"pk": a_unit(building, "1801").pk},
    "frontdesk:procedure": lambda cast, building: {"label": "premises.Unit"},
}
# A procedure is the handbook's own text: everybody with an account may read it.
OPEN_TO_ALL = {"frontdesk:procedure"}
