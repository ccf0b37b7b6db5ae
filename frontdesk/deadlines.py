"""What is due today or overdue for a person, over all kinds of records: one query for the counts and the first lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import access as complaints
from core import kinds
from fitout import access as fitout
from frontdesk import waiting
from premises import access as premises
from repairs import access as repairs
from staff import access as staff
from tenants import access as tenants
from tenants.models import Defect, MoveIn

OVERDUE, TODAY = "overdue", "today"
MOST = 500


@dataclass(frozen=True)
class Source:
    """Rows with a due date. `moment` is true when `field` is a time, else it is a day that is met until midnight."""

    key: str
    label: Any
    rows: Callable[[Any], QuerySet[Any]]
    field: str
    link: Callable[[Any], str]
    may: Callable[[Any], bool]
    moment: bool = False


@dataclass(frozen=True)
class Due:
    """One line: what is due, when and where."""

    source: Source
    row: Any
    at: datetime
    when: str

    @property
    def url(self) -> str:
        return self.source.link(self.row)


def _open(label: str) -> Callable[[Any], QuerySet[Any]]:
    """Records of a kind whose life goes on."""

    def rows(user: Any) -> QuerySet[Any]:
        kind = kinds.named(label)
        return kind.rows(user).filter(state__in=waiting.going_on(kind))

    return rows


def _page(row: Any) -> str:
    return kinds.of(row).url(row) if kinds.known(row) else ""


def _works_in(*departments: str) -> Callable[[Any], bool]:
    """Members of these departments, and the management, who answers for all of them."""
    return lambda user: any(staff.holds(user, department) for department in (*departments, "MANAGEMENT"))


def _appointments(user: Any) -> QuerySet[Any]:
    """Move-ins whose takeover lies ahead: nobody has come yet."""
    states = [MoveIn.State.NOTIFIED, MoveIn.State.PAPERS_MISSING, MoveIn.State.BOOKED]
    return tenants.move_ins(user).filter(state__in=states)


def _to_mend(user: Any) -> QuerySet[Any]:
    """Defects that engineering has not mended yet."""
    return tenants.defects(user).filter(state__in=[Defect.State.OPEN, Defect.State.HANDED_OVER])


def _files(user: Any) -> QuerySet[Any]:
    """Parts of tenant files that lack something: my own, and those nobody owns in a department I head."""
    nobodys = Q(owner=None, owner_department__in=staff.heads_departments(user))
    return tenants.file_parts(user).incomplete().filter(Q(owner=user) | nobodys)  # type: ignore[attr-defined]


SERVICE = _works_in("CUSTOMER_SERVICE")
SOURCES = (
    Source("move_in", _("Move-in appointment"), _appointments, "takeover_at", _page,
           _works_in("CUSTOMER_SERVICE", "ENGINEERING", "LEASING"), moment=True),
    Source("defect", _("Defect"), _to_mend, "due_on", _page, _works_in("ENGINEERING", "CUSTOMER_SERVICE")),
    Source("directory", _("Directory board"), _open("tenants.DirectoryOrder"), "due_on", _page, SERVICE),
    Source("letter", _("Correspondence"), _open("tenants.Correspondence"), "reply_due_on", _page, SERVICE),
    Source("file", _("Tenant file"), _files, "due_on", lambda part: _page(part.tenant), lambda user: bool(staff.posts(user))),
    Source("repair", _("Work order"), repairs.to_do, "due_at", _page, lambda user: bool(staff.posts(user)), moment=True),
    Source("fitout", pgettext_lazy("record", "Fit-out"), fitout.to_do, "due_at", _page, fitout.may_read_register, moment=True),
    Source("complaint", _("Complaint"), complaints.to_do, "due_at", _page, lambda user: bool(staff.posts(user)), moment=True),
    Source("measure", _("Measure"), complaints.measures_to_do, "due_on", _page, lambda user: bool(staff.posts(user))),
    Source("breach", _("Fit-out breach"), fitout.breaches_to_do, "due_at", _page,
           _works_in("CUSTOMER_SERVICE", "ENGINEERING", "SECURITY"), moment=True),
    Source("key", _("Key"), lambda user: premises.key_loans(user).open(), "due_at",  # type: ignore[attr-defined]
           lambda loan: _page(loan) or _page(loan.key), SERVICE, moment=True),
)  # fmt: skip


def sources(user: Any) -> list[Source]:
    """The sources that concern this person's departments."""
    return [source for source in SOURCES if source.may(user)]


def due(user: Any, at: datetime, *, only: str = "") -> list[tuple[str, str, int]]:
    """(when, source key, id) of all that is overdue or due today, the most overdue first; one query."""
    parts = [_keys(source, user, at, only) for source in sources(user)]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True).order_by("due_moment", "due_source", "pk")[:MOST]
    return [(OVERDUE if is_late else TODAY, key, pk) for key, pk, is_late, _moment in rows]


def _keys(source: Source, user: Any, at: datetime, only: str) -> QuerySet[Any]:
    """The rows of a source that are due until the end of today: source, id, whether they are late, when they are due."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    now, ends = (at, midnight + timedelta(days=1)) if source.moment else (midnight.date(), midnight.date() + timedelta(days=1))
    late = {f"{source.field}__lt": now}
    span = late if only == OVERDUE else {f"{source.field}__lt": ends}
    marks = {
        "due_source": Value(source.key, CharField()),
        "due_late": Q(**late),
        "due_moment": Cast(F(source.field), DateTimeField()),
    }
    rows = source.rows(user).filter(**span)
    if only == TODAY:
        rows = rows.filter(**{f"{source.field}__gte": now})
    return rows.order_by().select_related(None).annotate(**marks).values_list("due_source", "pk", "due_late", "due_moment")


def lines(keys: list[tuple[str, str, int]], user: Any, read: Mapping[str, Mapping[int, Any]] | None = None) -> list[Due]:
    """The rows behind the keys, in that order; one query a source of which not all are `read` already (label -> id -> row)."""
    by_key = {source.key: source for source in sources(user)}
    found: dict[tuple[str, int], Any] = {}
    for key in {key for _when, key, _pk in keys}:
        rows = by_key[key].rows(user)
        known = (read or {}).get(rows.model._meta.label, {})
        wanted = [pk for _when, name, pk in keys if name == key]
        missing = [pk for pk in wanted if pk not in known]
        found |= {(key, pk): known[pk] for pk in wanted if pk in known}
        found |= {(key, row.pk): row for row in rows.filter(pk__in=missing)} if missing else {}
    return [
        Due(by_key[key], found[key, pk], getattr(found[key, pk], by_key[key].field), when) for when, key, pk in keys if (key, pk) in found
    ]
