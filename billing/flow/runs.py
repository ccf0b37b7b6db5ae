"""A bill run from preview to locked (manual 1.2.4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from billing.models import Bill, BillRun
from billing.services import runs
from core import queue
from core.flow import SYSTEM, Blocked, Flow, Step
from staff.access import FINANCE, FINANCE_HEAD
from staff.services import tell_department

R = BillRun.State
T = gettext_lazy


def every_fee_priced(run: BillRun) -> Blocked | None:
    month = runs.month_of(run)
    missing = [kind for kind in month.kinds if not month.prices.get(kind.pk)]
    if not missing:
        return None
    names = ", ".join(str(kind) for kind in missing)
    return Blocked(_("There is no price yet for: %(kinds)s.") % {"kinds": names}, reverse("billing:price_list"))


def something_to_bill(run: BillRun) -> str | None:
    return None if runs.preview(run).billed else _("There is nothing to bill.")


def start(run: BillRun, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    run.issued_at, run.issued_by = at, by
    queue.enqueue("billing.tasks.continue_run", dedupe=f"billing.run:{run.pk}", run_id=run.pk)
    return ["issued_at", "issued_by"]


def tell_finance(run: BillRun, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("The bills of %(month)s are issued: %(count)s tenants, %(total)s yuan.")
    values = {"month": f"{run.month:%Y-%m}", "count": run.billed, "total": run.total}
    tell_department("FINANCE", run.building_id, text, topic="billing.runs", record=run, values=values)


def nothing_open(run: BillRun) -> str | None:
    late = Bill.objects.filter(run=run, state=Bill.State.DISPUTED).exists()
    return _("A payment notice of this run is disputed. Settle that first.") if late else None


RUN_FLOW = Flow(
    "billing.BillRun",
    T("Bill run"),
    R,
    Step("issue", R.PREVIEW, R.RUNNING, FINANCE, [every_fee_priced, something_to_bill], "M1.2.4", label=T("Issue the bills"), effect=start,
         confirm=T("Every tenant of the preview gets a payment notice. What is issued can only be credited, not edited.")),
    Step("finish", R.RUNNING, R.ISSUED, SYSTEM, [], "M1.2.4", label=T("All bills are issued"), tell=tell_finance),
    Step("lock", R.ISSUED, R.LOCKED, FINANCE_HEAD, [nothing_open], "M1.2.4", label=T("Lock the run")),
    Step("cancel", R.PREVIEW, R.CANCELLED, FINANCE, [], "M1.2.4", label=T("Cancel the run"), tone="danger", asks_reason=True),
)  # fmt: skip
