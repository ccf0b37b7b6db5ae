"""What the product knows of complaints, and what they show on the pages of tenants, units and calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints import access
from complaints.flow import COMPENSATION_FLOW, COMPLAINT_FLOW, MEASURE_FLOW
from complaints.models import Compensation, Complaint, Measure
from complaints.services import compensations
from core import kinds, notices, panels
from core.search import SearchWords
from rounds import kinds as round_kinds

T = gettext_lazy

notices.name_topic("complaints", T("Complaints"))
notices.name_topic("complaints.measures", T("Complaint measures"))

SHOWN = 20


def complaint_words(complaint: Complaint) -> SearchWords:
    words = [complaint.name, complaint.phone, complaint.against, complaint.unit.code if complaint.unit else ""]
    return SearchWords(
        title=f"{complaint.company or complaint.name} {complaint.kind.name_zh}",
        subtitle=complaint.content[:60],
        number=complaint.number,
        words=[word for word in words if word],
        rank=5 if complaint.is_open else 0,
    )


def complaint_summary(complaint: Complaint) -> list[tuple[Any, Any]]:
    return [
        (_("Company"), complaint.company or complaint.name),
        (_("Unit"), complaint.unit or ""),
        (_("Kind"), complaint.kind),
        (_("Complaint"), complaint.content),
        (_("Result"), complaint.result),
    ]


def measure_words(measure: Measure) -> SearchWords:
    return SearchWords(title=measure.text[:80], subtitle=str(measure.owner), number=measure.number)


def measure_summary(measure: Measure) -> list[tuple[Any, Any]]:
    return [(_("Measure"), measure.text), (_("Owner"), measure.owner), (_("Due on"), measure.due_on), (_("Done"), measure.outcome)]


def compensation_words(row: Compensation) -> SearchWords:
    return SearchWords(title=f"{row.item} ¥{row.amount}", subtitle=row.complaint.number, number=row.number)


def compensation_summary(row: Compensation) -> list[tuple[Any, Any]]:
    """What the approver must see."""
    return [
        (_("Complaint"), f"{row.complaint} {row.complaint.company or row.complaint.name}"),
        (_("What is given"), row.item),
        (_("Worth"), f"¥{row.amount:,.2f}"),
        (_("Reason"), row.reason),
        (_("Needs the limit of"), "、".join(compensations.signers(row.amount))),
    ]


kinds.register(
    Complaint,
    rows=access.complaints,
    title=T("Complaint"),
    icon="message-report",
    url="complaints:complaint_detail",
    flow=COMPLAINT_FLOW,
    search=complaint_words,
    summary=complaint_summary,
)
kinds.register(
    Measure,
    rows=access.measures,
    title=T("Measure"),
    icon="checklist",
    url="complaints:measure_detail",
    flow=MEASURE_FLOW,
    search=measure_words,
    summary=measure_summary,
)
kinds.register(
    Compensation,
    rows=access.compensations,
    title=T("Gift or compensation"),
    icon="gift",
    url="complaints:compensation_detail",
    flow=COMPENSATION_FLOW,
    search=compensation_words,
    summary=compensation_summary,
)


def _rows_of(user: Any, **target: Any) -> list[Complaint]:
    return list(access.complaints(user).filter(**target).order_by("-pk")[:SHOWN])


def tenant_tab(request: Any, tenant: Any) -> tuple[str, dict[str, Any]]:
    """A tenant's complaints, with the way to a new one."""
    return "complaints/tenant_tab.html", {
        "tenant": tenant,
        "complaints": _rows_of(request.user, tenant=tenant),
        "may_log": access.may_take_up(request.user, tenant),
    }


def unit_panel(request: Any, unit: Any) -> tuple[str, dict[str, Any]] | None:
    """Complaints of a unit; nothing where there is none and one can't log any."""
    rows, may_log = _rows_of(request.user, unit=unit), access.may_take_up(request.user, unit)
    return ("complaints/unit_panel.html", {"unit": unit, "complaints": rows, "may_log": may_log}) if rows or may_log else None


def on_a_call(request: Any, tenant: Any) -> tuple[str, dict[str, Any]]:
    """The last complaints of who is on the phone, and a new one in their name."""
    phone = request.GET.get("phone", "")[:30]
    return "complaints/on_a_call.html", {"tenant": tenant, "phone": phone, "complaints": _rows_of(request.user, tenant=tenant)[:3]}


def open_flag(tenant: Any, user: Any) -> list[tuple[str, Any, str]]:
    """The glance at the head of a tenant's file: how many complaints are under way."""
    count = access.complaints(user).filter(tenant=tenant).open().count()
    if not count:
        return []
    text = ngettext("%(n)d open complaint", "%(n)d open complaints", count) % {"n": count}
    return [("Y", text, reverse("tenants:tenant_tab", args=[tenant.pk, "complaints"]))]


OPEN_COMPLAINT = panels.Flag("complaint", "!", T("Open complaint"))


def open_on_the_plan(unit_ids: Sequence[int], user: Any) -> tuple[panels.Flag, Any] | None:
    """Units with an open complaint on the stacking plan, for who reads the register."""
    if not access.may_read_register(user):
        return None
    return OPEN_COMPLAINT, access.complaints(user).open().filter(unit__in=unit_ids)


panels.register("tenant.tab", "complaints", T("Complaints"), tenant_tab, order=50, may=access.may_read_register)
panels.register("unit", "complaints", T("Complaints"), unit_panel, order=50, may=access.may_read_register)
panels.register("call", "complaints", T("Complaints"), on_a_call, order=40, may=access.may_take_calls)
panels.contribute("tenant.flags", open_flag)
panels.contribute("unit.flags", open_on_the_plan)


def complaint_of_finding(answer: Any) -> str:
    """The hot-line with what a customer said on a walk of the house, and where (article 5, 2)."""
    told = {"channel": Complaint.Channel.ON_SPOT.value, "content": f"{answer.item}: {answer.note}"}
    unit = getattr(answer.stop.place, "unit", None)
    return f"{reverse('complaints:complaint_new')}?{urlencode({**told, 'unit': unit.pk} if unit else told)}"


round_kinds.offer(
    round_kinds.FollowUp(
        "complaint", T("New complaint"), complaint_of_finding, may=lambda user, answer: access.may_take_calls(user), icon="message-report"
    )
)
