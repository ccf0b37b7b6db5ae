"""Workers with passes, some of them on site, hot work and work at height in several states, for fit-outs whose permit is issued."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from billing import services as billing
from billing.models import ChargeKind, Price
from core import clock, files
from core.models import StoredFile
from fitout.flow import HOT_WORK_FLOW, PASS_FLOW, gate
from fitout.models import Fitout, HeightPermit, HotWorkPermit, Trade, WorkerPass
from fitout.services import gate as entries
from fitout.services import passes, site_permits

TOWER = "A"
# Name, identity number, trade, phone; the colour of the photo's background.
WORKERS = (
    ("张建国", "110101198803054517", "CARPENTER", "13611010001", "#c9d8e8"),
    ("李卫东", "130203199004127736", "WELDER", "13611010002", "#e8d9c9"),
    ("王志强", "370102198511098815", "ELECTRICIAN", "13611010003", "#d3e8c9"),
    ("赵海涛", "410305199208213359", "RIGGER", "13611010004", "#e8c9d6"),
    ("刘长青", "320106197912016670", "PAINTER", "13611010005", "#d9d4ea"),
    ("周小军", "510107199610056613", "GENERAL", "13611010006", "#e8e5c9"),
)
PRICES = (("WORKER_PASS", "10"), ("EXTINGUISHER_RENT", "30"))


def load(people: dict[str, Any], now: dt.datetime) -> None:
    """Gives every fit-out with a permit and no worker its workers, and two sites where works go on their permits."""
    rows = Fitout.objects.filter(building__code=TOWER).select_related("building", "tenant", "unit", "contractor")
    for fitout in rows.filter(passes=None, permits__state="VALID").distinct():
        workers_of(fitout, people, now)
    for fitout in rows.filter(state=Fitout.State.ON_SITE, hot_works=None)[:2]:
        permits_of(fitout, people, now)


def workers_of(fitout: Fitout, people: dict[str, Any], now: dt.datetime) -> list[WorkerPass]:
    """Six workers; the passes of five are made, the sixth waits for the cashier."""
    for code, yuan in PRICES:
        values = {"unit_price": yuan, "starts_on": dt.date(2020, 1, 1), "set_by": people["finance_head"]}
        Price.objects.get_or_create(building=fitout.building, kind=ChargeKind.objects.get(code=code), defaults=values)
    rows = passes.enter([_worker(told) for told in WORKERS], fitout, by=people["service_clerk"], at=now)
    bill = passes.ask(fitout, by=people["service_clerk"], at=now)
    if bill is None:
        return rows
    stamp = billing.Stamp(by=people["cashier"], at=now, on=timezone.localdate(now))
    charge, paid = bill.charges.get(), min(bill.outstanding, Decimal(50))
    receipt = billing.receive(fitout.tenant, paid, "CASH", stamp, picks={charge: paid}, payer=fitout.contractor.name)
    for row, told in zip(rows[:5], WORKERS, strict=False):
        row.refresh_from_db()
        _make(row, receipt, told[4], people["guard"], now)
    return rows


def _worker(told: tuple[str, ...]) -> WorkerPass:
    name, identity, code, phone, _colour = told
    trade = Trade.objects.get(code=code)
    row = WorkerPass(name=name, identity_number=identity, trade=trade, phone=phone)
    if trade.needs_certificate:
        row.certificate_number, row.certificate_until = f"T{identity}", timezone.localdate() + dt.timedelta(days=400)
    if trade.is_at_height:
        row.medical_until = timezone.localdate() + dt.timedelta(days=300)
    return row


def _make(row: WorkerPass, receipt: Any, colour: str, guard: Any, now: dt.datetime) -> None:
    told = {"receipt": receipt, "photo": _picture(row.name, colour, guard)}
    if row.trade.needs_certificate:
        told["certificate"] = _picture(f"{row.name}-certificate", "#f4efe0", guard)
    PASS_FLOW.take(row, "make", by=guard, at=now, **told)


def _picture(name: str, colour: str, by: Any) -> StoredFile:
    """A plain portrait: head and shoulders on a colour."""
    image = Image.new("RGB", (300, 400), colour)
    draw = ImageDraw.Draw(image)
    draw.ellipse((95, 70, 205, 210), fill="#b98b6b")
    draw.pieslice((40, 230, 260, 560), 180, 360, fill="#3d5166")
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return files.stash(SimpleUploadedFile(f"{name}.jpg", out.getvalue(), "image/jpeg"), by=by, purpose="fitout.pass")


def permits_of(fitout: Fitout, people: dict[str, Any], now: dt.datetime) -> None:
    """Two workers are on site; hot work and work at height are applied for, one of them approved."""
    made = {row.trade.code: row for row in fitout.passes.filter(state=WorkerPass.State.VALID).select_related("trade")}
    for code in ("CARPENTER", "PAINTER"):
        entries.let_in(made[code], check=gate.stops, by=people["guard"], at=now)
    day = clock.add_working_days(timezone.localdate(now), 1)
    times = {"starts_at": _at(day, 9), "ends_at": _at(day, 12)}
    flame = HotWorkPermit(
        fitout=fitout, spot="茶水间吊顶", work="焊接空调吊架", tool="电焊机", welder=made["WELDER"], watcher=made["CARPENTER"],
        has_blanket=True, isolated="茶水间感烟探测器 2 只", **times,
    )  # fmt: skip
    HOT_WORK_FLOW.take(site_permits.apply(flame, by=people["service_clerk"], at=now), "approve", by=people["guard"], at=now)
    high = HeightPermit(
        fitout=fitout, spot="东侧玻璃幕墙外侧", work="更换密封胶", height_m=Decimal(18), is_outdoors=True,
        danger_zone="首层东侧 6 米范围设警戒线", worker=made["RIGGER"], watcher=made["PAINTER"], **times,
    )  # fmt: skip
    site_permits.apply(high, by=people["service_clerk"], at=now)


def _at(day: dt.date, hour: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))
