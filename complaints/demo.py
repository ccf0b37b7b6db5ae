"""A few weeks of complaints to look at, in every place of their life."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from complaints.flow import COMPENSATION_FLOW, COMPLAINT_FLOW, MEASURE_FLOW
from complaints.models import Compensation, Complaint, ComplaintCause, ComplaintKind, Measure
from complaints.services import compensations, log_complaint, mark_malicious, measures, name_keeper
from core import history, signing
from staff.models import User
from tenants.models import Lease, Tenant

TOWER = "A"
# Days ago, kind, name, phone, what was said, who answers, the result, the cause.
SETTLED = (
    (26, "AIR_CONDITIONING", "许晴", "13810010001", "办公区 29 度，报修两次未修。", "ENGINEERING", "更换风机皮带。", "UPKEEP"),
    (19, "CLEANING", "何伟", "13810010002", "卫生间异味，垃圾桶两天未清。", "CLEANING", "已清洗地漏并改为每两小时巡检。", "SLOWNESS"),
    (15, "PARKING", "孙琳", "13810010003", "固定车位被外来车辆占用。", "SECURITY", "已请车主驶离，并在入口核对车牌。", "OUTSIDERS"),
    (9, "AIR_CONDITIONING", "许晴", "13810010001", "空调再次不制冷。", "ENGINEERING", "更换冷凝水泵，列入季度检修。", "UPKEEP"),
)  # fmt: skip
VISIT = {"method": "PHONE", "remark": "处理及时", "suggestions": ""}


def load(now: dt.datetime) -> None:
    """Loads the examples once; what is there stays."""
    tenants = list(Tenant.objects.filter(building__code=TOWER, left_on=None).order_by("number")[:8])
    if len(tenants) < 8 or Complaint.objects.filter(building__code=TOWER).exists():
        return
    people = {user.username: user for user in User.objects.filter(posts__isnull=False)}
    with transaction.atomic():
        name_keeper(tenants[0].building, people["service_clerk"], by=people["service_head"])
        for tenant, example in zip((tenants[0], tenants[1], tenants[2], tenants[0]), SETTLED, strict=True):
            _settled(tenant, example, people, now)
        _under_way(tenants, people, now)
        _serious(tenants[5], people, now)
        _malicious(tenants[6], people, now)
        _prevention(tenants[0], people, now)


def _logged(tenant: Tenant, kind: str, by: Any, at: dt.datetime, **told: Any) -> Complaint:
    lease = Lease.objects.in_force(timezone.localdate(at)).filter(tenant=tenant).select_related("unit").first()
    complaint = Complaint(
        tenant=tenant, unit=lease.unit if lease else None, kind=ComplaintKind.objects.get(code=kind), apologised=True, **told
    )
    with history.acting(by):
        return log_complaint(complaint, by=by, at=at)


def _settled(tenant: Tenant, example: tuple[Any, ...], people: dict[str, Any], now: dt.datetime) -> None:
    """From the call to the file."""
    days, kind, name, phone, content, department, result, cause = example
    at, clerk = now - dt.timedelta(days=days), people["service_clerk"]
    worker, head = WORKERS[department]
    complaint = _logged(tenant, kind, people["frontdesk"], at, name=name, phone=phone, content=content)
    for step, by, hours, said in (
        ("assign", clerk, 1, {"department": department, "finding": "现场核实，情况属实。"}),
        ("report_result", people[worker], 5, {"result": result, "cause": ComplaintCause.objects.get(code=cause)}),
        ("plan_visit", clerk, 6, {}),
        ("satisfied", clerk, 24, {**VISIT, "person": name}),
    ):
        complaint = COMPLAINT_FLOW.take(complaint, step, by=by, at=at + dt.timedelta(hours=hours), **said)
    signed = {"method": "ACCOUNT", "name": str(people[head])}
    signing.sign(complaint, "record", "RESOLVER", by=people[head], at=at + dt.timedelta(hours=25), **signed)
    COMPLAINT_FLOW.take(complaint, "archive", by=clerk, at=at + dt.timedelta(hours=26))


# Who works on it and who signs, by department.
WORKERS = {
    "ENGINEERING": ("engineer", "engineering_head"),
    "CLEANING": ("cleaner", "cleaning_leader"),
    "SECURITY": ("guard", "security_head"),
}


def _under_way(tenants: list[Tenant], people: dict[str, Any], now: dt.datetime) -> None:
    """One just logged, one about a person being checked, one with a department and late, one to call back."""
    clerk, desk = people["service_clerk"], people["frontdesk"]
    _logged(
        tenants[3], "FEES", desk, now - dt.timedelta(minutes=20), name="陶然", phone="13810010004", content="本月水费比上月多一倍，请核对。"
    )
    told = {"course_of_events": "昨日 9 时 10 分在大堂询问车位，被当班保安大声呵斥。", "witnesses": "前台 李敏", "evidence": "大堂监控"}
    rude = _logged(
        tenants[4], "MISCONDUCT", desk, now - dt.timedelta(hours=1), name="梁超", phone="13810010005", content="保安态度恶劣。",
        against="大堂当班保安", **told,
    )  # fmt: skip
    COMPLAINT_FLOW.take(rude, "start_check", by=clerk, at=now - dt.timedelta(minutes=40), checker=people["service_head"])
    late = _logged(tenants[1], "LIFTS", desk, now - dt.timedelta(hours=30), name="何伟", phone="13810010002", content="3 号梯运行异响。")
    COMPLAINT_FLOW.take(late, "assign", by=clerk, at=now - dt.timedelta(hours=29), department="ENGINEERING", finding="乘梯核实，确有异响。")
    warm = _logged(tenants[2], "CLEANING", desk, now - dt.timedelta(hours=8), name="孙琳", phone="13810010003", content="电梯厅地面湿滑。")
    warm = COMPLAINT_FLOW.take(warm, "assign", by=clerk, at=now - dt.timedelta(hours=7), department="CLEANING", finding="属实")
    said: dict[str, Any] = {"result": "已擦干并摆放警示牌。", "cause": ComplaintCause.objects.get(code="SLOWNESS")}
    warm = COMPLAINT_FLOW.take(warm, "report_result", by=people["cleaner"], at=now - dt.timedelta(hours=6), **said)
    COMPLAINT_FLOW.take(warm, "plan_visit", by=clerk, at=now - dt.timedelta(hours=5))


def _serious(tenant: Tenant, people: dict[str, Any], now: dt.datetime) -> None:
    """A review with a measure, and a gift within the manager's limit."""
    head, at = people["service_head"], now - dt.timedelta(days=2)
    told = {"name": "邹敏", "phone": "13810010006", "content": "周末漏水泡坏两台电脑，值班人员一小时后才到。"}
    complaint = _logged(tenant, "WATER_AND_POWER", people["frontdesk"], at, **told)
    complaint = COMPLAINT_FLOW.take(complaint, "report_serious", by=people["frontdesk"], at=at, note="财产损失，客户要求赔偿")
    measure = Measure(text="周末值班增设一名维修工，十五分钟内到场", owner=people["engineering_head"], due_on=_day(now, 5))
    measures.fix(measure, complaint, by=head, on=timezone.localdate(at))
    held = {"review_people": "周岚、赵国栋、林峰", "review_note": "承担电脑维修费用；增设周末值班。", "finding": "阀门老化漏水"}
    special = "财产损失较大，客户保留追究权利"
    later = at + dt.timedelta(hours=2)
    due: dict[str, Any] = {"due_at": now + dt.timedelta(days=1), "special_reason": special}
    complaint = COMPLAINT_FLOW.take(complaint, "hold_review", by=head, at=later, department="ENGINEERING", **held, **due)
    gift = Compensation(kind="GIFT", item="致歉礼篮", amount=Decimal(380), reason="周末漏水致客户停工，先行致歉")
    gift = compensations.ask(gift, complaint, by=head, on=timezone.localdate(now))
    COMPENSATION_FLOW.take(gift, "sign_alone", by=head, at=now)


def _malicious(tenant: Tenant, people: dict[str, Any], now: dt.datetime) -> None:
    """Answered all the same."""
    told = {"name": "匿名先生", "phone": "13810010007", "content": "称物业每天断电两次，要求免交全部物业费。"}
    complaint = _logged(tenant, "OTHER", people["frontdesk"], now - dt.timedelta(days=1), **told)
    reason = "配电记录显示当月无断电，来电者拒绝提供任何时间。"
    mark_malicious(complaint, reason=reason, answer="已逐日说明配电记录，并请其到场查看。", by=people["service_head"])
    COMPLAINT_FLOW.take(complaint, "explain", by=people["service_clerk"], at=now, result="说明配电记录，客户表示了解。", suggestions="")


def _prevention(tenant: Tenant, people: dict[str, Any], now: dt.datetime) -> None:
    """Against what repeats: one under way, one done and checked."""
    on, upkeep = timezone.localdate(now), ComplaintCause.objects.get(code="UPKEEP")
    plan = {"building": tenant.building, "way": Measure.Way.MAINTENANCE, "cause": upkeep, "owner": people["engineering_head"]}
    measures.plan(Measure(text="风机盘管每季度检修一遍并留记录", due_on=_day(now, 20), **plan), by=people["service_head"], on=on)
    survey = Measure(
        text="发放半年服务反馈表并汇总", due_on=_day(now, -3), **{**plan, "way": Measure.Way.SURVEY, "owner": people["service_clerk"]}
    )
    survey = measures.plan(survey, by=people["service_head"], on=on)
    survey = MEASURE_FLOW.take(survey, "report_done", by=people["service_clerk"], at=now, outcome="回收 37 份，空调意见最多。")
    MEASURE_FLOW.take(survey, "check", by=people["service_head"], at=now)


def _day(now: dt.datetime, days: int) -> dt.date:
    return timezone.localdate(now) + dt.timedelta(days=days)
