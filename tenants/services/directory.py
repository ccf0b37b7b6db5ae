"""Directory board lines and customer cards: writes outside a record's life (manual 1.2.8, 3.1.4-3.5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, numbering
from core.flow import Refused
from premises import services as premises
from tenants.models import CustomerCard, DirectoryLine, DirectoryOrder, Tenant
from tenants.services.file import refresh_file


def order_board_line(order: DirectoryOrder, *, by: Any, on: dt.date) -> DirectoryOrder:
    """Registers a Directory Board Order with its number. Raises Refused when a change or removal names no line."""
    if order.kind != DirectoryOrder.Kind.NEW and order.line is None:
        raise Refused(_("Choose the line on the board."))
    with transaction.atomic():
        if order.line is not None:
            order.line_before = line_text(order.line)
        order.created_by, order.ordered_on = by, on
        order.building_id = order.tenant.building_id
        numbering.give(order, on=on)
        order.save()
    return order


def line_text(line: DirectoryLine) -> str:
    """A line as it reads on the board."""
    return " · ".join(text for text in (str(line.floor), line.unit_text, line.name, line.name_en) if text)


def post_order(order: DirectoryOrder, *, on: dt.date) -> None:
    """Brings the board to what the order says."""
    if order.kind == DirectoryOrder.Kind.REMOVE:
        _remove(order)
        return
    line = order.line or DirectoryLine(building_id=order.building_id, tenant=order.tenant)
    line.floor, line.unit_text, line.name, line.name_en = order.floor, order.unit_text, order.name, order.name_en
    line.posted_on = on
    line.save()
    order.line = line


def _remove(order: DirectoryOrder) -> None:
    if order.line is not None:
        line, order.line = order.line, None
        order.save(update_fields=["line"])
        line.delete()


def issue_card(tenant: Tenant, key: Any, *, holder_name: str, holder_phone: str, by: Any, at: dt.datetime, note: str = "") -> CustomerCard:
    """Gives a tenant a building customer card. Raises Refused when the key is no customer card or is out."""
    if key.kind != "CUSTOMER_CARD" or key.building_id != tenant.building_id:
        raise Refused(_("%(key)s is not a customer card of this building.") % {"key": key})
    with transaction.atomic():
        loan = premises.issue_key(key, holder_name=holder_name, holder_phone=holder_phone, by=by, at=at)
        card = CustomerCard.objects.create(tenant=tenant, loan=loan, note=note)
        history.note(tenant, _("Customer card %(key)s given to %(name)s.") % {"key": key, "name": holder_name}, by=by)
        refresh_file(tenant, on=timezone.localdate(at))
    return card


def return_card(card: CustomerCard, *, by: Any, at: dt.datetime) -> CustomerCard:
    """Takes a customer card back."""
    with transaction.atomic():
        premises.return_key(card.loan.key, by=by, at=at)
        history.note(card.tenant, _("Customer card %(key)s is back.") % {"key": card.loan.key}, by=by)
    return card
