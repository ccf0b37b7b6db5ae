"""Records of lower apps for the desk's tests, made as their own services make them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from core import numbering
from tenants.models import Correspondence, DirectoryOrder, Tenant


def a_tenant(building: Any) -> Tenant:
    """The one tenant of these tests, in the building."""
    found = Tenant.objects.filter(building=building).first()
    return found or numbered(Tenant(building=building, name="华信科技有限公司", short_name="华信科技", phone="010-8588 6000"))


def numbered(record: Any) -> Any:
    numbering.give(record, on=timezone.localdate())
    record.save()
    return record


def an_order(cast: Any, building: Any, unit: str, *, due_on: date | None = None) -> DirectoryOrder:
    """An order for a line on the directory board, waiting to be made."""
    from premises.models import Floor

    floor, _made = Floor.objects.get_or_create(building=building, level=18, defaults={"name": "18F"})
    today = timezone.localdate()
    return numbered(
        DirectoryOrder(
            building=building,
            tenant=a_tenant(building),
            floor=floor,
            unit_text=unit,
            name="华信科技",
            ordered_on=today,
            due_on=due_on or date(2099, 1, 1),
        )
    )


def a_letter(cast: Any, building: Any) -> Correspondence:
    """A letter from the tenant, registered."""
    today, tenant = timezone.localdate(), a_tenant(building)
    words = {"sender": "华信科技", "recipient": "客户服务部", "subject": "空调"}
    return numbered(Correspondence(building=building, tenant=tenant, direction="IN", dated_on=today, registered_on=today, **words))
