"""Kinds of breaches, rules of site checks, quiet hours, the ladder of late breaches; breaches and penalties to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ReadOnlyDesk
from fitout.models import Breach, BreachKind, BreachStep, Penalty, QuietHours, SiteRule


class Rules(admin.ModelAdmin):
    """What was used is never deleted: switch it off, and nobody is offered it any more. A code stays as it was given."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        has_code = any(field.name == "code" for field in self.model._meta.fields)
        return ["code"] if obj and has_code else []


@admin.register(BreachKind)
class BreachKindAdmin(Rules):
    list_display = ["name_zh", "name_en", "department", "is_serious", "hours_to_correct", "penalty", "clause", "is_active"]
    list_select_related = ["department"]
    list_filter = ["is_active", "is_serious", "department"]
    search_fields = ["name_zh", "name_en", "code"]


@admin.register(SiteRule)
class SiteRuleAdmin(Rules):
    list_display = ["department", "building", "checklist", "starts", "minutes", "is_active"]
    list_select_related = ["department", "building", "checklist"]
    list_filter = ["is_active", "department"]


@admin.register(QuietHours)
class QuietHoursAdmin(admin.ModelAdmin):
    """They hold from the moment they are saved; nothing that happened depends on them."""

    list_display = ["building", "days", "starts", "ends"]
    list_select_related = ["building"]
    list_filter = ["building", "days"]


@admin.register(BreachStep)
class BreachStepAdmin(Rules):
    list_display = ["minutes_late", "audience", "is_active"]
    list_filter = ["is_active"]


@admin.register(Breach)
class BreachAdmin(ReadOnlyDesk):
    list_display = ["number", "fitout", "kind", "department", "is_serious", "state", "found_at", "due_at", "page"]
    list_select_related = ["fitout", "kind", "department"]
    list_filter = ["building", "state", "is_serious", "kind"]
    search_fields = ["number", "description", "fitout__number"]


@admin.register(Penalty)
class PenaltyAdmin(ReadOnlyDesk):
    list_display = ["number", "breach", "amount", "clause", "state", "created_by", "decided_by", "page"]
    list_select_related = ["breach", "created_by", "decided_by"]
    list_filter = ["building", "state"]
    search_fields = ["number", "reason", "breach__number"]
