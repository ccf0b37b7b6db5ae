"""Defects found at the walk-through: written down, with photos that may be added and removed until the handover to engineering."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import files, numbering
from core.database import lock
from core.flow import Refused
from core.models import StoredFile
from tenants.models import Defect, DefectPhoto
from tenants.services.move_in import lock_begun

MEND_WITHIN = timedelta(days=14)
PHOTO_LIMIT = 12


def add_defect(defect: Defect, *, by: Any, at: datetime, photos: Iterable[StoredFile] = ()) -> Defect:
    """Writes down a defect found at the walk-through; due in fourteen days unless said otherwise (manual 3.1.4-3.4)."""
    with transaction.atomic():
        lock_begun(defect.move_in)
        on = timezone.localdate(at)
        defect.building_id, defect.created_by = defect.move_in.building_id, by
        defect.due_on = defect.due_on or on + MEND_WITHIN
        numbering.give(defect, on=on)
        defect.save()
        add_photos(defect, photos, by=by)
        return defect


def add_photos(defect: Defect, photos: Iterable[StoredFile], *, by: Any) -> None:
    """Hangs photos on a defect. Raises Refused once engineering has it, for another kind of file, and beyond twelve."""
    with transaction.atomic():
        fresh = _lock_open(defect)
        held = set(fresh.photos.values_list("file_id", flat=True))
        new = [photo for photo in photos if photo.pk not in held]
        if any(not photo.media_type.startswith("image/") for photo in new):
            raise Refused(_("Only pictures are taken here. Choose a photo."))
        if len(held) + len(new) > PHOTO_LIMIT:
            raise Refused(_("A defect takes at most %(limit)d photos. Remove one first.") % {"limit": PHOTO_LIMIT})
        for photo in new:
            DefectPhoto.objects.create(defect=fresh, file=photo, added_by=by)
            files.attach(photo, fresh)


def remove_photo(defect: Defect, photo_id: int) -> None:
    """Takes a photo off a defect; removed already is no error. Raises Refused once engineering has the defect."""
    with transaction.atomic():
        fresh = _lock_open(defect)
        photo = fresh.photos.select_related("file").filter(pk=photo_id).first()
        if photo:
            photo.delete()
            files.detach(photo.file)


def _lock_open(defect: Defect) -> Defect:
    [fresh] = lock(defect)
    if fresh.state != Defect.State.OPEN:
        raise Refused(_("%(number)s is with engineering: its photos are kept as they are.") % {"number": fresh.number})
    return fresh
