"""A party's signature on a document as it reads now, and its drawing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import SignOff
from core.signing.documents import Party, document, earlier_word, words_of


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
        words = words_of(each, fresh)
        earlier = earlier_word(fresh, key, party_key)
        need_no_countersignature(earlier, fresh, party)
        kept = store(
            earlier,
            record=fresh,
            document=key,
            party=party_key,
            user=by if party.role else None,
            name=name.strip(),
            method=method,
            record_version=getattr(fresh, "version", 1),
            signed_at=at,
            **words,
            **details,
        )
        if each.signed:
            each.signed(fresh, at)
        return kept


def store(earlier: SignOff | None, **values: Any) -> SignOff:
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


def need_no_countersignature(earlier: SignOff | None, record: Any, party: Party) -> None:
    """An open oral consent is countersigned first, unless its giver no longer holds the role."""
    is_open = earlier is not None and earlier.verdict == SignOff.Verdict.TO_COUNTERSIGN
    if is_open and party.role and party.role.holds(earlier.user, record):  # type: ignore[union-attr]
        raise Refused(_("%(name)s has consented orally and must countersign first.") % {"name": earlier.name})  # type: ignore[union-attr]


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
