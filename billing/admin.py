"""The records officers' view of the money: found, read and exported, never written (the books are the product's alone)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from billing.models import Bill, Charge, ChargeKind, Deposit, Entry, Posting, Price, Receipt, Refund, Waiver
from core.admin import ReadOnlyDesk


class Books(ReadOnlyDesk):
    """Rows of the money, found by number or tenant."""

    list_filter = ["building"]
    search_fields = ["number", "tenant__name", "tenant__initials"]
    list_select_related = ["tenant", "building"]


@admin.register(Bill)
class BillAdmin(Books):
    list_display = ["number", "tenant", "title", "amount", "outstanding", "due_on", "state", "page"]


@admin.register(Receipt)
class ReceiptAdmin(Books):
    list_display = ["number", "tenant", "payer", "amount", "method", "received_on", "state", "page"]


@admin.register(Deposit)
class DepositAdmin(Books):
    list_display = ["number", "tenant", "kind", "payer", "amount_due", "held", "page"]


@admin.register(Refund)
class RefundAdmin(Books):
    list_display = ["number", "tenant", "payee", "amount", "state", "page"]


@admin.register(Waiver)
class WaiverAdmin(Books):
    list_display = ["number", "tenant", "kind", "amount", "state", "page"]


@admin.register(Charge)
class ChargeAdmin(Books):
    list_display = ["tenant", "kind", "text", "amount", "outstanding", "due_on"]
    search_fields = ["text", "tenant__name", "tenant__initials"]
    list_select_related = ["tenant", "kind"]


class PostingLine(admin.TabularInline):
    model = Posting
    extra = 0
    can_delete = False
    fields = ["account", "amount"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(Books):
    list_display = ["booked_on", "kind", "tenant", "memo", "by"]
    search_fields = ["memo", "tenant__name", "tenant__initials"]
    list_select_related = ["tenant", "by"]
    inlines = [PostingLine]


@admin.register(Price)
class PriceAdmin(Books):
    list_display = ["kind", "building", "unit_price", "starts_on", "voided_at"]
    search_fields = ["kind__name_zh", "kind__name_en", "kind__code"]
    list_select_related = ["kind", "building"]


@admin.register(ChargeKind)
class ChargeKindAdmin(Books):
    list_display = ["code", "name_zh", "name_en", "group", "basis", "is_active"]
    list_filter = ["group", "is_active"]
    search_fields = ["code", "name_zh", "name_en"]
    list_select_related = []
