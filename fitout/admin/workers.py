"""Trades and checks at the spot as data; passes, permits and entries read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ReadOnlyDesk
from fitout.models import HeightPermit, HotWorkPermit, SiteEntry, SpotCheck, Trade, WorkerPass


class HouseList(admin.ModelAdmin):
    """Rows of the house: switched off rather than deleted; a code stays as it was given."""

    list_filter = ["is_active"]
    search_fields = ["name_zh", "name_en", "code"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(Trade)
class TradeAdmin(HouseList):
    list_display = ["name_zh", "name_en", "needs_certificate", "is_hot_work", "is_at_height", "is_active"]


@admin.register(SpotCheck)
class SpotCheckAdmin(HouseList):
    list_display = ["name_zh", "name_en", "before", "clause", "position", "is_active"]
    list_filter = ["before", "is_active"]


@admin.register(WorkerPass)
class WorkerPassAdmin(ReadOnlyDesk):
    list_display = ["number", "name", "trade", "fitout", "certificate_until", "valid_until", "state", "page"]
    list_filter = ["building", "state", "trade"]
    search_fields = ["number", "name", "fitout__number"]
    list_select_related = ["trade", "fitout", "building"]
    exclude = ["identity_number"]


class Permits(ReadOnlyDesk):
    list_display = ["number", "fitout", "spot", "starts_at", "ends_at", "state", "page"]
    list_filter = ["building", "state"]
    search_fields = ["number", "spot", "fitout__number"]
    list_select_related = ["fitout", "building"]


admin.site.register([HotWorkPermit, HeightPermit], Permits)


@admin.register(SiteEntry)
class SiteEntryAdmin(ReadOnlyDesk):
    list_display = ["worker_pass", "fitout", "entered_at", "let_in_by", "left_at", "let_out_by"]
    search_fields = ["worker_pass__number", "worker_pass__name", "fitout__number"]
    list_select_related = ["worker_pass", "fitout", "let_in_by", "let_out_by"]
