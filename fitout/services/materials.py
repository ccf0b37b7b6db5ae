"""The Construction Materials List with its certificates of conformity (manual 3.2.4-1.1)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import files
from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import StoredFile
from fitout import access
from fitout.models import Fitout, MaterialLine


def add(row: MaterialLine, *, by: Any, certificate: StoredFile | None = None) -> MaterialLine:
    """Puts a material on the list, with its certificate if it is there."""
    with transaction.atomic():
        fresh = _open(row.fitout, by)
        files.attach(certificate, fresh)
        row.certificate, row.added_by = certificate, by
        row.save()
    return row


def drop(row: MaterialLine, *, by: Any) -> None:
    """Takes a material off the list."""
    with transaction.atomic():
        _open(row.fitout, by)
        row.delete()


def _open(fitout: Fitout, by: Any) -> Fitout:
    [fresh] = lock(fitout)
    if not access.may_manage(by, fresh):
        raise NotAllowed(_("Customer service keeps the list of materials."))
    if fresh.is_ended:
        raise Refused(_("This fit-out has ended."))
    return fresh  # type: ignore[no-any-return]
