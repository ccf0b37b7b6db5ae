"""The demo accounts and their posts. Only `manage.py demo` makes them; never on a real installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff import access, services
from staff.models import Department, Duty, Post, PostTerritory, Rank, Shift, ShiftTerritory, Territory, User

PASSWORD = "steward-demo"  # noqa: S105
SINCE = date(2024, 1, 1)
TOWER, ANNEX, GAS = "A", "B2", "GAS-1"


@dataclass(frozen=True)
class Account:
    """A demo person. `does` is what the list of accounts says."""

    username: str
    name: str
    department: str
    rank: str
    title: str
    does: Any
    territories: tuple[str, ...] = (TOWER,)

    @property
    def phone(self) -> str:
        return f"138 0011 20{ACCOUNTS.index(self) + 1:02}"


ACCOUNTS = (
    Account("frontdesk", "李敏", "CUSTOMER_SERVICE", Rank.LEADER, "前台领班", _("front desk: calls, keys, visitors")),
    Account("service_clerk", "陈静", "CUSTOMER_SERVICE", Rank.MEMBER, "客户服务助理", _("customer service: runs move-ins")),
    Account("service_head", "周岚", "CUSTOMER_SERVICE", Rank.HEAD, "客户服务经理", _("customer service manager")),
    Account("engineer", "王强", "ENGINEERING", Rank.MEMBER, "电工", _("engineering: walk-through, meters, mending")),
    Account("engineering_head", "赵国栋", "ENGINEERING", Rank.HEAD, "工程部经理", _("head of engineering")),
    Account("guard", "孙伟", "SECURITY", Rank.MEMBER, "保安员", _("security guard")),
    Account("security_head", "吴刚", "SECURITY", Rank.HEAD, "保安部经理", _("head of security")),
    Account("cashier", "郑洁", "FINANCE", Rank.MEMBER, "出纳", _("finance: cashier")),
    Account("finance_head", "冯敏", "FINANCE", Rank.HEAD, "财务部经理", _("head of finance")),
    Account("leasing", "钱进", "LEASING", Rank.MEMBER, "租售专员", _("leasing: leases and move-in notices")),
    Account("cleaner", "马芳", "CLEANING", Rank.MEMBER, "清洁员", _("cleaning")),
    Account("cleaning_leader", "杨梅", "CLEANING", Rank.LEADER, "清洁领班", _("team leader of cleaning")),
    Account("property_manager", "林峰", "MANAGEMENT", Rank.DEPUTY, "物业经理", _("property manager"), (TOWER, ANNEX)),
    Account("general_manager", "高远", "MANAGEMENT", Rank.HEAD, "物业总经理", _("property general manager"), (TOWER, ANNEX)),
    Account("records", "何静", "RECORDS", Rank.MEMBER, "档案员", _("records officer, with the records desk")),
    Account("gas_dispatcher", "丁一", "GAS_OPERATIONS", Rank.LEADER, "调度员", _("gas: dispatcher"), (GAS,)),
    Account("gas_worker", "石磊", "GAS_OPERATIONS", Rank.MEMBER, "运行作业工", _("gas: network worker"), (GAS,)),
    Account("gas_fitter", "韩东", "GAS_OPERATIONS", Rank.MEMBER, "户内维修工", _("gas: indoor fitter"), (GAS,)),
    Account("gas_welder", "雷军生", "GAS_OPERATIONS", Rank.MEMBER, "焊工", _("gas: welder"), (GAS,)),
    Account("gas_head", "罗建", "GAS_OPERATIONS", Rank.HEAD, "运行服务部经理", _("gas: manager of operations"), (GAS,)),
    Account("outsider", "方圆", "CUSTOMER_SERVICE", Rank.HEAD, "客户服务经理", _("another building: sees nothing of the tower"), (ANNEX,)),
)  # fmt: skip

# Department: who plans, the shifts (English, Chinese, from, to), and who has which from Monday to Sunday (. is a free day).
ROSTERS = {
    "ENGINEERING": (
        "engineering_head",
        (("Day", "日班", time(8, 30), time(17, 30)), ("Early", "早班", time(7), time(15)), ("Late", "晚班", time(14), time(22))),
        {"engineering_head": "00000..", "engineer": "111.222"},
    ),
    "CUSTOMER_SERVICE": (
        "service_head",
        (("Day", "日班", time(8, 30), time(17, 30)), ("Early", "早班", time(7, 30), time(15, 30)), ("Late", "晚班", time(13), time(21))),
        {"service_head": "00000..", "frontdesk": "11111..", "service_clerk": "2.22211"},
    ),
    "SECURITY": (
        "security_head",
        (("Day", "白班", time(8), time(20)), ("Night", "夜班", time(20), time(8))),
        {"security_head": "00000..", "guard": "..11.00"},
    ),
}  # fmt: skip


def load(now: datetime) -> None:
    """Makes what is missing; posts reach the buildings that exist by now. Safe to run again."""
    Territory.objects.get_or_create(code=GAS, defaults={"name": "城东燃气片区", "kind": Territory.Kind.GAS_DISTRICT})
    password = make_password(PASSWORD)
    departments = {department.code: department for department in Department.objects.all()}
    territories = {territory.code: territory for territory in Territory.objects.all()}
    for account in ACCOUNTS:
        post = _post(account, departments[account.department], password)
        for code in account.territories:
            if code in territories:
                PostTerritory.objects.get_or_create(post=post, territory=territories[code])
    if TOWER in territories and not Duty.objects.exists():
        for code, (planner, shifts, weeks) in ROSTERS.items():
            _roster(access.Roster(departments[code], territories[TOWER]), planner, shifts, weeks, now)


def _roster(roster: access.Roster, planner: str, shifts: Any, weeks: dict[str, str], now: datetime) -> None:
    """The shifts of a department in the tower, planned for this week and the next."""
    made = []
    for position, (name_en, name_zh, begins, ends) in enumerate(shifts):
        values = {"name_en": name_en, "name_zh": name_zh, "begins": begins, "ends": ends, "position": position}
        made.append(Shift.objects.create(department=roster.department, **values))
        ShiftTerritory.objects.create(shift=made[-1], territory=roster.territory)
    first = services.monday(timezone.localdate(now))
    people = {user.username: user for user in User.objects.filter(username__in=[planner, *weeks])}
    for week in range(2):
        wanted = {
            (people[name].pk, first + timedelta(days=7 * week + number)): made[int(sign)]
            for name, signs in weeks.items()
            for number, sign in enumerate(signs)
            if sign != "."
        }
        services.plan(roster, wanted, by=people[planner], at=now)


def _post(account: Account, department: Department, password: str) -> Post:
    values = {"name": account.name, "phone": account.phone, "password": password, "is_staff": account.department == "RECORDS"}
    user, _made = User.objects.get_or_create(username=account.username, defaults=values)
    defaults = {"title": account.title, "starts_on": SINCE}
    return Post.objects.get_or_create(user=user, department=department, rank=account.rank, defaults=defaults)[0]


def accounts() -> list[tuple[str, str]]:
    """(account, what they do) for the list that is shown after start."""
    return [(account.username, str(account.does)) for account in ACCOUNTS]
