"""Work orders at every place of their life, and what is typed into each form."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from django.core.signing import Signer
from django.utils import timezone

from core import signing
from premises.models import PublicArea
from premises.services import label_place
from repairs.flow import ORDER_FLOW
from repairs.models import Material, RepairCategory, ServiceItem, Urgency, WorkItem, WorkOrder
from repairs.services import intake, work
from tenants.models import Tenant
from tests.conftest import a_unit, person
from tests.tenants.factories import a_picture, a_tenant

STROKES = [[{"x": 1.0, "y": 2.0}, {"x": 30.0, "y": 20.0}]]


def a_category(code: str = "POWER") -> RepairCategory:
    return RepairCategory.objects.get(code=code)


def a_service(code: str = "TRIPPED") -> ServiceItem:
    return ServiceItem.objects.get(code=code)


def an_urgency(code: str = "ORDINARY") -> Urgency:
    return Urgency.objects.get(code=code)


def an_area(building: Any, name: str = "大堂") -> PublicArea:
    return PublicArea.objects.get_or_create(building=building, name=name)[0]


def a_technician(cast: Any, building: Any) -> Any:
    """The technician of the house; of another house, one of its own."""
    return cast.engineer if building == cast.home else person("fitter", "钳工", "ENGINEERING", "MEMBER", building)


def the_tenant(cast: Any, building: Any) -> Tenant:
    """The tenant of these tests, made once."""
    return Tenant.objects.filter(building=building).first() or a_tenant(cast, building)


def an_order(cast: Any, building: Any, *, service: str | None = "TRIPPED", at: dt.datetime | None = None, **values: Any) -> WorkOrder:
    """A tenant's request by phone, just written down. `service` None is off the list; `booked` gives the hours."""
    booked = values.pop("booked", None)
    files = values.pop("files", ())
    item = a_service(service) if service else None
    told: dict[str, Any] = {
        "name": "刘洋",
        "phone": "138 0013 8000",
        "content": "会议室跳闸，插座没有电。",
        "category": item.category if item else a_category(),
        "urgency": an_urgency(values.pop("urgency", "ORDINARY")),
        "service": item,
    }
    if "unit" not in values and "area" not in values:
        told["tenant"] = values.pop("tenant", None) or the_tenant(cast, building)
    by = values.pop("by", cast.frontdesk)
    return intake.report(WorkOrder(**{**told, **values}), by=by, at=at or timezone.now(), files=files, booked=booked)


def a_public_order(cast: Any, building: Any, **values: Any) -> WorkOrder:
    """Something of the building's own: a lamp in the lobby."""
    told = {"service": "PUBLIC_LAMP", "is_public": True, "area": an_area(building), "content": "大堂一盏筒灯不亮。"}
    return an_order(cast, building, **{**told, **values})


def sign(order: WorkOrder, document: str, cast: Any, *, at: dt.datetime | None = None) -> Any:
    """The customer signs on the screen, or customer service by account."""
    if document == "check":
        who = cast.service_clerk
        return signing.sign(order, document, "CHECKER", by=who, at=at or timezone.now(), method="ACCOUNT", name=str(who))
    given = {"method": "SCREEN", "name": "刘洋", "strokes": STROKES}
    return signing.sign(order, document, "CUSTOMER", by=cast.engineer, at=at or timezone.now(), **given)


def moved(order: WorkOrder, cast: Any, *steps: str, at: dt.datetime | None = None) -> WorkOrder:
    """The order after these steps, each by whoever takes it as a rule."""
    for name in steps:
        by, said = WHO[name]
        order = ORDER_FLOW.take(order, name, by=getattr(cast, by) if by else None, at=at or timezone.now(), **said)
    return order


# Who takes each step as a rule, and what they say.
WHO: dict[str, tuple[str, dict[str, Any]]] = {
    "dispatch": ("frontdesk", {}),
    "send_to_review": ("frontdesk", {}),
    "ask_agreement": ("frontdesk", {}),
    "can_be_done": ("engineering_head", {"answer": "可以维修，今天下午到场。", "reply": "PHONE"}),
    "quote": ("engineering_head", {"answer": "可以维修，按报价收费。", "reply": "PHONE"}),
    "decline": ("engineering_head", {"answer": "结构墙上不能开孔。", "reply": "PHONE"}),
    "agree": ("frontdesk", {}),
    "accept": ("engineer", {}),
    "arrive": ("engineer", {}),
    "finish": ("engineer", {}),
    "confirm": ("engineer", {}),
    "confirm_and_charge": ("engineer", {}),
    "not_satisfied": ("engineer", {"note": "还是没有电"}),
    "paid": ("", {}),
    "refuse": ("service_clerk", {"note": "称维修费太贵，拒绝支付"}),
    "pass_on": ("service_head", {"note": "质量合格，客户无理拒付"}),
    "mend_first": ("service_head", {"note": "插座确实松动"}),
    "called_back": ("service_clerk", {"method": "PHONE", "person": "刘洋", "remark": "很及时"}),
    "called_back_not_satisfied": ("service_clerk", {"method": "PHONE", "person": "刘洋", "remark": "又跳闸了"}),
    "close": ("service_clerk", {}),
    "wait_for_parts": ("engineer", {"note": "等断路器到货"}),
    "pause": ("engineer", {"reason": "TENANT", "note": "客户开会，一小时后再来"}),
    "resume": ("engineer", {}),
    "refer": ("engineer", {"note": "需要改线，不在维修服务项目表内"}),
    "reassign": ("engineering_head", {}),
    "hand_back": ("engineer", {"note": "不是我们的设备"}),
    "withdraw": ("frontdesk", {"note": "客户自己解决了"}),
    "reopen": ("frontdesk", {"note": "同一处又坏了"}),
    "take_up_again": ("frontdesk", {"note": "客户改变主意"}),
}


def at_work(order: WorkOrder, cast: Any, *, at: dt.datetime | None = None) -> WorkOrder:
    """On site: sent, reviewed if it must be, accepted, arrived. A paid one is signed first."""
    first = ("send_to_review", "quote" if order.is_paid else "can_be_done") if needs_review(order) else ()
    if order.is_paid:
        order = moved(order, cast, *(first or ("ask_agreement",)), at=at)
        sign(order, "notice", cast, at=at)
        return moved(order, cast, "agree", "accept", "arrive", at=at)
    return moved(order, cast, *(first or ("dispatch",)), "accept", "arrive", at=at)


def needs_review(order: WorkOrder) -> bool:
    return order.service is None or (order.service.needs_review and not order.is_public)


def finished(order: WorkOrder, cast: Any, *, at: dt.datetime | None = None) -> WorkOrder:
    """The work is done and told; the customer has not signed yet."""
    order = at_work(order, cast, at=at) if order.state == "NEW" else order
    work.record_findings(order, "断路器老化", by=cast.engineer)
    work.add_item(WorkItem(text="更换断路器", minutes=40), order, by=cast.engineer)
    work.add_material(Material(name="断路器 32A", quantity=1, measure="个", unit_cost="45"), order, by=cast.engineer)
    return moved(order, cast, "finish", at=at)


def confirmed(order: WorkOrder, cast: Any, *, at: dt.datetime | None = None) -> WorkOrder:
    """Signed by the customer, or checked by customer service; a paid one is charged."""
    order = finished(order, cast, at=at)
    sign(order, "check" if order.is_public and order.tenant_id is None else "acceptance", cast, at=at)
    return moved(order, cast, "confirm_and_charge" if order.is_paid else "confirm", at=at)


FACTORIES: dict[str, Any] = {"repairs.WorkOrder": an_order}


@cache
def _pk(factory: Any) -> Any:
    return lambda cast, building: {"pk": factory(cast, building).pk}


def _on_site(cast: Any, building: Any) -> WorkOrder:
    return at_work(an_order(cast, building), cast)


def _priced(cast: Any, building: Any) -> dict[str, Any]:
    order = an_order(cast, building, service="TAP")
    return {"pk": order.pk, "line": order.lines.get().pk}


def _recorded(cast: Any, building: Any) -> dict[str, Any]:
    order = _on_site(cast, building)
    row = work.add_item(WorkItem(text="更换断路器", minutes=40), order, by=cast.engineer)
    return {"pk": order.pk, "kind": "item", "row": row.pk}


def _to_sign(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": an_order(cast, building, service="TAP").pk, "document": "notice", "party": "CUSTOMER"}


def _label(cast: Any, building: Any) -> dict[str, Any]:
    area = an_area(building)
    return {"code": (area.place or label_place(area)).code}


def _thanked(cast: Any, building: Any) -> dict[str, Any]:
    return {"signed": Signer(salt="repairs.thanks").sign(a_public_order(cast, building).number)}


# Pages for people without an account.
OPEN_TO_ALL = {"repairs:public_report", "repairs:public_thanks", "repairs:track"}

ARGUMENTS: dict[str, Any] = {
    # Public property goes straight to engineering, so that the first step can be taken.
    "repairs:work_order_step": lambda cast, building: {"pk": a_public_order(cast, building).pk, "step": "dispatch"},
    "repairs:public_report": _label,
    "repairs:public_thanks": _thanked,
    "repairs:work_order_edit": _pk(an_order),
    "repairs:work_order_sign": _to_sign,
    "repairs:findings": _pk(_on_site),
    "repairs:photo_new": _pk(_on_site),
    "repairs:skills_edit": _pk(a_technician),
    "repairs:item_new": _pk(_on_site),
    "repairs:material_new": _pk(_on_site),
    "repairs:line_new": _pk(an_order),
    "repairs:line_drop": _priced,
    "repairs:recorded_drop": _recorded,
}


def a_call(cast: Any, building: Any) -> dict[str, Any]:
    told = {"name": "刘洋", "phone": "13800138000", "channel": "PHONE", "category": a_category().pk, "content": "会议室没有电。"}
    unit = a_unit(building, "1201", level=12).code
    return {"tenant": f"={the_tenant(cast, building).pk}", "unit": unit, "service": a_service().pk, "send_at_once": "on", **told}


def a_booking_told(cast: Any, building: Any) -> dict[str, Any]:
    """A meeting room for the tenant, next year."""
    told = {"service": a_service("MEETING_ROOM").pk, "tenant": f"={the_tenant(cast, building).pk}", "name": "刘洋", "phone": "13800138000"}
    return {**told, "day": f"{timezone.localdate().year + 1}-03-01", "begin": "09:00", "end": "11:00", "channel": "PHONE"}


FORMS: dict[str, Any] = {
    "repairs:public_report": lambda cast, building: {"content": "大堂灯不亮", "name": "过路人", "phone": "13912345678", "category": ""},
    "repairs:booking_new": a_booking_told,
    "repairs:work_order_new": a_call,
    "repairs:work_order_step": lambda cast, building: {"note": "请尽快"},
    "repairs:work_order_edit": lambda cast, building: {"content": "会议室和走廊都没有电。"},
    "repairs:work_order_sign": lambda cast, building: {"method": "WITNESSED", "witness": "陈静"},
    "repairs:findings": lambda cast, building: {"findings": "断路器老化", "stage": "BEFORE"},
    "repairs:skills_edit": lambda cast, building: {"categories": [a_category("WATER").pk]},
    "repairs:photo_new": lambda cast, building: {"stage": "AFTER", "photos": a_picture},
    "repairs:item_new": lambda cast, building: {"text": "更换断路器", "minutes": "40"},
    "repairs:material_new": lambda cast, building: {"name": "断路器", "quantity": "1", "source": "OURS"},
    "repairs:line_new": lambda cast, building: {"service": a_service("TAP").pk, "quantity": "1"},
}
