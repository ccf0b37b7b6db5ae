"""Uploads: checked by content, rebuilt, stored under random names, served only to who may see their record."""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import struct
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pikepdf
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from core import kinds
from core.crypto import seal, unseal
from core.flow import Refused
from core.models import FileView, StoredFile
from core.text import clean

IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIXEL_LIMIT = 50_000_000
LONGEST_SIDE = 4000
THUMB = (320, 320)
INLINE = frozenset({*IMAGES.values(), PDF})
# The first is added to a name that says something else.
ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    PDF: (".pdf",),
    XLSX: (".xlsx",),
}
# Besides pages and their content, a PDF may hold these anywhere: actions, files, other programs' data.
PDF_PAGE = frozenset({"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit", "/Group"})
PDF_HIDING = ("/AA", "/AF", "/EF", "/JS", "/Metadata", "/OPI", "/PieceInfo", "/Ref")
# A stream may say that its content lies in a file elsewhere.
PDF_ELSEWHERE = ("/F", "/FFilter", "/FDecodeParms")
JPEG_FILTERS = ("/DCTDecode", "/DCT")
# The next marker of a JPEG: in its picture data FF is followed by 00 or a restart mark.
JPEG_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
JPEG_END, JPEG_SCAN, JPEG_COMMENT = 0xD9, 0xDA, 0xFE
# Application data that changes how a JPEG looks, by marker and first letters.
JPEG_LOOKS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
DAMAGED_PICTURE = (OSError, SyntaxError, ValueError, TypeError, EOFError, struct.error, Image.DecompressionBombError)
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def stash(upload: Any, *, by: Any, purpose: str = "", sensitive: bool = False) -> StoredFile:
    """Checks an upload by its content, rebuilds it without anything hidden, and keeps it.

    JPEG, PNG, WEBP, PDF and XLSX. A sensitive file is encrypted on disk. Raises ValidationError that says what to do.
    """
    if upload.size > settings.FILE_SIZE_LIMIT:
        limit = settings.FILE_SIZE_LIMIT // 1024 // 1024
        raise ValidationError(_("The file is larger than %(limit)d MB. Make it smaller, or split it.") % {"limit": limit})
    content = upload.read()
    if not content:
        raise ValidationError(_("The file is empty. Choose it again."))
    body, media_type = rebuilt(content)
    return _keep(body, media_type, name=upload.name, by=by, purpose=purpose, sensitive=sensitive)


def rebuilt(content: bytes) -> tuple[bytes, str]:
    """The content made anew, and its media type. Raises ValidationError for anything but the accepted kinds."""
    if content.startswith(b"%PDF-"):
        return _rebuilt_pdf(content), PDF
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or content[:4] + content[8:12] == b"RIFFWEBP":
        return _rebuilt_image(content)
    if content.startswith(b"PK\x03\x04") and _is_workbook(content):
        return content, XLSX
    raise ValidationError(_("This kind of file isn't accepted. Use a photo (JPEG, PNG, WebP), a PDF or an Excel workbook."))


def _is_workbook(content: bytes) -> bool:
    """A whole archive with a workbook in it and no macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    has_macros = any("vbaproject" in name.lower() for name in names)
    return {"[Content_Types].xml", "xl/workbook.xml"} <= names and not has_macros


def _rebuilt_image(content: bytes) -> tuple[bytes, str]:
    """Pixels only: turned upright, at most 4,000 a side, without EXIF, GPS, comments or anything appended."""
    try:
        with Image.open(io.BytesIO(content), formats=tuple(IMAGES)) as image:
            if image.width * image.height > PIXEL_LIMIT:
                raise ValidationError(_("The picture has too many pixels. Take it again at a smaller size."))
            # What phones call MPO is a JPEG with a second picture behind it.
            kind = image.format if image.format in IMAGES else "JPEG"
            upright = _upright(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _encoded(upright, kind), IMAGES[kind]
    except DAMAGED_PICTURE as error:
        raise ValidationError(_("The picture is damaged. Take or save it again.")) from error


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF says. Pillow's own way writes the EXIF anew, and hostile EXIF breaks it there."""
    image.load()
    turn = TURNS.get(image.getexif().get(0x0112, 1))
    return image.copy() if turn is None else image.transpose(turn)


def _encoded(image: Image.Image, kind: str) -> bytes:
    flat = image.convert("RGB" if kind == "JPEG" else "RGBA" if "A" in image.getbands() or image.mode == "P" else "RGB")
    clean_copy = Image.new(flat.mode, flat.size)
    clean_copy.paste(flat)
    out = io.BytesIO()
    clean_copy.save(out, kind, **({"quality": 88} if kind != "PNG" else {}))
    return out.getvalue()


def _rebuilt_pdf(content: bytes) -> bytes:
    """Its pages alone: no scripts, actions, attachments, forms or annotations."""
    try:
        with pikepdf.open(io.BytesIO(content)) as source, pikepdf.new() as made:
            if source.is_encrypted:
                raise ValidationError(_("The PDF is locked with a password. Save it without one."))
            if not 1 <= len(source.pages) <= 500:
                raise ValidationError(_("The PDF has no pages, or more than 500."))
            for page in source.pages:
                for key in set(page.obj.keys()) - PDF_PAGE:
                    del page[key]
                made.pages.append(page)
            _strip(made)
            out = io.BytesIO()
            made.save(out)
            return out.getvalue()
    except pikepdf.PasswordError as error:
        raise ValidationError(_("The PDF is locked with a password. Save it without one.")) from error
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, RuntimeError, TypeError, KeyError, ValueError, AttributeError) as error:
        raise ValidationError(_("The PDF is damaged. Save or scan it again.")) from error


def _strip(pdf: pikepdf.Pdf) -> None:
    """Takes out what no reader shows, and from the photos in the pages where and with what they were taken."""
    for each in list(pdf.objects):
        if not isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        for key in PDF_HIDING + (PDF_ELSEWHERE if isinstance(each, pikepdf.Stream) else ()):
            if key in each:
                del each[key]
        if isinstance(each, pikepdf.Stream):
            _strip_photo(pdf, each)


def _strip_photo(pdf: pikepdf.Pdf, stream: pikepdf.Stream) -> None:
    """Writes a JPEG anew without what it hides, also one that is packed once more."""
    filters, parameters = _listed(stream.get("/Filter")), _listed(stream.get("/DecodeParms"))
    if not filters or str(filters[-1]) not in JPEG_FILTERS:
        return
    photo = stream.read_raw_bytes()
    if len(filters) > 1:
        packed = pikepdf.Stream(pdf, photo)
        packed.Filter = pikepdf.Array(filters[:-1])
        if parameters:
            packed.DecodeParms = pikepdf.Array(parameters[: len(filters) - 1])
        photo = packed.read_bytes()
    # The stubs know the parameters of a filter only as a dictionary of their own.
    own: Any = parameters[-1] if len(parameters) == len(filters) else None
    stream.write(_without_notes(photo), filter=pikepdf.Name.DCTDecode, decode_parms=own)


def _listed(value: Any) -> list[Any]:
    """A filter, or its parameters, stands alone or in an array."""
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _without_notes(photo: bytes) -> bytes:
    """A JPEG up to its end mark, without comments and without application data that doesn't change how it looks."""
    kept, place, is_picture_data = [photo[:2]], 2, False
    while found := JPEG_MARKER.search(photo, place):
        marker, end = found[1][0], found.end()
        kept.append(photo[place : found.start()] if is_picture_data else b"")
        if marker == JPEG_END:
            return b"".join([*kept, found[0]])
        place = end + int.from_bytes(photo[end : end + 2], "big")
        if not _is_note(marker, photo[end + 2 : place]):
            kept.append(photo[found.start() : place])
        is_picture_data = marker == JPEG_SCAN
    return b"".join([*kept, photo[place:] if is_picture_data else b""])


def _is_note(marker: int, text: bytes) -> bool:
    if marker == JPEG_COMMENT:
        return True
    return 0xE0 <= marker <= 0xEF and not text.startswith(JPEG_LOOKS.get(marker, b"nothing"))


def keep_made(body: bytes, media_type: str, *, name: str, by: Any, purpose: str = "", sensitive: bool = False) -> StoredFile:
    """Keeps a file that the product itself made, such as an export."""
    return _keep(body, media_type, name=name, by=by, purpose=purpose, sensitive=sensitive)


def _keep(body: bytes, media_type: str, *, name: str, by: Any, purpose: str, sensitive: bool) -> StoredFile:
    return StoredFile.objects.create(
        name=plain_name(name, media_type),
        media_type=media_type,
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        path=_written(body, sensitive=sensitive),
        purpose=purpose[:60],
        sensitive=sensitive,
        uploaded_by=by,
    )


def _written(body: bytes, *, sensitive: bool) -> str:
    """Writes the bytes under a random name, and makes sure of the disk: a row must never outlive its file."""
    path = f"{secrets.token_hex(1)}/{secrets.token_hex(16)}"
    place = Path(settings.MEDIA_ROOT) / path
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with place.open("xb") as out:
        place.chmod(0o600)
        out.write(seal(body, f"file:{path}") if sensitive else body)
        out.flush()
        os.fsync(out.fileno())
    return path


def plain_name(name: str, media_type: str) -> str:
    """The last part of a name without anything that isn't seen, with an ending that says what the file is."""
    safe = clean(str(name).replace("\\", "/").rsplit("/", 1)[-1]).replace('"', "").replace("\n", " ").replace("\r", " ")
    stem, dot, ending = (safe or "file").rpartition(".")
    known = ENDINGS.get(media_type, (f".{ending}".lower(),))
    if not dot or f".{ending}".lower() not in known:
        stem, ending = safe or "file", known[0][1:]
    return f"{stem[: 199 - len(ending)]}.{ending}"[-200:]


def content_of(file: StoredFile) -> bytes:
    """The file's bytes, decrypted. Raises OSError when they are gone, InvalidTag or KeyError when they can't be decrypted."""
    raw = (Path(settings.MEDIA_ROOT) / file.path).read_bytes()
    return unseal(raw, f"file:{file.path}") if file.sensitive else raw


def make_sensitive(file: StoredFile) -> None:
    """Encrypts a file that was stashed as an ordinary one: what a form asks for decides, not what the browser said."""
    if file.sensitive:
        return
    plain = Path(settings.MEDIA_ROOT) / file.path
    # A new place, and the old one until the row is sure to name the new: after a rollback the row must still fit its bytes.
    file.path, file.sensitive = _written(content_of(file), sensitive=True), True
    file.save(update_fields=["path", "sensitive"])
    transaction.on_commit(lambda: plain.unlink(missing_ok=True))


def destroy_content(file: StoredFile) -> None:
    """Takes the bytes off the disk; the row stays, for who opened the file stays on record."""
    (Path(settings.MEDIA_ROOT) / file.path).unlink(missing_ok=True)


def attach(file: StoredFile | None, record: Any) -> None:
    """Makes a stashed file part of a record: from now on who sees the record sees the file."""
    if file is not None and file.object_id is None:
        file.record = record
        file.save(update_fields=["content_type", "object_id"])


def detach(file: StoredFile) -> None:
    """Takes a file off its record: from now on it is its uploader's alone again."""
    file.content_type = file.object_id = None
    file.save(update_fields=["content_type", "object_id"])


def may_see(user: Any, file: StoredFile) -> bool:
    """True for whoever may see the file's record; a file of no record yet is its uploader's alone."""
    record = file.record
    if record is None:
        return bool(user.is_authenticated and file.uploaded_by_id == user.pk)
    record = _owner(record)
    if not kinds.known(record):
        return False
    kind = kinds.of(record)
    if kind.may_see_file is not None:
        return kind.may_see_file(user, record, file)
    return bool(kind.rows(user).filter(pk=record.pk).exists())


def _owner(record: Any) -> Any:
    """A row without a page of its own hands its files to the record it hangs on."""
    seen = 0
    while not kinds.known(record) and getattr(record, "record", None) is not None and seen < 4:
        record, seen = record.record, seen + 1
    return record


POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
# Not every browser starts its PDF reader in a sandbox.
POLICY_OF_PDF = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def answer_with(body: bytes, media_type: str, *, name: str, how: str = "inline", cache: str = "no-store") -> HttpResponse:
    """The bytes under a policy that runs and loads nothing. `how` is inline or attachment, the name as its reader knows it."""
    headers = {
        "Content-Disposition": f"{how}; filename=\"file\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": POLICY_OF_PDF if media_type == PDF else POLICY,
        "Cache-Control": cache,
    }
    return HttpResponse(body, content_type=media_type, headers=headers)


def pdf_answer(body: bytes, *, name: str) -> HttpResponse:
    """A PDF that the product made, opened in the browser's own reader and kept by nobody on the way."""
    return answer_with(body, PDF, name=plain_name(name.replace("/", "-"), PDF))


def serve(request: HttpRequest, file: StoredFile) -> HttpResponse:
    """The bytes, shown in the page only when that is safe. A view of a sensitive file is on record before it goes out."""
    if file.sensitive:
        FileView.objects.create(
            file=file,
            what=f"file {file.name}"[:120],
            content_type=file.content_type,
            object_id=file.object_id,
            viewed_by=request.user,
            viewed_at=timezone.now(),
            reason=clean(request.GET.get("reason", ""))[:200],
        )
    body, media_type = _present(file), file.media_type
    if media_type in IMAGES.values() and request.GET.get("size") == "thumb":
        body, media_type = _thumb(body), "image/jpeg"
    if file.sensitive and media_type in IMAGES.values():
        body, media_type = _watermarked(body, f"{request.user} {timezone.localtime():%Y-%m-%d %H:%M}"), "image/jpeg"
    how = "inline" if media_type in INLINE and request.GET.get("download") != "1" else "attachment"
    cache = "no-store" if file.sensitive else "private, max-age=3600"
    return answer_with(body, media_type, name=file.name, how=how, cache=cache)


def _present(file: StoredFile) -> bytes:
    try:
        return content_of(file)
    except (OSError, InvalidTag, KeyError) as error:
        raise Refused(_("This file can't be read from the store. Tell the administrator its name and the time.")) from error


def reduced(file: StoredFile, side: int) -> bytes | None:
    """A photo as a JPEG of at most so many pixels a side; None for another kind of file, or one that can't be read."""
    try:
        return _thumb(content_of(file), (side, side)) if file.media_type in IMAGES.values() else None
    except (InvalidTag, KeyError, *DAMAGED_PICTURE):
        return None


def _thumb(body: bytes, most: tuple[int, int] = THUMB) -> bytes:
    with Image.open(io.BytesIO(body)) as image:
        image.thumbnail(most)
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=80)
        return out.getvalue()


def _watermarked(body: bytes, text: str) -> bytes:
    """Who looks and when, across the picture: a copy that speaks."""
    with Image.open(io.BytesIO(body)) as image:
        base = image.convert("RGBA")
    layer = Image.new("RGBA", base.size, (0, 0, 0, 0))
    draw, font = ImageDraw.Draw(layer), _font(max(base.width // 28, 14))
    for top in range(0, base.height, max(base.height // 4, 60)):
        draw.text((base.width // 12, top + 10), text, font=font, fill=(180, 0, 0, 110))
    out = io.BytesIO()
    Image.alpha_composite(base, layer).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def _font(size: int) -> Any:
    from core.printing import font_file

    found = font_file()
    return ImageFont.truetype(str(found), size) if found else ImageFont.load_default(size)
