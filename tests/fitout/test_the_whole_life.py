"""A fit-out from the application to the refunded deposit, by the rules (manual 3.2.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing import services as billing
from billing.models import Refund
from fitout import access
from fitout.models import Damage
from fitout.services import inspections
from premises.models import Unit
from tests.fitout.factories import S, a_fitout


def test_a_fit_out_goes_from_the_application_to_the_refunded_deposit(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.ON_SITE)
    assert Unit.objects.get(pk=fitout.unit_id).state == Unit.State.FIT_OUT
    assert fitout.plans.count() == 3
    inspections.price_damage(Damage(fitout=fitout, what="电梯厅石材", quantity=1, unit_price=Decimal(600)), by=cast.engineer)
    fitout = a_fitout(cast, tower, at=S.REFUNDED, fitout=fitout)
    assert Refund.objects.values_list("amount", "state").get() == (Decimal("9400.00"), "PAID")
    assert access.held(fitout) == 0
    assert Unit.objects.get(pk=fitout.unit_id).state == Unit.State.OCCUPIED
    assert billing.contradictions() == {}
