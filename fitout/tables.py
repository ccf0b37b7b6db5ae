"""Columns of the lists of fit-outs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from core import lists
from core.columns import StateColumn, to
from core.templatetags.ui import chip
from fitout.models import Contractor, Fitout, Standing


class FitoutTable(lists.Table):
    """The register of fit-outs."""

    number = Column(_("Number"), linkify=to("fitout:fitout_detail"))
    state = StateColumn(verbose_name=_("Status"))
    unit = Column(_("Unit"), accessor="unit__code")
    tenant = Column(_("Tenant"), accessor="tenant__name")
    contractor = Column(_("Contractor"), accessor="contractor__name")
    area_m2 = Column(_("Floor area (m²)"))
    starts_on = DateColumn(verbose_name=_("Planned start"), format="Y-m-d")
    ends_on = DateColumn(verbose_name=_("Planned end"), format="Y-m-d")
    due_at = DateColumn(verbose_name=_("Time limit"), format="Y-m-d H:i", default="")

    class Meta(lists.Table.Meta):
        model = Fitout
        fields = ("number", "state", "unit", "tenant", "contractor", "area_m2", "starts_on", "ends_on", "due_at")


STANDING_TONES = {Standing.VALID: "S", Standing.EXPIRING: "Y", Standing.EXPIRED: "D", Standing.NOT_ACCEPTED: "D", Standing.BARRED: "C"}


def standing_chip(contractor: Contractor, soon: dt.timedelta) -> SafeString:
    """Whether a contractor may work today."""
    standing = Standing(contractor.standing(timezone.localdate(), soon))
    return chip(standing.label, STANDING_TONES[standing])


class StandingColumn(Column):
    """The chip of a contractor; rows carry `soon_days`."""

    def render(self, record: Any) -> SafeString:
        return standing_chip(record, dt.timedelta(days=record.soon_days))

    def value(self, record: Any) -> str:
        return str(Standing(record.standing(timezone.localdate(), dt.timedelta(days=record.soon_days))).label)


class ContractorTable(lists.Table):
    """The register of contractors across fit-outs."""

    name = Column(_("Company"), linkify=to("fitout:contractor_detail"))
    standing = StandingColumn(verbose_name=_("Standing"), accessor="pk", orderable=False)
    building = Column(_("Building"), accessor="building__name")
    grade = Column(_("Qualification grade"), default="")
    qualification_until = DateColumn(verbose_name=_("Qualification valid until"), format="Y-m-d", default="")
    licence_until = DateColumn(verbose_name=_("Licence valid until"), format="Y-m-d", default="")
    lead = Column(_("Person in charge"))
    phone = Column(_("Phone"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Contractor
        fields = ("name", "standing", "building", "grade", "qualification_until", "licence_until", "lead", "phone")
