"""Codes of the second factor: counted in the database before they are checked, and taken once."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from staff import sign_in
from staff.adapter import locked


class CountedCode(BaseAuthenticateForm):
    """Asks for a code. Five wrong ones lock the second factor of this person for a quarter of an hour, the right one too."""

    def clean_code(self) -> str:
        at = timezone.now()
        until = sign_in.reserve_code(self.user.pk, at=at)
        if until is not None:
            raise ValidationError(locked(until))
        code = super().clean_code()
        _take_once(self.user.pk, code)
        sign_in.code_accepted(self.user.pk)
        return code


class CodeForm(CountedCode, AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(CountedCode, ReauthenticateForm):
    """The code asked once more before something weighty."""


class EnrolForm(ActivateTOTPForm):
    """The first code of a new authenticator app; it can't sign in as well."""

    def clean_code(self) -> str:
        code = super().clean_code()
        _take_once(self.user.pk, code)
        return code


class AdminLoginForm(AdminAuthenticationForm):
    """The admin's own sign-in page asks for no code, so whoever has a second factor uses the other one."""

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if is_mfa_enabled(user):
            raise ValidationError(_("This account has a second factor. Sign in on the sign-in page of the program."))


def _take_once(user_pk: int, code: str) -> None:
    if not sign_in.take_code(user_pk, normalize_user_code(code), at=timezone.now()):
        raise get_adapter().validation_error("incorrect_code")
