"""What a round lacks and what it found: by this it is in order, has findings, or was done in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rounds.models import Answer, ChecklistItem, Round, RoundStop


@dataclass(frozen=True)
class Gap:
    """Something left out at a stop: the stop, and what."""

    stop: RoundStop
    text: str

    def __str__(self) -> str:
        return f"{self.stop}: {self.text}"


def items(round: Round) -> list[ChecklistItem]:
    """The items a round asks: those of the version it was started with, else the newest."""
    rows = ChecklistItem.objects.filter(checklist=round.checklist_id)
    chosen = rows.current() if round.checklist_version is None else rows.at(round.checklist_version)
    return list(chosen.order_by("position", "pk"))


def stops(round: Round) -> list[RoundStop]:
    """The stops with their answers and photos; four queries."""
    return list(
        round.stops.select_related("place", "done_by", "round").prefetch_related("answers__item", "photos__file").order_by("position")
    )


def gaps(round: Round) -> list[Gap]:
    """Everything that is left out: stops not visited, items not answered, photos not taken."""
    asked = items(round)
    found: list[Gap] = []
    for stop in stops(round):
        found += [Gap(stop, text) for text in left_out(stop, asked)]
    return found


def left_out(stop: RoundStop, asked: list[ChecklistItem]) -> list[str]:
    """What is left out at one stop, in words; its answers and photos may be prefetched."""
    if not stop.is_done:
        return [_("not visited")]
    given = {answer.item_id: answer for answer in stop.answers.all()}
    shown = {photo.answer_id for photo in stop.photos.all()}
    missing = [_("“%(item)s” is not answered") % {"item": item} for item in asked if item.is_required and item.pk not in given]
    unseen = [item for item in asked if item.pk in given and needs_photo(item, given[item.pk]) and given[item.pk].pk not in shown]
    return missing + [_("a photo for “%(item)s” is missing") % {"item": item} for item in unseen]


def needs_photo(item: ChecklistItem, answer: Answer) -> bool:
    """True when an answer is not whole without a photo."""
    if answer.result == Answer.Result.NOT_APPLICABLE:
        return False
    if item.kind == ChecklistItem.Kind.PHOTO or item.photo == ChecklistItem.PhotoNeed.ALWAYS:
        return True
    return item.photo == ChecklistItem.PhotoNeed.ON_FAIL and answer.is_finding


def findings(round: Round) -> list[Answer]:
    """What was not in order."""
    rows = Answer.objects.filter(stop__round=round, result=Answer.Result.FAIL)
    return list(rows.select_related("item", "stop__place", "stop__round").order_by("stop__position", "item__position", "pk"))


def has_findings(round: Any) -> bool:
    return Answer.objects.filter(stop__round=round.pk, result=Answer.Result.FAIL).exists()
