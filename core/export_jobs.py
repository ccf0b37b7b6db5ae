"""Long lists as files: a job writes what its owner may see when it runs; the file is theirs alone, for seven days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import exports, files, history, jobs, keyset, kinds, list_address
from core.flow import NotAllowed, Refused
from core.models import Job, StoredFile

if TYPE_CHECKING:
    from core.lists import List

KIND = "list.export"
CHUNK = 1000
KEPT_FOR = timedelta(days=7)
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": files.XLSX}


def is_long(rows: QuerySet[Any]) -> bool:
    """True for more rows than a request may write."""
    return rows.order_by()[: exports.AT_ONCE + 1].count() > exports.AT_ONCE


def start(shown: List, rows: QuerySet[Any], file_kind: str) -> Job:
    """Queues the export of what a list shows; the same one asked for again while it runs is the same job.

    Raises Refused above 200,000 rows.
    """
    exports.need_few_enough(rows.order_by().count())
    request = shown.request
    arguments = {"address": request.get_full_path(), "format": file_kind, "language": translation.get_language()}
    running = jobs.of(request.user).filter(kind=KIND, arguments=arguments, finished_at=None).first()
    return running or jobs.start(KIND, f"{shown.title} ({file_kind.upper()})", owner=request.user, arguments=arguments)


@jobs.runner(KIND, atomic=False)
def run(job: Job) -> dict[str, Any]:
    """Writes the file a thousand rows at a time, so that a long list needs no more memory than its text."""
    address, file_kind = job.arguments["address"], job.arguments["format"]
    with translation.override(job.arguments["language"]), history.acting(job.owner):
        shown = list_address.describe(address, job.owner)
        rows = shown.matching(shown.filterset())
        total, sample = exports.need_few_enough(rows.order_by().count()), list[int]()

        def lines() -> Iterator[list[Any]]:
            for number, chunk in enumerate(_chunks(rows, keyset.order_of(shown.sort()))):
                made = exports.lines_of(shown.table_of(chunk))
                # The heads come with every chunk, and stand in the file once.
                yield from made if number == 0 else islice(made, 1, None)
                sample.extend(row.pk for row in chunk[-1:])
                jobs.progress(job, min(number * CHUNK + len(chunk), total), total)

        _keep(job, shown, exports.written(lines(), str(shown.title), file_kind), file_kind)
        return {"back": shown.link(export=""), "rows": total, "sample": sample}


def _chunks(rows: QuerySet[Any], keys: list[keyset.Key]) -> Iterator[list[Any]]:
    """All rows in order, a thousand at a time; rows added meanwhile neither push others out nor come twice."""
    found = keyset.page(rows, keys, size=CHUNK)
    yield found.rows
    while found.next:
        found = keyset.page(rows, keys, size=CHUNK, after=found.next)
        yield found.rows


def _keep(job: Job, shown: List, body: bytes, file_kind: str) -> None:
    name = f"{shown.title}-{timezone.localdate():%Y%m%d}.{file_kind}"
    with transaction.atomic():
        # Encrypted, and every opening on record, as papers with personal data are.
        kept = files.keep_made(body, MEDIA_TYPES[file_kind], name=name, by=job.owner, purpose="export", sensitive=True)
        # It hangs on the job, which no other page serves files of.
        files.attach(kept, job)
        exports.log(job.owner, shown.name, file_kind, shown.request.GET.urlencode())
        Job.objects.filter(pk=job.pk).update(file=kept)


def has_expired(job: Job, at: datetime) -> bool:
    """True seven days after the file was made."""
    return job.file_id is None or job.finished_at is None or at - job.finished_at > KEPT_FOR


def file_for(job: Job, user: Any, *, at: datetime) -> StoredFile:
    """The file of a finished export, if it has not expired and its owner may still see what is in it. Raises Refused."""
    if has_expired(job, at) or job.file is None:
        raise Refused(_("This file was kept for seven days and is gone. Export the list again."))
    shown = list_address.describe(job.arguments["address"], user)
    if _has_lost_sight(shown, job.result.get("sample", []), user):
        raise NotAllowed(_("You may no longer see everything in this file. Export the list again."))
    return job.file


def _has_lost_sight(shown: List, sample: Iterable[int], user: Any) -> bool:
    """True when a row of the file exists and this person may no longer see it: their posts have changed since."""
    model = shown.rows.model
    if not kinds.known(model):
        return False
    there = set(model._base_manager.filter(pk__in=sample).values_list("pk", flat=True))
    return bool(there - set(kinds.of(model).rows(user).filter(pk__in=there).values_list("pk", flat=True)))


def forget_expired(now: datetime) -> int:
    """Destroys the files of exports made more than seven days ago; who took them stays on record. Returns how many."""
    old = Job.objects.filter(kind=KIND, file__isnull=False, finished_at__lt=now - KEPT_FOR).select_related("file")
    for job in old:
        kept = job.file
        Job.objects.filter(pk=job.pk).update(file=None)
        if kept is not None:
            files.destroy_content(kept)
    return len(old)
