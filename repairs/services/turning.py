"""A repair request that is really a complaint, and the other way round: linked, and nothing is typed twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import services as complaints
from complaints.models import Complaint
from core.database import lock
from core.flow import Refused, flow_of
from repairs import access
from repairs.models import WorkOrder

# A complaint comes in other ways than a label on a door or a colleague.
CHANNELS = frozenset(Complaint.Channel.values)


@dataclass(frozen=True)
class Origin:
    """The work order behind a complaint that is being written: `instead` withdraws it, else it goes on beside the complaint."""

    order: WorkOrder
    instead: bool

    @property
    def initial(self) -> dict[str, Any]:
        """What the hot-line's form knows already."""
        order = self.order
        told: dict[str, Any] = {
            "name": order.name,
            "phone": order.phone,
            "company": "" if order.tenant_id else order.company,
            "content": order.content,
        }
        told |= {"tenant": order.tenant_id, "unit": order.unit_id, "building": order.building_id}
        return told | {"channel": order.channel if order.channel in CHANNELS else Complaint.Channel.PHONE}

    def logged(self, complaint: Complaint, *, by: Any, at: dt.datetime) -> None:
        """Links both; a request that is nothing but a complaint is withdrawn with that one's number. Refused when it is linked already."""
        with transaction.atomic():
            [fresh] = lock(self.order)
            if fresh.complaint_id:
                raise Refused(_("This work order belongs to complaint %(number)s already.") % {"number": fresh.complaint})
            fresh.complaint, fresh.version = complaint, fresh.version + 1
            fresh.save(update_fields=["complaint", "version"])
            life = flow_of(WorkOrder)
            if self.instead and life:
                life.take(fresh, "withdraw", by=by, at=at, note=_("It is complaint %(number)s.") % {"number": complaint.number})


def origin_of(user: Any, asked: Any) -> Origin | None:
    """Slot `complaint.origin`: `?work_order=` names the request, `&instead=1` that it is a complaint and no repair."""
    wanted = asked.get("work_order", "")
    order = access.orders(user).filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 16 else None
    return Origin(order, asked.get("instead") == "1") if order and access.may_take_up(user, order) else None


def from_complaint(complaint: Complaint) -> dict[str, Any]:
    """What the form of a new request knows of the complaint that it is about."""
    told = {"unit": complaint.unit_id, "tenant": complaint.tenant_id, "building": complaint.building_id}
    channel = complaint.channel if complaint.channel in WorkOrder.Channel.values else WorkOrder.Channel.PHONE
    return told | {"name": complaint.name, "phone": complaint.phone, "content": complaint.content, "channel": channel}


def hand_over(order: WorkOrder, *, by: Any, at: dt.datetime) -> None:
    """The complaint of a request was nothing but this request: it ends with the request's number."""
    if order.complaint:
        complaints.hand_to_repairs(order.complaint, by=by, at=at, note=order.number)
