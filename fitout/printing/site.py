"""Correction notice, penalty notice, stop-work notice and the Fit-out Patrol Record, on paper (manual 3.2.4-4.2.D)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core import printing
from core.money import in_words
from fitout.models import Breach, BreachPhoto, Fitout, Penalty, Stoppage
from fitout.services import site_checks
from premises.models import Building
from rounds.models import Round

T = gettext_lazy
# So many photos stand on a page beside each other; more would make the paper heavy.
PHOTOS = 6
CONTRACTOR = printing.Party(T("Contractor"), key="CONTRACTOR")


def moment(value: dt.datetime | None) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def site_of(fitout: Fitout | None) -> list[tuple[Any, Any]]:
    """Whose site it is, and where."""
    return [
        (_("Fit-out"), fitout or ""),
        (_("Unit"), fitout.unit if fitout else ""),
        (_("Tenant"), fitout.tenant if fitout else ""),
        (_("Contractor"), fitout.contractor if fitout else ""),
        (_("Person in charge"), fitout.lead if fitout else ""),
    ]


def pictures(breach: Breach, stage: str) -> list[str]:
    rows = breach.photos.filter(stage=stage).select_related("file")[:PHOTOS]
    return [found for found in (printing.picture(row.file) for row in rows) if found]


def correction_notice(breach: Breach | None) -> dict[str, Any]:
    """What was found where, until when it is corrected, and how it was."""
    facts = [
        *site_of(breach.fitout if breach else None),
        (_("Kind of breach"), breach.kind if breach else ""),
        (_("Where"), breach.spot if breach else ""),
        (pgettext("breach", "Found"), moment(breach.found_at) if breach else ""),
        (_("Found by"), f"{breach.department} {breach.created_by or ''}" if breach else ""),
        (_("Correct until"), moment(breach.due_at) if breach else ""),
        (_("Clause of the penalty rules"), breach.kind.clause if breach else ""),
        (_("Round"), breach.round if breach else ""),
    ]
    return {
        "facts": facts,
        "description": breach.description if breach else "",
        "photos": pictures(breach, BreachPhoto.Stage.FOUND) if breach else [],
        "correction": breach.correction if breach else "",
        "corrected": pictures(breach, BreachPhoto.Stage.CORRECTED) if breach else [],
        "rechecked": breach is not None and breach.state == Breach.State.CLOSED,
        "closed_at": moment(breach.closed_at) if breach else "",
    }


def penalty_notice(penalty: Penalty | None) -> dict[str, Any]:
    """How much is deducted from the fit-out deposit, by which clause, for what."""
    breach = penalty.breach if penalty else None
    facts = [
        *site_of(breach.fitout if breach else None),
        (_("Breach"), breach or ""),
        (_("Kind of breach"), breach.kind if breach else ""),
        (pgettext("breach", "Found"), moment(breach.found_at) if breach else ""),
        (_("Clause of the penalty rules"), penalty.clause if penalty else ""),
        (_("Asked for by"), penalty.created_by if penalty else ""),
        (_("Decided by"), (penalty.decided_by or "") if penalty else ""),
    ]
    return {
        "facts": facts,
        "reason": penalty.reason if penalty else "",
        "amount": penalty.amount if penalty else None,
        "words": in_words(penalty.amount) if penalty else "",
        "photos": pictures(breach, BreachPhoto.Stage.FOUND) if breach else [],
    }


def stop_notice(stoppage: Stoppage | None) -> dict[str, Any]:
    """Since when the works rest, why, and when they go on."""
    facts = [
        *site_of(stoppage.fitout if stoppage else None),
        (_("Stopped"), moment(stoppage.stopped_at) if stoppage else ""),
        (_("Stopped by"), stoppage.stopped_by if stoppage else ""),
        (_("Breach"), (stoppage.breach or "") if stoppage else ""),
        (_("Went on"), moment(stoppage.resumed_at) if stoppage else ""),
        (_("Let go on by"), (stoppage.resumed_by or "") if stoppage else ""),
    ]
    return {"facts": facts, "reason": stoppage.reason if stoppage else ""}


def headings() -> list[str]:
    return [
        _("Time"),
        _("Unit"),
        _("Department"),
        _("Checked by"),
        _("Result"),
        _("What was not in order"),
        _("Progress of the works"),
        _("Breach"),
    ]


def cells(line: site_checks.Line) -> tuple[str, ...]:
    """A line of the Fit-out Patrol Record; a missed round says why."""
    round = line.round
    missed = round.state == Round.State.MISSED
    found = "；".join(f"{answer.item.text} {answer.note}".strip() for answer in line.findings)
    return (
        moment(round.due_from if missed else round.finished_at),
        line.fitout.unit.code,
        str(line.department),
        str(round.done_by or ""),
        str(round.get_state_display()),
        round.missed_reason if missed else found,
        line.progress,
        " ".join(str(row) for row in line.breaches),
    )


def patrol_record(fitout: Fitout | None) -> dict[str, Any]:
    """Every check of a site from its beginning on, walked or missed."""
    lines = []
    if fitout is not None and fitout.started_at is not None:
        first = timezone.localdate(fitout.started_at)
        last = max(timezone.localdate(fitout.accepted_at) if fitout.accepted_at else timezone.localdate(), first)
        lines = [cells(line) for line in site_checks.lines_of(Fitout.objects.filter(pk=fitout.pk), first, last)]
    facts = [*site_of(fitout), (_("Works began"), moment(fitout.started_at) if fitout else "")]
    return {"facts": facts, "headings": headings(), "lines": lines, "empty_lines": [] if lines else range(10)}


def record_of_day(building: Building, day: dt.date, lines: Iterable[site_checks.Line], *, by: Any, at: dt.datetime) -> bytes:
    """The Fit-out Patrol Record of a day in a building as PDF; without lines to be filled in by hand."""
    rows = [cells(line) for line in lines]
    sheet = printing.Sheet(title=str(_("Fit-out Patrol Record")), company=building.management_company, printed_by=str(by), printed_at=at)
    context = {
        "subtitle": f"{building} · {day.isoformat()}",
        "headings": headings(),
        "lines": rows,
        "empty_lines": [] if rows else range(12),
    }
    return printing.render("fitout/print/patrol_record.html", context, sheet)


def has_begun(fitout: Fitout) -> str | None:
    return None if fitout.started_at else str(_("The works have not begun."))


def is_noticed(breach: Breach) -> bool:
    return breach.state != Breach.State.NOTED


def is_decided(penalty: Penalty) -> bool:
    return penalty.state != Penalty.State.REQUESTED


def was_not_imposed(penalty: Penalty) -> bool:
    return penalty.state in (Penalty.State.RETURNED, Penalty.State.WITHDRAWN)


MANAGEMENT = printing.Party(T("Property management"), seal=True)
printing.register(
    Breach,
    printing.PrintForm(
        "correction-notice",
        T("Correction Notice"),
        "fitout/print/correction_notice.html",
        correction_notice,
        parties=(CONTRACTOR, MANAGEMENT),
        document="notice",
        clause="M3.2.4-4.2.D",
        final=is_noticed,
        void=lambda breach: breach.state == Breach.State.WITHDRAWN,
    ),
)
printing.register(
    Penalty,
    printing.PrintForm(
        "penalty-notice",
        T("Penalty Notice"),
        "fitout/print/penalty_notice.html",
        penalty_notice,
        parties=(printing.Party(T("Contractor")), MANAGEMENT),
        clause="M3.2.4-4.2.D",
        final=is_decided,
        void=was_not_imposed,
    ),
)
printing.register(
    Stoppage,
    printing.PrintForm(
        "stop-work-notice",
        T("Stop-work Notice"),
        "fitout/print/stop_notice.html",
        stop_notice,
        parties=(printing.Party(T("Contractor")), MANAGEMENT),
        clause="M3.2.4-4.2.D",
    ),
)
printing.register(
    Fitout,
    printing.PrintForm(
        "patrol-record",
        T("Fit-out Patrol Record"),
        "fitout/print/patrol_record.html",
        patrol_record,
        clause="M3.2.4-4.2.D.F1",
        available=has_begun,
    ),
)
