"""One record of each kind of the tenant file, in its first state, made by the services that make them."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from core import files as stored
from core.models import Job
from premises.models import Key
from tenants.models import (
    Breach,
    Circular,
    CircularDelivery,
    Contact,
    Correspondence,
    CustomerCard,
    DirectoryOrder,
    FileItem,
    FileUse,
    GoodsMove,
    HandbookText,
    Lease,
    Tenant,
    TenantMerge,
    TenantPerson,
)
from tenants.services import (
    add_document,
    add_lease,
    correspondence,
    issue_card,
    merging,
    order_board_line,
    register_person,
    register_tenant,
)
from tenants.services import file as files
from tests.conftest import a_unit

TODAY = dt.date(2026, 11, 23)
ROOT = Path(__file__).resolve().parents[2]


def a_tenant(cast: Any, building: Any, *, name: str = "北京华信科技有限公司", code: str = "91110108551385082Q", **values: Any) -> Tenant:
    """A tenant with the data a new one has: no contact, no lease."""
    tenant = Tenant(building=building, name=name, short_name=values.pop("short_name", name[2:6]), credit_code=code, **values)
    return register_tenant(tenant, by=cast.service_clerk, on=values.get("since") or TODAY)


def a_lease(cast: Any, building: Any, *, tenant: Tenant | None = None, unit: Any = None, **values: Any) -> Lease:
    """A lease of two years from the start of 2026."""
    lease = Lease(
        tenant=tenant or a_tenant(cast, building),
        unit=unit or a_unit(building, values.pop("code", "1203"), level=12),
        contract_number=values.pop("contract_number", "YH-2026-0001"),
        starts_on=values.pop("starts_on", dt.date(2026, 1, 1)),
        ends_on=values.pop("ends_on", dt.date(2027, 12, 31)),
        **values,
    )
    return add_lease(lease, by=cast.leasing)


def a_contact(cast: Any, building: Any) -> Contact:
    return Contact.objects.create(tenant=a_tenant(cast, building), name="刘洋", kind="ADMINISTRATIVE_HEAD", phone="13800138000")


def a_person(cast: Any, building: Any) -> TenantPerson:
    person = TenantPerson(tenant=a_tenant(cast, building), name="林晓", identity_number="11010519491231002X", registered_on=TODAY)
    return register_person(person, by=cast.service_clerk, at=timezone.now())


def a_file_item(cast: Any, building: Any) -> FileItem:
    part = a_tenant(cast, building).file_parts.get(category__code="MOVE_IN")
    return add_document(part, "防火安全责任书", by=cast.service_clerk, on=TODAY)


def a_letter(cast: Any, building: Any, **values: Any) -> Correspondence:
    letter = Correspondence(
        **{
            "tenant": values.pop("tenant", None) or a_tenant(cast, building),
            "sender": "北京华信科技有限公司",
            "recipient": "物业管理处",
            "subject": "申请加班空调",
            "dated_on": TODAY,
            **values,
        }
    )
    return correspondence.register_letter(letter, by=cast.service_clerk, on=TODAY)


def a_circular(cast: Any, building: Any) -> Circular:
    """A draft, with one tenant it concerns."""
    a_lease(cast, building)
    draft = Circular(building=building, title="共同维护良好办公环境", body="请勿在走廊堆放物品。")
    return correspondence.draft_circular(draft, by=cast.service_clerk, on=TODAY)


def a_breach(cast: Any, building: Any) -> Breach:
    breach = Breach(
        tenant=a_tenant(cast, building),
        kind=Breach.Kind.BLOCKED_PASSAGE,
        happened_at=timezone.now(),
        place="12 层电梯厅",
        description="走廊堆放纸箱。",
    )
    return correspondence.report_breach(breach, by=cast.guard, on=TODAY)


def a_board_order(cast: Any, building: Any, **values: Any) -> DirectoryOrder:
    tenant = values.pop("tenant", None) or a_tenant(cast, building)
    floor = values.pop("floor", None) or a_unit(building, "1299", level=12).floor
    order = DirectoryOrder(
        **{"tenant": tenant, "floor": floor, "unit_text": "1203", "name": "华信科技", "due_on": TODAY + dt.timedelta(days=3), **values}
    )
    return order_board_line(order, by=cast.service_clerk, on=TODAY)


def a_goods_move(cast: Any, building: Any, **values: Any) -> GoodsMove:
    start = timezone.now() + dt.timedelta(days=1)
    move = GoodsMove(
        **{
            "tenant": values.pop("tenant", None) or a_tenant(cast, building),
            "lift": "货梯 1",
            "starts_at": start,
            "ends_at": start + dt.timedelta(hours=2),
            "contact_name": "王师傅",
            "contact_phone": "13900139000",
            **values,
        }
    )
    return correspondence.book_move(move, by=cast.service_clerk, on=TODAY)


def a_customer_card(cast: Any, building: Any) -> CustomerCard:
    key = Key.objects.create(building=building, kind=Key.Kind.CUSTOMER_CARD, number="KH-001")
    values = {"holder_name": "林晓", "holder_phone": "13800138000", "by": cast.service_clerk, "at": timezone.now()}
    return issue_card(a_tenant(cast, building), key, **values)


def a_delivery(cast: Any, building: Any) -> CircularDelivery:
    return CircularDelivery.objects.create(circular=a_circular(cast, building), tenant=Tenant.objects.get(building=building))


def a_loan_of_a_paper(cast: Any, building: Any) -> FileUse:
    from tenants.flow import ITEM_FLOW

    item = a_file_item(cast, building)
    for step in ("sort", "file"):
        item = ITEM_FLOW.take(item, step, by=cast.records, at=timezone.now())
    use = FileUse(item=item, kind=FileUse.Kind.LENT, user_name="王强", purpose="核对", taken_at=timezone.now(), due_on=TODAY)
    return files.lend(use, by=cast.records)


def a_handbook(cast: Any, building: Any) -> HandbookText:
    return HandbookText.objects.get(kind=HandbookText.Kind.OCCUPANT, edition=1)


def an_upload(cast: Any) -> Any:
    content = BytesIO((ROOT / "docs" / "samples" / "beijing-tower-tenants.xlsx").read_bytes())
    content.name, content.size = "b.xlsx", len(content.getvalue())  # type: ignore[attr-defined]
    return stored.stash(content, by=cast.records, purpose="import")


@cache
def _pk(factory: Any) -> Any:
    return lambda cast, building: {"pk": factory(cast, building).pk}


FACTORIES = {
    "tenants.Tenant": a_tenant,
    "tenants.FileItem": a_file_item,
    "tenants.Correspondence": a_letter,
    "tenants.Circular": a_circular,
    "tenants.Breach": a_breach,
    "tenants.DirectoryOrder": a_board_order,
    "tenants.GoodsMove": a_goods_move,
    "tenants.HandbookText": a_handbook,
}


def a_merge(cast: Any, building: Any) -> TenantMerge:
    kept = a_tenant(cast, building)
    joined = a_tenant(cast, building, name="华信科技有限公司（旧档）", code="")
    return merging.merge(kept, joined, [], by=cast.service_head, at=timezone.now())


def _two(cast: Any, building: Any) -> dict[str, int]:
    return {"pk": a_tenant(cast, building).pk, "other": a_tenant(cast, building, name="华信科技有限公司（旧档）", code="").pk}


ARGUMENTS = {
    "tenants:tenant_merge_choose": _pk(a_tenant),
    "tenants:tenant_merge": _two,
    "tenants:tenant_unmerge": _pk(a_merge),
    "tenants:tenant_edit": _pk(a_tenant),
    "tenants:tenant_tab": lambda cast, building: {"pk": a_tenant(cast, building).pk, "tab": "file"},
    "tenants:tenant_reveal": _pk(a_tenant),
    "tenants:file_sort": _pk(a_tenant),
    "tenants:contact_new": _pk(a_tenant),
    "tenants:contact_edit": _pk(a_contact),
    "tenants:person_new": _pk(a_tenant),
    "tenants:person_pass": _pk(a_person),
    "tenants:person_reveal": _pk(a_person),
    "tenants:lease_new": _pk(a_tenant),
    "tenants:lease_edit": _pk(a_lease),
    "tenants:lease_terminate": _pk(a_lease),
    "tenants:lease_void": _pk(a_lease),
    "tenants:card_new": _pk(a_tenant),
    "tenants:card_return": _pk(a_customer_card),
    "tenants:file_part_edit": lambda cast, building: {"pk": a_tenant(cast, building).file_parts.first().pk},
    "tenants:file_item_new": lambda cast, building: {"pk": a_tenant(cast, building).file_parts.first().pk},
    "tenants:file_use_new": _pk(a_file_item),
    "tenants:file_use_return": _pk(a_loan_of_a_paper),
    "tenants:circular_delivery": _pk(a_delivery),
    "tenants:import_preview": lambda cast, building: {"token": an_upload(cast).token},
    "tenants:import_status": lambda cast, building: {"pk": Job.objects.create(kind="import.tenants", title="导入", owner=cast.records).pk},
}
# Handbooks are the house's own texts, the same in every building.
OPEN_TO_ALL = {"tenants:handbook_detail", "tenants:handbook_print", "tenants:handbook_step"}

if find_spec("tests.tenants.move_in_factories"):
    _more = import_module("tests.tenants.move_in_factories")
    FACTORIES |= getattr(_more, "FACTORIES", {})
    ARGUMENTS |= getattr(_more, "ARGUMENTS", {})
    OPEN_TO_ALL |= getattr(_more, "OPEN_TO_ALL", set())


def of_a_tenant(**typed: Any) -> Any:
    return lambda cast, building: {"tenant": f"={a_tenant(cast, building).pk}", **typed}


def typed(**words: Any) -> Any:
    return lambda cast, building: words


def a_free_card(kind: str) -> Any:
    return lambda cast, building: {"key": Key.objects.create(building=building, kind=kind, number="KH-900").number, "holder_name": "林晓"}


def a_board_line(cast: Any, building: Any) -> dict[str, Any]:
    floor = a_unit(building, "1299", level=12).floor
    return {"tenant": f"={a_tenant(cast, building).pk}", "floor": floor.pk, "unit_text": "1203", "name": "华信科技"}


def a_time_for_goods(cast: Any, building: Any) -> dict[str, Any]:
    day = timezone.localdate() + dt.timedelta(days=1)
    at = {"starts_at": f"{day}T19:00", "ends_at": f"{day}T21:00", "contact_name": "王师傅", "contact_phone": "13900139000"}
    return {"tenant": f"={a_tenant(cast, building).pk}", **at}


def a_unit_to_lease(cast: Any, building: Any) -> dict[str, Any]:
    days = {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}
    return {"unit": a_unit(building, "1401", level=14).code, "contract_number": "YH-2026-0900", **days}


def a_notice_of_moving_in(cast: Any, building: Any) -> dict[str, Any]:
    a_unit(building, "1501", level=15)
    lease = {"contract_number": "YH-2026-0901", "starts_on": "2026-12-01", "ends_on": "2027-12-31", "units": "1501"}
    who = {"new_name": "北京新程有限公司", "addressee": "刘芳", "addressee_phone": "13800138000", "building": building.pk}
    return {**lease, **who, "takeover_at": f"{timezone.localdate() + dt.timedelta(days=3)}T10:00"}


def a_use_of_a_filed_paper(cast: Any, building: Any) -> dict[str, Any]:
    from tenants.flow import ITEM_FLOW

    for step in ("sort", "file"):
        ITEM_FLOW.take(FileItem.objects.get(part__tenant__building=building), step, by=cast.records, at=timezone.now())
    return {"user_name": "王强", "purpose": "核对"}


def a_workbook() -> Any:
    return SimpleUploadedFile("b.xlsx", (ROOT / "docs" / "samples" / "beijing-tower-tenants.xlsx").read_bytes())


def a_picture() -> Any:
    stream = BytesIO()
    Image.new("RGB", (80, 60), "gray").save(stream, "PNG")
    return SimpleUploadedFile("窗.png", stream.getvalue(), "image/png")


# Address of a form → what somebody types into it, beside what the page filled in; a callable makes an upload.
FORMS: dict[str, Any] = {
    "tenants:breach_new": of_a_tenant(kind="NOISE", place="12 层", description="施工噪声"),
    "tenants:breach_step": typed(measure="口头提醒", warned_person="刘女士"),
    "tenants:briefing": typed(people="刘芳、周强"),
    "tenants:card_new": a_free_card("CUSTOMER_CARD"),
    "tenants:circular_delivery": typed(received_by="刘女士"),
    "tenants:circular_new": lambda cast, building: {"building": building.pk, "title": "请勿占用走廊", "body": "请保持畅通。"},
    "tenants:circular_step": typed(),
    "tenants:contact_edit": typed(title="行政经理"),
    "tenants:contact_new": typed(name="刘洋", phone="13800138000"),
    "tenants:correspondence_new": of_a_tenant(sender="华信科技", recipient="物业管理处", subject="申请加班空调"),
    "tenants:correspondence_step": typed(answer="已安排"),
    "tenants:defect_photos": typed(photos=a_picture),
    "tenants:defect_step": typed(),
    "tenants:directory_order_new": a_board_line,
    "tenants:directory_order_step": typed(maker="明达标识"),
    "tenants:file_item_new": typed(title="防火安全责任书"),
    "tenants:file_item_step": typed(shelf="B-2"),
    "tenants:file_part_edit": typed(due_on="2026-12-31"),
    "tenants:file_use_new": a_use_of_a_filed_paper,
    "tenants:goods_move_new": a_time_for_goods,
    "tenants:goods_move_step": typed(),
    "tenants:handover": typed(industry="软件", people_total="40", emergency_name="周强", emergency_phone="13900139000"),
    "tenants:tenant_merge": typed(),
    "tenants:tenant_unmerge": typed(),
    "tenants:import": typed(file=a_workbook),
    "tenants:lease_edit": typed(area_m2="100"),
    "tenants:lease_new": a_unit_to_lease,
    "tenants:lease_terminate": typed(on="2026-12-31", reason="提前退租"),
    "tenants:lease_void": typed(reason="录入错误"),
    "tenants:move_in_new": a_notice_of_moving_in,
    "tenants:move_in_paper": typed(action="receive_verify"),
    "tenants:move_in_step": typed(),
    "tenants:person_new": typed(name="林晓", identity_number="11010519491231002X"),
    "tenants:person_pass": a_free_card("ACCESS_CARD"),
    "tenants:tenant_edit": typed(industry="软件"),
    "tenants:tenant_new": lambda cast, building: {"building": building.pk, "name": "北京新程有限公司", "short_name": "新程"},
}
# Address of a form → why sending it twice may do its work twice.
TWICE: dict[str, str] = {
    "tenants:tenant_merge_choose": "It makes nothing: it leads to the page that compares the two files.",
    "tenants:tenant_reveal": "It makes nothing: it shows a number, and each look is a line of its own in the log.",
    "tenants:person_reveal": "It makes nothing: it shows a number, and each look is a line of its own in the log.",
}
