"""What fills the addresses of the pages about people."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from staff import access, services
from staff.models import Cover, Department, Post, Shift, ShiftTerritory


def a_cover(cast: Any, building: Any) -> Cover:
    """The engineer is away this week; the clerk stands in."""
    today = timezone.localdate()
    post, days = Post.objects.get(user=cast.engineer), {"starts_on": today, "ends_on": today + timedelta(days=5)}
    return services.arrange_cover(post, stand_in=cast.service_clerk, reason="年假", by=cast.engineer, **days)


def cover_key(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": a_cover(cast, building).pk}


def a_roster(building: Any, department: str = "ENGINEERING") -> access.Roster:
    return access.Roster(Department.objects.get(code=department), building.territory_ptr)


def a_shift(building: Any, name: str, begins: int, ends: int, department: str = "ENGINEERING") -> Shift:
    """A shift from one hour to another, over midnight when it ends before it begins."""
    values = {"name_en": name, "name_zh": name, "begins": time(begins), "ends": time(ends)}
    shift = Shift.objects.create(department=Department.objects.get(code=department), **values)
    ShiftTerritory.objects.create(shift=shift, territory_id=building.pk)
    return shift


def roster_key(cast: Any, building: Any) -> dict[str, Any]:
    """This week of customer service."""
    if not Shift.objects.filter(reaches__territory=building.pk).exists():
        a_shift(building, "Day", 8, 17, "CUSTOMER_SERVICE")
    return {"department": "CUSTOMER_SERVICE", "territory": building.pk, "week": f"{timezone.localdate():%G-W%V}"}


FACTORIES = {"staff.User": lambda cast, building: cast.engineer}
ARGUMENTS = {"staff:cover_detail": cover_key, "staff:cover_end": cover_key}
ARGUMENTS |= {f"staff:roster_{page}": roster_key for page in ("week", "plan", "copy", "print")}
FORMS: dict[str, Any] = {
    "staff:cover_new": lambda cast, building: {
        "post": Post.objects.get(user=cast.service_clerk).pk,
        "stand_in": f"={cast.frontdesk.pk}",
        "starts_on": timezone.localdate().isoformat(),
        "ends_on": timezone.localdate().isoformat(),
        "reason": "病假",
    },
    "staff:roster_plan": lambda cast, building: {
        f"on-{cast.service_head.pk}-{timezone.localdate():%Y%m%d}": Shift.objects.filter(reaches__territory=building.pk)[0].pk
    },
    "staff:profile": lambda cast, building: {"phone": "13800138000"},
}
