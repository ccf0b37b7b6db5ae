"""Uploads are judged by what they are, rebuilt without anything hidden, and served to those alone who may see them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from openpyxl import Workbook
from PIL import Image

from core import files, printing
from core.models import FileView, StoredFile
from core.renderer import engine
from tests.conftest import Cast, a_unit

CANARY = b"CANARY-39.9042N"


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **details: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **details)
    return out.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = CANARY.decode()
    return picture(exif=exif, comment=CANARY)


def multi_picture() -> bytes:
    """What many phones write: a JPEG that carries a second picture."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40)).save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (30, 20))])
    return out.getvalue()


def sideways() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture(exif=exif)


def paper(change: Callable[[pikepdf.Pdf], None] = lambda pdf: None, **saved: Any) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, **saved)
        return out.getvalue()


def script(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(f"app.alert('{CANARY.decode()}')"))


def opens_with_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = script(pdf)
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=script(pdf))


def carries_a_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["canary.exe"] = CANARY
    spec = pdf.attachments["canary.exe"].obj
    pdf.Root.AF = pikepdf.Array([spec])
    pdf.pages[0].obj.AF = pikepdf.Array([spec])


def has_links(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(CANARY.decode()))
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(note)])


def tells_who_made_it(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Author"] = CANARY.decode()
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = [CANARY.decode()]
    pdf.pages[0].obj.PieceInfo = pikepdf.Dictionary(X=pikepdf.String(CANARY.decode()))


def holds_a_photo(pdf: pikepdf.Pdf) -> None:
    """A scan as phones make it: the photo lies in the page as it was taken, place and all."""
    photo = pikepdf.Stream(pdf, with_gps())
    photo.Type, photo.Subtype, photo.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
    photo.Width, photo.Height, photo.ColorSpace, photo.BitsPerComponent = 60, 40, pikepdf.Name.DeviceRGB, 8
    photo.Metadata = pikepdf.Stream(pdf, CANARY)
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=photo))
    pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"q 60 0 0 40 0 0 cm /I Do Q")


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["单元", "面积"])
    book.save(out)
    return out.getvalue()


def packed(*names: str, base: bytes = b"") -> bytes:
    out = io.BytesIO(base)
    with zipfile.ZipFile(out, "a") as archive:
        for name in names:
            archive.writestr(name, "xl/workbook.xml")
    return out.getvalue()


def keep(content: bytes, user: Any, name: str = "a.bin", **details: Any) -> StoredFile:
    return files.stash(SimpleUploadedFile(name, content), by=user, **details)


HTML = b"<html><script>alert(1)</script></html>"
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


# Serving


def hung_on(record: Any, file: StoredFile) -> str:
    files.attach(file, record)
    return f"/files/{file.token}/"


SignIn = Callable[[Any], Client]


def test_it_goes_to_those_who_may_see_its_record(cast: Cast, tower: Any, as_user: SignIn) -> None:
    address = hung_on(a_unit(tower, "1801"), keep(picture(), cast.frontdesk, "a.jpg"))
    answer = as_user(cast.engineer).get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    assert as_user(cast.outsider).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_it_is_its_uploaders_alone_while_it_hangs_on_nothing(cast: Cast, as_user: SignIn) -> None:
    address = f"/files/{keep(picture(), cast.frontdesk).token}/"
    assert as_user(cast.frontdesk).get(address).status_code == 200
    assert as_user(cast.service_head).get(address).status_code == 404


def test_a_file_of_a_record_cannot_be_moved_to_another(cast: Cast, tower: Any, neighbour: Any) -> None:
    kept = keep(picture(), cast.frontdesk)
    here = a_unit(tower, "1801")
    files.attach(kept, here)
    files.attach(kept, a_unit(neighbour, "0101"))
    kept.refresh_from_db()
    assert kept.record == here


def test_a_workbook_is_only_ever_downloaded(cast: Cast, as_user: SignIn) -> None:
    kept = keep(workbook(), cast.frontdesk, "单元.xlsx")
    answer = as_user(cast.frontdesk).get(f"/files/{kept.token}/")
    assert answer["Content-Disposition"] == "attachment; filename=\"file\"; filename*=UTF-8''%E5%8D%95%E5%85%83.xlsx"


def test_a_pdf_opens_in_the_browsers_own_reader(cast: Cast, as_user: SignIn) -> None:
    client, address = as_user(cast.frontdesk), f"/files/{keep(paper(), cast.frontdesk).token}/"
    shown = client.get(address)
    assert shown["Content-Disposition"].startswith("inline")
    assert "sandbox" not in shown["Content-Security-Policy"]
    assert client.get(f"{address}?download=1")["Content-Disposition"].startswith("attachment")


def test_a_sensitive_file_is_unreadable_on_disk(cast: Cast, own_store: Path) -> None:
    content = paper()
    kept = keep(content, cast.frontdesk, sensitive=True)
    raw = (own_store / kept.path).read_bytes()
    assert b"%PDF" not in raw
    assert files.content_of(kept).startswith(b"%PDF")


def test_a_look_at_a_sensitive_file_is_on_record_before_its_bytes(cast: Cast, tower: Any, as_user: SignIn, own_store: Path) -> None:
    unit = a_unit(tower, "1801")
    kept = keep(picture(), cast.frontdesk, "身份证.jpg", sensitive=True)
    address = hung_on(unit, kept)
    answer = as_user(cast.service_clerk).get(f"{address}?reason=check%00it")
    assert answer["Cache-Control"] == "no-store"
    view = FileView.objects.get(file=kept)
    assert (view.viewed_by, view.object_id, view.reason) == (cast.service_clerk, unit.pk, "checkit")
    (own_store / kept.path).unlink()
    assert as_user(cast.service_head).get(address).status_code == 422
    assert FileView.objects.filter(file=kept, viewed_by=cast.service_head).count() == 1


def test_making_a_file_sensitive_loses_nothing_when_it_is_taken_back(cast: Cast, own_store: Path) -> None:
    kept = keep(picture(), cast.frontdesk)
    plain = files.content_of(kept)
    with pytest.raises(InterruptedError), transaction.atomic():
        files.make_sensitive(kept)
        raise InterruptedError
    kept.refresh_from_db()
    assert (kept.sensitive, files.content_of(kept)) == (False, plain)


def test_making_a_file_sensitive_leaves_no_plain_copy(
    cast: Cast, own_store: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    kept = keep(picture(), cast.frontdesk)
    plain = files.content_of(kept)
    with django_capture_on_commit_callbacks(execute=True):
        files.make_sensitive(kept)
    kept.refresh_from_db()
    assert (kept.sensitive, files.content_of(kept)) == (True, plain)
    assert [path.read_bytes()[:2] for path in own_store.rglob("*") if path.is_file()] != [plain[:2]]
    assert len([path for path in own_store.rglob("*") if path.is_file()]) == 1


def test_a_sensitive_file_that_was_tampered_with_is_not_shown(cast: Cast, own_store: Path, as_user: SignIn) -> None:
    kept = keep(picture(), cast.frontdesk, sensitive=True)
    place = own_store / kept.path
    raw = bytearray(place.read_bytes())
    raw[-1] ^= 1
    place.write_bytes(bytes(raw))
    assert as_user(cast.frontdesk).get(f"/files/{kept.token}/").status_code == 422


def test_a_sensitive_picture_names_its_viewer_and_a_thumbnail_is_small(cast: Cast, as_user: SignIn) -> None:
    kept = keep(picture(size=(900, 600)), cast.frontdesk, sensitive=True)
    client = as_user(cast.frontdesk)
    shown = client.get(f"/files/{kept.token}/").content
    with Image.open(io.BytesIO(shown)) as image:
        assert len(set(image.convert("L").tobytes())) > 10
    with Image.open(io.BytesIO(client.get(f"/files/{kept.token}/?size=thumb").content)) as image:
        assert max(image.size) == 320


def test_the_upload_address_answers_with_a_token_or_with_words(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.frontdesk)
    kept = client.post("/files/stash/", {"file": SimpleUploadedFile("a.jpg", picture())})
    assert StoredFile.objects.get(token=kept.json()["token"]).uploaded_by == cast.frontdesk
    refused = client.post("/files/stash/", {"file": SimpleUploadedFile("a.jpg", HTML)})
    assert refused.status_code == 422
    assert "isn't accepted" in refused.json()["error"]
