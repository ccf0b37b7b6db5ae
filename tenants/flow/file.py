"""A document's way into the customer file: collected, sorted, filed (manual 3.11.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow import Flow, Step, as_before
from staff.access import RECORDS, SERVICE
from tenants.models import FileItem, FileUse
from tenants.services import file as files

S = FileItem.State
T = gettext_lazy


def is_not_lent(item: FileItem) -> str | None:
    out = item.uses.filter(kind=FileUse.Kind.LENT, returned_at=None).first()
    return _("The document is with %(name)s.") % {"name": out.user_name} if out else None


def place_on_shelf(item: FileItem, *, by: Any, at: dt.datetime, note: str, shelf: str = "") -> list[str]:
    item.shelf = shelf or item.shelf
    return ["shelf"]


def give_sheet(item: FileItem, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    item.sheet = files.next_sheet(item.part)
    item.filed_on, item.filed_by = timezone.localdate(at), by
    return ["sheet", "filed_on", "filed_by"]


def take_sheet_back(item: FileItem, *, by: Any, at: dt.datetime) -> list[str]:
    item.sheet = item.filed_on = item.filed_by = None
    return ["sheet", "filed_on", "filed_by"]


def look_again(item: FileItem, *, by: Any, at: dt.datetime) -> None:
    files.refresh_file(item.part.tenant, on=timezone.localdate(at))


KEEPERS = (SERVICE, RECORDS)

ITEM_FLOW = Flow(
    "tenants.FileItem",
    T("File document"),
    S,
    Step("sort", S.RECEIVED, S.SORTED, KEEPERS, [], "M3.11.3-0", label=T("Sort"), effect=place_on_shelf, undo=as_before),
    Step("file", S.SORTED, S.FILED, KEEPERS, [], "M3.11.3-0", label=T("File"), effect=give_sheet, undo=take_sheet_back),
    Step("take_out", (S.RECEIVED, S.SORTED, S.FILED), S.REMOVED, KEEPERS, [is_not_lent], "M3.11.4-3",
         label=T("Take out of the file"), tone="danger", asks_reason=True, tell=look_again),
)  # fmt: skip
