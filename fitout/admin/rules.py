"""The house's own rules of applications, fees and time limits, and the read-mostly view of fit-outs and contractors."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ReadOnlyDesk
from fitout.models import Contractor, ExpiryReminder, FeeRule, FireRule, Fitout, FitoutTerms, HandbookCopy, QualificationGrade


class Rules(admin.ModelAdmin):
    """What was used is never deleted: switch it off, and nobody is offered it any more. A code stays as it was given."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        has_code = any(field.name == "code" for field in self.model._meta.fields)
        return ["code"] if obj and has_code else []


@admin.register(QualificationGrade)
class QualificationGradeAdmin(Rules):
    list_display = ["name_zh", "name_en", "is_accepted", "position", "is_active"]
    list_filter = ["is_accepted", "is_active"]


@admin.register(FeeRule)
class FeeRuleAdmin(Rules):
    list_display = ["__str__", "building", "payer", "by", "rate", "least", "position", "is_active"]
    list_select_related = ["building", "charge_kind"]
    list_filter = ["payer", "is_active"]


@admin.register(FireRule)
class FireRuleAdmin(Rules):
    list_display = ["name_zh", "name_en", "over_m2", "use", "route", "authority_zh", "source", "is_active"]
    list_filter = ["route", "is_active"]


@admin.register(FitoutTerms)
class FitoutTermsAdmin(Rules):
    list_display = ["building", "review_days", "pay_days", "insured_least", "refund_wait_days", "remind_days"]
    list_select_related = ["building"]


@admin.register(Contractor)
class ContractorAdmin(ReadOnlyDesk):
    list_display = ["name", "building", "grade", "qualification_number", "qualification_until", "licence_until", "barred_at", "page"]
    list_select_related = ["building", "grade"]
    list_filter = ["building", "grade"]
    search_fields = ["name", "credit_code", "qualification_number", "lead"]


@admin.register(Fitout)
class FitoutAdmin(ReadOnlyDesk):
    list_display = ["number", "unit", "tenant", "contractor", "area_m2", "state", "starts_on", "ends_on", "page"]
    list_select_related = ["unit", "tenant", "contractor"]
    list_filter = ["building", "state"]
    search_fields = ["number", "tenant__name", "unit__code", "contractor__name"]


@admin.register(HandbookCopy)
class HandbookCopyAdmin(ReadOnlyDesk):
    list_display = ["fitout", "text", "party", "taken_by", "issued_at", "issued_by"]
    list_select_related = ["fitout", "text", "issued_by"]
    list_filter = ["party"]


@admin.register(ExpiryReminder)
class ExpiryReminderAdmin(ReadOnlyDesk):
    list_display = ["what", "expires_on", "days_before", "contractor", "fitout", "told_at"]
    list_select_related = ["contractor", "fitout"]
    list_filter = ["days_before"]
