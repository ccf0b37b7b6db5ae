"""What fills the addresses of the desk's pages."""

from __future__ import annotations

from tests.conftest import a_unit
from tests.frontdesk.lives import an_order

ARGUMENTS = {
    "frontdesk:stacking_unit": lambda cast, building: {"pk": a_unit(building, "1801").pk},
    # No step of an order is a decision, so nobody finds one; tests/frontdesk/test_approvals.py makes some.
    "frontdesk:decide": lambda cast, building: {
        "label": "tenants.DirectoryOrder",
        "pk": an_order(cast, building, "1801").pk,
        "step": "make",
    },
    "frontdesk:procedure": lambda cast, building: {"label": "premises.Unit"},
}
# A procedure is the handbook's own text: everybody with an account may read it.
OPEN_TO_ALL = {"frontdesk:procedure"}
