"""The sample tenants of the tower, with a filled file, letters, breaches, cards and board lines to look at."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core import history, imports
from core.search import index
from premises.models import Floor, Key
from staff.models import User
from tenants.flow import BREACH_FLOW, CIRCULAR_FLOW, ITEM_FLOW, LETTER_FLOW, ORDER_FLOW
from tenants.imports import TenantsImport
from tenants.models import (
    Breach,
    Circular,
    Correspondence,
    DirectoryLine,
    DirectoryOrder,
    FileUse,
    GoodsMove,
    Lease,
    Tenant,
    TenantPerson,
)
from tenants.services import add_document, issue_card, order_board_line, register_person
from tenants.services import correspondence as letters
from tenants.services import file as files

WORKBOOK = Path(settings.BASE_DIR) / "docs" / "samples" / "beijing-tower-tenants.xlsx"
TOWER = "A"
# Made up: the region code does not exist, the check digit is right.
IDENTITY_NUMBERS = ("11010519491231002X", "440524188001010014")


def load(now: dt.datetime) -> None:
    """Loads the workbook once, then the examples; what is there stays."""
    if not Tenant.objects.filter(building__code=TOWER).exists():
        clerk, head = User.objects.get(username="service_clerk"), User.objects.get(username="service_head")
        imports.run(TenantsImport(), str(WORKBOOK), by=None, at=now)
        tenants = list(Tenant.objects.filter(building__code=TOWER, left_on=None).order_by("number"))
        for tenant in tenants:
            files.open_file(tenant)
        with transaction.atomic(), history.acting(clerk):
            _board(tenants, on=timezone.localdate(now))
            _file(tenants[0], by=clerk, at=now)
            _letters(tenants, by=clerk, at=now)
            _breaches(tenants, by=clerk, at=now)
            _circular(tenants[0], clerk=clerk, head=head, at=now)
            _people(tenants[0], by=clerk, at=now)
            _moves(tenants, by=clerk, at=now)
        for tenant in tenants:
            files.refresh_file(tenant, on=timezone.localdate(now))
            index(tenant)


def _board(tenants: list[Tenant], *, on: dt.date) -> None:
    """Every tenant in the lobby, and one order under way."""
    for tenant in tenants:
        for lease in tenant.leases.in_force(on).select_related("unit__floor"):
            DirectoryLine.objects.get_or_create(
                building_id=tenant.building_id,
                tenant=tenant,
                unit_text=lease.unit.code,
                defaults={"floor": lease.unit.floor, "name": str(tenant), "name_en": tenant.name_en, "posted_on": tenant.since},
            )


def _file(tenant: Tenant, *, by: User, at: dt.datetime) -> None:
    """A file with papers collected, sorted, filed and lent."""
    on = timezone.localdate(at)
    parts = {part.category.code: part for part in tenant.file_parts.select_related("category")}
    papers = [
        ("ORGANISATION", "营业执照复印件"),
        ("MOVE_IN", "客户档案登记表"),
        ("MOVE_IN", "防火安全责任书"),
        ("PAYMENTS", "租赁押金收据复印件"),
        ("UNIT_WORKS", "单元平面图"),
    ]
    for code, title in papers:
        item = add_document(parts[code], title, by=by, on=on, dated_on=tenant.since, shelf="3 号柜 2 盒")
        ITEM_FLOW.take(item, "sort", by=by, at=at)
        ITEM_FLOW.take(item, "file", by=by, at=at)
    item.refresh_from_db()
    use = FileUse(
        item=item, kind=FileUse.Kind.LENT, user_name="王强", purpose="核对隔墙位置", taken_at=at, due_on=on + dt.timedelta(days=3)
    )
    files.lend(use, by=by)
    add_document(parts["SUPPLEMENTS"], "公司名称变更通知", by=by, on=on)
    files.set_aside(parts["FIT_OUT"], reason="沿用原装修，未做二次装修", by=by)


def _letters(tenants: list[Tenant], *, by: User, at: dt.datetime) -> None:
    """Papers from and to tenants: answered, forwarded, waiting, delivered."""
    on = timezone.localdate(at)
    asked = Correspondence(
        tenant=tenants[0],
        sender=tenants[0].name,
        recipient="物业管理处",
        subject="申请周末加班空调",
        body="我司拟于本周六 13:00–18:00 加班，请供应空调。",
        dated_on=on - dt.timedelta(days=2),
        reply_due_on=on + dt.timedelta(days=1),
    )
    asked = letters.register_letter(asked, by=by, on=on)
    LETTER_FLOW.take(asked, "forward", by=by, at=at, department="ENGINEERING")
    late = Correspondence(
        tenant=tenants[1],
        kind=Correspondence.Kind.REPORT,
        sender=tenants[1].name,
        recipient="物业管理处",
        subject="关于茶水间漏水情况的报告",
        dated_on=on - dt.timedelta(days=9),
        reply_due_on=on - dt.timedelta(days=2),
    )
    letters.register_letter(late, by=by, on=on)
    notice = Correspondence(
        tenant=tenants[2],
        direction=Correspondence.Direction.OUT,
        kind=Correspondence.Kind.NOTICE,
        sender="物业管理处",
        recipient=tenants[2].name,
        subject="外窗清洗安排通知",
        body="本周四 09:00–12:00 清洗贵单元外窗，请关闭窗户并移开窗台物品。",
        dated_on=on,
    )
    notice = letters.register_letter(notice, by=by, on=on)
    LETTER_FLOW.take(notice, "deliver", by=by, at=at, method="BY_HAND", received_by="前台 刘女士")


def _breaches(tenants: list[Tenant], *, by: User, at: dt.datetime) -> None:
    """One breach warned, one open."""
    on = timezone.localdate(at)
    blocked = Breach(
        tenant=tenants[3],
        kind=Breach.Kind.BLOCKED_PASSAGE,
        happened_at=at - dt.timedelta(days=3),
        place="电梯厅东侧走廊",
        description="走廊堆放纸箱约二十个，占用疏散通道。",
        rule="用户手册 五、公共规则与睦邻 1",
    )
    blocked = letters.report_breach(blocked, by=by, on=on)
    BREACH_FLOW.take(
        blocked, "warn", by=by, at=at, measure="当面告知并要求当日清理。", warned_person="行政 赵女士", mend_by=on + dt.timedelta(days=1)
    )
    smoking = Breach(
        tenant=tenants[4],
        kind=Breach.Kind.SMOKING,
        happened_at=at - dt.timedelta(hours=5),
        place="消防楼梯间",
        description="员工在楼梯间吸烟，地面有烟头。",
    )
    letters.report_breach(smoking, by=by, on=on)


def _circular(tenant: Tenant, *, clerk: User, head: User, at: dt.datetime) -> None:
    """The yearly reminder of the public rules, on its way to every tenant."""
    text = (
        "各租户：为维护大家共同的办公环境，请提醒员工遵守以下约定：一、不在走廊、楼梯间堆放物品；二、大厦内不吸烟；"
        "三、爱护公共设施和绿化；四、控制音量，互相体谅；五、垃圾分类投放。如相邻单元之间有任何意见，请与客户服务部联系，我们乐意协调。"
    )
    draft = Circular(building_id=tenant.building_id, kind=Circular.Kind.PUBLIC_RULES, title="共同维护良好办公环境", body=text)
    circular = letters.draft_circular(draft, by=clerk, on=timezone.localdate(at))
    circular = CIRCULAR_FLOW.take(circular, "issue", by=head, at=at)
    for delivery in circular.deliveries.order_by("tenant__number")[:12]:
        letters.record_delivery(delivery, by=clerk, at=at, method="BY_HAND", received_by="前台", explained=True)


def _people(tenant: Tenant, *, by: User, at: dt.datetime) -> None:
    """Registered employees, a pass and a customer card."""
    keys = Key.objects.filter(building_id=tenant.building_id, state=Key.State.IN_STORE).order_by("number")
    pass_card, customer_card = keys.filter(kind=Key.Kind.ACCESS_CARD).first(), keys.filter(kind=Key.Kind.CUSTOMER_CARD).first()
    for name, number in zip(("林晓", "周宇"), IDENTITY_NUMBERS, strict=True):
        person = TenantPerson(tenant=tenant, name=name, job="工程师", identity_number=number, registered_on=timezone.localdate(at))
        register_person(person, by=by, at=at, key=pass_card)
        pass_card = None
    if customer_card:
        issue_card(tenant, customer_card, holder_name="林晓", holder_phone="13800138000", by=by, at=at)


def _moves(tenants: list[Tenant], *, by: User, at: dt.datetime) -> None:
    """A board order made and a goods move booked."""
    on = timezone.localdate(at)
    lease: Any = Lease.objects.in_force(on).filter(tenant=tenants[5]).select_related("unit__floor").first()
    floor = lease.unit.floor if lease else Floor.objects.filter(building_id=tenants[5].building_id).first()
    order = DirectoryOrder(
        tenant=tenants[5],
        kind=DirectoryOrder.Kind.CHANGE,
        line=DirectoryLine.objects.filter(tenant=tenants[5]).first(),
        floor=floor,
        unit_text=lease.unit.code if lease else "-",
        name=f"{tenants[5]}（集团）",
        due_on=on + dt.timedelta(days=2),
    )
    if order.line:
        ORDER_FLOW.take(order_board_line(order, by=by, on=on), "make", by=by, at=at, maker="明达标识")
    starts_at = timezone.localtime(at).replace(hour=19, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    move = GoodsMove(
        tenant=tenants[6],
        lift="货梯 1",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        vehicles="京A·12345",
        mover="顺安搬家",
        contact_name="王师傅",
        contact_phone="13900139000",
    )
    letters.book_move(move, by=by, on=on)
