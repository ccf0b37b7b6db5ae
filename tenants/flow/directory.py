"""Directory board orders and goods moves (manual 1.2.8, 1.2.2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core.flow import Flow, Step, as_before
from staff.access import SECURITY, SERVICE
from staff.services import tell_department
from tenants.models import DirectoryOrder, GoodsMove
from tenants.services import directory

D, G = DirectoryOrder.State, GoodsMove.State
T = gettext_lazy


def something_to_make(order: DirectoryOrder) -> str | None:
    return _("A removal needs nothing made: take the line off the board.") if order.kind == "REMOVE" else None


def is_removal(order: DirectoryOrder) -> str | None:
    return None if order.kind == "REMOVE" else _("Have the line made first.")


def note_maker(order: DirectoryOrder, *, by: Any, at: dt.datetime, note: str, maker: str) -> list[str]:
    order.maker = maker
    return ["maker"]


def forget_maker(order: DirectoryOrder, *, by: Any, at: dt.datetime) -> list[str]:
    order.maker = ""
    return ["maker"]


def put_on_board(order: DirectoryOrder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    order.posted_on = timezone.localdate(at)
    directory.post_order(order, on=order.posted_on)
    return ["posted_on", "line"]


ORDER_FLOW = Flow(
    "tenants.DirectoryOrder",
    T("Directory board order"),
    D,
    Step("make", D.ORDERED, D.MADE, SERVICE, [something_to_make], "M1.2.8", label=T("The line is made"),
         effect=note_maker, undo=forget_maker),
    Step("post", D.MADE, D.POSTED, SERVICE, [], "M1.2.8", label=T("The line is on the board"), effect=put_on_board),
    Step("take_down", D.ORDERED, D.POSTED, SERVICE, [is_removal], "M1.2.8", label=T("The line is off the board"),
         effect=put_on_board),
    Step("cancel", (D.ORDERED, D.MADE), D.CANCELLED, SERVICE, [], "M1.2.8", label=T("Cancel the order"), tone="danger",
         asks_reason=True, undo=as_before),
)  # fmt: skip


def tell_security(move: GoodsMove, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("Goods move %(number)s of %(tenant)s is cancelled.")
    values = {"number": move.number, "tenant": str(move.tenant)}
    tell_department("SECURITY", move.building_id, text, topic="tenants.goods", record=move, values=values, by=by)


GOODS_FLOW = Flow(
    "tenants.GoodsMove",
    T("Goods move"),
    G,
    Step("finish", G.BOOKED, G.DONE, (SERVICE, SECURITY), [], "M1.2.2-d", label=T("The move is done"), undo=as_before),
    Step("cancel", G.BOOKED, G.CANCELLED, SERVICE, [], "M1.2.2-d", label=T("Cancel the booking"), tone="danger",
         asks_reason=True, tell=tell_security),
)  # fmt: skip
