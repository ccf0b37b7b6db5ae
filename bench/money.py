"""Money on the big data set: a bill run of 5,000 leases, and the pages over 20,000 tenants × 36 months of charges.

Pages are measured twice, over a tenth of the charges and over all of them: queries must not grow, and the growth of the
time is printed. Runs after `bench.pages` on the same database.
"""

from __future__ import annotations

import sys
import time
from statistics import median

import django

django.setup()

from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import money_data  # noqa: E402
from bench.pages import SIGNED_IN, Budget, measure  # noqa: E402
from billing import services as billing  # noqa: E402
from billing.flow import RUN_FLOW  # noqa: E402
from billing.models import Bill, Charge  # noqa: E402
from billing.services import runs  # noqa: E402
from billing.tasks import continue_run  # noqa: E402
from premises.models import Building  # noqa: E402
from staff.models import User  # noqa: E402
from tenants.models import Tenant  # noqa: E402

LEASES = 5000


def budgets(tenant: Tenant) -> list[Budget]:
    """Pages of the money with what ux.md 6 allows them; a detail, a form, lists, a report."""
    year = "?first=2026-01-01&last=2026-11-30"
    return [
        Budget("Desk of finance", "/", 40, 20 + SIGNED_IN, 120),
        Budget("Counter: search", f"{reverse('billing:counter')}?q={tenant.short_name}", 40, 12, 100),
        Budget("Counter: what is due", reverse("billing:take", args=[tenant.pk]), 40, 12, 80),
        Budget("Tenant 360: money", reverse("tenants:tenant_tab", args=[tenant.pk, "money"]), 60, 25, 120),
        Budget("Statement of a year", reverse("billing:statement", args=[tenant.pk]) + year, 60, 25, 120),
        Budget("Arrears by age", reverse("billing:arrears"), 60, 15, 200),
        Budget("Payment notices", reverse("billing:bill_list"), 40, 12, 100),
        Budget("Receipts", reverse("billing:receipt_list"), 40, 12, 100),
        Budget("Money reports", reverse("billing:reports"), 60, 15, 200),
    ]


def bill_run(building: Building, user: User) -> bool:
    """Bills every lease of a building in one run; a second run must find nothing."""
    today = timezone.localdate()
    run = runs.open_run(building, today.replace(day=1), by=user, on=today)
    run = RUN_FLOW.take(run, "issue", by=user, at=timezone.now())
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        runs.next_batch(run.pk, billing.Stamp(by=user, at=timezone.now(), on=today, record=run))
    while Bill.objects.filter(run=run).count() < LEASES:
        continue_run(run.pk)
    continue_run(run.pk)
    seconds = time.perf_counter() - began
    before = Charge.objects.filter(building=building).count()
    continue_run(run.pk)
    same = before == Charge.objects.filter(building=building).count() == LEASES
    again = "nothing" if same else "MORE"
    print(f"bill run: {LEASES:,} leases in {seconds:.0f} s, {len(queries)} queries a batch of {runs.BATCH}; a second run finds {again}")
    return same


def measured(client: Client, tenant: Tenant) -> dict[str, tuple[Budget, int, float, float]]:
    """Title → (budget, queries, gzipped kilobytes, middle milliseconds)."""
    found = {}
    for budget in budgets(tenant):
        queries, weight, times = measure(client, budget)
        found[budget.title] = budget, queries, weight, median(times)
    return found


def report(small: dict[str, tuple[Budget, int, float, float]], big: dict[str, tuple[Budget, int, float, float]]) -> bool:
    kept = True
    print(f"{'page':40} {'queries':>12} {'gzip kB':>14} {'p50 ms':>16} {'growth':>8}")
    for title, (budget, queries, weight, middle) in big.items():
        good = queries <= budget.queries and weight <= budget.kilobytes and queries <= small[title][1] + 1
        kept = kept and good
        asked, heavy = f"{queries} of {budget.queries}", f"{weight:.1f} of {budget.kilobytes:.0f}"
        growth = middle / small[title][3]
        print(f"{title:40} {asked:>12} {heavy:>14} {middle:8.1f} of {budget.milliseconds:3} {growth:7.2f}×{'' if good else '  OVER'}")
    return kept


def main() -> int:
    towers = list(Building.objects.order_by("pk"))
    full = money_data.a_full_tower(LEASES)
    user = money_data.cashier()
    tenant = Tenant.objects.filter(building=towers[0], leases__isnull=False, pk__gt=20).order_by("pk").first()
    if tenant is None:
        raise SystemExit("run bench.pages first: the data set is empty")
    client = Client(SERVER_NAME="localhost")
    began = time.perf_counter()
    few = money_data.load(towers[:1], user)
    reset_queries()
    client.force_login(user, backend="staff.backends.CountedBackend")
    small = measured(client, tenant)
    many = money_data.load(towers[1:], user)
    wrong = billing.contradictions() or "none"
    print(f"{few:,}, then {many:,} charges loaded in {time.perf_counter() - began:.0f} s; contradictions: {wrong}")
    kept = report(small, measured(client, tenant))
    return 0 if bill_run(full, user) and kept and not billing.contradictions() else 1


if __name__ == "__main__":
    sys.exit(main())
