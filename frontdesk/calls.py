"""Finding whom a phone number or a label belongs to while somebody waits at the desk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from core import kinds
from core.models import SearchEntry
from frontdesk import waiting
from premises import access as premises
from tenants import access as tenants
from tenants.models import Contact, MoveIn, Tenant

FEWEST_DIGITS = 4
MOST_CALLERS = 8


@dataclass(frozen=True)
class Caller:
    """A tenant that may be on the line: who there has the number, where they sit, what is open."""

    tenant: Tenant
    person: str
    units: list[str]
    open_records: list[Any]


def digits(text: str) -> str:
    """The digits of a number as it was typed or dialled, without +86."""
    return re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", re.sub(r"[^\d+]", "", text)).lstrip("+")[:20]


def callers(user: Any, number: str) -> list[Caller]:
    """The tenants whose own phone or a contact's ends with these digits; the last four suffice."""
    wanted = digits(number)
    if len(wanted) < FEWEST_DIGITS:
        return []
    people = {contact.tenant_id: contact.name for contact in _contacts(user, wanted)}
    rows = tenants.tenants(user).annotate(dialled=_only_digits("phone"))
    found = list(rows.filter(Q(pk__in=people) | Q(dialled__endswith=wanted))[:MOST_CALLERS])
    places = _units(user, found)
    return [Caller(tenant, people.get(tenant.pk, ""), places.get(tenant.pk, []), open_records("tenant", tenant, user)) for tenant in found]


def _contacts(user: Any, wanted: str) -> QuerySet[Contact]:
    rows = tenants.contacts(user).filter(is_active=True)
    rows = rows.annotate(dialled=_only_digits("phone"), other_dialled=_only_digits("other_phone"))
    return rows.filter(Q(dialled__endswith=wanted) | Q(other_dialled__endswith=wanted))[:50]


def _only_digits(field: str) -> Func:
    return Func(F(field), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=CharField())


def _units(user: Any, found: Sequence[Tenant]) -> dict[int, list[str]]:
    places: dict[int, list[str]] = {}
    running = tenants.leases(user).in_force(timezone.localdate()).filter(tenant__in=found)  # type: ignore[attr-defined]
    for lease in running:
        places.setdefault(lease.tenant_id, []).append(str(lease.unit))
    return places


def where(user: Any, name: str) -> list[tuple[str, str]]:
    """(unit, floor) of the companies with this in their name, and nothing else: all that a visitor may be told."""
    word = name.strip()[:60]
    if not word:
        return []
    running = tenants.leases(user).in_force(timezone.localdate())  # type: ignore[attr-defined]
    named = Q(tenant__name__icontains=word) | Q(tenant__short_name__icontains=word) | Q(tenant__name_en__icontains=word)
    return list(running.filter(named).order_by("unit__code").values_list("unit__code", "unit__floor__name").distinct()[:20])


def open_records(field: str, target: Any, user: Any, *, each: int = 3) -> list[Any]:
    """Records that go on and point to a tenant or unit, the newest of each kind; one query a kind."""
    concerned = [kind for kind in waiting.works() if _points_to(kind.model, field, type(target))]
    return [
        record
        for kind in concerned
        for record in kind.rows(user).filter(**{field: target}, state__in=waiting.going_on(kind)).order_by("-pk")[:each]
    ]


def move_ins_of(unit: Any, user: Any) -> list[MoveIn]:
    """Move-ins under way that take this unit, among others perhaps."""
    concerned = MoveIn.objects.filter(units__unit=unit).exclude(state__in=[MoveIn.State.MOVED_IN, MoveIn.State.CANCELLED])
    return list(tenants.move_ins(user).filter(pk__in=concerned.values("pk")))


def _points_to(model: type[Any], field: str, target: type[Any]) -> bool:
    names = {each.name: each for each in model._meta.fields}
    return field in names and names[field].related_model is target


def behind_code(user: Any, code: str) -> str:
    """The page behind a place's label code, a record's number or its QR address; empty when there is none."""
    word = code.rstrip("/").rsplit("/", 1)[-1].strip().upper()[:60]
    place = premises.places(user).filter(code=word).first()
    if place is not None:
        return reverse("premises:scan", args=[place.code])
    for entry in SearchEntry.objects.filter(number__iexact=word)[:5]:
        record = kinds.named(entry.kind).rows(user).filter(pk=entry.object_id).first()
        if record is not None:
            return _page(record)
    return ""


def _page(record: Any) -> str:
    return kinds.of(record).url(record) if record is not None and kinds.known(record) else ""
