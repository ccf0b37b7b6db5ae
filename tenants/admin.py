"""The records officers' desk: find, complete, correct with a reason, export. Numbered records are read there, not changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin
from import_export.resources import ModelResource

from core import history, kinds
from core.crypto import mask_phone
from core.search import index
from core.text import is_key
from staff import access as staff
from tenants import access
from tenants.models import (
    AgreementText,
    Breach,
    Circular,
    Contact,
    Correspondence,
    CustomerCard,
    DirectoryLine,
    DirectoryOrder,
    FacilityBriefing,
    FileCategory,
    FileItem,
    FilePart,
    GoodsMove,
    HandbookText,
    Lease,
    Tenant,
    TenantPerson,
)
from tenants.services import refresh_file


def is_records_officer(user: Any) -> bool:
    return bool(user.is_active and user.is_staff and (user.is_superuser or staff.RECORDS.holds(user, None)))


class ReasonForm(forms.ModelForm):
    """Every correction says why."""

    reason = forms.CharField(label=_("Reason of the change"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if self.instance.pk and self.changed_data and not filled.get("reason"):
            self.add_error("reason", forms.ValidationError(_("Say why you change this.")))
        return filled


class Desk(ExportMixin, admin.ModelAdmin):
    """What all tables here share: only records officers, only their buildings, no deleting."""

    form = ReasonForm
    rows: ClassVar[Any] = None
    show_full_result_count = False
    list_per_page = 50
    may_change: ClassVar[bool] = True
    may_add: ClassVar[bool] = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = type(self).rows
        rows = seen(request.user) if seen else super().get_queryset(request)
        return super().get_queryset(request) if request.user.is_superuser else rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_records_officer(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_records_officer(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and is_records_officer(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and is_records_officer(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return is_records_officer(request.user)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and form.cleaned_data.get("reason"):
            history.note(obj, form.cleaned_data["reason"], by=request.user)
        tenant = obj if isinstance(obj, Tenant) else getattr(obj, "tenant", None)
        if tenant is not None:
            index(tenant)
            refresh_file(tenant, on=timezone.localdate())

    @admin.display(description=_("View in app"))
    def in_app(self, record: Any) -> SafeString | str:
        if not kinds.known(record):
            return "–"
        return format_html('<a href="{}">{}</a>', kinds.of(record).url(record), _("View in app"))


class ReadOnlyDesk(Desk):
    """Numbered records: corrected by their steps in the app, never here."""

    may_change = False


class TenantResource(ModelResource):
    """Customer data without identity numbers; phones masked as on every list."""

    class Meta:
        model = Tenant
        fields = [
            "number", "building__name", "name", "short_name", "name_en", "credit_code", "other_identifier", "company_kind", "industry",
            "people_total", "managers", "employees", "foreigners", "registered_address", "legal_representative", "is_vip",
            "since", "left_on",
        ]  # fmt: skip
        export_order = fields


class ContactResource(ModelResource):
    class Meta:
        model = Contact
        fields = ["tenant__number", "tenant__name", "kind", "name", "title", "phone", "email", "is_active"]
        export_order = fields

    def dehydrate_phone(self, contact: Contact) -> str:
        return mask_phone(contact.phone)


class LeaseResource(ModelResource):
    class Meta:
        model = Lease
        fields = [
            "contract_number",
            "tenant__name",
            "unit__code",
            "signed_on",
            "starts_on",
            "ends_on",
            "terminated_on",
            "area_m2",
            "void_reason",
        ]
        export_order = fields


@admin.register(Tenant)
class TenantAdmin(Desk):
    rows = staticmethod(access.tenants)
    resource_classes = [TenantResource]
    list_display = ["number", "name", "building", "company_kind", "industry", "people_total", "is_vip", "since", "left_on", "in_app"]
    list_filter = ["building", "company_kind", "is_vip"]
    list_select_related = ["building"]
    search_fields = ["number", "name", "short_name", "name_en", "initials", "credit_code", "contacts__phone"]
    autocomplete_fields = ["building"]
    readonly_fields = ["number", "initials", "version", "in_app"]
    exclude = ["legal_representative_id"]

    def save_model(self, request: HttpRequest, obj: Tenant, form: Any, change: bool) -> None:
        obj.version += 1
        super().save_model(request, obj, form, change)


@admin.register(Contact)
class ContactAdmin(Desk):
    rows = staticmethod(access.contacts)
    resource_classes = [ContactResource]
    may_add = True
    list_display = ["name", "tenant", "kind", "title", "phone", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["tenant"]
    search_fields = ["name", "phone", "tenant__name", "tenant__initials"]
    autocomplete_fields = ["tenant"]


@admin.register(Lease)
class LeaseAdmin(Desk):
    rows = staticmethod(access.leases)
    resource_classes = [LeaseResource]
    list_display = ["contract_number", "tenant", "unit", "starts_on", "ends_on", "terminated_on", "void_reason"]
    list_filter = ["starts_on"]
    list_select_related = ["tenant", "unit"]
    search_fields = ["contract_number", "tenant__name", "tenant__initials", "unit__code"]
    autocomplete_fields = ["tenant", "unit"]
    readonly_fields = ["void_reason", "version"]


@admin.register(TenantPerson)
class TenantPersonAdmin(Desk):
    rows = staticmethod(access.people)
    list_display = ["name", "tenant", "job", "identity_kind", "masked", "registered_on", "left_on"]
    list_select_related = ["tenant"]
    search_fields = ["name", "tenant__name", "tenant__initials"]
    autocomplete_fields = ["tenant"]
    exclude = ["identity_number"]
    readonly_fields = ["masked", "loan"]

    def has_export_permission(self, request: HttpRequest) -> bool:
        """People's papers don't leave in a file."""
        return False

    @admin.display(description=_("identity number"))
    def masked(self, person: TenantPerson) -> str:
        return person.masked_identity_number


@admin.register(FileCategory)
class FileCategoryAdmin(Desk):
    list_display = ["position", "name_zh", "name", "owner_department", "due_days", "may_be_empty"]


@admin.register(FilePart)
class FilePartAdmin(Desk):
    rows = staticmethod(access.file_parts)
    list_display = ["tenant", "category", "owner_department", "owner", "due_on", "complete_on", "not_applicable_reason"]
    list_filter = ["category", "owner_department"]
    list_select_related = ["tenant", "category", "owner"]
    search_fields = ["tenant__name", "tenant__initials", "tenant__number"]
    autocomplete_fields = ["tenant", "owner"]
    readonly_fields = ["tenant", "category", "sorted_on", "sorted_by"]


@admin.register(FileItem)
class FileItemAdmin(Desk):
    rows = staticmethod(access.file_items)
    list_display = ["title", "part", "state", "sheet", "shelf", "received_on", "filed_on", "in_app"]
    list_filter = ["state", "part__category"]
    list_select_related = ["part__tenant", "part__category"]
    search_fields = ["title", "shelf", "part__tenant__name"]
    fields = ["part", "title", "dated_on", "shelf", "note", "state", "sheet", "filed_on", "filed_by", "in_app", "reason"]
    readonly_fields = ["part", "state", "sheet", "filed_on", "filed_by", "in_app"]


@admin.register(Correspondence, Breach)
class NumberedAdmin(ReadOnlyDesk):
    list_display = ["number", "tenant", "state", "kind", "created_at", "in_app"]
    list_filter = ["state", "kind"]
    list_select_related = ["tenant"]
    search_fields = ["number", "tenant__name", "tenant__initials"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = kinds.of(self.model).rows(request.user)
        return self.model._base_manager.all() if request.user.is_superuser else rows


@admin.register(DirectoryOrder, GoodsMove)
class OrderAdmin(NumberedAdmin):
    list_display = ["number", "tenant", "state", "created_at", "in_app"]
    list_filter = ["state"]


@admin.register(Circular)
class CircularAdmin(NumberedAdmin):
    list_display = ["number", "title", "state", "issued_on", "in_app"]
    list_select_related = []
    search_fields = ["number", "title"]


@admin.register(DirectoryLine)
class DirectoryLineAdmin(ReadOnlyDesk):
    rows = staticmethod(access.directory_lines)
    list_display = ["unit_text", "name", "name_en", "tenant", "posted_on"]
    list_select_related = ["tenant", "floor", "building"]
    search_fields = ["unit_text", "name", "name_en"]


@admin.register(CustomerCard)
class CustomerCardAdmin(ReadOnlyDesk):
    rows = staticmethod(access.customer_cards)
    list_display = ["loan", "tenant", "note"]
    list_select_related = ["tenant", "loan__key"]
    search_fields = ["tenant__name", "loan__holder_name", "loan__key__number"]


class HandbookForm(ReasonForm):
    """A new version takes the next number; the text of a version never changes."""

    def clean_sections(self) -> Any:
        sections = self.cleaned_data["sections"]
        keys = {"heading", "heading_en", "body", "body_en"}
        if not isinstance(sections, list) or not sections or not all(isinstance(each, dict) and keys <= set(each) for each in sections):
            raise forms.ValidationError(_("Give a list of sections, each with heading, heading_en, body and body_en."))
        if not all(isinstance(each["body"], list) and isinstance(each["body_en"], list) for each in sections):
            raise forms.ValidationError(_("A body is a list of paragraphs."))
        return sections


class Editions(Desk):
    """Texts by version: what was handed out or signed stays as it was, a change is a new version."""

    may_add = True
    kept: ClassVar[tuple[str, ...]] = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version starts from the text it follows (`?from=<id>`)."""
        named = request.GET.get("from", "")
        earlier = self.model._default_manager.filter(pk=named).first() if is_key(named) else None
        if earlier is None:
            return super().get_changeform_initial_data(request)
        return {name: getattr(earlier, name) for name in self.kept}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        last = self.model._default_manager.filter(kind=obj.kind).order_by("-edition").first()
        obj.edition = (last.edition if last else 0) + 1
        super().save_model(request, obj, form, change)


@admin.register(HandbookText)
class HandbookAdmin(Editions):
    form = HandbookForm
    list_display = ["kind", "edition", "title", "valid_from", "in_app"]
    list_filter = ["kind"]
    fields = ["kind", "title", "title_en", "valid_from", "sections", "reason"]

    kept = ("kind", "title", "title_en", "sections")


class AgreementForm(ReasonForm):
    """Clauses are paragraphs; a version that was signed never changes."""

    def clean(self) -> dict[str, Any]:
        filled = super().clean()
        for name in ("clauses", "clauses_en"):
            clauses = filled.get(name) or []
            if not isinstance(clauses, list) or not all(isinstance(clause, str) for clause in clauses):
                self.add_error(name, forms.ValidationError(_("Give a list of paragraphs.")))
        return filled


@admin.register(AgreementText)
class AgreementAdmin(Editions):
    form = AgreementForm
    kept = ("kind", "clauses", "clauses_en")
    list_display = ["kind", "edition", "valid_from"]
    list_filter = ["kind"]
    fields = ["kind", "valid_from", "clauses", "clauses_en", "reason"]


@admin.register(FacilityBriefing)
class FacilityBriefingAdmin(Desk):
    rows = staticmethod(access.facility_briefings)
    may_add = True
    list_display = ["topic", "building", "position", "text"]
    list_filter = ["topic"]
    list_select_related = ["building"]
    autocomplete_fields = ["building"]
