"""A fit-out's deposit stays in the house until the property manager has accepted the completion (manual 3.2.4-5.5)."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import DepositKind
from core import panels
from core.flow import Blocked
from fitout.models import Fitout


def until_accepted(deposit: Any) -> Blocked | None:
    """What speaks against giving a deposit back: the fit-out that left it goes on. Accepted and withdrawn are final."""
    if deposit.kind != DepositKind.FIT_OUT or deposit.content_type_id != ContentType.objects.get_for_model(Fitout).pk:
        return None
    fitout = Fitout.objects.going_on().filter(pk=deposit.object_id).first()
    if fitout is None:
        return None
    text = _("The property manager has not accepted the completion of fit-out %(number)s yet.") % {"number": fitout}
    return Blocked(text, reverse("fitout:fitout_detail", args=[fitout.pk]))


panels.contribute("refund.blockers", until_accepted)
