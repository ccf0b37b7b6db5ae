"""Roles that the record decides: the department that answers, its head, the keeper of the register, an owner."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from complaints import access
from complaints.models import Complaint, Measure
from core.flow import Role

T = gettext_lazy


def answers(user: Any, complaint: Any) -> bool:
    return isinstance(complaint, Complaint) and access.is_of_department(user, complaint)


def answers_as_head(user: Any, complaint: Any) -> bool:
    return isinstance(complaint, Complaint) and access.heads_department(user, complaint)


def keeps(user: Any, complaint: Any) -> bool:
    return isinstance(complaint, Complaint) and access.keeps_register(user, complaint)


def owns(user: Any, measure: Any) -> bool:
    return isinstance(measure, Measure) and user is not None and user.pk == measure.owner_id


RESPONSIBLE = Role("COMPLAINT_DEPARTMENT", T("the responsible department"), T("The department concerned"), answers)
RESPONSIBLE_HEAD = Role("COMPLAINT_HEAD", T("the head of the responsible department"), T("The department concerned"), answers_as_head)
KEEPER = Role("COMPLAINT_KEEPER", T("the keeper of the register"), T("Customer service"), keeps)
OWNER = Role("MEASURE_OWNER", T("the owner of the measure"), T("The department concerned"), owns)
