"""One record of each kind of the complaints, in its first state, and what is typed into each form."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import timezone

from complaints.models import Compensation, Complaint, ComplaintCause, ComplaintKind, Measure
from complaints.services import compensations, intake, measures
from tests.conftest import a_unit
from tests.tenants.factories import a_tenant


def a_kind(code: str = "CLEANING") -> ComplaintKind:
    return ComplaintKind.objects.get(code=code)


def a_complaint(cast: Any, building: Any, *, kind: str = "CLEANING", at: dt.datetime | None = None, **values: Any) -> Complaint:
    """A complaint of a tenant by phone, just logged."""
    tenant = values.pop("tenant", None) or a_tenant(cast, building)
    if kind == "MISCONDUCT":
        values = {
            "against": "保安员",
            "course_of_events": "9 时进门被大声呵斥。",
            "witnesses": "前台李敏",
            "evidence": "监控录像",
            **values,
        }
    told = {"name": "刘洋", "phone": "138 0013 8000", "content": "卫生间两天没有打扫。", "apologised": True}
    complaint = Complaint(tenant=tenant, kind=a_kind(kind), **{**told, **values})
    return intake.log_complaint(complaint, by=cast.frontdesk, at=at or timezone.now())


def a_measure(cast: Any, building: Any, *, complaint: Complaint | None = None, owner: Any = None, **values: Any) -> Measure:
    """A prevention measure; of a review with a complaint."""
    due_on = values.pop("due_on", timezone.localdate() + dt.timedelta(days=7))
    told = {"text": "每两小时巡检卫生间一次", **values}
    measure = Measure(building=building, owner=owner or cast.cleaning_leader, due_on=due_on, **told)
    if complaint:
        return measures.fix(measure, complaint, by=cast.service_head, on=timezone.localdate())
    return measures.plan(measure, by=cast.service_head, on=timezone.localdate())


def a_compensation(cast: Any, building: Any, amount: str = "300", *, by: Any = None, complaint: Complaint | None = None) -> Compensation:
    wanted = Compensation(kind="GIFT", item="水果礼篮", amount=Decimal(amount), reason="卫生间多日未打扫，向客户致歉")
    complaint = complaint or a_complaint(cast, building)
    return compensations.ask(wanted, complaint, by=by or cast.service_clerk, on=timezone.localdate())


FACTORIES: dict[str, Any] = {
    "complaints.Complaint": a_complaint,
    "complaints.Measure": a_measure,
    "complaints.Compensation": a_compensation,
}


@cache
def _pk(factory: Any) -> Any:
    return lambda cast, building: {"pk": factory(cast, building).pk}


def _to_sign(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": a_complaint(cast, building, kind="MISCONDUCT").pk, "document": "statement", "party": "COMPLAINANT"}


ARGUMENTS: dict[str, Any] = {
    "complaints:complaint_edit": _pk(a_complaint),
    "complaints:complaint_malicious": _pk(a_complaint),
    "complaints:complaint_sign": _to_sign,
    "complaints:measure_of": _pk(a_complaint),
    "complaints:compensation_new": _pk(a_complaint),
}


def a_call(cast: Any, building: Any) -> dict[str, Any]:
    told = {"name": "刘洋", "phone": "13800138000", "kind": a_kind().pk, "content": "卫生间两天没有打扫。"}
    told |= {"channel": "PHONE", "apologised": "on"}
    return {"tenant": f"={a_tenant(cast, building).pk}", "unit": a_unit(building, "1201", level=12).code, **told}


def a_day() -> str:
    return (timezone.localdate() + dt.timedelta(days=3)).isoformat()


def a_prevention(cast: Any, building: Any) -> dict[str, Any]:
    cause = ComplaintCause.objects.get(code="UPKEEP").pk
    measure = {"way": "MAINTENANCE", "cause": cause, "text": "空调每季检修", "owner": cast.engineering_head.pk, "due_on": a_day()}
    return {"building": building.pk, **measure}


FORMS: dict[str, Any] = {
    "complaints:complaint_new": a_call,
    "complaints:complaint_edit": lambda cast, building: {"content": "卫生间三天没有打扫。", "phone": "13900139000"},
    "complaints:complaint_step": lambda cast, building: {"finding": "情况属实"},
    "complaints:complaint_malicious": lambda cast, building: {"reason": "多次虚构事实", "answer": "已耐心说明监控情况"},
    "complaints:complaint_sign": lambda cast, building: {"method": "WITNESSED", "witness": "陈静"},
    "complaints:measure_of": lambda cast, building: {"text": "加派保洁", "owner": cast.cleaning_leader.pk, "due_on": a_day()},
    "complaints:measure_new": a_prevention,
    "complaints:measure_step": lambda cast, building: {"outcome": "已按表巡检"},
    "complaints:compensation_new": lambda cast, building: {"kind": "GIFT", "item": "果篮", "amount": "300", "reason": "致歉"},
    "complaints:keeper": lambda cast, building: {"building": building.pk, "keeper": cast.service_clerk.pk},
}
