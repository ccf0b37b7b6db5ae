"""Uploads for tests: pictures, papers and workbooks, plain or with something hidden in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from core import files
from core.models import StoredFile

CANARY = b"CANARY-39.9042N"
HTML = b"<html><script>alert(1)</script></html>"


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
