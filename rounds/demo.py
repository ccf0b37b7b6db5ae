"""Patrols of the demo tower: security four times a day, customer service once; one a day of the equipment, and a monthly quota."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from premises.models import Building, Place, PublicArea
from premises.services import label_place
from rounds import services
from rounds.flow import ROUND_FLOW
from rounds.models import Checklist, Plan, Round
from rounds.recurrence import DAY, ZONE
from rounds.services import Given, ItemDraft, Repeats, Rule, Window, missed
from staff.models import Department, User

TOWER = "A"
ROUTE = ("大堂", "消防控制室", "高低压配电室", "生活水泵房", "B2 车库", "12F 公共走廊", "22F 公共走廊", "屋面")
PATROL = (
    ItemDraft("消防通道与安全出口畅通"),
    ItemDraft("灭火器、消火栓完好", help="压力表指针在绿区，封条完整"),
    ItemDraft("有无可疑人员或物品", kind="CHOICE", options=("无", "有"), failing=("有",)),
    ItemDraft("门窗、门禁正常"),
)
SERVICE_PATROL = (
    ItemDraft("公共区域整洁"),
    ItemDraft("照明完好"),
    ItemDraft("温度", kind="NUMBER", low=18, high=28, measure="℃", is_required=False),  # type: ignore[arg-type]
    ItemDraft("标识、水牌完好"),
)
DAYS_BACK = 3


def load(now: dt.datetime) -> None:
    """Loads the patrols once, with a few days of them walked; what is there stays."""
    tower = Building.objects.filter(code=TOWER).first()
    if tower is None or Plan.objects.filter(building=tower.pk).exists():
        return
    people = {user.username: user for user in User.objects.filter(posts__isnull=False)}
    began = now - DAY * DAYS_BACK
    with transaction.atomic():
        security = _patrol(tower, people, began)
        service = _service_patrol(tower, people, began)
        _shafts(tower, people, now)
        _rain(tower, people, now)
        _walk(security, people["guard"], now)
        _walk(service, people["service_clerk"], now)
        missed.mark_missed(now)
        _explain(security, people, now)


def _places(tower: Building, names: tuple[str, ...]) -> list[Place]:
    areas = {area.name: area for area in PublicArea.objects.filter(building=tower).select_related("place")}
    return [areas[name].place or label_place(areas[name]) for name in names if name in areas]


def _checklist(name: str, department: str, items: Any) -> Checklist:
    return services.make_checklist(name=name, department=Department.objects.get(code=department), items=items)


def _plan(tower: Building, name: str, checklist: Checklist, rule: Rule, by: User, at: dt.datetime, **values: Any) -> Plan:
    told = {"kind": "rounds.patrol", "building": tower, "department": checklist.department, "starts_on": at.astimezone(ZONE).date()}
    return services.make_plan(**{**told, "name": name, "checklist": checklist, "rule": rule, "by": by, "at": at, **values})


def _patrol(tower: Building, people: dict[str, User], at: dt.datetime) -> Plan:
    windows = tuple(Window(dt.time(hour), 180) for hour in (2, 9, 15, 21))
    rule = Rule(Repeats.DAYS, windows, at.astimezone(ZONE).date())
    return _plan(
        tower,
        "大厦全方位巡逻",
        _checklist("大厦巡逻检查表", "SECURITY", PATROL),
        rule,
        people["security_head"],
        at,
        places=_places(tower, ROUTE),
    )


def _service_patrol(tower: Building, people: dict[str, User], at: dt.datetime) -> Plan:
    rule = Rule(Repeats.DAYS, (Window(dt.time(10), 120),), at.astimezone(ZONE).date())
    checklist = _checklist("客服部公共区域巡查表", "CUSTOMER_SERVICE", SERVICE_PATROL)
    return _plan(tower, "客服部公共区域巡查", checklist, rule, people["service_head"], at, places=_places(tower, ROUTE))


def _shafts(tower: Building, people: dict[str, User], at: dt.datetime) -> None:
    """Twice a month, spread over the working days: what the quota page counts."""
    checklist = _checklist("机房月度检查表", "ENGINEERING", ("设备运行正常", "无渗漏、无异响"))
    rule = Rule(Repeats.SPREAD, (Window(dt.time(9), 480),), at.astimezone(ZONE).date(), times=2, working_days_only=True)
    places = _places(tower, ("高低压配电室", "生活水泵房"))
    _plan(tower, "机房巡检", checklist, rule, people["engineering_head"], at, places=places, kind="rounds.inspection")


def _rain(tower: Building, people: dict[str, User], at: dt.datetime) -> None:
    checklist = _checklist("雨天巡查表", "SECURITY", ("屋面排水口通畅", "地下车库无进水"))
    rule = Rule(Repeats.ON_DEMAND, (), at.astimezone(ZONE).date())
    _plan(tower, "雨天巡查", checklist, rule, people["security_head"], at, places=_places(tower, ("屋面", "B2 车库")))


def _walk(plan: Plan, walker: User, now: dt.datetime) -> None:
    """Every past round but each fifth, which nobody walked."""
    past = plan.rounds.filter(due_until__lte=now).order_by("due_from")
    for number, round in enumerate(past):
        if number % 5 != 2:
            _one(round, walker, number)


def _one(round: Round, walker: User, number: int) -> None:
    begun = round.due_from + dt.timedelta(minutes=12)
    fresh = ROUND_FLOW.take(round, "start", by=walker, at=begun)
    items = list(round.checklist.items.current().order_by("position"))
    for stop in fresh.stops.order_by("position"):
        at = begun + dt.timedelta(minutes=6 * stop.position)
        found = number % 6 == 1 and stop.position == 5
        answers = {item.pk: _answer(item, found and item.position == 1) for item in items}
        entry = uuid5(NAMESPACE_URL, f"demo-{round.pk}-{stop.position}")
        told: dict[str, Any] = {"entry": entry, "answers": answers, "captured_at": at, "received_at": at, "method": "SCANNER"}
        services.record_stop(fresh, stop=stop, by=walker, at=at, **told)
    services.finish(fresh, by=walker, at=begun + dt.timedelta(minutes=55), reason="照片次日补传")


def _answer(item: Any, is_finding: bool) -> Given:
    if item.kind == "NUMBER":
        return Given(number=23)  # type: ignore[arg-type]
    if item.kind == "CHOICE":
        return Given(choice="无")
    return Given("FAIL", note="车库 B2-031 旁消防通道停放电动车，已请车主移走") if is_finding else Given("PASS")


def _explain(plan: Plan, people: dict[str, User], now: dt.datetime) -> None:
    """The reason of the first missed round is given and seen; the others wait."""
    first = plan.rounds.missed().order_by("due_from").first()
    if first:
        fresh = ROUND_FLOW.take(first, "explain", by=people["guard"], at=now, note="协助电梯困人救援，未能按时巡逻")
        ROUND_FLOW.take(fresh, "acknowledge", by=people["security_head"], at=now)
