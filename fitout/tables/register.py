"""Columns of the lists of fit-outs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from core import lists
from core.columns import StateColumn, to
from fitout.models import Contractor, Fitout


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


class ContractorTable(lists.Table):
    """The register of contractors across fit-outs."""

    name = Column(_("Company"), linkify=to("fitout:contractor_detail"))
    building = Column(_("Building"), accessor="building__name")
    grade = Column(_("Qualification grade"), default="")
    qualification_until = DateColumn(verbose_name=_("Qualification valid until"), format="Y-m-d", default="")
    licence_until = DateColumn(verbose_name=_("Licence valid until"), format="Y-m-d", default="")
    lead = Column(_("Person in charge"))
    phone = Column(_("Phone"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Contractor
        fields = ("name", "building", "grade", "qualification_until", "licence_until", "lead", "phone")
