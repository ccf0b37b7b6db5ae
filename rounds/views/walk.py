"""One round: the page it is read on and walked from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.pages import record_page
from core.urls import record_urls
from rounds import access
from rounds.models import Round


@require_GET
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: its stops, what was found there, and the way on."""
    round = get_object_or_404(access.rounds(request.user), pk=pk)
    return record_page(request, round, title=round.name, facts=facts_of(round), back=(reverse("core:search"), _("Rounds")))


def facts_of(round: Round) -> list[tuple[Any, Any]]:
    """What a round's page says of it in short."""
    due = f"{timezone.localtime(round.due_from):%Y-%m-%d %H:%M} – {timezone.localtime(round.due_until):%m-%d %H:%M}"
    return [(_("Due"), due), (_("Building"), round.building), (_("Checklist"), round.checklist)]


urls = record_urls("rounds", "round", model=Round, detail_view=round_detail)
