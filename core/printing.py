"""Official A4 forms as PDF from templates: nothing is fetched, glyphs are embedded, layout is data."""

from __future__ import annotations

import atexit
import logging
import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core import files
from core.flow import Refused
from core.models import KeptPaper, PrintLog, StoredFile
from core.renderer.engine import PICTURE
from core.renderer.process import Renderer, TooMuch

logger = logging.getLogger(__name__)
PAGES = {"A4": "A4", "RECEIPT": "241mm 93mm", "LABELS": "A4"}
# As many prints of one form of one record may collide; each turn that is lost is somebody's print.
TURNS = 8
# What a kept form keeps stands between these.
PAPER = ("<!--paper-->", "<!--/paper-->")


@dataclass(frozen=True)
class Party:
    """A box at the foot of a form: whose signature, and the sign-off already given on screen."""

    label: Any
    key: str = ""
    seal: bool = False


@dataclass(frozen=True)
class PrintForm:
    """A form that records of a kind can print. A new form is one of these and a template that extends print/base.html.

    `context(record)` fills the template; with `blank` it is also called with None for an empty form.
    `available(record)` answers None, or why it can't be printed yet. `final(record)` False prints the draft mark.
    `document` names the core.signing document whose sign-offs stand in the boxes. `kept(record)` True prints
    what the first such print said, whatever names were changed since. `heading` stands on the paper where the
    menu's `title` says more, for example on which paper it is printed.
    """

    key: str
    title: Any
    template: str
    context: Callable[[Any], dict[str, Any]]
    parties: tuple[Party, ...] = ()
    copies: tuple[Any, ...] = ()
    size: str = "A4"
    blank: bool = True
    document: str = ""
    kept: Callable[[Any], bool] = lambda record: False
    clause: str = ""
    available: Callable[[Any], str | None] = lambda record: None
    final: Callable[[Any], bool] = lambda record: True
    void: Callable[[Any], bool] = lambda record: False
    heading: Any = ""


_forms: dict[type[models.Model], dict[str, PrintForm]] = {}


def register(model: type[models.Model], *forms: PrintForm) -> None:
    """Adds forms to a kind of record."""
    _forms.setdefault(model, {}).update({form.key: form for form in forms})


def forms_of(model: type[models.Model]) -> list[PrintForm]:
    """Every form records of this model can print, in order."""
    return list(_forms.get(model, {}).values())


def form_of(model: type[models.Model], key: str) -> PrintForm | None:
    return _forms.get(model, {}).get(key)


def menu(record: models.Model) -> list[tuple[PrintForm, str, str | None]]:
    """(form, address, why not yet) of each form, for a record's print menu."""
    from core import kinds

    kind = kinds.of(record)
    return [(form, kind.print_url(record, form.key), form.available(record)) for form in forms_of(type(record))]


@dataclass(frozen=True)
class Sheet:
    """What stands around the content: number, code, marks, who printed it."""

    title: str
    number: str = ""
    company: str = ""
    qr: str = ""
    mark: str = ""
    printed_by: str = ""
    printed_at: datetime | None = None
    nth: int = 0
    copies: tuple[str, ...] = ("",)
    size: str = "A4"
    parties: Sequence[Any] = field(default_factory=tuple)

    @property
    def across(self) -> int:
        """Signature boxes in a row: two of a 42 mm seal beside its signature, three of less; a receipt has room for all."""
        if self.size == "RECEIPT":
            return max(len(self.parties), 1)
        return 3 if len(self.parties) in (3, 5, 6, 7) else 2


def qr_code(text: str) -> SafeString:
    """A QR code as inline SVG, error correction M."""
    return mark_safe(segno.make(text, error="m").svg_inline(border=0, scale=4, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S308


def picture(file: StoredFile, side: int = 900) -> str:
    """A photo as the address of an `<img>` that travels inside the page; "" where there is none to show."""
    body = files.reduced(file, side)
    return f"{PICTURE}{b64encode(body).decode()}" if body else ""


def render(template: str, context: dict[str, Any], sheet: Sheet) -> bytes:
    """The PDF. Raises Refused when it takes too long and renderer Failed for a template that is wrong; nothing outside is read."""
    return pdf(html_of(template, context, sheet))


def html_of(template: str, context: dict[str, Any], sheet: Sheet) -> str:
    """The page before it is laid out."""
    return render_to_string(template, {**context, "sheet": sheet, "page_size": PAGES[sheet.size]})


def pdf(page: str) -> bytes:
    """HTML to PDF with the product's own fonts, in another process; every address in it is refused. Refused when it takes too much."""
    try:
        return _renderer().pdf(page)
    except TooMuch as error:
        logger.warning("a form was not printed: %s", error)
        raise TookTooLong() from error


class TookTooLong(Refused):
    """A form that was not printed. Made anew where the reader's language holds, not the form's."""

    def __init__(self) -> None:
        super().__init__(_("This form took too long to lay out and was not printed. Shorten its longest texts, or try again in a minute."))


@contextmanager
def _in(language: str) -> Iterator[None]:
    """The form's language inside; what is refused is said in the reader's."""
    try:
        with translation.override(language):
            yield
    except TookTooLong as error:
        raise TookTooLong() from error


@lru_cache(maxsize=1)
def _renderer() -> Renderer:
    """One for this process, started by its first print."""
    renderer = Renderer(font_folder() / "fonts.conf")
    atexit.register(renderer.close)
    return renderer


def font_folder() -> Path:
    """Where the cut fonts lie."""
    configured = os.environ.get("FONTCONFIG_FILE", "")
    return Path(configured).parent if configured else Path(settings.BASE_DIR) / ".run" / "fonts"


def font_file() -> Path | None:
    """The regular font as a file, for drawing on pictures."""
    found = font_folder() / "NotoSansSC-Regular.ttf"
    return found if found.exists() else None


def sheet_of(form: PrintForm, record: Any, *, by: Any, at: datetime, nth: int, link: str) -> Sheet:
    """The frame of a record's form: number, QR to the record, marks and signature boxes."""
    number = str(getattr(record, "number", "") or "")
    return Sheet(
        title=str(form.heading or form.title),
        number=number,
        company=_company(record),
        qr=qr_code(link) if link else SafeString(""),
        mark=_mark(form, record, nth),
        printed_by=str(by),
        printed_at=at,
        nth=nth,
        copies=tuple(str(copy) for copy in form.copies) or ("",),
        size=form.size,
        parties=boxes(form, record),
    )


def _company(record: Any) -> str:
    """The management company of the record's building, or of the building that is printed."""
    house = record if hasattr(record, "management_company") else getattr(record, "building", None)
    return str(getattr(house, "management_company", "") or "")


def _mark(form: PrintForm, record: Any, nth: int) -> str:
    if record is None:
        return ""
    if form.void(record):
        return "VOID"
    if not form.final(record):
        return "DRAFT"
    return "REPRINT" if nth > 1 else ""


def boxes(form: PrintForm, record: Any) -> list[dict[str, Any]]:
    """The signature boxes of a form, with the sign-offs that were given on screen drawn in place."""
    given = _signoffs(form, record)
    return [{"label": party.label, "seal": party.seal, "signoff": given.get(party.key)} for party in form.parties]


def _signoffs(form: PrintForm, record: Any) -> dict[str, Any]:
    from core import signing

    if record is None or not form.document:
        return {}
    rows = [row for row in signing.panel(record) if row.document.key == form.document and row.is_valid]
    return {row.party.key: row.signoff for row in rows if row.signoff}


def print_record(form: PrintForm, record: Any, *, by: Any, at: datetime, link: str, language: str = "zh-hans") -> bytes:
    """Prints a record's form and notes it: the count stands in the footer, a second time is marked as a reprint.

    The page is made first, with the number that comes next, and counted when it is there: one that fails uses no number.
    """
    for _turn in range(TURNS):
        nth = _last(form, record) + 1
        with _in(language):
            page = pdf(_page(form, record, sheet_of(form, record, by=by, at=at, nth=nth, link=link), language))
        if _count(form, record, nth, by=by, at=at):
            return page
    raise Refused(_("Many people are printing this form at this moment. Try again in a minute."))


def _page(form: PrintForm, record: Any, sheet: Sheet, language: str) -> str:
    """The HTML of a record's form; of a kept one the paper itself as it was first printed, with today's mark and footer."""
    page = html_of(form.template, form.context(record), sheet)
    if not form.kept(record):
        return page
    stored = KeptPaper.objects.filter(**_key(form, record), language=language).first()
    head, rest = page.split(PAPER[0], 1)
    paper, tail = rest.rsplit(PAPER[1], 1)
    if stored is None:
        values = {"html": paper, "sha256": sha256(paper.encode()).hexdigest(), "kept_at": sheet.printed_at}
        stored, _is_first = KeptPaper.objects.get_or_create(**_key(form, record), language=language, defaults=values)
    return f"{head}{stored.html}{tail}"


def _key(form: PrintForm, record: Any) -> dict[str, Any]:
    return {"content_type": ContentType.objects.get_for_model(record), "object_id": record.pk, "form": form.key}


def print_blank(form: PrintForm, *, by: Any, at: datetime, building: Any = None, language: str = "zh-hans") -> bytes:
    """The same form with empty fields, for filling in by hand."""
    with _in(language):
        sheet = sheet_of(form, None, by=by, at=at, nth=0, link="")
        return render(form.template, {**form.context(None), "is_blank": True, "building": building}, sheet)


def _prints(form: PrintForm, record: Any) -> models.QuerySet[PrintLog]:
    kind = ContentType.objects.get_for_model(record)
    return PrintLog.objects.filter(content_type=kind, object_id=record.pk, form=form.key)


def _last(form: PrintForm, record: Any) -> int:
    return int(_prints(form, record).aggregate(last=models.Max("nth"))["last"] or 0)


def _count(form: PrintForm, record: Any, nth: int, *, by: Any, at: datetime) -> bool:
    """Notes the print; False when somebody else's got this number while the page was made. The database lets only one have it."""
    _row, is_ours = _prints(form, record).get_or_create(
        nth=nth,
        defaults={
            "content_type": ContentType.objects.get_for_model(record),
            "object_id": record.pk,
            "form": form.key,
            "printed_by": by,
            "printed_at": at,
        },
    )
    return is_ours
