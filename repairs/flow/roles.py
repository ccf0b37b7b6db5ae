"""The role that a work order decides: its technician."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from core.flow import Role
from repairs import access
from repairs.models import WorkOrder
from staff.access import ENGINEERING

T = gettext_lazy


def works(user: Any, order: Any) -> bool:
    return isinstance(order, WorkOrder) and access.works_on(user, order)


TECHNICIAN = Role("TECHNICIAN", T("the technician"), T("Engineering"), works, within=ENGINEERING)
