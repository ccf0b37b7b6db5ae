"""Measures pages on the data set of `bench.dataset`: queries, gzipped weight, p50 and p95 of the server's time."""

from __future__ import annotations

import gzip
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any

import django

django.setup()

from django.db import connection, connections, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench import dataset  # noqa: E402
from premises.models import Building  # noqa: E402
from tenants.models import Tenant  # noqa: E402

ROUNDS = 20
# Who asks, and with which posts. The other budgets have room for these two; the palette's four are its own.
SIGNED_IN = 2


@dataclass(frozen=True)
class Budget:
    """A page and what it may cost (gzipped kilobytes of HTML, queries, milliseconds)."""

    title: str
    url: str
    kilobytes: float
    queries: int
    milliseconds: int


def budgets() -> list[Budget]:
    tenant = Tenant.objects.filter(leases__isnull=False).order_by("pk").first()
    tower = Building.objects.order_by("pk").first()
    if tenant is None or tower is None:
        raise SystemExit("the data set is empty")
    tenants, plan = reverse("tenants:tenant_list"), reverse("frontdesk:stacking_plan")
    search = reverse("core:search")
    return [
        Budget("My desk", "/", 40, 20, 120),
        Budget("Tenants, first 50 of 20,000", tenants, 40, 12, 100),
        Budget("Tenants, filtered by two characters", f"{tenants}?q={tenant.short_name[:2]}", 40, 12, 100),
        Budget("Units", reverse("premises:unit_list"), 40, 12, 100),
        Budget("Stacking plan of one tower", f"{plan}?building={tower.pk}", 60, 6, 150),
        Budget("Tenant 360", reverse("tenants:tenant_detail", args=[tenant.pk]), 60, 25, 120),
        Budget("Palette: two characters of a name", f"{search}?q={tenant.short_name[1:3]}", 8, 4 + SIGNED_IN, 100),
        Budget("Palette: tail of a phone number", f"{search}?q=7919", 8, 4 + SIGNED_IN, 100),
    ]


def measure(client: Client, budget: Budget) -> tuple[int, float, list[float]]:
    """(queries, gzipped kilobytes, milliseconds of each round), after one warming request."""
    headers = {"HX-Request": "true"} if budget.title.startswith("Palette") else {}
    answer = client.get(budget.url, headers=headers)
    if answer.status_code != 200:
        raise SystemExit(f"{budget.url} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(budget.url, headers=headers)
    # At once: the next request empties the log.
    asked = len(queries)
    times = [timed(client, budget.url, headers) for _ in range(ROUNDS)]
    return asked, len(gzip.compress(answer.content)) / 1024, times


def timed(client: Client, url: str, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    client.get(url, headers=headers)
    return (time.perf_counter() - start) * 1000


def main() -> int:
    started = time.perf_counter()
    user = dataset.load()
    with connections["migrator"].cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"loaded {Tenant.objects.count():,} tenants in {time.perf_counter() - started:.0f} s")
    reset_queries()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="staff.backends.CountedBackend")
    print(f"{'page':40} {'queries':>12} {'gzip kB':>14} {'p50 ms':>8} {'p95 ms':>14}")
    broken = [budget.title for budget in budgets() if not report(client, budget)]
    print("every budget kept" if not broken else f"over budget: {', '.join(broken)}")
    return 1 if broken else 0


def report(client: Client, budget: Budget) -> bool:
    queries, weight, times = measure(client, budget)
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    row: list[Any] = [budget.title, f"{queries} of {budget.queries}", f"{weight:.1f} of {budget.kilobytes:.0f}", p50, p95]
    print(f"{row[0]:40} {row[1]:>12} {row[2]:>14} {row[3]:8.1f} {row[4]:8.1f} of {budget.milliseconds}")
    return queries <= budget.queries and weight <= budget.kilobytes


if __name__ == "__main__":
    sys.exit(main())
