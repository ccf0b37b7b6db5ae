"""Checks a password only after the try has been counted."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from staff import access, sign_in
from staff.models import User


class CountedBackend(AuthenticationBackend):
    """The one way in, for the sign-in page, the admin and asking a password again."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """The person, or None. Raises PermissionDenied without checking once the tries are used up."""
        if not credentials.get("password"):
            return None
        name, address = credentials.get("username") or credentials.get("email") or "", sign_in.address_of(request)
        if sign_in.reserve(name, address, at=timezone.now()) is not None:
            raise PermissionDenied
        user = super().authenticate(request, **credentials)
        if user is not None:
            sign_in.succeeded(name, address)
        return user

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """The admin's rights: those given to the account, and what a records officer's post brings."""
        return super().has_perm(user_obj, perm, obj=obj) or access.may_keep_records(user_obj, perm)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return super().has_module_perms(user_obj, app_label) or access.may_keep_records(user_obj, f"{app_label}.view_")
