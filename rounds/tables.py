"""Columns of the lists of rounds, plans, checklists and stops."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import BooleanColumn, Column, DateColumn, DateTimeColumn

from core import lists
from core.columns import NumberColumn, StateColumn, to
from rounds import kinds, wording
from rounds.models import Checklist, Plan, Round, RoundStop


class RoundTable(lists.Table):
    """The register of rounds."""

    due_from = DateTimeColumn(verbose_name=_("Due from"), format="Y-m-d H:i", linkify=to("rounds:round_detail"))
    due_until = DateTimeColumn(verbose_name=_("Until"), format="m-d H:i")
    state = StateColumn(verbose_name=_("Status"))
    name = Column(_("Round"))
    building = Column(_("Building"), orderable=False)
    department = Column(_("Department"), orderable=False)
    person = Column(_("Given to"), accessor="person__name", default="")
    done_by = Column(_("Done by"), accessor="done_by__name", default="")
    started_at = DateTimeColumn(verbose_name=_("Started"), format="m-d H:i", default="")
    finished_at = DateTimeColumn(verbose_name=_("Finished"), format="m-d H:i", default="")
    number = Column(_("Number"))

    class Meta(lists.Table.Meta):
        model = Round
        fields = (
            "due_from", "due_until", "state", "name", "building", "department", "person", "done_by", "started_at", "finished_at", "number",
        )  # fmt: skip


class MissedTable(lists.Table):
    """Rounds that were missed, with the reason and who has seen it."""

    due_from = DateTimeColumn(verbose_name=_("Due from"), format="Y-m-d H:i", linkify=to("rounds:round_detail"))
    due_until = DateTimeColumn(verbose_name=_("Until"), format="m-d H:i")
    state = StateColumn(verbose_name=_("Status"))
    name = Column(_("Round"))
    department = Column(_("Department"), orderable=False)
    person = Column(_("Given to"), accessor="person__name", default="")
    missed_reason = Column(_("Reason"), orderable=False, default="")
    explained_by = Column(_("Explained by"), accessor="explained_by__name", default="")
    seen_by = Column(_("Seen by"), accessor="seen_by__name", default="")

    class Meta(lists.Table.Meta):
        model = Round
        fields = ("due_from", "due_until", "state", "name", "department", "person", "missed_reason", "explained_by", "seen_by")


class PlanTable(lists.Table):
    """Plans, their rule in words."""

    name = Column(_("Round plan"), linkify=to("rounds:plan_detail"))
    kind = Column(_("Kind"))
    rule = Column(_("How often"), empty_values=(), orderable=False)
    building = Column(_("Building"), orderable=False)
    department = Column(_("Department"), orderable=False)
    person = Column(_("Given to"), accessor="person__name", default="")
    checklist = Column(_("Checklist"), orderable=False)
    starts_on = DateColumn(verbose_name=_("From"), format="Y-m-d")
    ends_on = DateColumn(verbose_name=_("To"), format="Y-m-d", default="")
    is_active = BooleanColumn(verbose_name=_("Running"), yesno=(_("yes"), _("no")))

    class Meta(lists.Table.Meta):
        model = Plan
        fields = ("name", "kind", "rule", "building", "department", "person", "checklist", "starts_on", "ends_on", "is_active")

    def render_kind(self, value: str) -> Any:
        return kinds.of(value).label

    def render_rule(self, record: Plan) -> str:
        rules = sorted(record.rules.all(), key=lambda rule: rule.starts_on)
        return wording.in_words(rules[-1].rule) if rules else ""


class ChecklistTable(lists.Table):
    """Checklists."""

    name = Column(_("Checklist"), linkify=to("rounds:checklist_detail"))
    department = Column(_("Department"), orderable=False)
    building = Column(_("Building"), orderable=False, default=_("All buildings"))
    item_count = NumberColumn(verbose_name=_("Checklist items"), orderable=False)
    version = NumberColumn(verbose_name=_("Version"))
    is_active = BooleanColumn(verbose_name=_("In use"), yesno=(_("yes"), _("no")))

    class Meta(lists.Table.Meta):
        model = Checklist
        fields = ("name", "department", "building", "item_count", "version", "is_active")


class StopTable(lists.Table):
    """How often a place was looked at, by whom and with what result."""

    captured_at = DateTimeColumn(verbose_name=_("Recorded"), format="Y-m-d H:i", linkify=to("rounds:round_detail", "round_id"))
    round = Column(_("Round"), accessor="round__name")
    done_by = Column(_("Done by"), accessor="done_by__name", default="")
    method = Column(_("How"))
    findings = NumberColumn(verbose_name=_("Findings"), orderable=False)
    doubts = Column(_("Doubtful"), orderable=False)
    note = Column(_("Note"), orderable=False, default="")

    class Meta(lists.Table.Meta):
        model = RoundStop
        fields = ("captured_at", "round", "done_by", "method", "findings", "doubts", "note")

    def render_doubts(self, record: RoundStop) -> str:
        return "、".join(record.doubt_labels)
