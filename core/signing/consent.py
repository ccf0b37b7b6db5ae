"""Oral consent: recorded by a colleague, countersigned by whoever gave it (handbook R5a.s2-2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import notices
from core.database import lock
from core.flow import NotAllowed, Refused, Role, TooLate
from core.models import SignOff
from core.signing.documents import Document, Party, document, earlier_word, is_current, known, words_of
from core.signing.signatures import need_no_countersignature, store


@dataclass(frozen=True)
class Organisation:
    """What the app that knows posts answers: who stands in for whom, who leads, who holds a role."""

    absent: Callable[[Any], Iterable[int]]  # ids of the people for whom this person stands in today
    stand_ins: Callable[[Any], Iterable[Any]]  # the people who stand in for this person today
    heads: Callable[[Any, Any], Iterable[Any]]  # (person, record): who heads this person's departments there
    holders: Callable[[Role, Any], models.QuerySet[Any]]  # (role, record): people who hold the role there


_organisation: list[Organisation] = []


def set_organisation(organisation: Organisation) -> None:
    """Tells core whom to ask about people; the app that knows posts calls it once."""
    _organisation[:] = [organisation]


def holders(record: Any, key: str, party_key: str) -> models.QuerySet[Any]:
    """The people whose consent counts for a party of ours."""
    role = document(record, key).party(party_key).role
    if role is None:
        raise Refused(_("Only a colleague's consent can be recorded; outsiders sign."))
    return _organisation[0].holders(role, record)


def oral_consent(
    record: Any,
    key: str,
    party_key: str,
    *,
    by: Any,
    of: Any,
    given_at: datetime,
    due_on: date,
    note: str,
) -> SignOff:
    """Records that `of` consented by word of mouth, and why so; they are told to countersign by `due_on` (R5a.s2-2).

    The same consent recorded twice is one. Raises NotAllowed or Refused.
    """
    each = document(record, key)
    party = each.party(party_key)
    _check_oral(each, party, record, by=by, of=of, note=note)
    _check_dates(given_at, due_on)
    with transaction.atomic():
        [fresh] = lock(record)
        earlier = earlier_word(fresh, key, party_key)
        if earlier and earlier.recorded_by_id == by.pk and (earlier.user_id, earlier.signed_at) == (of.pk, given_at):
            return earlier
        _need_unsigned(earlier, fresh, each, party)
        row = store(earlier, **_consent_columns(each, party_key, fresh, by=by, of=of, given_at=given_at, due_on=due_on, note=note))
        _tell([of], gettext_noop("%(by)s recorded your oral consent to %(record)s. Countersign it by %(due)s."), row, by=by)
        return row


def _consent_columns(each: Document, party_key: str, record: Any, *, by: Any, of: Any, given_at: datetime, due_on: date, note: str) -> Any:
    return {
        "record": record,
        "document": each.key,
        "party": party_key,
        "user": of,
        "name": str(of),
        "method": SignOff.Method.ORAL,
        "verdict": SignOff.Verdict.TO_COUNTERSIGN,
        "opinion": note.strip(),
        "record_version": getattr(record, "version", 1),
        "signed_at": given_at,
        "recorded_by": by,
        "due_on": due_on,
        **words_of(each, record),
    }


def _check_oral(each: Document, party: Party, record: Any, *, by: Any, of: Any, note: str) -> None:
    if not each.oral or party.role is None:
        raise Refused(_("“%(document)s” needs a signature; word of mouth is not enough.") % {"document": each.title})
    if by.pk == of.pk:
        raise NotAllowed(_("Nobody records their own consent. Sign instead."))
    if not party.role.holds(of, record):
        raise Refused(_("The consent of %(person)s does not count here: it takes %(role)s.") % {"person": of, "role": party.role})
    if not note.strip():
        raise Refused(_("Give the reason why it could not be signed at once."))


def _check_dates(given_at: datetime, due_on: date) -> None:
    if given_at > timezone.now():
        raise Refused(_("The consent lies in the future. Enter when it was given."))
    if due_on < timezone.localdate(given_at):
        raise Refused(_("The countersignature can't be due before the consent was given."))


def _need_unsigned(earlier: SignOff | None, record: Any, each: Document, party: Party) -> None:
    """Oral consent stands in for a missing or outdated word only, never for a signature or an objection."""
    need_no_countersignature(earlier, record, party)
    if earlier and earlier.verdict != SignOff.Verdict.TO_COUNTERSIGN and is_current(earlier, each, record):
        raise Refused(_("%(name)s has answered this already. Only a new signature changes it.") % {"name": earlier.name})


def to_countersign(user: Any) -> models.QuerySet[SignOff]:
    """Open oral consents of this person, and of those for whom they stand in today, the earliest due first."""
    giver = models.Q(user=user) | models.Q(user__in=_organisation[0].absent(user))
    return _open().filter(giver).exclude(recorded_by=user)


def awaiting(record_type: type[models.Model]) -> models.QuerySet[SignOff]:
    """Open oral consents to records of one kind, the earliest due first."""
    return _open().filter(content_type=ContentType.objects.get_for_model(record_type))


def _open() -> models.QuerySet[SignOff]:
    rows = SignOff.objects.filter(verdict=SignOff.Verdict.TO_COUNTERSIGN, replaced_by=None)
    return rows.select_related("user", "recorded_by").order_by("due_on", "pk")


def may_countersign(signoff: SignOff, user: Any) -> bool:
    """The person who consented, or who stands in for them, if they hold the party's role; never who recorded it."""
    record: Any = signoff.record
    # A document that the product no longer has can't be countersigned.
    each = known(record, signoff.document)
    role = each.party(signoff.party).role if each else None
    is_theirs = user.pk == signoff.user_id or signoff.user_id in set(_organisation[0].absent(user))
    return is_theirs and user.pk != signoff.recorded_by_id and bool(role and role.holds(user, record))


def countersign(signoff: SignOff, *, by: Any, at: datetime, agree: bool, note: str = "") -> SignOff:
    """The answer of whoever consented orally: their signature under the text they consented to, or an objection with its reason.

    The recorder hears of it, of an objection also the heads of the recorder's department. The same answer twice is
    one. Raises NotAllowed, TooLate or Refused.
    """
    verdict = SignOff.Verdict.AGREED if agree else SignOff.Verdict.RETURNED
    if not may_countersign(signoff, by):
        raise NotAllowed(_("Only %(name)s, or who stands in for them, can countersign this.") % {"name": signoff.name})
    if not agree and not note.strip():
        raise Refused(_("Say why you object."))
    with transaction.atomic():
        hung_on: Any = signoff.record
        [record], [row] = lock(hung_on), lock(signoff)
        if row.replaced_by_id:
            return _same_answer(row.replaced_by, by, verdict)
        answer = store(
            row,
            record=record,
            document=row.document,
            party=row.party,
            user=by,
            name=str(by),
            role="" if by.pk == row.user_id else _("for %(name)s") % {"name": row.name},
            method=SignOff.Method.ACCOUNT,
            verdict=verdict,
            opinion=note.strip(),
            text=row.text,
            text_sha256=row.text_sha256,
            language=row.language,
            basis_sha256=row.basis_sha256,
            record_version=row.record_version,
            signed_at=at,
        )
        _tell_answer(row, agree, by=by)
        each = known(record, row.document)
        if each and each.objected and not agree:
            each.objected(record, by, at, note.strip())
        return answer


def _same_answer(answer: SignOff, by: Any, verdict: str) -> SignOff:
    if (answer.user_id, answer.verdict) != (by.pk, verdict):
        raise TooLate(_("%(name)s has answered this already.") % {"name": answer.name})
    return answer


def _tell_answer(row: SignOff, agree: bool, *, by: Any) -> None:
    if agree:
        _tell([row.recorded_by], gettext_noop("%(answered)s countersigned the oral consent to %(record)s."), row, by=by)
        return
    people = [row.recorded_by, *_organisation[0].heads(row.recorded_by, row.record)]
    _tell(people, gettext_noop("%(answered)s objects to the oral consent recorded for %(record)s."), row, by=by, weight="URGENT")


def _tell(people: Iterable[Any], text: str, row: SignOff, *, by: Any, topic: str = "countersign", **details: Any) -> None:
    values = {"by": row.recorded_by, "answered": by, "name": row.name, "record": row.record, "due": row.due_on}
    url = reverse("core:countersign", args=[row.pk])
    notices.tell(people, text, topic=topic, record=row.record, url=url, values=values, by=by, **details)


def remind_to_countersign(day: date) -> None:
    """Whoever is late with a countersignature, their stand-ins and the recorder hear of it; once a day, however often it runs."""
    for row in _open().filter(due_on__lt=day).prefetch_related("record"):
        people = [row.user, *_organisation[0].stand_ins(row.user), row.recorded_by]
        text = gettext_noop("%(name)s has not countersigned the oral consent to %(record)s; it was due on %(due)s.")
        _tell(people, text, row, by=None, topic="overdue.countersign", dedupe=f"countersign:{row.pk}:{day.isoformat()}")
