"""Lists, search, page and form of work orders at 10,000, 100,000 and a million, weighed against a bare Django page of the same rows.

What is compared is processor time: of this process and of the database's backend behind its connection, the middle of several
rounds, the product's page and the bare one in turn, so that a busy machine slows both. Runs alone: `make bench ARGS=tickets`.
"""

from __future__ import annotations

import gzip
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.staticfiles import finders  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import tickets_data  # noqa: E402
from bench.bare import pages as bare  # noqa: E402
from complaints.models import Complaint  # noqa: E402
from repairs.models import WorkOrder  # noqa: E402
from repairs.services import deadlines  # noqa: E402
from repairs.tasks import follow_up_done, settle_paid  # noqa: E402
from staff.models import Department  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 15
# How much more than among ten thousand something may cost among a million, the speed of the machine taken out.
GROWTH = 1.1
FIRST_LOAD_KB, FONT = 150, "vendor/noto-sans-sc/"
SWEEP_MS = 25
FILTERS = ("due=open", "due=overdue", "state=CLOSED", "state=NEW")
COMMON, RARE, TWO = "漏水", "冷凝水泵", "渗水"


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time: here, and in the database; how many queries."""

    web: float
    database: float
    queries: int = 0

    @property
    def whole(self) -> float:
        return self.web + self.database


@dataclass(frozen=True)
class Case:
    """Something people do, and the bare page of it where there is one; how many times its cost it may take, and whether it may grow so."""

    title: str
    ours: Callable[[], Any]
    bare: Callable[[], Any] | None = None
    times: float = 0
    may_grow_as_bare: bool = False


class Clock:
    """Processor time of this process and of the backend that answers it, in milliseconds."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")

    def of(self, act: Callable[[], Any]) -> Cost:
        database, web = self._database(), time.process_time_ns()
        answer = act()
        cost = Cost((time.process_time_ns() - web) / 1e6, self._database() - database)
        if answer.status_code not in (200, 302):
            raise SystemExit(f"answered {answer.status_code}: {answer.content[:500].decode(errors='replace')}")
        return cost

    def _database(self) -> float:
        return int(self.backend.read_text().split()[0]) / 1e6


class Form:
    """A form filled in as a browser does: opened before, with its tokens; sending it is what is measured."""

    def __init__(self, client: Client, address: str, **typed: str) -> None:
        self.client, self.address, self.typed = client, address, typed
        self.ready: dict[str, str] = {}

    def open(self) -> None:
        page = self.client.get(self.address).content.decode()
        hidden = re.findall(r'<input type="hidden" name="(csrfmiddlewaretoken|submission_key)" value="([^"]+)"', page)
        self.ready = self.typed | dict(hidden)

    def send(self) -> Any:
        return self.client.post(self.address, self.ready)


def cases(ours: Client, plain: Client) -> list[Case]:
    register = reverse("repairs:work_order_list")
    some = WorkOrder.objects.filter(state="CLOSED").order_by("-pk")[100]
    pair = [(title, f"?q={quote(word)}") for title, word in (("common word", COMMON), ("rare term", RARE), ("two characters", TWO))]
    unit = some.unit
    told = {
        "name": "刘女士",
        "phone": "13800138000",
        "channel": "PHONE",
        "content": "水槽下水管漏水，请派人",
        "urgency": str(some.urgency_id),
    }
    told |= {"category": str(some.category_id)}
    real = Form(ours, reverse("repairs:work_order_new"), **told, unit=f"={unit.pk}", send_at_once="on")
    short = Form(plain, "/new/", **told, unit=str(unit.pk), building=str(unit.building_id))
    return [
        Case("list", lambda: ours.get(register), lambda: plain.get("/"), 4),
        *(
            Case(f"search: {title}", lambda query=query: ours.get(register + query), lambda query=query: plain.get(f"/{query}"), 4, True)
            for title, query in pair
        ),
        Case("detail", lambda: ours.get(f"{register}{some.pk}/"), lambda: plain.get(f"/{some.pk}/"), 5),
        Case("create", Sent(real), Sent(short), 2.5),
        Case("complaints: list", lambda: ours.get(reverse("complaints:complaint_list"))),
        Case("complaints: search", lambda: ours.get(f"{reverse('complaints:complaint_list')}?q={quote(RARE)}"), may_grow_as_bare=True),
        Case("beside the form", lambda: ours.get(f"{reverse('repairs:similar')}?unit=%3D{unit.pk}")),
        Case("tenant: repairs", lambda: ours.get(reverse("tenants:tenant_tab", args=[some.tenant_id, "repairs"]))),
        Case("my desk", lambda: ours.get("/")),
        *(
            Case(f"list: {query}", lambda query=query: ours.get(f"{register}?{query}"))
            for query in ("due=open", "due=overdue", "state=CLOSED")
        ),
    ]


class Sent:
    """Sends a form; `before` opens it, unmeasured."""

    def __init__(self, form: Form) -> None:
        self.form, self.before = form, form.open

    def __call__(self) -> Any:
        return self.form.send()


@dataclass(frozen=True)
class Result:
    """What a case costs: the first time, then in the middle; the bare page; a yardstick that depends on the machine alone."""

    first: Cost
    ours: Cost
    bare: Cost
    yard: float

    def growth(self, since: Result, side: str) -> float:
        return (getattr(self, side).whole / self.yard) / (getattr(since, side).whole / since.yard)


def measure(clock: Clock, case: Case) -> Result:
    """Every act once to warm up, then in turn with the yardstick."""
    acts = [case.ours, case.bare or yardstick, yardstick]
    first, *_others = [once(clock, act) for act in acts]
    rounds = [[once(clock, act) for act in acts] for _turn in range(ROUNDS)]
    before(case.ours)
    with CaptureQueriesContext(connection) as queries:
        case.ours()
    ours, plain, yard = (
        Cost(*(statistics.median(getattr(turn[place], name) for turn in rounds) for name in ("web", "database"))) for place in range(3)
    )
    return Result(first, Cost(ours.web, ours.database, len(queries)), plain, yard.whole)


def yardstick() -> Any:
    """The same work whatever is in the tables: as many questions as a page asks, of a table that does not grow, and a page."""
    for _turn in range(15):
        list(Department.objects.order_by("position"))
    return bare.page("detail.html", None, {"facts": [(place, COMMON * 8) for place in range(1500)]})


def before(act: Any) -> None:
    getattr(act, "before", lambda: None)()


def once(clock: Clock, act: Callable[[], Any]) -> Cost:
    before(act)
    return clock.of(act)


def first_load(client: Client) -> float:
    """Gzipped kilobytes of the register and everything it links to at once, without the slices of the Chinese font and their list."""
    page = client.get(reverse("repairs:work_order_list")).content
    linked = set(re.findall(r'<(?:link|script)[^>]*? (?:href|src)="([^"?]+)', page.decode()))
    named = {address.removeprefix(settings.STATIC_URL) for address in linked if address.startswith(settings.STATIC_URL)}
    weights = [len(gzip.compress(page))]
    seen = {name for name in named if name.startswith(FONT)}
    while named:
        name = named.pop()
        path = finders.find(name)
        if name in seen or not path:
            continue
        seen.add(name)
        content = Path(str(path)).read_bytes()
        weights.append(len(gzip.compress(content)))
        if name.endswith(".js"):
            parts = re.findall(r'(?:from|import) ?"(\./[\w./-]+\.js)"', content.decode())
            named |= {str(Path(name).parent / part.removeprefix("./")) for part in parts}
    return sum(weights) / 1024


def sweeps(clock: Clock) -> dict[str, float]:
    """What the minute's sweeps ask of the database: processor time of its backend."""
    now = timezone.now()
    asked = {"escalation": deadlines.unsent, "return visits": follow_up_done, "payments": settle_paid}
    return {title: statistics.median(clock.of(swept(ask, now)).database for _turn in range(3)) for title, ask in asked.items()}


def swept(ask: Callable[[Any], Any], now: Any) -> Callable[[], Any]:
    def act() -> HttpResponse:
        ask(now)
        return HttpResponse()

    return act


def judge(case: Case, size: int, result: Result, small: Result) -> list[str]:
    """The budgets that are broken, in words."""
    broken = []
    ratio, growth = result.ours.whole / result.bare.whole, result.growth(small, "ours")
    if case.times and ratio > case.times:
        broken.append(f"{ratio:.2f}× of {case.times}×")
    allowed = max(GROWTH, result.growth(small, "bare")) if case.may_grow_as_bare else GROWTH
    if size == SIZES[-1] and case.times and growth > allowed:
        broken.append(f"grew {growth:.2f}× of {allowed:.2f}×")
    if result.ours.queries > small.ours.queries + (1 if case.may_grow_as_bare else 0):
        broken.append(f"{result.ours.queries} queries, {small.ours.queries} before")
    return broken


def line(case: Case, result: Result, small: Result, broken: list[str]) -> str:
    """A row of the table: title, queries, milliseconds here and in the database, those of the bare page, ratio, growth, verdict."""
    ours, plain = result.ours, result.bare
    beside = f"{plain.web:7.1f} +{plain.database:7.1f}  {ours.whole / plain.whole:6.2f} of {case.times:3}" if case.times else " " * 32
    verdict = f"OVER: {', '.join(broken)}" if broken else "kept" if case.times else ""
    first = f"{result.first.web:7.1f} +{result.first.database:7.1f}"
    return (
        f"{case.title:24} {ours.queries:7} {first}  {ours.web:7.1f} +{ours.database:6.1f}  {beside}"
        f"  {result.growth(small, 'ours'):6.2f}  {verdict}"
    )


def run(size: int, clock: Clock, tried: list[Case], small: dict[str, Result]) -> list[str]:
    """Measures every case at a size and prints it; the broken budgets. `small` keeps the results of the first size."""
    print(f"\n{size:,} work orders, {Complaint.objects.count():,} complaints; milliseconds of processor time, here + in the database")
    print(f"{'':24} {'queries':>7} {'the first time':>16}  {'in the middle':>15}  {'bare page':>16}  {'times':>13}  growth")
    found = []
    for case in tried:
        result = measure(clock, case)
        since = small.setdefault(case.title, result)
        broken = judge(case, size, result, since)
        print(line(case, result, since, broken), flush=True)
        found += [f"{case.title} at {size:,}: {each}" for each in broken]
    for title, spent in sweeps(clock).items():
        print(f"sweep: {title:17} {'':31} {spent:18.1f}")
        found += [f"sweep of {title} at {size:,}: {spent:.0f} of {SWEEP_MS} ms"] if spent > SWEEP_MS else []
    return found


def main() -> int:
    clerk, technician = tickets_data.clerk(), tickets_data.technician()
    cache.clear()
    clock, small, broken, loaded = Clock(), dict[str, Result](), list[str](), 0
    ours = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    ours.force_login(clerk, backend="staff.backends.CountedBackend")
    plain = bare.client(clerk)
    for size in SIZES:
        began = time.perf_counter()
        tickets_data.load(loaded + 1, size, clerk=clerk, technician=technician)
        print(f"\nloaded {size - loaded:,} work orders in {time.perf_counter() - began:.0f} s")
        loaded = size
        broken += run(size, clock, cases(ours, plain), small)
    weight = first_load(ours)
    print(f"\nfirst load: {weight:.0f} kB gzipped of {FIRST_LOAD_KB}, without the slices of the Chinese font and their list")
    broken += [f"first load: {weight:.0f} kB of {FIRST_LOAD_KB}"] if weight > FIRST_LOAD_KB else []
    print("\n".join(["", *(f"OVER: {each}" for each in broken)]) if broken else "\nevery budget kept")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
