"""The house's own rules of repairs, and the records officers' read-only view of work orders."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ReadOnlyDesk
from repairs.models import EscalationStep, RepairCategory, RepairTerms, ServiceItem, Skill, Urgency, VisitRule, WorkOrder


class Rules(admin.ModelAdmin):
    """What was used is never deleted: switch it off, and nobody is offered it any more. A code stays as it was given."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        has_code = any(field.name == "code" for field in self.model._meta.fields)
        return ["code"] if obj and has_code else []


@admin.register(Urgency)
class UrgencyAdmin(Rules):
    list_display = [
        "name_zh",
        "name_en",
        "dispatch_minutes",
        "accept_minutes",
        "arrive_minutes",
        "finish_minutes",
        "in_working_hours",
        "is_active",
    ]
    list_filter = ["is_active"]


@admin.register(RepairCategory)
class RepairCategoryAdmin(Rules):
    list_display = ["name_zh", "name_en", "parent", "urgency", "finish_minutes", "is_active"]
    list_select_related = ["parent", "urgency"]
    list_filter = ["is_active"]


@admin.register(ServiceItem)
class ServiceItemAdmin(Rules):
    list_display = ["name_zh", "name_en", "category", "charge_kind", "unit_price", "measure_zh", "needs_review", "is_booked", "is_active"]
    list_select_related = ["category", "charge_kind"]
    list_filter = ["is_active", "category"]
    search_fields = ["name_zh", "name_en", "code"]


@admin.register(VisitRule)
class VisitRuleAdmin(Rules):
    list_display = ["position", "category", "urgency", "is_paid", "percent", "hours_after", "is_active"]
    list_select_related = ["category", "urgency"]
    list_filter = ["is_active"]


@admin.register(EscalationStep)
class EscalationStepAdmin(Rules):
    list_display = ["minutes_late", "audience", "is_active"]
    list_filter = ["is_active"]


@admin.register(RepairTerms)
class RepairTermsAdmin(Rules):
    list_display = ["building", "pay_days", "similar_hours", "repeat_days", "repeat_count", "public_per_hour"]
    list_select_related = ["building"]


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    list_display = ["user", "category"]
    list_select_related = ["user", "category"]
    list_filter = ["category"]


@admin.register(WorkOrder)
class WorkOrderAdmin(ReadOnlyDesk):
    list_display = ["number", "company", "name", "category", "assignee", "state", "received_at", "page"]
    list_select_related = ["category", "assignee"]
    list_filter = ["building", "state"]
    search_fields = ["number", "company", "name", "phone"]
