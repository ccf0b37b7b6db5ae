"""Today's checks of the open sites of the demo, breaches in every place of their life, one fined, and works that were stopped."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image, ImageDraw

from core import files, history
from core.models import StoredFile
from fitout.flow import BREACH_FLOW, FITOUT_FLOW, PENALTY_FLOW
from fitout.models import Breach, BreachKind, Fitout, Penalty
from fitout.services import breaches, site_checks
from rounds import services as rounds
from rounds.models import Round
from rounds.services import Given

HOUR = dt.timedelta(hours=1)
STROKES = [[{"x": 10.0, "y": 20.0}, {"x": 60.0, "y": 40.0}, {"x": 90.0, "y": 18.0}]]
WALKERS = {"CUSTOMER_SERVICE": "service_clerk", "ENGINEERING": "engineer", "SECURITY": "guard"}
# Department, words of the item that is not in order, note, note of the walk.
WALKS = (
    ("CUSTOMER_SERVICE", "垃圾", "渣土堆在走廊", "隔墙完成，吊顶龙骨安装约 60%。"),
    ("SECURITY", "灭火器", "缺一具，一具压力不足", ""),
)
# Kind, who found it, where, what, hours ago, how far: NOTED, NOTICED, TO_RECHECK, CLOSED.
FOUND = (
    ("WASTE", "service_clerk", "电梯厅", "渣土堆放在电梯厅，未覆盖。", 50, "CLOSED"),
    ("NO_PASS", "guard", "单元门口", "三名工人未佩戴出入证。", 30, "TO_RECHECK"),
    ("PROTECTION", "service_clerk", "公共走廊", "石材地面保护板破损。", 20, "NOTICED"),
    ("DRAWINGS", "engineer", "开放办公区", "插座位置与报审图纸不符。", 3, "NOTED"),
)


def load(people: dict[str, Any], now: dt.datetime) -> None:
    """Adds to the sites that are open; what is there stays."""
    sites = list(Fitout.objects.filter(state=Fitout.State.ON_SITE).select_related("unit", "contractor").order_by("pk"))
    if not sites or Breach.objects.exists():
        return
    with history.acting(people["service_clerk"]):
        for department, failed, note, said in WALKS:
            _walk(sites[0], department, people[WALKERS[department]], now, failed=failed, note=note, said=said)
        made = [_breach(sites[0], example, people, now) for example in FOUND]
        _fine(made[0], people, now)
        if len(sites) > 1:
            _stop(sites[1], people, now)


def a_shot(by: Any, purpose: str) -> StoredFile:
    """A drawn picture in place of a photo."""
    picture = Image.new("RGB", (960, 720), (168, 160, 148))
    pen = ImageDraw.Draw(picture)
    for number in range(16):
        pen.rectangle((number * 60, 420 - number % 5 * 30, number * 60 + 80, 720), fill=(120 + number * 5, 108, 92), outline=(80, 72, 64))
    body = BytesIO()
    picture.save(body, "JPEG", quality=80)
    return files.keep_made(body.getvalue(), "image/jpeg", name="现场.jpg", by=by, purpose=purpose)


def _walk(fitout: Fitout, department: str, walker: Any, now: dt.datetime, *, failed: str, note: str, said: str) -> Round:
    """The department's check of this hour."""
    plan = fitout.plans.select_related("plan").get(department__code=department).plan
    round = rounds.start_now(plan=plan, by=walker, at=now)
    answers = {}
    for item in round.checklist.items.current():
        bad = failed in item.text
        shots = (a_shot(walker, "rounds.photo"),) if bad else ()
        answers[item.pk] = Given("FAIL" if bad else "PASS", note=note if bad else "", photos=shots)
    told = {"captured_at": now, "received_at": now, "by": walker, "at": now, "method": "QR_LINK", "note": said}
    rounds.record_stop(round, entry=uuid4(), answers=answers, stop=1, **told)
    done = rounds.finish(round, by=walker, at=now)
    site_checks.keep(done)
    return done


def _breach(fitout: Fitout, example: tuple[Any, ...], people: dict[str, Any], now: dt.datetime) -> Breach:
    """Taken along its life as far as the example says."""
    code, who, spot, text, hours, reached = example
    kind, at, finder = BreachKind.objects.get(code=code), now - hours * HOUR, people[who]
    told = {"spot": spot, "description": text, "is_serious": kind.is_serious}
    breach = breaches.record(Breach(fitout=fitout, kind=kind, **told), by=finder, at=at, photos=[a_shot(finder, "fitout.breach")])
    clerk = people["service_clerk"]
    steps: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        ("give_notice", clerk, {"strokes": STROKES}),
        ("report_corrected", clerk, {"correction": "已按要求整改。", "photos": [a_shot(clerk, "fitout.breach")]}),
        ("pass_recheck", finder, {}),
    )
    for number, (step, by, said) in enumerate(steps, 1):
        if breach.state == reached:
            break
        breach = BREACH_FLOW.take(breach, step, by=by, at=at + number * HOUR / 2, **said)
    return breach


def _fine(breach: Breach, people: dict[str, Any], now: dt.datetime) -> None:
    """600 yuan, asked for by the finder and decided by the head of security."""
    told = {"amount": Decimal(600), "clause": breach.kind.clause, "reason": "三次提醒后仍将渣土堆放在公共区域。"}
    penalty = breaches.ask_penalty(Penalty(breach=breach, **told), by=people["service_clerk"], at=now - 40 * HOUR)
    PENALTY_FLOW.take(penalty, "impose", by=people["security_head"], at=now - 39 * HOUR)


def _stop(fitout: Fitout, people: dict[str, Any], now: dt.datetime) -> None:
    """An open flame without permit: security stops the works on the spot."""
    kind, guard = BreachKind.objects.get(code="HOT_WORK"), people["guard"]
    told: dict[str, Any] = {"spot": "卫生间", "description": "无动火证切割管道，现场无看火人和灭火器。", "is_serious": True}
    breach = breaches.record(Breach(fitout=fitout, kind=kind, **told), by=guard, at=now - HOUR, photos=[a_shot(guard, "fitout.breach")])
    FITOUT_FLOW.take(fitout, "stop_work", by=guard, at=now - HOUR, note=told["description"], breach=breach)
