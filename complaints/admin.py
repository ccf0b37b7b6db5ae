"""The house's own rules of complaints, and the records officers' read-only view of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from complaints.models import Compensation, Complaint, ComplaintCause, ComplaintKind, EscalationStep, Measure, Phrase, VisitRule
from core.admin import ReadOnlyDesk


class Rules(admin.ModelAdmin):
    """What was used is never deleted: switch it off, and nobody is offered it any more."""

    list_filter = ["is_active"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ComplaintKind)
class ComplaintKindAdmin(Rules):
    list_display = ["name_zh", "name_en", "parent", "department", "verify_hours", "resolve_hours", "in_working_hours", "is_active"]
    list_select_related = ["parent", "department"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(ComplaintCause)
class ComplaintCauseAdmin(Rules):
    list_display = ["name_zh", "name_en", "position", "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(Phrase)
class PhraseAdmin(Rules):
    list_display = ["name_zh", "name_en", "position", "is_active"]


@admin.register(VisitRule)
class VisitRuleAdmin(Rules):
    list_display = ["position", "kind", "percent", "days_after", "is_active"]
    list_select_related = ["kind"]


@admin.register(EscalationStep)
class EscalationStepAdmin(Rules):
    list_display = ["hours_late", "audience", "is_active"]


class Register(ReadOnlyDesk):
    """Rows of the register, by building and state."""

    list_filter = ["building", "state"]


@admin.register(Complaint)
class ComplaintAdmin(Register):
    list_display = ["number", "company", "name", "kind", "department", "state", "received_at", "page"]
    list_select_related = ["kind", "department"]
    search_fields = ["number", "company", "name", "phone"]


@admin.register(Measure)
class MeasureAdmin(Register):
    list_display = ["number", "text", "owner", "due_on", "state", "page"]
    list_select_related = ["owner"]
    search_fields = ["number", "text"]


@admin.register(Compensation)
class CompensationAdmin(Register):
    list_display = ["number", "complaint", "item", "amount", "state", "page"]
    list_select_related = ["complaint"]
    search_fields = ["number", "item"]
