"""My repairs: the technician's work orders on the phone, in walking order, each with its one next step (ux.md 3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.flow import NextStep
from core.pages import need
from repairs import access
from repairs.flow import ORDER_FLOW
from repairs.models import WorkOrder
from repairs.services import dispatch
from repairs.services.mine import LATER, NOBODY, NOW, WAITS, part_of, walking_order

T = gettext_lazy
PARTS = (
    (NOW, T("Today"), "walk"),
    (NOBODY, T("Nobody has it yet"), "hand-stop"),
    (LATER, T("Later"), "calendar"),
    (WAITS, T("Waits for others"), "hourglass"),
)


@dataclass(frozen=True)
class Task:
    """A work order on the phone: what to do next, and whether photos can be taken now."""

    order: WorkOrder
    next_step: NextStep
    may_photo: bool

    @property
    def way(self) -> Any:
        """What has to be done before the next step, with its page; None where the step itself can be taken, or nothing can."""
        return next((blocker for blocker in self.next_step.blockers if blocker.url), None)


@require_GET
def my_repairs(request: HttpRequest) -> HttpResponse:
    """What I do today, floor by floor; then what nobody has, what comes later and what waits for others."""
    need(access.is_technician(request.user))
    now = timezone.now()
    found: dict[str, list[Task]] = {}
    for order in sorted(dispatch.read_whole(access.my_orders(request.user)), key=walking_order):
        found.setdefault(part_of(order, now), []).append(_task(order, request.user))
    parts = [(key, title, icon, found[key]) for key, title, icon in PARTS if key in found]
    return render(request, "repairs/mine.html", {"title": _("My repairs"), "parts": parts})


def _task(order: WorkOrder, user: Any) -> Task:
    return Task(order, ORDER_FLOW.next_step(order, user), access.may_record(user, order))


urls = [path("mine/", my_repairs, name="mine")]
