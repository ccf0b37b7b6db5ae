"""A list without a reader at the screen: a job asks the list's own page what its owner may see now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import resolve
from django.utils.translation import gettext as _

from core.flow import Refused

if TYPE_CHECKING:
    from core.lists import List


class Described(HttpResponse):
    """What a list's page answers when it is asked for the list itself."""

    def __init__(self, shown: List) -> None:
        super().__init__()
        self.shown = shown


def describe(address: str, user: Any) -> List:
    """The list at an address of ours (path and query) with the rows that this person may see now.

    Its own view makes it, so rights are asked as for the page. Raises Refused when the person may no longer see it.
    """
    refused = Refused(_("You may no longer see this list."))
    try:
        answer = _ask(address, user) if user.is_active else None
    except (Http404, PermissionDenied, Refused) as error:
        raise refused from error
    if not isinstance(answer, Described):
        raise refused
    return answer.shown


def _ask(address: str, user: Any) -> HttpResponse:
    place = urlsplit(address)
    match = resolve(place.path)
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", place.path, place.path
    request.META["QUERY_STRING"] = place.query
    request.GET = QueryDict(place.query)
    request.user, request.resolver_match = user, match
    request.is_described = True  # type: ignore[attr-defined]
    return match.func(request, *match.args, **match.kwargs)
