"""A photo inside a PDF is kept as it looks, and nothing else of it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Name, Stream
from PIL import Image

from core import files

CANARY = b"CANARY-39.9042N"


def photo(**details: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((60, 40), 40).convert("RGB").save(out, "JPEG", **details)
    return out.getvalue()


def segment(marker: int, text: bytes = CANARY) -> bytes:
    return b"\xff" + bytes([marker]) + (len(text) + 2).to_bytes(2, "big") + text


def opened_with(part: bytes, picture: bytes) -> bytes:
    return picture[:2] + part + picture[2:]


def between_scans(picture: bytes) -> bytes:
    last = picture.rfind(b"\xff\xda")
    return picture[:last] + segment(0xFE) + picture[last:]


def scan(picture: bytes, packing: Any = Name.DCTDecode, **entries: Any) -> bytes:
    """A PDF of one page that shows the picture."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        image = Stream(pdf, picture)
        image.Type, image.Subtype, image.Filter, image.ColorSpace = Name.XObject, Name.Image, packing, Name.DeviceRGB
        image.Width, image.Height, image.BitsPerComponent = 60, 40, 8
        for name, value in entries.items():
            image[f"/{name}"] = value
        page = pdf.pages[0].obj
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = Stream(pdf, b"q 60 0 0 40 0 0 cm /I Do Q")
        out = io.BytesIO()
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
        return out.getvalue()


def everything(content: bytes) -> bytes:
    """The file, its streams packed and unpacked, and what is written beside them."""
    found = [content]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for stream in (each for each in pdf.objects if isinstance(each, Stream)):
            raw = stream.read_raw_bytes()
            found += [raw, repr(dict(stream)).encode()]
            found.append(zlib.decompress(raw) if raw.startswith(b"\x78") else b"")
    return b"".join(found)


def shown(content: bytes) -> bytes:
    """The pixels of the photo on its page."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        [image] = pdf.pages[0].get_images().values()
        return pikepdf.PdfImage(image).as_pil_image().tobytes()


HIDING: dict[str, Callable[[], bytes]] = {
    "a comment": lambda: scan(opened_with(segment(0xFE), photo())),
    "where it was taken": lambda: scan(opened_with(segment(0xE1), photo())),
    "a list of further pictures": lambda: scan(opened_with(segment(0xE2, b"MPF\0" + CANARY), photo())),
    "a preview": lambda: scan(opened_with(segment(0xE0, b"JFXX\0" + CANARY), photo())),
    "a comment after padding": lambda: scan(opened_with(b"\xff\xff" + segment(0xFE)[1:], photo())),
    "a comment between its scans": lambda: scan(between_scans(photo(progressive=True))),
    "what follows its end": lambda: scan(photo() + CANARY),
    "a second photo behind the first": lambda: scan(photo() + opened_with(segment(0xE1), photo())),
    "packed twice": lambda: scan(zlib.compress(opened_with(segment(0xFE), photo())), Array([Name.FlateDecode, Name.DCTDecode])),
    "packed twice with parameters": lambda: scan(
        zlib.compress(opened_with(segment(0xFE), photo())),
        Array([Name.FlateDecode, Name.DCTDecode]),
        DecodeParms=Array([pikepdf.Dictionary(Predictor=1), pikepdf.Dictionary(ColorTransform=1)]),
    ),
    "a file elsewhere": lambda: scan(photo(), F=pikepdf.String(CANARY.decode())),
}


@pytest.mark.parametrize("where", HIDING)
def test_nothing_is_left_beside_what_it_shows(where: str) -> None:
    content = HIDING[where]()
    assert CANARY in everything(content)
    kept, media_type = files.rebuilt(content)
    assert media_type == files.PDF
    assert CANARY not in everything(kept)
    assert len(shown(kept)) == 60 * 40 * 3


@pytest.mark.parametrize(
    "details", [{}, {"progressive": True}, {"optimize": True}, {"icc_profile": b"x" * 200}, {"restart_marker_blocks": 2}]
)
def test_it_looks_as_before(details: dict[str, Any]) -> None:
    content = scan(photo(**details))
    assert shown(files.rebuilt(content)[0]) == shown(content)
