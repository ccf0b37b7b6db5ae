"""The ladder for missed rounds, which the house sets itself; plans and rounds read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ReadOnlyDesk
from rounds.models import Checklist, MissedStep, Plan, Round


@admin.register(MissedStep)
class MissedStepAdmin(admin.ModelAdmin):
    """A rung that was used is switched off, not deleted."""

    list_display = ["minutes_after", "audience", "kind", "is_active"]
    list_filter = ["is_active"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Checklist)
class ChecklistAdmin(ReadOnlyDesk):
    """Items are changed on the list's own page, where every change is a version."""

    list_display = ["name", "department", "building", "version", "is_active", "page"]
    list_select_related = ["department", "building"]
    list_filter = ["is_active", "department"]
    search_fields = ["name"]


@admin.register(Plan)
class PlanAdmin(ReadOnlyDesk):
    list_display = ["name", "kind", "building", "department", "person", "is_active", "page"]
    list_select_related = ["building", "department", "person"]
    list_filter = ["is_active", "kind"]
    search_fields = ["name"]


@admin.register(Round)
class RoundAdmin(ReadOnlyDesk):
    list_display = ["number", "name", "due_from", "state", "department", "done_by", "page"]
    list_select_related = ["department", "done_by"]
    list_filter = ["building", "state", "kind"]
    search_fields = ["number", "name"]
