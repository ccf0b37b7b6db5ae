"""A round's life from due to done, missed or cancelled: manual 1.2.7, one line a step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow import SYSTEM, Blocked, Flow, Refused, Role, Step
from rounds import access, signals
from rounds.flow import verdict
from rounds.flow.moving import give, move
from rounds.models import FINISHED_STATES, Checklist, Round, RoundStop

S = Round.State
T = gettext_lazy
DEPARTMENT = T("The department")
SHOWN = 3


def _of_round(ask: Any) -> Any:
    """A role that the round decides; asked about anything else, it is nobody's."""
    return lambda user, record: isinstance(record, Round) and user is not None and ask(user, record)


WALKER = Role("ROUND_WALKER", T("who walks the round"), DEPARTMENT, _of_round(access.walks))
LEADER = Role("ROUND_LEADER", T("a leader of the department"), DEPARTMENT, _of_round(access.leads))
HEAD = Role("ROUND_HEAD", T("the head of the department or the management"), DEPARTMENT, _of_round(access.heads))


def _page(round: Round) -> str:
    return reverse("rounds:round_detail", args=[round.pk])


def nothing_left_out(round: Round) -> Blocked | None:
    left = verdict.gaps(round)
    if not left:
        return None
    shown = "; ".join(str(gap) for gap in left[:SHOWN])
    more = _(" and %(n)d more") % {"n": len(left) - SHOWN} if len(left) > SHOWN else ""
    return Blocked(_("Still open: %(what)s%(more)s.") % {"what": shown, "more": more}, _page(round))


def something_left_out(round: Round) -> Blocked | None:
    if verdict.gaps(round):
        return None
    return Blocked(_("Nothing was left out."), other_way=True)


def nothing_found(round: Round) -> Blocked | None:
    return Blocked(_("Something was not in order."), other_way=True) if verdict.has_findings(round) else None


def something_found(round: Round) -> Blocked | None:
    return None if verdict.has_findings(round) else Blocked(_("Everything was in order."), other_way=True)


def not_explained(round: Round) -> str | None:
    return _("The reason is given.") if round.explained_at else None


def is_explained(round: Round) -> str | None:
    return None if round.explained_at else _("Nobody has given the reason yet.")


def not_seen(round: Round) -> str | None:
    return _("A leader has seen the reason.") if round.seen_at else None


def start(
    round: Round,
    *,
    by: Any,
    at: dt.datetime,
    note: str,
    begun_at: dt.datetime | None = None,
    version: int | None = None,
    places: Iterable[Any] | None = None,
) -> list[str]:
    """Makes the stops of the route as it is now. `begun_at`: when a phone says it was begun; it may be early, a page may not."""
    if begun_at is None and at < round.due_from:
        raise Refused(_("This round is due from %(time)s on.") % {"time": f"{timezone.localtime(round.due_from):%Y-%m-%d %H:%M}"})
    newest = Checklist.objects.values_list("version", flat=True).get(pk=round.checklist_id)
    round.started_at, round.done_by = begun_at or at, by
    round.checklist_version = version if version and version <= newest else newest
    _make_stops(round, places)
    return ["started_at", "done_by", "checklist_version"]


def _make_stops(round: Round, places: Iterable[Any] | None) -> None:
    """The stops of the route; a round without one is one stop without a place."""
    if places is None and round.plan_id:
        places = [stop.place for stop in round.plan.route.select_related("place").order_by("position")]  # type: ignore[union-attr]
    route = list(places or []) or [None]
    RoundStop.objects.bulk_create([RoundStop(round=round, position=number, place=place) for number, place in enumerate(route, 1)])


def finish(round: Round, *, by: Any, at: dt.datetime, note: str, ended_at: dt.datetime | None = None) -> list[str]:
    """`ended_at`: when a phone says it was finished; never before it was begun nor after now."""
    began = round.started_at or at
    round.finished_at = max(began, min(ended_at or at, at)) if began <= at else at
    round.gap_reason = note
    _announce(signals.round_finished, round, by=by)
    return ["finished_at", "gap_reason"]


def go_on(round: Round, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    round.finished_at, round.gap_reason = None, ""
    return ["finished_at", "gap_reason"]


def miss(round: Round, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    if at < round.due_until:
        raise Refused(_("This round is not over yet."))
    round.missed_at = round.due_until
    _announce(signals.round_missed, round)
    return ["missed_at"]


def explain(round: Round, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    round.missed_reason, round.explained_by, round.explained_at = note, by, at
    return ["missed_reason", "explained_by", "explained_at"]


def see(round: Round, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    round.seen_by, round.seen_at = by, at
    return ["seen_by", "seen_at"]


def return_reason(round: Round, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    round.missed_reason, round.explained_by, round.explained_at, round.seen_by, round.seen_at = "", None, None, None, None
    return ["missed_reason", "explained_by", "explained_at", "seen_by", "seen_at"]


def _announce(signal: Any, round: Round, **facts: Any) -> None:
    transaction.on_commit(lambda: signal.send_robust(Round, round=round, **facts))


ROUND_FLOW = Flow(
    "rounds.Round",
    T("Round"),
    S,
    #    step               from             to             who     what must hold first                clause
    Step("start", S.NOT_STARTED, S.IN_PROGRESS, WALKER, [], "M1.2.7",
         label=T("Start the round"), effect=start),
    Step("finish_in_order", S.IN_PROGRESS, S.PASS, WALKER, [nothing_left_out, nothing_found], "M1.2.7",
         label=T("Finish: all in order"), effect=finish),
    Step("finish_with_findings", S.IN_PROGRESS, S.FAIL, WALKER, [nothing_left_out, something_found], "M1.2.7",
         label=T("Finish: with findings"), effect=finish),
    Step("finish_in_part", S.IN_PROGRESS, S.PARTIAL, WALKER, [something_left_out], "M1.2.7",
         label=T("Finish in part"), tone="secondary", effect=finish, asks_reason=True),
    Step("close", S.IN_PROGRESS, S.PARTIAL, SYSTEM, [], "M1.2.7",
         label=T("Closed: nobody finished it"), tone="secondary", effect=finish),
    Step("miss", S.NOT_STARTED, S.MISSED, SYSTEM, [], "M1.2.7",
         label=T("Missed"), tone="secondary", effect=miss),
    Step("explain", S.MISSED, S.MISSED, WALKER, [not_explained], "M1.2.7",
         label=T("Give the reason"), effect=explain, asks_reason=True),
    Step("acknowledge", S.MISSED, S.MISSED, LEADER, [is_explained, not_seen], "M1.2.7",
         label=T("Reason seen"), effect=see),
    Step("return_reason", S.MISSED, S.MISSED, LEADER, [is_explained], "M1.2.7",
         label=T("Ask for another reason"), tone="secondary", effect=return_reason, asks_reason=True),
    Step("start_late", S.MISSED, S.IN_PROGRESS, WALKER, [], "M1.2.7",
         label=T("Walk it late"), tone="secondary", effect=start),
    Step("take_in", FINISHED_STATES, S.IN_PROGRESS, WALKER, [], "M1.2.7",
         label=T("Go on with it"), tone="secondary", effect=go_on),
    Step("give", S.NOT_STARTED, S.NOT_STARTED, (LEADER, HEAD), [], "M1.2.7",
         label=T("Give it to somebody else"), tone="secondary", effect=give),
    Step("move", S.NOT_STARTED, S.CANCELLED, (LEADER, HEAD), [], "M1.2.7",
         label=T("Move it to another time"), tone="secondary", effect=move),
    Step("cancel", (S.NOT_STARTED, S.IN_PROGRESS), S.CANCELLED, HEAD, [], "M1.2.7",
         label=T("Cancel the round"), tone="danger", asks_reason=True),
)  # fmt: skip
