"""Who is on a site now: one open entry a pass (manual 3.2.4-3.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import Blocked, NotAllowed, Refused
from core.text import clean_code
from fitout import access
from fitout.models import FitoutTerms, SiteEntry, WorkerPass

Check = Callable[[WorkerPass], Sequence[Blocked]]


def let_in(row: WorkerPass, *, check: Check, by: Any, at: dt.datetime) -> SiteEntry:
    """A worker goes in; somebody who is in already is in once. `check` says what speaks against it.

    Raises Refused with every reason.
    """
    with transaction.atomic():
        fresh = _locked(row, by)
        there = fresh.entries.open().first()
        if there is not None:
            return there  # type: ignore[no-any-return]
        reasons = list(check(fresh))
        if reasons:
            raise Refused(" ".join(str(reason.text) for reason in reasons), reasons)
        return SiteEntry.objects.create(worker_pass=fresh, fitout=fresh.fitout, entered_at=at, let_in_by=by)


def let_out(row: WorkerPass, *, by: Any, at: dt.datetime) -> SiteEntry | None:
    """A worker goes out, whatever became of the pass. Nothing happens to somebody who is out already."""
    with transaction.atomic():
        fresh = _locked(row, by)
        entry = fresh.entries.open().first()
        if entry is not None:
            entry.left_at, entry.let_out_by = max(at, entry.entered_at), by
            entry.save(update_fields=["left_at", "let_out_by"])
        return entry  # type: ignore[no-any-return]


def _locked(row: WorkerPass, by: Any) -> WorkerPass:
    [fresh] = lock(row)
    if not access.may_guard(by, fresh):
        raise NotAllowed(_("Security lets workers in and out."))
    return fresh  # type: ignore[no-any-return]


def found(user: Any, text: str) -> list[WorkerPass]:
    """The passes behind what was scanned or typed: an address, a number or its end, a name. The newest first, at most ten."""
    word = text.strip().rstrip("/").rsplit("/", 1)[-1]
    rows = access.passes(user)
    if word != text.strip().rstrip("/") and word.isdecimal():
        return list(rows.filter(pk=int(word[:18]))[:1])
    code = clean_code(word)
    if not code:
        return []
    return list(rows.filter(Q(number=code) | Q(number__endswith=code) | Q(name__icontains=word)).order_by("-pk")[:10])


def closed_at(building_id: int, at: dt.datetime) -> dt.datetime:
    """The last moment before `at` at which everybody should have left."""
    terms = FitoutTerms.objects.filter(building=building_id).first() or FitoutTerms()
    closing = timezone.make_aware(dt.datetime.combine(timezone.localdate(at), terms.site_closes))
    return closing if closing <= at else closing - dt.timedelta(days=1)
