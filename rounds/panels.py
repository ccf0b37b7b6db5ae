"""What the product knows of rounds."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import kinds, notices, panels
from core.search import SearchWords
from rounds import access, agenda
from rounds.flow import ROUND_FLOW
from rounds.models import Round

T = gettext_lazy

notices.name_topic("round", T("Rounds"))


def round_words(round: Round) -> SearchWords:
    due = f"{timezone.localtime(round.due_from):%Y-%m-%d %H:%M}"
    return SearchWords(title=round.name, subtitle=due, number=round.number, rank=5 if round.is_open else 0)


def round_summary(round: Round) -> list[tuple[Any, Any]]:
    due = f"{timezone.localtime(round.due_from):%Y-%m-%d %H:%M}"
    return [(_("Round"), round.name), (_("Due"), due), (_("Reason why it was missed"), round.missed_reason)]


kinds.register(
    Round,
    rows=access.rounds,
    title=T("Round"),
    icon="route",
    url="rounds:round_detail",
    flow=ROUND_FLOW,
    search=round_words,
    summary=round_summary,
)


def open_round_at(place: Any, user: Any) -> str:
    """Where a label leads somebody who is on a round that stops there: to the stop. Empty for everybody else."""
    found = agenda.stop_at(place, user, timezone.now())
    return f"{reverse('rounds:walk', args=[found.round_id])}?stop={found.position}&via=QR_LINK" if found else ""


panels.contribute("place.scanned", open_round_at)
