"""Uploads are judged by what they are and rebuilt without anything hidden."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from core import files, printing
from core.renderer import engine
from tests.conftest import Cast
from tests.core.uploads import (
    CANARY,
    HTML,
    carries_a_file,
    has_links,
    holds_a_photo,
    keep,
    multi_picture,
    opens_with_script,
    packed,
    paper,
    picture,
    sideways,
    tells_who_made_it,
    with_gps,
    workbook,
)


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a page": lambda: HTML,
    "a page that says it is a picture": lambda: b"GIF89a/*" + HTML,
    "a drawing": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a drawing with a declaration": lambda: b"<?xml version='1.0'?><svg onload='alert(1)'/>",
    "a picture of another kind": lambda: picture("GIF"),
    "a bitmap": lambda: picture("BMP"),
    "a TIFF": lambda: picture("TIFF"),
    "a program": lambda: b"MZ" + bytes(200),
    "a shell script": lambda: b"#!/bin/sh\n",
    "half a photo": lambda: picture(size=(400, 400))[:300],
    "the head of a photo": lambda: b"\xff\xd8\xff\xe0",
    "half a PNG": lambda: picture("PNG", (400, 400))[:60],
    "half a WebP": lambda: picture("WEBP", (400, 400))[:20],
    "a page behind the head of a PNG": lambda: b"\x89PNG\r\n\x1a\n" + HTML,
    "a picture of too many pixels": lambda: picture("PNG", (9000, 9000), "1"),
    "a page before a PDF": lambda: HTML + paper(),
    "a PDF locked with a password": lambda: paper(encryption=pikepdf.Encryption(owner="o", user="u")),
    "a PDF that only its owner may change": lambda: paper(encryption=pikepdf.Encryption(owner="o", user="")),
    "a PDF without a body": lambda: b"%PDF-1.7\n",
    "a PDF of noise": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20,
    "an archive": lambda: packed("a.txt"),
    "an archive that speaks of a workbook": lambda: packed("[Content_Types].xml", "a.txt"),
    "a workbook with macros": lambda: packed("xl/vbaProject.bin", base=workbook()),
    "a workbook with macros in other letters": lambda: packed("xl/VBAPROJECT.BIN", base=workbook()),
    "half a workbook": lambda: workbook()[:-60],
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_words(cast: Cast, own_store: Path, what: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        keep(REFUSED[what](), cast.frontdesk, "photo.jpg")
    assert refusal.value.messages[0].endswith(".")
    assert not [path for path in own_store.rglob("*") if path.is_file()]


def test_a_picture_cut_short_is_refused_also_after_a_form_was_printed(cast: Cast) -> None:
    printing.pdf("<p>x</p>")
    engine.pdf("<p>x</p>")
    with pytest.raises(ValidationError):
        keep(REFUSED["half a PNG"](), cast.frontdesk)


def test_a_photo_with_broken_details_is_taken_or_refused_with_words(cast: Cast) -> None:
    photo = bytearray(sideways())
    start = photo.index(b"Exif\0\0")
    for place in range(start + 6, start + 40):
        broken = bytes([*photo[:place], 0, *photo[place + 1 :]])
        try:
            assert keep(broken, cast.frontdesk).media_type == "image/jpeg"
        except ValidationError as refusal:
            assert refusal.messages[0].endswith(".")


def test_it_is_refused_when_it_is_too_large(cast: Cast, settings: Any) -> None:
    settings.FILE_SIZE_LIMIT = 100
    with pytest.raises(ValidationError):
        keep(picture(), cast.frontdesk)


HIDING: dict[str, Callable[[], bytes]] = {
    "place and comment of a photo": with_gps,
    "behind a photo": lambda: picture() + CANARY,
    "text of a PNG": lambda: picture("PNG") + CANARY,
    "behind a WebP": lambda: picture("WEBP") + CANARY,
    "script of a PDF": lambda: paper(opens_with_script),
    "attachment of a PDF": lambda: paper(carries_a_file),
    "links of a PDF": lambda: paper(has_links),
    "author of a PDF": lambda: paper(tells_who_made_it),
    "photo inside a PDF": lambda: paper(holds_a_photo),
    "behind a PDF": lambda: paper() + CANARY,
}


def _all_of(content: bytes) -> bytes:
    """Every byte a reader of the file can reach, with the streams of a PDF opened."""
    if not content.startswith(b"%PDF-"):
        return content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        streams = [each.read_raw_bytes() if "/Width" in each else each.read_bytes() for each in found]
        out = io.BytesIO()
        pdf.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return content + out.getvalue() + b"".join(streams)


@pytest.mark.parametrize("where", HIDING)
def test_nothing_stays_hidden_in_it(cast: Cast, where: str) -> None:
    content = HIDING[where]()
    assert CANARY in _all_of(content)
    kept = files.content_of(keep(content, cast.frontdesk))
    assert CANARY not in _all_of(kept)
    assert b"JavaScript" not in _all_of(kept)


def test_a_photo_inside_a_pdf_is_still_seen(cast: Cast) -> None:
    kept = files.content_of(keep(paper(holds_a_photo), cast.frontdesk))
    with pikepdf.open(io.BytesIO(kept)) as pdf:
        [image] = pdf.pages[0].get_images().values()
        assert pikepdf.PdfImage(image).as_pil_image().size == (60, 40)
        assert pdf.pages[0].mediabox == [0, 0, 595, 842]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (picture(), "image/jpeg"),
        (picture("PNG", mode="RGBA"), "image/png"),
        (picture("PNG", mode="P"), "image/png"),
        (picture("PNG", mode="I;16"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture(mode="CMYK"), "image/jpeg"),
        (multi_picture(), "image/jpeg"),
        (paper(), "application/pdf"),
        (workbook(), files.XLSX),
    ],
)
def test_it_is_known_by_its_content(cast: Cast, content: bytes, media_type: str) -> None:
    assert keep(content, cast.frontdesk, "wrong.html").media_type == media_type


def test_a_photo_stands_upright_and_is_not_larger_than_needed(cast: Cast) -> None:
    with Image.open(io.BytesIO(files.content_of(keep(sideways(), cast.frontdesk)))) as image:
        assert image.size == (40, 60)
    with Image.open(io.BytesIO(files.content_of(keep(picture(size=(5000, 100)), cast.frontdesk)))) as image:
        assert image.size == (4000, 80)


@pytest.mark.parametrize("cut", range(20, 600, 45))
def test_a_cut_pdf_is_refused_or_made_whole(cast: Cast, cut: int) -> None:
    try:
        kept = keep(paper(has_links)[:-cut], cast.frontdesk)
    except ValidationError:
        return
    with pikepdf.open(io.BytesIO(files.content_of(kept))) as pdf:
        assert len(pdf.pages) >= 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("照片.jpg", "照片.jpg"),
        ("IMG.JPEG", "IMG.JPEG"),
        ("page.html", "page.html.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\scan\\平面图.jpg", "平面图.jpg"),
        ("bill\u202egpj.exe", "billgpj.exe.jpg"),
        ('a"b\r\nX: y.jpg', "ab  X: y.jpg"),
        ("长" * 300 + ".jpg", "长" * 196 + ".jpg"),
        ("\u200b", "file.jpg"),
    ],
)
def test_its_name_is_plain_and_says_what_it_is(name: str, shown: str) -> None:
    assert files.plain_name(name, "image/jpeg") == shown
