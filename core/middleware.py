"""What every request passes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import history
from core.flow import NotAllowed, Refused, TooLate

Answer = Callable[[HttpRequest], HttpResponse]


class SignInRequired:
    """Deny by default: a page is for signed-in people unless its view says `login_not_required`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.user.is_authenticated or self._is_open(request, view):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": f"{settings.LOGIN_URL}?next=/"})
        return redirect_to_login(request.get_full_path())

    def _is_open(self, request: HttpRequest, view: Any) -> bool:
        match = request.resolver_match
        # allauth guards its own pages; the static files, the health page and the admin's login are public.
        is_account = bool(match and match.url_name and match.url_name.startswith(("account_", "mfa_", "usersessions_")))
        return is_account or not getattr(view, "login_required", True) or request.path.startswith(settings.STATIC_URL)


class HistoryActor:
    """Writes of a request carry its user's name in the history."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with history.acting(request.user if request.user.is_authenticated else None):
            return self.get_response(request)


class PlainErrors:
    """Turns a refusal or malformed input that no page has handled into a page that says what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            raise PermissionDenied(error.message) from error
        if isinstance(error, Refused):
            return refused(request, error)
        if isinstance(error, DataError):
            message = _("Something in the address or the form can't be stored. Check it and send it again.")
            return _page(request, "400.html", 400, message, [])
        return None


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """The page for a refused action: 409 when the record moved on, else 422."""
    status = 409 if isinstance(error, TooLate) else 422
    return _page(request, f"{status}.html", status, error.message, error.blockers)


def _page(request: HttpRequest, template: str, status: int, message: str, blockers: list[Any]) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"error": message}, status=status)
    return render(request, template, {"message": message, "blockers": blockers}, status=status)
