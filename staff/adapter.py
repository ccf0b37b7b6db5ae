"""How allauth behaves here: accounts are given by the management, never taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from staff import sign_in


class ClosedAdapter(DefaultAccountAdapter):
    """No self sign-up; a clear word to somebody who is locked out; the person's own language after sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError when the tries are used up. The backend counts them."""
        name, address = credentials.get("username") or "", sign_in.address_of(request)
        until = sign_in.locked_until(name, address, at=timezone.now())
        if until is not None:
            raise ValidationError(locked(until))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is None:
            self.pre_authenticate(request, **credentials)
        return user

    def _rollback_login_failed_rl_usage(self) -> None:
        """The count lives in the database (staff.sign_in)."""

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponseBase:
        response = super().post_login(request, user, **details)
        if user.language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 86400, samesite="Lax")
        return response


def locked(until: datetime) -> str:
    """The words to somebody whose tries are used up."""
    at = timezone.localtime(until).strftime("%H:%M")
    return _("Too many wrong tries. Try again after %(time)s, or ask a colleague in charge to reset your password.") % {"time": at}
