"""Contractors good and bad, and ten fit-outs of the demo tower from an application with missing papers to a refunded deposit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from core import history
from fitout import access
from fitout.demo.walk import Walk
from fitout.models import Contractor, Fitout, QualificationGrade, QuietHours
from fitout.services import contractors
from premises.models import Building, Unit
from tenants.models import Lease

TOWER = "A"
S = Fitout.State
DAY = dt.timedelta(days=1)
# Company, grade, licence and qualification run out in so many days, person in charge, phone.
COMPANIES = (
    ("北京精工建筑装饰有限公司", "GRADE_1", 900, 620, "郭建军", "13900139001"),
    ("北京中装华美装饰工程有限公司", "GRADE_2", 700, 410, "唐志强", "13900139002"),
    ("天工开物（北京）装饰设计有限公司", "GRADE_2", 400, 18, "沈丽", "13900139003"),
    ("北京恒信机电安装有限公司", "CLASS_B", 1200, 300, "韩磊", "13900139004"),
    ("河北筑城装饰有限公司", "GRADE_2", 300, -25, "崔海", "13900139005"),
    ("北京快装服务部", "GRADE_3", 500, 365, "吴小龙", "13900139006"),
    ("北京大方装饰有限公司", "GRADE_2", 500, 365, "高飞", "13900139007"),
)
SCOPES = (
    "新建轻钢龙骨石膏板隔墙，重做吊顶、照明与插座，铺设方块地毯。",
    "前台及会议室改造，更换灯具，增加弱电点位。",
    "整层翻新：隔断、吊顶、空调末端调整、喷淋及烟感移位、地面。",
    "茶水间给排水改造及防水，更换橱柜。",
    "经理室木作、墙面涂饰，更换门锁。",
)
# Days ago applied, planned days, contractor, how far, hours between the steps.
EXAMPLES: tuple[tuple[int, int, int, str, int], ...] = (
    (70, 75, 0, S.REFUNDED, 40),
    (34, 45, 0, S.ON_SITE, 30),
    (20, 19, 2, S.ON_SITE, 20),
    (28, 31, 1, S.TO_INSPECT, 24),
    (12, 40, 3, S.PERMITTED, 18),
    (10, 30, 1, S.TO_ISSUE, 16),
    (9, 60, 0, S.AWAITING_FIRE, 16),
    (7, 30, 1, S.AWAITING_FEES, 18),
    (5, 45, 3, S.REWORK_NEEDED, 16),
    (3, 30, 2, S.DRAWING_REVIEW, 12),
    (1, 25, 4, S.DRAFT, 2),
)


def load(people: dict[str, Any], now: dt.datetime) -> None:
    """The register of contractors and the fit-outs."""
    tower, today = Building.objects.get(code=TOWER), timezone.localdate(now)
    companies = _companies(tower, people, now)
    for days, starts, ends in ((QuietHours.Days.WORKDAYS, 9, 12), (QuietHours.Days.WORKDAYS, 13, 18)):
        QuietHours.objects.get_or_create(building=tower, days=days, starts=dt.time(starts), ends=dt.time(ends))
    leases = _leases(tower, today)
    with history.acting(people["service_clerk"]):
        for number, (example, lease) in enumerate(zip(EXAMPLES, leases, strict=False)):
            _example(example, lease, companies, people, now, scope=SCOPES[number % len(SCOPES)])


def _companies(tower: Building, people: dict[str, Any], now: dt.datetime) -> list[Contractor]:
    """Two that are good for long, one whose certificate ends soon, one expired, one of grade 3, one barred."""
    today, made = timezone.localdate(now), []
    for number, (name, grade, licence, qualification, lead, phone) in enumerate(COMPANIES, 1):
        told: dict[str, Any] = {
            "licence_until": today + licence * DAY,
            "qualification_until": today + qualification * DAY,
            "lead": lead,
            "phone": phone,
        }
        told |= {"grade": QualificationGrade.objects.get(code=grade), "qualification_number": f"D2110{number:05}"}
        made.append(Contractor.objects.create(building=tower, name=name, **told))
    reason = "2026 年在 15 层违规动火且拒不整改"
    contractors.bar(made[-1], reason=reason, by=people["service_head"], at=now - 40 * DAY)
    return made


def _leases(tower: Building, today: dt.date) -> Iterator[Lease]:
    """Leases of units that are being fitted out first, then of occupied ones; one a tenant."""
    rows = Lease.objects.in_force(today).filter(unit__building=tower, unit__merged_into=None).select_related("unit__building", "tenant")
    fitting = list(rows.filter(unit__state=Unit.State.FIT_OUT).order_by("-unit__area_m2", "unit__code"))
    occupied = list(rows.filter(unit__state=Unit.State.OCCUPIED, unit__floor__level__gte=7).order_by("-tenant__number", "unit__code"))
    # The finished one and the one that waits for its fire receipt need a unit of their own kind.
    large = next((row for row in occupied if access.floor_area(row.unit) > tower.fit_out_area_limit_m2), None)
    wanted = [*occupied[-1:], *fitting[:3], *occupied[:2], *([large] if large else []), *occupied[2:]]
    seen: set[int] = set()
    for lease in wanted:
        if lease.unit_id not in seen and not Fitout.objects.going_on().filter(unit=lease.unit).exists():
            seen.add(lease.unit_id)
            yield lease


def _example(
    example: tuple[int, int, int, str, int],
    lease: Lease,
    companies: list[Contractor],
    people: dict[str, Any],
    now: dt.datetime,
    *,
    scope: str,
) -> None:
    ago, planned, number, state, hours = example
    at = timezone.localtime(now).replace(hour=9, minute=30, second=0, microsecond=0) - ago * DAY
    starts = timezone.localdate(at) + 6 * DAY
    company = companies[number]
    told: dict[str, Any] = {
        "lead": company.lead,
        "lead_phone": company.phone,
        "fire_lead": company.lead,
        "tenant_contact": "刘洋",
        "tenant_phone": "13810020001",
    }
    told |= {"starts_on": starts, "ends_on": starts + planned * DAY, "scope": scope}
    walk = Walk(Fitout(unit=lease.unit, tenant=lease.tenant, contractor=company, **told), people, at, dt.timedelta(hours=hours))
    if state == S.DRAFT:
        walk.hand_in(leave=2)
    elif state == S.REWORK_NEEDED:
        walk.to(S.DRAWING_REVIEW).return_one("会议室新增隔墙到顶后原喷淋保护不足，请补喷头并复核间距。", "GB 50084-2017 7.1.2")
    else:
        walk.to(state)
    if state == S.AWAITING_FEES:
        walk.bill()
    if state == S.TO_ISSUE:
        walk.heads_sign("SERVICE_HEAD", "ENGINEERING_HEAD")
