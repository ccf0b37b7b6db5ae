"""Sign-offs: each party's word on one document of a record, with the exact text it was given to.

A later change of that text marks the sign-off outdated; signing again replaces it and keeps the old one.
Where a document allows it, somebody's oral consent is recorded first and they countersign later (R5a.s2-2).
"""

from core.signing.consent import (
    Organisation,
    awaiting,
    countersign,
    holders,
    may_countersign,
    oral_consent,
    remind_to_countersign,
    set_organisation,
    to_countersign,
)
from core.signing.documents import (
    Document,
    PanelRow,
    Party,
    _documents,
    complete,
    consented,
    document,
    documents,
    documents_of,
    fingerprint,
    has_documents,
    needs_consent,
    panel,
    panel_of,
    read_for,
    register,
    signoffs,
    unsigned,
)
from core.signing.signatures import sign, strokes_svg

__all__ = [
    "Document",
    "Organisation",
    "PanelRow",
    "Party",
    "_documents",
    "awaiting",
    "complete",
    "consented",
    "countersign",
    "document",
    "documents",
    "documents_of",
    "fingerprint",
    "has_documents",
    "holders",
    "may_countersign",
    "needs_consent",
    "oral_consent",
    "panel",
    "panel_of",
    "read_for",
    "register",
    "remind_to_countersign",
    "set_organisation",
    "sign",
    "signoffs",
    "strokes_svg",
    "to_countersign",
    "unsigned",
]
