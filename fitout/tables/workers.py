"""Columns of worker passes, of entries to sites, and of permits for hot work and work at height."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn, DateTimeColumn

from core import lists
from core.columns import StateColumn, to
from fitout.models import HeightPermit, HotWorkPermit, SiteEntry, WorkerPass


class WorkerPassTable(lists.Table):
    """The register of workers (manual 3.2.4-3.3.F1)."""

    number = Column(_("Number"), linkify=to("fitout:worker_pass_detail"))
    state = StateColumn(verbose_name=_("Status"))
    name = Column(_("Worker"))
    trade = Column(_("Trade"), orderable=False)
    fitout = Column(_("Fit-out"), accessor="fitout__number")
    unit = Column(_("Unit"), accessor="fitout__unit__code")
    contractor = Column(_("Contractor"), accessor="fitout__contractor__name")
    identity = Column(_("Identity number"), accessor="masked_identity_number", orderable=False)
    phone = Column(_("Phone"), orderable=False)
    certificate_number = Column(_("Certificate number"), default="")
    certificate_until = DateColumn(verbose_name=_("Certificate valid until"), format="Y-m-d", default="")
    valid_until = DateColumn(verbose_name=_("Valid until"), format="Y-m-d")
    receipt = Column(_("Receipt"), accessor="receipt__number", default="", orderable=False)

    class Meta(lists.Table.Meta):
        model = WorkerPass
        fields = (
            "number", "state", "name", "trade", "fitout", "unit", "contractor", "identity", "phone", "certificate_number",
            "certificate_until", "valid_until", "receipt",
        )  # fmt: skip


class EntryTable(lists.Table):
    """Who went in and out."""

    entered_at = DateTimeColumn(verbose_name=_("Entered"), format="Y-m-d H:i")
    left_at = DateTimeColumn(verbose_name=_("Left"), format="Y-m-d H:i", default="")
    worker = Column(
        _("Worker"), accessor="worker_pass__name", linkify=lambda record: reverse("fitout:gate_pass", args=[record.worker_pass_id])
    )
    number = Column(_("Worker pass"), accessor="worker_pass__number")
    trade = Column(_("Trade"), accessor="worker_pass__trade", orderable=False)
    unit = Column(_("Unit"), accessor="fitout__unit__code")
    contractor = Column(_("Contractor"), accessor="fitout__contractor__name")
    let_in_by = Column(_("Let in by"), orderable=False)
    let_out_by = Column(_("Let out by"), orderable=False, default="")

    class Meta(lists.Table.Meta):
        model = SiteEntry
        fields = ("entered_at", "left_at", "worker", "number", "trade", "unit", "contractor", "let_in_by", "let_out_by")


class _PermitTable(lists.Table):
    state = StateColumn(verbose_name=_("Status"))
    starts_at = DateTimeColumn(verbose_name=_("From"), format="Y-m-d H:i")
    ends_at = DateTimeColumn(verbose_name=_("Until"), format="H:i", orderable=False)
    unit = Column(_("Unit"), accessor="fitout__unit__code")
    spot = Column(_("Exact spot"), orderable=False)
    work = Column(_("Work"), orderable=False)
    contractor = Column(_("Contractor"), accessor="fitout__contractor__name")
    watcher = Column(_("Watcher"), accessor="watcher__name")
    approved_by = Column(_("Approved by"), orderable=False, default="")

    def render_work(self, value: Any) -> str:
        return value if len(value) <= 40 else f"{value[:39]}…"

    def value_work(self, value: Any) -> str:
        return str(value)


class HotWorkTable(_PermitTable):
    """Hot-work permits (manual 3.2.3-2.F1)."""

    number = Column(_("Number"), linkify=to("fitout:hot_work_detail"))
    welder = Column(_("Worker with the flame"), accessor="welder__name")
    isolated = Column(_("Taken out of service"), orderable=False)

    class Meta(lists.Table.Meta):
        model = HotWorkPermit
        fields = (
            "number", "state", "starts_at", "ends_at", "unit", "spot", "work", "contractor", "welder", "watcher", "isolated", "approved_by",
        )  # fmt: skip


class HeightPermitTable(_PermitTable):
    """Permits for work at height (manual 3.10.3-3)."""

    number = Column(_("Number"), linkify=to("fitout:height_permit_detail"))
    worker = Column(_("Worker at height"), accessor="worker__name")
    height_m = Column(_("Height (m)"))

    class Meta(lists.Table.Meta):
        model = HeightPermit
        fields = (
            "number", "state", "starts_at", "ends_at", "unit", "spot", "height_m", "work", "contractor", "worker", "watcher", "approved_by",
        )  # fmt: skip
