"""A few weeks of repairs to look at, in every place of their life."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import history, signing
from premises.models import PublicArea
from repairs.flow import ORDER_FLOW
from repairs.models import Material, RepairCategory, ServiceItem, Skill, Urgency, WorkItem, WorkOrder
from repairs.services import report, work
from staff.models import User
from tenants.models import Lease, Tenant

TOWER = "A"
# Days ago, service, urgency, name, what was said, found, done, material (name, cost), the round of a second visit.
SETTLED = (
    (27, "TRIPPED", "ORDINARY", "许晴", "会议室跳闸，投影没有电。", "断路器过载", "更换 32A 断路器", ("断路器 32A", "45"), False),
    (24, "AC_NOT_COLD", "ORDINARY", "何伟", "办公区空调不冷。", "过滤网堵塞", "清洗过滤网、加注冷媒", ("冷媒", "60"), True),
    (20, "LEAK", "URGENT", "孙琳", "茶水间吊顶滴水。", "软管老化", "更换进水软管", ("不锈钢软管", "18"), False),
    (16, "DOOR", "ORDINARY", "陶然", "玻璃门关不严。", "地弹簧失效", "调校并加油", None, False),
    (12, "AC_NOT_COLD", "ORDINARY", "许晴", "空调又不冷了。", "风机皮带断裂", "更换皮带", ("皮带", "35"), False),
    (8, "CEILING", "ORDINARY", "梁超", "走廊吊顶板松动。", "卡件脱落", "重新固定", None, False),
    (5, "TRIPPED", "ORDINARY", "许晴", "会议室又跳闸。", "线路接触不良", "紧固接线端子", None, False),
)  # fmt: skip
PAID = (
    (18, "TAP", "何伟", "水龙头滴水。"),
    (10, "LAMP", "孙琳", "更换前厅灯具。"),
    (6, "LOCK", "邹敏", "更换办公室门锁。"),
    (2, "SOCKET", "陶然", "加装一个插座。"),
)
STROKES = [[{"x": 10.0, "y": 20.0}, {"x": 60.0, "y": 40.0}, {"x": 90.0, "y": 18.0}]]


def load(now: dt.datetime) -> None:
    """Loads the examples once; what is there stays."""
    tenants = list(Tenant.objects.filter(building__code=TOWER, left_on=None).order_by("number")[:8])
    if len(tenants) < 8 or WorkOrder.objects.filter(building__code=TOWER).exists():
        return
    people = {user.username: user for user in User.objects.filter(posts__isnull=False)}
    with transaction.atomic():
        _skills(people)
        for number, example in enumerate(SETTLED):
            _settled(_tenant(tenants, number), example, people, now)
        for number, (days, service, name, content) in enumerate(PAID):
            _paid(tenants[1 + number], service, name, content, people, now - dt.timedelta(days=days), last=number)
        _under_way(tenants, people, now)
        _booked(tenants, people, now)


def _tenant(tenants: list[Tenant], number: int) -> Tenant:
    """The first tenant's fault comes back."""
    return tenants[0] if number in (0, 4, 6) else tenants[number]


def _skills(people: dict[str, Any]) -> None:
    for username, codes in {
        "engineer": ("POWER", "WATER", "DOORS"),
        "engineering_head": ("AIR_CONDITIONING", "LIFTS", "FIRE_SYSTEM"),
    }.items():
        for code in codes:
            Skill.objects.get_or_create(user=people[username], category=RepairCategory.objects.get(code=code))


def _told(tenant: Tenant | None, service: str | None, by: Any, at: dt.datetime, **told: Any) -> WorkOrder:
    """`booked`: from and to of a service by the hour."""
    booked = told.pop("booked", None)
    item = ServiceItem.objects.get(code=service) if service else None
    lease = Lease.objects.in_force(at.date()).filter(tenant=tenant).select_related("unit").first() if tenant else None
    values = {"name": "刘洋", "phone": "13810020001", "urgency": Urgency.objects.get(code=told.pop("urgency", "ORDINARY"))}
    values["category"] = item.category if item else RepairCategory.objects.get(code=told.pop("category", "OTHER"))
    order = WorkOrder(tenant=tenant, unit=lease.unit if lease else None, service=item, **{**values, **told})
    with history.acting(by):
        return report(order, by=by, at=at, booked=booked)


class Walk:
    """Takes an order step by step, each by whose turn it is, a while after the one before."""

    def __init__(self, order: WorkOrder, people: dict[str, Any], at: dt.datetime) -> None:
        self.order, self.people, self.at = order, people, at

    def take(self, step: str, who: str, minutes: int = 10, **said: Any) -> Walk:
        self.at += dt.timedelta(minutes=minutes)
        by = self.people[who] if who else None
        self.order = ORDER_FLOW.take(self.order, step, by=by, at=self.at, **said)
        return self

    def sign(self, document: str) -> Walk:
        given: dict[str, Any] = {"method": "SCREEN", "name": self.order.name, "strokes": STROKES}
        signing.sign(self.order, document, "CUSTOMER", by=self.people["engineer"], at=self.at, **given)
        return self

    def send(self) -> Walk:
        """To the technician's hands, reviewed first where it must be."""
        if self.order.is_public:
            self.take("dispatch", "frontdesk", 3)
        else:
            self.take("send_to_review", "frontdesk", 3).take("can_be_done", "engineering_head", 9, answer="可以维修。", reply="PHONE")
        return self.take("accept", "engineer", 6)

    def work(self, found: str, done: str, material: tuple[str, str] | None = None) -> Walk:
        self.take("arrive", "engineer", 25)
        by = self.people["engineer"]
        self.order = work.record_findings(self.order, found, by=by)
        work.add_item(WorkItem(text=done, minutes=40), self.order, by=by)
        if material:
            name, cost = material
            work.add_material(Material(name=name, quantity=1, measure="个", unit_cost=Decimal(cost)), self.order, by=by)
        return self.take("finish", "engineer", 45)


def _settled(tenant: Tenant, example: tuple[Any, ...], people: dict[str, Any], now: dt.datetime) -> None:
    """From the call to the return visit."""
    days, service, urgency, name, content, found, done, material, again = example
    at = now - dt.timedelta(days=days)
    walk = Walk(_told(tenant, service, people["frontdesk"], at, name=name, content=content, urgency=urgency), people, at)
    if service == "LEAK":
        walk.take("dispatch", "frontdesk", 2).take("accept", "engineer", 2)
    else:
        walk.send()
    walk.work(found, done, material)
    if again:
        walk.take("not_satisfied", "engineer", 20, note="出风口仍不凉").take("arrive", "engineer", 60).take("finish", "engineer", 40)
    walk.sign("acceptance").take("confirm", "engineer", 5)
    walk.take("called_back", "service_clerk", 1200, method="PHONE", person=name, remark="处理及时")


def _paid(tenant: Tenant, service: str, name: str, content: str, people: dict[str, Any], at: dt.datetime, *, last: int) -> None:
    """To pay; the second is refused, the third passed on, the last waits for the customer's signature."""
    walk = Walk(_told(tenant, service, people["frontdesk"], at, name=name, content=content), people, at)
    walk.take("send_to_review", "frontdesk", 3).take("quote", "engineering_head", 12, answer="按服务项目表收费。", reply="PHONE")
    if last == 3:
        return
    walk.sign("notice").take("agree", "frontdesk", 30).take("accept", "engineer", 6)
    walk.work("现场确认", "按约定完成").sign("acceptance").take("confirm_and_charge", "engineer", 5)
    if last in (1, 2):
        walk.take("refuse", "service_clerk", 600, note="认为价格过高，拒绝支付")
    if last == 2:
        walk.take("pass_on", "service_head", 300, note="质量合格，已多次说明收费依据")


def _under_way(tenants: list[Tenant], people: dict[str, Any], now: dt.datetime) -> None:
    """Just told, under review, late, waiting for parts, on hold, to confirm, declined, withdrawn, public property."""
    desk, minute = people["frontdesk"], dt.timedelta(minutes=1)

    def told(tenant: int | None, service: str | None, ago: int, content: str, **values: Any) -> Walk:
        at = now - ago * minute
        return Walk(_told(tenants[tenant] if tenant is not None else None, service, desk, at, content=content, **values), people, at)

    told(2, "TRIPPED", 6, "前台插座没有电。", name="孙琳")
    told(3, None, 50, "想在隔断上开一扇门。", category="FINISHES").take("send_to_review", "frontdesk", 3)
    told(4, "AC_NOT_COLD", 300, "机房空调报警。", urgency="URGENT").take("send_to_review", "frontdesk", 3).take(
        "can_be_done", "engineering_head", 9, answer="马上到场。", reply="PHONE"
    )
    parts = told(5, "AC_NOT_COLD", 2000, "会议室空调不冷。").send().take("arrive", "engineer", 25)
    parts.take("wait_for_parts", "engineer", 20, note="风机电机到货约三天")
    told(6, "DOOR", 400, "门禁门关不上。").send().take("pause", "engineer", 5, reason="ACCESS", note="下班后才能进入")
    told(7, "CEILING", 240, "吊顶有水渍。").send().work("上层管道返潮", "更换吊顶板", ("矿棉板", "22"))
    told(1, None, 3000, "要在承重墙上开洞走线。", category="FINISHES").take("send_to_review", "frontdesk", 3).take(
        "decline", "engineering_head", 90, answer="承重墙不能开洞，建议走明线槽。", reply="PHONE"
    )
    told(2, "BLOCKED_DRAIN", 1500, "洗手池下水慢。").take("withdraw", "frontdesk", 20, note="客户自行疏通")
    lobby = PublicArea.objects.filter(building=tenants[0].building).first()
    lamp = {"is_public": True, "area": lobby, "name": "保安员", "phone": "13810020009"}
    told(None, "PUBLIC_LAMP", 90, "一盏筒灯不亮。", **lamp).take("dispatch", "frontdesk", 3).take("accept", "engineer", 6)
    told(None, "LIFT_FAULT", 30, "2 号梯门反复开关。", **lamp, urgency="URGENT").take("dispatch", "frontdesk", 2)


def _booked(tenants: list[Tenant], people: dict[str, Any], now: dt.datetime) -> None:
    """The meeting room: this afternoon once, tomorrow twice."""
    noon = timezone.localtime(now).replace(hour=12, minute=0, second=0, microsecond=0)
    for number, (day, first, last) in enumerate(((0, 14, 16), (1, 9, 11), (1, 13, 15))):
        begin = noon + dt.timedelta(days=day, hours=first - 12)
        told = {"content": "会议室租用", "booked": (begin, begin + dt.timedelta(hours=last - first))}
        _told(tenants[number], "MEETING_ROOM", people["frontdesk"], now - dt.timedelta(hours=4), **told)
