"""The price list on paper: the Fit-out Fee Schedule and the rates of paid services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import ChargeKind
from billing.services import prices
from core import printing
from core.printing import Party, PrintForm
from premises.models import Building

Group = ChargeKind.Group
FITOUT = (Group.FIT_OUT, Group.PASS_CARD)
REPAIR = (Group.SERVICE, Group.AIR_CON)


def _sheet(groups: tuple[str, ...]) -> Callable[[Building | None], dict[str, Any]]:
    def of(building: Building | None) -> dict[str, Any]:
        today = timezone.localdate()
        found = prices.versions(building.pk, today, today) if building else {}
        lines: dict[str, list[tuple[Any, ...]]] = {}
        for kind in ChargeKind.objects.filter(is_active=True, group__in=groups):
            price = f"{found[kind.pk][-1].unit_price.normalize():f}" if found.get(kind.pk) else ""
            lines.setdefault(str(kind.get_group_display()), []).append((str(kind), kind.get_basis_display(), price, kind.note))
        return {"groups": list(lines.items()), "building_name": building or "", "on": today if building else None}

    return of


SERVICE = Party(_("Customer service"), seal=True)

printing.register(
    Building,
    PrintForm(
        "fitout-fee-schedule",
        _("Fit-out Fee Schedule"),
        "billing/print/prices.html",
        _sheet(FITOUT),
        (SERVICE,),
        clause="M3.2.4-1.3.a.F1",
    ),
    PrintForm(
        "repair-service-items",
        _("Charge rates of paid services"),
        "billing/print/prices.html",
        _sheet(REPAIR),
        (SERVICE,),
        clause="M3.12.3-2",
    ),
)
