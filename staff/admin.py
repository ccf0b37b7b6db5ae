"""The records officers' and the administrator's desk of accounts, posts and cover."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnly
from staff.models import Cover, Department, Duty, JobTitle, Post, PostTerritory, Shift, ShiftTerritory, Territory, User
from staff.second_factor import AdminLoginForm

admin.site.login_form = AdminLoginForm


class PostInline(admin.TabularInline):
    model = Post
    extra = 0
    show_change_link = True


class PostTerritoryInline(admin.TabularInline):
    model = PostTerritory
    extra = 1
    autocomplete_fields = ["territory"]


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ["username", "name", "phone", "is_active", "last_login"]
    search_fields = ["username", "name", "phone"]
    ordering = ["username"]
    inlines = [PostInline]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["username", "password", "name", "phone", "email"]}),
        (_("Pages"), {"fields": ["language", "theme", "single_keys"]}),
        (_("Account"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions", "last_login"]}),
    ]
    readonly_fields = ["last_login"]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["username", "name", "phone", "usable_password", "password1", "password2"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Only a superuser decides who gets into this desk and with which rights."""
        guarded = ["is_staff", "is_superuser", "groups", "user_permissions"]
        return ["last_login"] if request.user.is_superuser else ["last_login", *guarded]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody takes over a superuser's account by changing it."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (request.user.is_superuser or not getattr(obj, "is_superuser", False))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People leave; their name stays on what they did."""
        return False


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ["user", "department", "rank", "title", "starts_on", "ends_on"]
    list_filter = ["department", "rank"]
    list_select_related = ["user", "department"]
    search_fields = ["user__name", "user__username", "title"]
    autocomplete_fields = ["user"]
    inlines = [PostTerritoryInline]
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A post ends on a day; who held it stays known."""
        return False


@admin.register(Cover)
class CoverAdmin(ReadOnly):
    list_display = ["post", "stand_in", "starts_on", "ends_on", "reason", "arranged_by"]
    list_select_related = ["post__user", "post__department", "stand_in", "arranged_by"]
    search_fields = ["absent__name", "stand_in__name", "reason"]


class JobTitleInline(admin.TabularInline):
    model = JobTitle
    extra = 0


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ["code", "name_zh", "name_en", "position"]
    inlines = [JobTitleInline]


@admin.register(Territory)
class TerritoryAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "kind"]
    search_fields = ["code", "name"]
    show_full_result_count = False


class ShiftTerritoryInline(admin.TabularInline):
    model = ShiftTerritory
    extra = 1
    autocomplete_fields = ["territory"]


@admin.register(Shift)
class ShiftAdmin(admin.ModelAdmin):
    """The hours of a shift that somebody has had stay: switch it off and make a new one."""

    list_display = ["name_zh", "name_en", "department", "begins", "ends", "is_active"]
    list_filter = ["department", "is_active"]
    list_select_related = ["department"]
    inlines = [ShiftTerritoryInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["department", "begins", "ends"] if obj and obj.duties.exists() else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Duty)
class DutyAdmin(ReadOnly):
    list_display = ["day", "user", "shift", "starts_at", "ends_at", "planned_by"]
    list_filter = ["shift__department"]
    list_select_related = ["user", "shift__department", "planned_by"]
    search_fields = ["user__name", "user__username"]
    date_hierarchy = "day"
