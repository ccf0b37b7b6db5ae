"""The register of contractors: their papers as last seen, and who is barred (manual 3.2.1-1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import NotAllowed, Refused
from fitout import access
from fitout.models import Contractor


def keep_paper(contractor: Contractor, values: dict[str, Any], *, by: Any) -> Contractor:
    """Writes down what a licence or qualification certificate says, once for all its fit-outs."""
    with transaction.atomic():
        [fresh] = lock(contractor)
        if not access.may_manage(by, fresh):
            raise NotAllowed(_("Customer service keeps the register of contractors."))
        changed = [name for name, value in values.items() if getattr(fresh, name) != value]
        for name in changed:
            setattr(fresh, name, values[name])
        if changed:
            fresh.version += 1
            fresh.save(update_fields=[*changed, "version"])
    return fresh


def bar(contractor: Contractor, *, reason: str, by: Any, at: dt.datetime) -> Contractor:
    """Keeps a contractor out of the building until somebody lets it in again. Raises Refused without a reason."""
    if not reason.strip():
        raise Refused(_("Give the reason."))
    with transaction.atomic():
        fresh = _led(contractor, by)
        if fresh.barred_at is not None:
            raise Refused(_("%(name)s is barred already.") % {"name": fresh})
        return _set_bar(fresh, at, by, reason.strip())


def unbar(contractor: Contractor, *, by: Any) -> Contractor:
    """Lets a barred contractor work again."""
    with transaction.atomic():
        fresh = _led(contractor, by)
        if fresh.barred_at is None:
            raise Refused(_("%(name)s is not barred.") % {"name": fresh})
        return _set_bar(fresh, None, None, "")


def _led(contractor: Contractor, by: Any) -> Contractor:
    """The locked row. Raises NotAllowed for anybody but the customer service manager."""
    [fresh] = lock(contractor)
    if not access.may_lead(by, fresh):
        raise NotAllowed(_("The customer service manager bars contractors."))
    return fresh  # type: ignore[no-any-return]


def _set_bar(fresh: Contractor, at: dt.datetime | None, by: Any, reason: str) -> Contractor:
    fresh.barred_at, fresh.barred_by, fresh.barred_reason = at, by, reason
    fresh.save(update_fields=["barred_at", "barred_by", "barred_reason"])
    return fresh
