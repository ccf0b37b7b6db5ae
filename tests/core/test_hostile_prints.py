"""Whatever people typed, every form of every record prints it as it is, fetches nothing and keeps its pages (reliability H3, H4)."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.db import DatabaseError, models, transaction
from django.utils import translation
from django.utils.safestring import mark_safe

from core import kinds, printing
from core.crypto import mask_identity
from core.printing import PrintForm, Sheet
from core.renderer import engine
from tests.conftest import Cast
from tests.records import FACTORIES

AT = datetime(2026, 11, 23, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
PAYLOADS = [
    "<b>k</b>",
    "</td></tr></table>k",
    "<script>k</script>",
    "<img src=//127.0.0.1:9/k>",
    "<img src=file://localhost/canary>",
    "<link rel=stylesheet href=//127.0.0.1:9/k>",
    "<link rel=attachment href=file://localhost/canary>",
    "<style>*{display:none}</style>k",
    "</style><style>p{color:red}",
    "<svg><image href=//127.0.0.1:9/k>",
    "<object data=file://localhost/canary>",
    "<iframe src=//127.0.0.1:9/k>",
    "<base href=//127.0.0.1:9/>k",
    "<meta http-equiv=refresh>k",
    "{{sheet.number}}{%now%}k",
    "&lt;b&gt;k&amp;nbsp;",
    "url(//127.0.0.1:9/k)}",
    "k\";}*{content:'\\",
    "<!--k",
    "<![CDATA[k]]>",
]
FORMS = [(kind.label, form) for kind in kinds.all_kinds() for form in printing.forms_of(kind.model) if kind.label in FACTORIES]
SEEN: list[str] = []
WATCHED = threading.local()


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if getattr(WATCHED, "on", False) and event in {"open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"}:
        SEEN.append(f"{event} {arguments[0]} {arguments[1:2]}")


@pytest.fixture(scope="module", autouse=True)
def hook() -> None:
    sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def laid_out_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this very process, where the hook sees what is opened and called."""
    monkeypatch.setattr(printing, "pdf", engine.pdf)


def twin(payload: str) -> str:
    """A harmless text as long as the hostile one."""
    return re.sub(r"[^\w./:]", "n", payload, flags=re.ASCII)


def writable(record: models.Model) -> Iterator[models.Field[Any, Any]]:
    for field in record._meta.concrete_fields:
        if isinstance(field, (models.CharField, models.TextField)) and not (field.choices or field.unique or field.name == "state"):
            yield field


def fill(record: models.Model, turn: int, *, harmless: bool) -> list[str]:
    """Writes payloads into every text field that the database takes them in, and returns what it made of them."""
    used = []
    for place, field in enumerate(writable(record)):
        text = PAYLOADS[(place + turn) % len(PAYLOADS)]
        text = (twin(text) if harmless else text)[: field.max_length]
        try:
            with transaction.atomic():
                type(record)._base_manager.filter(pk=record.pk).update(**{field.name: text})
        except DatabaseError:
            continue
        used.append(field.name)
    record.refresh_from_db()
    stored = [str(getattr(record, name)) for name in used]
    return sorted([*stored, *map(mask_identity, stored)], key=len, reverse=True)


def printed(form: PrintForm, record: Any, by: Any) -> bytes:
    """The form, with everything it opens and calls in SEEN while the page is laid out."""
    with translation.override("zh-hans"):
        context = form.context(record)
        sheet = printing.sheet_of(form, record, by=by, at=AT, nth=1, link="http://localhost/x/")
        WATCHED.on = True
        try:
            return printing.render(form.template, context, sheet)
        finally:
            WATCHED.on = False


def words(pdf: bytes) -> str:
    made = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", "", made.stdout.decode())


def pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def without(text: str, values: list[str]) -> str:
    for value in values:
        text = text.replace(re.sub(r"\s+", "", value), "□")
    return text


# Each form meets one half of the payloads first in the suite, and the other half in the ordeal.
TURNS = [
    pytest.param(label, form, turn, id=f"{label}-{form.key}-{turn}", marks=[pytest.mark.ordeal] if (place + turn // 10) % 2 else [])
    for place, (label, form) in enumerate(FORMS)
    for turn in (0, 10)
]


@pytest.mark.parametrize(("label", "form", "turn"), TURNS)
def test_a_form_of_hostile_texts_is_the_form_of_harmless_ones(cast: Cast, tower: Any, label: str, form: PrintForm, turn: int) -> None:
    record = FACTORIES[label](cast, tower)
    harmless = fill(record, turn, harmless=True)
    expected = printed(form, record, cast.service_clerk)
    hostile = fill(record, turn, harmless=False)
    SEEN.clear()
    made = printed(form, record, cast.service_clerk)
    assert not [line for line in SEEN if "canary" in line or not line.startswith("open ")]
    assert pages(made) == pages(expected)
    assert without(words(made), hostile) == without(words(expected), harmless)


@pytest.mark.parametrize("payload", [payload for payload in PAYLOADS if "<" in payload])
def test_the_comparison_would_notice_what_is_not_escaped(payload: str) -> None:
    facts = [("名称", mark_safe(payload))]
    assert "□" not in without(words(printing.render("print/_grid.html", {"facts": facts}, Sheet(title=""))), [payload])


def test_every_form_is_tried() -> None:
    tried = {label for label, form in FORMS}
    assert {kind.label for kind in kinds.all_kinds() if printing.forms_of(kind.model)} == tried
    assert len(FORMS) >= 18
