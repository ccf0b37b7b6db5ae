"""Sign-offs: each party's word on one document of a record, with the exact text it was given to.

A later change of that text marks the sign-off outdated; signing again replaces it and keeps the old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import NotAllowed, Refused, Role
from core.models import SignOff


@dataclass(frozen=True)
class Party:
    """Somebody whose signature a document needs. Without `role` it is an outsider who signs on screen or paper."""

    key: str
    label: Any
    role: Role | None = None


@dataclass(frozen=True)
class Document:
    """Something people sign: `text(record)` is exactly what they put their name to; "" means nothing to sign yet."""

    key: str
    title: Any
    parties: tuple[Party, ...]
    text: Callable[[Any], str]
    needed: Callable[[Any], bool] = lambda record: True

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


_documents: dict[type[models.Model], dict[str, Document]] = {}


def register(model: type[models.Model], *documents: Document) -> None:
    """Adds documents that records of this model carry."""
    _documents.setdefault(model, {}).update({document.key: document for document in documents})


def document(record: models.Model, key: str) -> Document:
    """The document of a record by key; KeyError when there is none."""
    return _documents[type(record)][key]


def has_documents(model: type[models.Model]) -> bool:
    """True when records of this model carry documents to sign."""
    return bool(_documents.get(model))


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


def panel(record: models.Model) -> list[PanelRow]:
    """Every required party of every document of the record; one query beside the texts."""
    return panel_of(record, signoffs(record))


def panel_of(record: models.Model, given: Iterable[SignOff]) -> list[PanelRow]:
    """The panel from sign-offs in force that were read already, for lists of records; no query beside the texts."""
    by_party = {(signoff.document, signoff.party): signoff for signoff in given}
    return [row for each in documents(record) for row in _rows(each, record, by_party)]


def _rows(each: Document, record: models.Model, given: dict[tuple[str, str], SignOff]) -> list[PanelRow]:
    current = fingerprint(each.text(record))
    found = [(party, given.get((each.key, party.key))) for party in each.parties]
    return [PanelRow(each, party, signoff, bool(signoff and signoff.text_sha256 != current)) for party, signoff in found]


def complete(record: models.Model, key: str) -> bool:
    """True when every party has signed the document as it reads now."""
    return all(row.is_valid for row in panel(record) if row.document.key == key)


def unsigned(record: models.Model) -> list[PanelRow]:
    """What is still to sign, or to sign again."""
    return [row for row in panel(record) if not row.is_valid]


def sign(
    record: Any,
    key: str,
    party_key: str,
    *,
    by: Any,
    at: datetime,
    method: str,
    name: str,
    **details: Any,
) -> SignOff:
    """Records a party's word on the document as it reads now; it replaces that party's earlier one.

    `by` is the member of staff at the screen; for a party with a role it is the signer and must hold it.
    Details: role, strokes ([[{x, y}, …], …] in pad pixels), opinion, verdict, witness, scan, device.
    Raises NotAllowed or Refused.
    """
    each = document(record, key)
    party = each.party(party_key)
    _check(record, party, by=by, method=method, name=name, details=details)
    with transaction.atomic():
        [fresh] = lock(record)
        text = each.text(fresh)
        if not text:
            raise Refused(_("There is nothing to sign on “%(document)s” yet.") % {"document": each.title})
        earlier = signoffs(fresh).filter(document=key, party=party_key).first()
        return _store(
            earlier,
            record=fresh,
            document=key,
            party=party_key,
            user=by if party.role else None,
            name=name.strip(),
            method=method,
            text=text,
            text_sha256=fingerprint(text),
            record_version=getattr(fresh, "version", 1),
            signed_at=at,
            **details,
        )


def _store(earlier: SignOff | None, **values: Any) -> SignOff:
    """The new row, the earlier one pointing at it. The earlier steps aside first: one word a party."""
    if earlier is None:
        return SignOff.objects.create(**values)
    row = SignOff(**values, replaced_by=earlier)
    row.save()
    SignOff.objects.filter(pk=earlier.pk).update(replaced_by=row)
    row.replaced_by = None
    row.save(update_fields=["replaced_by"])
    return row


def _check(record: Any, party: Party, *, by: Any, method: str, name: str, details: dict[str, Any]) -> None:
    if party.role and not party.role.holds(by, record):
        raise NotAllowed(_("Only %(role)s can sign here.") % {"role": party.role})
    if not name.strip():
        raise Refused(_("Enter the name of the person who signs."))
    needs: dict[str, tuple[str, str]] = {
        SignOff.Method.SCREEN: ("strokes", _("Sign in the box first.")),
        SignOff.Method.WITNESSED: ("witness", _("Name the witness.")),
        SignOff.Method.PAPER: ("scan", _("Add the scan of the signed paper.")),
    }
    field, message = needs.get(method, ("", ""))
    if field and not details.get(field):
        raise Refused(message)
    if details.get("verdict") == SignOff.Verdict.RETURNED and not details.get("opinion", "").strip():
        raise Refused(_("Say why you return it."))


def strokes_svg(strokes: list[Any]) -> SafeString:
    """A signature redrawn from its strokes as inline SVG, fitted to its own size; "" without strokes.

    A stroke is a list of points, or signature_pad's group with `points`.
    """
    lines = [stroke.get("points", []) if isinstance(stroke, dict) else stroke for stroke in strokes]
    points = [point for line in lines for point in line]
    if not points:
        return SafeString("")
    left, top = min(p["x"] for p in points), min(p["y"] for p in points)
    width, height = max(p["x"] for p in points) - left + 8, max(p["y"] for p in points) - top + 8
    paths = format_html_join(
        "",
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"/>',
        ((" ".join(f"{p['x'] - left + 4:.1f},{p['y'] - top + 4:.1f}" for p in line),) for line in lines if line),
    )
    return format_html(
        '<svg class="signature" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        round(width, 1),
        round(height, 1),
        _("signature"),
        paths,
    )
