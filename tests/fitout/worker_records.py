"""Worker passes, entries, permits and hired extinguishers, walked there by whoever does it as a rule."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from billing import services as billing
from billing.models import Receipt
from core import clock
from fitout.flow import HEIGHT_FLOW, HOT_WORK_FLOW, PASS_FLOW, gate
from fitout.models import ExtinguisherHire, Fitout, HeightPermit, HotWorkPermit, Trade, WorkerPass
from fitout.services import fire, passes, site_permits
from fitout.services import gate as entries
from premises.models import Extinguisher
from tests.core.uploads import keep, picture

DAY = dt.timedelta(days=1)
IDENTITIES = count(100)


def a_site(cast: Any, building: Any, **values: Any) -> Fitout:
    from tests.fitout.factories import S, a_fitout

    return a_fitout(cast, building, at=S.ON_SITE, **values)


def a_worker(name: str = "张师傅", trade: str = "CARPENTER", **values: Any) -> WorkerPass:
    """A worker as the contractor's list has them; those of special trades with certificate and examination."""
    kind = Trade.objects.get(code=trade)
    told: dict[str, Any] = {"name": name, "identity_number": f"110105194912{next(IDENTITIES):04d}21", "trade": kind}
    if kind.needs_certificate:
        told |= {"certificate_number": "T11010519", "certificate_until": timezone.localdate() + 200 * DAY}
    if kind.is_at_height:
        told["medical_until"] = timezone.localdate() + 200 * DAY
    return WorkerPass(**{**told, **values})


def pay(bill: Any, cast: Any, amount: Any = None) -> Receipt:
    """The cashier takes what a notice asks, or a part of it."""
    stamp, sum_ = billing.Stamp(by=cast.cashier, at=timezone.now(), on=timezone.localdate()), Decimal(amount or bill.outstanding)
    left, picks = sum_, {}
    for charge in bill.charges.order_by("pk"):
        picks[charge] = min(left, charge.outstanding)
        left -= picks[charge]
    return billing.receive(bill.tenant, sum_, "CASH", stamp, picks={row: part for row, part in picks.items() if part})


def a_photo(by: Any, purpose: str = "fitout.pass") -> Any:
    return keep(picture(), by, "a.jpg", purpose=purpose)


def applied_for(cast: Any, building: Any, *, fitout: Fitout | None = None, **values: Any) -> WorkerPass:
    """A worker who was registered; nothing is billed yet."""
    from tests.fitout.factories import S, a_fitout

    fitout = fitout or a_fitout(cast, building, at=S.PERMITTED)
    [row] = passes.enter([a_worker(**values)], fitout, by=cast.service_clerk, at=timezone.now())
    return row


def a_pass(cast: Any, building: Any, *, fitout: Fitout | None = None, made: bool = True, **values: Any) -> WorkerPass:
    """A worker's pass: registered, billed, paid, and made by security on the receipt shown."""
    row = applied_for(cast, building, fitout=fitout, **values)
    if not made:
        return row
    passes.ask(row.fitout, by=cast.service_clerk, at=timezone.now())
    row.refresh_from_db()
    receipt = pay(row.bill, cast)
    return make(row, cast, receipt)


def make(row: WorkerPass, cast: Any, receipt: Receipt, **told: Any) -> WorkerPass:
    if row.trade.needs_certificate:
        told.setdefault("certificate", a_photo(cast.guard, "fitout.certificate"))
    return PASS_FLOW.take(row, "make", by=cast.guard, at=timezone.now(), receipt=receipt, photo=a_photo(cast.guard), **told)  # type: ignore[no-any-return]


def give_back_passes(fitout: Fitout, cast: Any) -> None:
    for row in fitout.passes.filter(state__in=WorkerPass.HELD):
        entries.let_out(row, by=cast.guard, at=timezone.now())
        PASS_FLOW.take(row, "take_back", by=cast.guard, at=timezone.now())


def inside(cast: Any, building: Any, **values: Any) -> WorkerPass:
    """A worker who is on site."""
    fitout = values.pop("fitout", None) or a_site(cast, building)
    row = a_pass(cast, building, fitout=fitout, **values)
    entries.let_in(row, check=gate.stops, by=cast.guard, at=timezone.now())
    return row


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def next_working_day() -> dt.date:
    return clock.add_working_days(timezone.localdate(), 1)


def hot_work_of(fitout: Fitout, cast: Any, **values: Any) -> HotWorkPermit:
    """What somebody applies for: the next working day, nine to twelve."""
    day = values.pop("day", None) or next_working_day()
    welder = values.pop("welder", None) or a_pass(cast, fitout.building, fitout=fitout, name="焊工老李", trade="WELDER")
    watcher = values.pop("watcher", None) or a_pass(cast, fitout.building, fitout=fitout, name="看火小王")
    told: dict[str, Any] = {
        "spot": "会议室吊顶",
        "work": "焊接吊杆",
        "tool": "电焊机",
        "starts_at": at(day, 9),
        "ends_at": at(day, 12),
        "clear_m": 10,
        "extinguishers": 2,
        "has_blanket": True,
    }
    return HotWorkPermit(fitout=fitout, welder=welder, watcher=watcher, **{**told, **values})


def a_hot_work(cast: Any, building: Any, *, fitout: Fitout | None = None, **values: Any) -> HotWorkPermit:
    """An application of a guard, not decided yet."""
    fitout = fitout or a_site(cast, building)
    return site_permits.apply(hot_work_of(fitout, cast, **values), by=cast.service_clerk, at=timezone.now())  # type: ignore[return-value]


def approve(permit: Any, cast: Any) -> Any:
    life = HOT_WORK_FLOW if isinstance(permit, HotWorkPermit) else HEIGHT_FLOW
    return life.take(permit, "approve", by=cast.guard, at=timezone.now())


def begin(permit: Any, cast: Any, **told: Any) -> Any:
    life = HOT_WORK_FLOW if isinstance(permit, HotWorkPermit) else HEIGHT_FLOW
    told.setdefault("checked", [row.code for row in site_permits.checks(permit)])
    told.setdefault("photo", a_photo(cast.guard, "fitout.spot"))
    return life.take(permit, "begin", by=cast.guard, at=timezone.now(), **told)


def a_height_permit(cast: Any, building: Any, *, fitout: Fitout | None = None, **values: Any) -> HeightPermit:
    """An application for work at the facade on the next working day."""
    fitout = fitout or a_site(cast, building)
    day = values.pop("day", None) or next_working_day()
    worker = values.pop("worker", None) or a_pass(cast, building, fitout=fitout, name="高空老赵", trade="RIGGER")
    watcher = values.pop("watcher", None) or a_pass(cast, building, fitout=fitout, name="监护小周")
    told: dict[str, Any] = {
        "spot": "东侧外立面",
        "work": "更换玻璃胶",
        "height_m": Decimal(12),
        "is_outdoors": True,
        "danger_zone": "楼下 5 米范围设警戒线",
        "starts_at": at(day, 9),
        "ends_at": at(day, 16),
    }
    permit = HeightPermit(fitout=fitout, worker=worker, watcher=watcher, **{**told, **values})
    return site_permits.apply(permit, by=cast.service_clerk, at=timezone.now())  # type: ignore[return-value]


def a_hire(cast: Any, building: Any) -> ExtinguisherHire:
    from tests.fitout.factories import S, a_fitout

    fitout = a_fitout(cast, building, at=S.PERMITTED)
    row = Extinguisher.objects.create(building=building, number=f"MH-{next(IDENTITIES)}")
    return fire.hire(fitout, row, by=cast.guard, at=timezone.now())


def _pk(factory: Any) -> Any:
    return lambda cast, building: {"pk": factory(cast, building).pk}


def _permitted(cast: Any, building: Any) -> Fitout:
    from tests.fitout.factories import S, a_fitout

    return a_fitout(cast, building, at=S.PERMITTED)


def _unbilled(cast: Any, building: Any) -> Fitout:
    return applied_for(cast, building).fitout


def _with_badge(cast: Any, building: Any) -> Fitout:
    return a_pass(cast, building).fitout


def _hired(cast: Any, building: Any) -> dict[str, Any]:
    row = a_hire(cast, building)
    return {"pk": row.fitout_id, "hire": row.pk}


def a_lost_pass(cast: Any, building: Any) -> WorkerPass:
    row = a_pass(cast, building)
    return PASS_FLOW.take(row, "report_lost", by=cast.guard, at=timezone.now(), note="丢失")  # type: ignore[no-any-return]


def an_isolation(cast: Any, building: Any) -> HotWorkPermit:
    """A permit that names something to be taken out of service."""
    return a_hot_work(cast, building, isolated="18F 感烟探测器")


def _hot_work_told(cast: Any, building: Any) -> dict[str, Any]:
    fitout = Fitout.objects.filter(building=building).latest("pk")
    permit, day = hot_work_of(fitout, cast), next_working_day()
    return {
        "spot": permit.spot, "work": permit.work, "tool": permit.tool, "starts_at": f"{day}T09:00", "ends_at": f"{day}T12:00",
        "welder": permit.welder.pk, "watcher": permit.watcher.pk, "clear_m": "10", "extinguishers": "2", "has_blanket": "on",
    }  # fmt: skip


def _height_told(cast: Any, building: Any) -> dict[str, Any]:
    fitout, day = Fitout.objects.filter(building=building).latest("pk"), next_working_day()
    worker = a_pass(cast, building, fitout=fitout, name="高空老赵", trade="RIGGER")
    watcher = a_pass(cast, building, fitout=fitout, name="监护小周")
    return {
        "spot": "东侧外立面", "work": "换胶", "height_m": "12", "danger_zone": "楼下 5 米",
        "starts_at": f"{day}T09:00", "ends_at": f"{day}T16:00",
        "worker": worker.pk, "watcher": watcher.pk,
    }  # fmt: skip


def _hire_told(cast: Any, building: Any) -> dict[str, Any]:
    return {"extinguishers": [Extinguisher.objects.create(building=building, number=f"MH-{next(IDENTITIES)}").pk], "spot": "入口"}


FACTORIES: dict[str, Any] = {
    "fitout.WorkerPass": applied_for,
    "fitout.HotWorkPermit": a_hot_work,
    "fitout.HeightPermit": a_height_permit,
}
ARGUMENTS: dict[str, Any] = {
    "fitout:worker_pass_step": lambda cast, building: {"pk": applied_for(cast, building).pk, "step": "withdraw"},
    "fitout:worker_pass_edit": _pk(applied_for),
    "fitout:worker_pass_replace": _pk(a_lost_pass),
    "fitout:worker_pass_reveal": _pk(applied_for),
    "fitout:worker_pass_new": _pk(_permitted),
    "fitout:worker_lines": _pk(_permitted),
    "fitout:passes_bill": _pk(_unbilled),
    "fitout:pass_badges": _pk(_with_badge),
    "fitout:worker_pass_print": lambda cast, building: {"pk": a_pass(cast, building).pk, "form": "worker-pass"},
    "fitout:gate_pass": lambda cast, building: {"pk": a_pass(cast, building, fitout=a_site(cast, building)).pk},
    "fitout:hot_work_new": _pk(a_site),
    "fitout:height_permit_new": _pk(a_site),
    "fitout:hot_work_back": _pk(an_isolation),
    "fitout:extinguishers": _pk(lambda cast, building: a_hire(cast, building).fitout),
    "fitout:hire_new": _pk(_permitted),
    "fitout:own_extinguishers": _pk(_permitted),
    "fitout:hire_bill": _pk(lambda cast, building: a_hire(cast, building).fitout),
    "fitout:hire_return": _hired,
}
FORMS: dict[str, Any] = {
    "fitout:worker_pass_step": lambda cast, building: {"note": "不再需要"},
    "fitout:worker_pass_edit": lambda cast, building: {"phone": "139 0013 9000"},
    "fitout:worker_pass_replace": lambda cast, building: {},
    "fitout:worker_pass_new": lambda cast, building: {
        "name": "王师傅", "identity_number": "110105199001011239", "trade": Trade.objects.get(code="MASON").pk,
    },
    "fitout:worker_lines": lambda cast, building: {"lines": "孙一,110105199001011111,木工\n孙二,110105199001012222,瓦工"},
    "fitout:passes_bill": lambda cast, building: {},
    "fitout:gate_pass": lambda cast, building: {"way": "in"},
    "fitout:hot_work_step": lambda cast, building: {"note": "不符合要求"},
    "fitout:height_permit_step": lambda cast, building: {"note": "不符合要求"},
    "fitout:hot_work_new": _hot_work_told,
    "fitout:height_permit_new": _height_told,
    "fitout:hot_work_back": lambda cast, building: {},
    "fitout:weather": lambda cast, building: {"building": building.pk, "wind_force": "3"},
    "fitout:hire_new": _hire_told,
    "fitout:own_extinguishers": lambda cast, building: {"number": "2"},
    "fitout:hire_bill": lambda cast, building: {},
    "fitout:hire_return": lambda cast, building: {"condition": "GOOD"},
}  # fmt: skip
TWICE: dict[str, str] = {"fitout:worker_pass_reveal": "a look at a number: each is logged"}
