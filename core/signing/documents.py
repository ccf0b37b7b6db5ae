"""What is signed: documents, their parties, and what each has said so far."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from core.flow import Blocked, Guard, Refused, Role
from core.models import SignOff


@dataclass(frozen=True)
class Party:
    """Somebody whose signature a document needs. Without `role` it is an outsider who signs on screen or paper."""

    key: str
    label: Any
    role: Role | None = None


@dataclass(frozen=True)
class Document:
    """Something people sign: `text(record)` is exactly what they put their name to; "" means nothing to sign yet.

    The text is in the reader's language; dates and figures in it must not depend on the language.

    `oral`: a party's word of mouth may be recorded first, to be countersigned later.
    `objected(record, by, at, note)` undoes what was carried out on it when the giver objects, in the same transaction.
    `signed(record, at)` is called after each signature, in its transaction and under the record's lock: what the last one
    sets going happens once, however many sign at the same moment.
    """

    key: str
    title: Any
    parties: tuple[Party, ...]
    text: Callable[[Any], str]
    needed: Callable[[Any], bool] = lambda record: True
    oral: bool = False
    objected: Callable[[Any, Any, datetime, str], None] | None = None
    signed: Callable[[Any, datetime], None] | None = None

    def party(self, key: str) -> Party:
        return next(party for party in self.parties if party.key == key)


@dataclass(frozen=True)
class PanelRow:
    """One party of one document as the sign-off panel shows it."""

    document: Document
    party: Party
    signoff: SignOff | None
    outdated: bool

    @property
    def state(self) -> str:
        """WAITING, OUTDATED or the verdict."""
        if self.signoff is None:
            return "WAITING"
        return "OUTDATED" if self.outdated else self.signoff.verdict

    @property
    def is_valid(self) -> bool:
        return self.state in {SignOff.Verdict.AGREED, SignOff.Verdict.WITH_COMMENTS}

    @property
    def is_consented(self) -> bool:
        """Signed, or consented to orally and still to be countersigned."""
        return self.is_valid or self.state == SignOff.Verdict.TO_COUNTERSIGN

    @property
    def may_be_oral(self) -> bool:
        """Whether somebody's oral consent may be recorded here now."""
        return self.document.oral and self.party.role is not None and self.state in {"WAITING", "OUTDATED"}


_documents: dict[type[models.Model], dict[str, Document]] = {}


def register(model: type[models.Model], *documents: Document) -> None:
    """Adds documents that records of this model carry."""
    _documents.setdefault(model, {}).update({document.key: document for document in documents})


def document(record: models.Model, key: str) -> Document:
    """The document of a record by key; KeyError when there is none."""
    return _documents[type(record)][key]


def known(record: models.Model, key: str) -> Document | None:
    """The document of a record by key, or None."""
    return _documents.get(type(record), {}).get(key)


def has_documents(model: type[models.Model]) -> bool:
    """True when records of this model carry documents to sign."""
    return bool(_documents.get(model))


def documents_of(model: type[models.Model]) -> list[Document]:
    """Every document that records of this model may carry."""
    return list(_documents.get(model, {}).values())


def documents(record: models.Model) -> list[Document]:
    """The documents this record needs now."""
    return [each for each in _documents.get(type(record), {}).values() if each.needed(record)]


def fingerprint(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf8")).hexdigest()


def signoffs(record: models.Model) -> models.QuerySet[SignOff]:
    """Every sign-off in force on a record."""
    kind = ContentType.objects.get_for_model(record)
    return SignOff.objects.filter(content_type=kind, object_id=record.pk, replaced_by=None).select_related("user", "scan")


def read_for(records: Sequence[models.Model]) -> None:
    """Reads the sign-offs of a page's records of one kind in one query; their panels, and so their guards, then ask none.

    For showing only: a step locks its record and reads anew.
    """
    if not records:
        return
    kind = ContentType.objects.get_for_model(records[0])
    found: dict[int, list[SignOff]] = {}
    rows = SignOff.objects.filter(content_type=kind, object_id__in=[record.pk for record in records], replaced_by=None)
    for row in rows.select_related("user", "scan"):
        found.setdefault(row.object_id or 0, []).append(row)
    for record in records:
        record._signoffs_read = found.get(record.pk, [])  # type: ignore[attr-defined]


def panel(record: models.Model) -> list[PanelRow]:
    """Every required party of every document of the record; one query beside the texts, none after `read_for`."""
    read = getattr(record, "_signoffs_read", None)
    return panel_of(record, signoffs(record) if read is None else read)


def panel_of(record: models.Model, given: Iterable[SignOff], wanted: Callable[[Document], bool] = lambda document: True) -> list[PanelRow]:
    """The panel from sign-offs in force that were read already, for lists of records; no query beside the texts.

    `wanted` leaves documents out before their text is asked for.
    """
    by_party = {(signoff.document, signoff.party): signoff for signoff in given}
    return [row for each in documents(record) if wanted(each) for row in _rows(each, record, by_party)]


def _rows(each: Document, record: models.Model, given: dict[tuple[str, str], SignOff]) -> list[PanelRow]:
    found = [(party, given.get((each.key, party.key))) for party in each.parties]
    basis = basis_of(each, record) if any(signoff for _party, signoff in found) else ""
    return [PanelRow(each, party, signoff, bool(signoff and not _holds(signoff, each, record, basis))) for party, signoff in found]


def basis_of(each: Document, record: models.Model) -> str:
    """The fingerprint of what the document says now in no language: it changes with the record, never with a translation."""
    with translation.override(None):
        return fingerprint(each.text(record))


def _holds(signoff: SignOff, each: Document, record: models.Model, basis: str) -> bool:
    if signoff.basis_sha256:
        return bool(signoff.basis_sha256 == basis)
    return signoff.text_sha256 in _in_every_language(each, record)


def _in_every_language(each: Document, record: models.Model) -> set[str]:
    """The fingerprints of the document as anybody reads it: an early sign-off does not say in which language it was given."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(fingerprint(each.text(record)))
    return found


def is_current(signoff: SignOff, each: Document, record: models.Model) -> bool:
    """Whether the document still says what this sign-off was given to."""
    return _holds(signoff, each, record, basis_of(each, record))


def complete(record: models.Model, key: str) -> bool:
    """True when every party has signed the document as it reads now."""
    return all(row.is_valid for row in panel(record) if row.document.key == key)


def unsigned(record: models.Model) -> list[PanelRow]:
    """What is still to sign, or to sign again."""
    return [row for row in panel(record) if not row.is_valid]


def consented(record: models.Model, key: str) -> bool:
    """True when every party has signed the document as it reads now, or consented to it orally."""
    return all(row.is_consented for row in panel(record) if row.document.key == key)


def needs_consent(key: str, url: Callable[[Any], str] = lambda record: "") -> Guard:
    """A guard of a life: each party has signed the document or consented to it orally. `url(record)`: where it is mended."""

    def guard(record: Any) -> Blocked | None:
        lacking = [row for row in panel(record) if row.document.key == key and not row.is_consented]
        if not lacking:
            return None
        values = {"document": lacking[0].document.title, "parties": "、".join(str(row.party.label) for row in lacking)}
        return Blocked(_("“%(document)s” lacks the consent of: %(parties)s.") % values, url(record))

    return guard


def words_of(each: Document, record: Any) -> dict[str, str]:
    """What is signed now, as columns of a sign-off: the text in the signer's language, its hash, language and basis.

    Raises Refused when there is nothing yet.
    """
    text = each.text(record)
    if not text:
        raise Refused(_("There is nothing to sign on “%(document)s” yet.") % {"document": each.title})
    words = {"text": text, "text_sha256": fingerprint(text), "basis_sha256": basis_of(each, record)}
    return {**words, "language": translation.get_language() or ""}


def earlier_word(record: Any, key: str, party_key: str) -> SignOff | None:
    """The word of a party that is in force."""
    return signoffs(record).filter(document=key, party=party_key).first()
