"""Drawings are registered by customer service and judged sheet by sheet by engineering (manual 3.2.4-1.2, 3.2.4-2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import files
from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import StoredFile
from fitout import access
from fitout.models import Drawing, DrawingComment, DrawingVersion, Fitout

REGISTER = (Fitout.State.DRAFT, Fitout.State.RECEIVED, Fitout.State.REWORK_NEEDED)
Verdict = DrawingVersion.Verdict


def register(drawing: Drawing, file: StoredFile, *, by: Any, at: dt.datetime) -> Drawing:
    """A sheet of the fit-out with its first version."""
    with transaction.atomic():
        _for_customer_service(drawing.fitout, by)
        drawing.save()
        _version(drawing, file, by=by, at=at)
    return drawing


def revise(drawing: Drawing, file: StoredFile, *, by: Any, at: dt.datetime) -> DrawingVersion:
    """The next version of a sheet. Raises Refused for a sheet that has passed: what engineering signed stays as it is."""
    with transaction.atomic():
        _for_customer_service(drawing.fitout, by)
        if drawing.versions.filter(verdict=Verdict.PASSED).exists():
            raise Refused(_("This sheet has passed. Register what changes as a sheet of its own."))
        return _version(drawing, file, by=by, at=at)


def _for_customer_service(fitout: Fitout, by: Any) -> None:
    [fresh] = lock(fitout)
    if not access.may_manage(by, fresh):
        raise NotAllowed(_("Customer service registers the drawings."))
    if fresh.state not in REGISTER:
        raise Refused(_("The drawings are with engineering, or have passed. They can be registered when engineering returns them."))


def _version(drawing: Drawing, file: StoredFile, *, by: Any, at: dt.datetime) -> DrawingVersion:
    last = drawing.versions.aggregate(last=Max("version"))["last"] or 0
    files.attach(file, drawing.fitout)
    return DrawingVersion.objects.create(drawing=drawing, version=last + 1, file=file, registered_by=by, registered_at=at)


def comment(row: DrawingComment, *, by: Any) -> DrawingComment:
    """A comment of engineering on a version under review."""
    with transaction.atomic():
        _under_review(row.version, by)
        row.by = by
        row.save()
    return row


def judge(version: DrawingVersion, verdict: str, *, by: Any, at: dt.datetime) -> DrawingVersion:
    """Passed or returned. Raises Refused for a return without a comment that says what must be rectified."""
    with transaction.atomic():
        fitout = _under_review(version, by)
        if verdict == Verdict.RETURNED and not version.comments.filter(is_binding=True).exists():
            raise Refused(_("Say in a comment what must be rectified."))
        [fresh] = lock(version)
        fresh.verdict, fresh.reviewed_at, fresh.reviewed_by, fresh.review_round = verdict, at, by, fitout.review_round
        fresh.save(update_fields=["verdict", "reviewed_at", "reviewed_by", "review_round"])
    return fresh


def review(version: DrawingVersion, verdict: str, said: DrawingComment | None, *, by: Any, at: dt.datetime) -> DrawingVersion:
    """A comment and a verdict in one go; either may be left out."""
    with transaction.atomic():
        if said is not None:
            said.version = version
            comment(said, by=by)
        return judge(version, verdict, by=by, at=at) if verdict else version


def pass_the_rest(fitout: Fitout, *, by: Any, at: dt.datetime) -> int:
    """Passes every sheet whose newest version has no verdict yet and no comment that must be rectified; how many."""
    with transaction.atomic():
        left = [row for row in newest(fitout) if not row.verdict and not any(said.is_binding for said in row.comments.all())]
        for version in left:
            judge(version, Verdict.PASSED, by=by, at=at)
    return len(left)


def _under_review(version: DrawingVersion, by: Any) -> Fitout:
    [fitout] = lock(version.drawing.fitout)
    if not access.may_review_drawings(by, fitout):
        raise NotAllowed(_("Engineering reviews the drawings."))
    if fitout.state != Fitout.State.DRAWING_REVIEW:
        raise Refused(_("The drawings are not under review now."))
    if version.drawing.versions.filter(version__gt=version.version).exists():
        raise Refused(_("There is a newer version of this sheet: review that one."))
    return fitout  # type: ignore[no-any-return]


def newest(fitout: Fitout) -> list[DrawingVersion]:
    """The newest version of each sheet with its comments, in the order of the disciplines; two queries."""
    rows = DrawingVersion.objects.filter(drawing__fitout=fitout).select_related(
        "drawing__discipline", "file", "reviewed_by", "registered_by"
    )
    found = rows.order_by("drawing_id", "-version").distinct("drawing_id").prefetch_related("comments__by")
    return in_order(found)


def approved(fitout: Fitout) -> list[DrawingVersion]:
    """The approved set, the latest passed version of each sheet: what the site is compared against (manual 3.2.4-4.2.B)."""
    rows = DrawingVersion.objects.filter(drawing__fitout=fitout, verdict=Verdict.PASSED).select_related("drawing__discipline", "file")
    return in_order(rows.order_by("drawing_id", "-version").distinct("drawing_id"))


def in_order(versions: Iterable[DrawingVersion]) -> list[DrawingVersion]:
    return sorted(versions, key=lambda row: (row.drawing.discipline.position, row.drawing.sheet, row.drawing_id, -row.version))


def comments_by_round(fitout: Fitout) -> list[DrawingComment]:
    """Every comment of every round, as the Drawing Review Comments list them."""
    rows = DrawingComment.objects.filter(version__drawing__fitout=fitout)
    return list(rows.select_related("version__drawing__discipline", "by").order_by("version__version", "version__drawing__sheet", "pk"))
