"""Checks a password only after the try has been counted."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from staff import sign_in
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
