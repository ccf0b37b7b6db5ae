"""What fills the addresses of the pages about people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from staff import services
from staff.models import Cover, Post


def a_cover(cast: Any, building: Any) -> Cover:
    """The engineer is away this week; the clerk stands in."""
    today = timezone.localdate()
    post, days = Post.objects.get(user=cast.engineer), {"starts_on": today, "ends_on": today + timedelta(days=5)}
    return services.arrange_cover(post, stand_in=cast.service_clerk, reason="年假", by=cast.engineer, **days)


def cover_key(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": a_cover(cast, building).pk}


FACTORIES = {"staff.User": lambda cast, building: cast.engineer}
ARGUMENTS = {"staff:cover_detail": cover_key, "staff:cover_end": cover_key}
FORMS: dict[str, Any] = {
    "staff:cover_new": lambda cast, building: {
        "post": Post.objects.get(user=cast.service_clerk).pk,
        "stand_in": f"={cast.frontdesk.pk}",
        "starts_on": timezone.localdate().isoformat(),
        "ends_on": timezone.localdate().isoformat(),
        "reason": "病假",
    },
    "staff:profile": lambda cast, building: {"phone": "13800138000"},
}
