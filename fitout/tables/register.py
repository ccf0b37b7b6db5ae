"""Columns of the lists of fit-outs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2 import Column, DateColumn, DateTimeColumn

from core import lists
from core.columns import MoneyColumn, NumberColumn, StateColumn, to
from core.templatetags.ui import chip, deadline, status
from fitout.models import (
    Breach,
    ConcealedWorks,
    Contractor,
    Drawing,
    DrawingVersion,
    Fitout,
    Penalty,
    Permit,
    SiteCheck,
    Standing,
    Stoppage,
)


class FitoutTable(lists.Table):
    """The register of fit-outs."""

    number = Column(_("Number"), linkify=to("fitout:fitout_detail"))
    state = StateColumn(verbose_name=_("Status"))
    unit = Column(_("Unit"), accessor="unit__code")
    tenant = Column(_("Tenant"), accessor="tenant__name")
    contractor = Column(_("Contractor"), accessor="contractor__name")
    area_m2 = NumberColumn(_("Floor area (m²)"))
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


class DrawingTable(lists.Table):
    """The register of drawings."""

    sheet = Column(_("Sheet"), linkify=to("fitout:drawing_detail"))
    title = Column(_("Title"))
    discipline = Column(_("Discipline"), orderable=False)
    newest_version = Column(_("Version"))
    newest_verdict = Column(_("Verdict"), empty_values=(None,))
    fitout = Column(_("Fit-out"), accessor="fitout__number")
    unit = Column(_("Unit"), accessor="fitout__unit__code")
    contractor = Column(_("Contractor"), accessor="fitout__contractor__name")

    class Meta(lists.Table.Meta):
        model = Drawing
        fields = ("sheet", "title", "discipline", "newest_version", "newest_verdict", "fitout", "unit", "contractor")

    def render_newest_verdict(self, value: str) -> str:
        label = DrawingVersion.Verdict(value).label if value else _("Under review")
        return chip(label, DrawingVersion.VERDICT_TONES[value])

    def value_newest_verdict(self, value: str) -> str:
        return str(DrawingVersion.Verdict(value).label if value else _("Under review"))


class PermitTable(lists.Table):
    """The register of fit-out permits."""

    number = Column(_("Number"), linkify=to("fitout:permit_detail"))
    state = StateColumn(verbose_name=_("Status"))
    unit = Column(_("Unit"), accessor="fitout__unit__code")
    tenant = Column(_("Tenant"), accessor="fitout__tenant__name")
    contractor = Column(_("Contractor"), accessor="fitout__contractor__name")
    valid_from = DateColumn(verbose_name=_("Valid from"), format="Y-m-d")
    valid_until = DateColumn(verbose_name=_("Valid until"), format="Y-m-d")

    class Meta(lists.Table.Meta):
        model = Permit
        fields = ("number", "state", "unit", "tenant", "contractor", "valid_from", "valid_until")


class ConcealedTable(lists.Table):
    """The register of concealed works."""

    number = Column(_("Number"), linkify=to("fitout:concealed_detail"))
    state = StateColumn(verbose_name=_("Status"))
    unit = Column(_("Unit"), accessor="fitout__unit__code")
    contractor = Column(_("Contractor"), accessor="fitout__contractor__name")
    item = Column(_("Kind of works"), orderable=False)
    spot = Column(_("Where"))
    agreed_at = DateTimeColumn(verbose_name=_("Agreed time"), format="m-d H:i", default="")
    round = Column(_("Round"))

    class Meta(lists.Table.Meta):
        model = ConcealedWorks
        fields = ("number", "state", "unit", "contractor", "item", "spot", "agreed_at", "round")


class SiteCheckTable(lists.Table):
    """The Fit-out Patrol Record (manual 3.2.4-4.2.D.F1)."""

    checked_at = DateTimeColumn(
        verbose_name=pgettext_lazy("fit-out", "Checked"), format="Y-m-d H:i", linkify=to("fitout:site_check_detail")
    )
    fitout = Column(_("Fit-out"), accessor="fitout__number", linkify=to("fitout:fitout_detail", "fitout_id"))
    unit = Column(_("Unit"), accessor="fitout__unit__code")
    department = Column(_("Department"))
    result = Column(_("Result"), accessor="round__state")
    done_by = Column(_("Checked by"), accessor="round__done_by__name")
    progress = Column(_("Progress of the works"), orderable=False)

    class Meta(lists.Table.Meta):
        model = SiteCheck
        fields = ("checked_at", "fitout", "unit", "department", "result", "done_by", "progress")

    def render_result(self, record: Any) -> Any:
        return status(record.round)

    def value_result(self, record: Any) -> str:
        return str(record.round.get_state_display())


class BreachTable(lists.Table):
    """The register of breaches (manual 3.2.4-4.2.D)."""

    number = Column(_("Number"), linkify=to("fitout:breach_detail"))
    state = StateColumn(verbose_name=_("Status"))
    due_at = Column(_("Correct until"), default="")
    kind = Column(_("Kind of breach"))
    is_serious = Column(_("Serious"))
    unit = Column(_("Unit"), accessor="fitout__unit__code")
    contractor = Column(_("Contractor"), accessor="fitout__contractor__name")
    department = Column(_("Found by"))
    found_at = DateTimeColumn(verbose_name=pgettext_lazy("breach", "Found"), format="Y-m-d H:i")
    round = Column(_("Round"))

    class Meta(lists.Table.Meta):
        model = Breach
        fields = ("number", "state", "due_at", "kind", "is_serious", "unit", "contractor", "department", "found_at", "round")

    def render_due_at(self, record: Any, value: Any) -> Any:
        return deadline(value) if record.state in (Breach.State.NOTED, Breach.State.NOTICED) else ""

    def value_due_at(self, value: Any) -> Any:
        return value

    def render_is_serious(self, value: bool) -> Any:
        return chip(_("Serious"), "D") if value else ""

    def value_is_serious(self, value: bool) -> str:
        return str(_("Yes")) if value else ""


class PenaltyTable(lists.Table):
    """Penalties by contract, asked for and decided."""

    number = Column(_("Number"), linkify=to("fitout:penalty_detail"))
    state = StateColumn(verbose_name=_("Status"))
    amount = MoneyColumn(verbose_name=_("Amount (yuan)"))
    clause = Column(_("Clause"))
    breach = Column(_("Breach"), accessor="breach__number", linkify=to("fitout:breach_detail", "breach_id"))
    kind = Column(_("Kind of breach"), accessor="breach__kind", orderable=False)
    contractor = Column(_("Contractor"), accessor="breach__fitout__contractor__name")
    created_by = Column(_("Asked for by"), accessor="created_by__name")
    decided_by = Column(_("Decided by"), accessor="decided_by__name", default="")
    created_at = DateTimeColumn(verbose_name=_("Asked for"), format="Y-m-d H:i")

    class Meta(lists.Table.Meta):
        model = Penalty
        fields = ("number", "state", "amount", "clause", "breach", "kind", "contractor", "created_by", "decided_by", "created_at")


class StoppageTable(lists.Table):
    """Works that were stopped."""

    stopped_at = DateTimeColumn(verbose_name=_("Stopped"), format="Y-m-d H:i", linkify=to("fitout:stoppage_detail"))
    fitout = Column(_("Fit-out"), accessor="fitout__number", linkify=to("fitout:fitout_detail", "fitout_id"))
    unit = Column(_("Unit"), accessor="fitout__unit__code")
    contractor = Column(_("Contractor"), accessor="fitout__contractor__name")
    reason = Column(_("Reason"), orderable=False)
    stopped_by = Column(_("Stopped by"), accessor="stopped_by__name")
    resumed_at = DateTimeColumn(verbose_name=_("Went on"), format="Y-m-d H:i", default="")

    class Meta(lists.Table.Meta):
        model = Stoppage
        fields = ("stopped_at", "fitout", "unit", "contractor", "reason", "stopped_by", "resumed_at")
