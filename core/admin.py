"""What an installation keeps as data: required papers, the calendar; and what its workers could not do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin

from core import clock, kinds, papers, queue
from core.models import CalendarDay, DeadLetter, PaperKind


class Desk(ExportMixin, admin.ModelAdmin):
    """A table of the records officers: exported, nothing is deleted, and with `page` each row leads to its page."""

    show_full_result_count = False
    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("view in app"))
    def page(self, row: Any) -> str:
        return format_html('<a href="{}">{}</a>', kinds.of(row).url(row), _("open"))


class ReadOnly(admin.ModelAdmin):
    """Rows that only the product writes."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyDesk(ReadOnly, Desk):
    """Rows that only the product writes, exported and with the way to their page."""


class PaperKindForm(forms.ModelForm):
    """A condition is code and must exist, or every record of the procedure would fail."""

    condition = forms.ChoiceField(label=_("condition"), required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["condition"].choices = [("", _("always")), *((name, name) for name in papers.conditions())]  # type: ignore[attr-defined]


@admin.register(PaperKind)
class PaperKindAdmin(admin.ModelAdmin):
    """One that was asked for is never deleted: switch it off, and new records no longer ask for it."""

    form = PaperKindForm
    list_display = ["name_zh", "name", "procedure", "condition", "needed_for", "original", "identity", "substitute", "is_active"]
    list_filter = ["procedure", "is_active"]
    search_fields = ["name", "name_zh", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["procedure", "code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    """Holidays and shifted working days; every other day is as its weekday."""

    list_display = ["day", "name", "is_working"]
    list_filter = ["is_working"]
    date_hierarchy = "day"

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        clock.forget()


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnly):
    """Work that failed five times. The administrator has it tried again, or notes that it is settled."""

    list_display = ["task", "failed_at", "reason", "settled_at"]
    list_filter = ["task", ("settled_at", admin.EmptyFieldListFilter)]
    actions = ["try_again", "settle"]

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        for letter in letters.filter(settled_at=None):
            queue.enqueue(letter.task, **letter.arguments)
        self.settle(request, letters)

    @admin.action(description=_("Settled"), permissions=["view"])
    def settle(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        count = letters.filter(settled_at=None).update(settled_at=timezone.now())
        self.message_user(request, _("%(count)d settled.") % {"count": count})
