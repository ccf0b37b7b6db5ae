"""What fills the addresses of the shared pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from core import files, signing
from core.models import Draft, Job, Notice, SavedView
from core.signing import Document, Party
from premises.models import Unit
from staff.access import ENGINEERING_HEAD
from tests.records import FACTORIES as RECORDS


def a_file(cast: Any, building: Any) -> dict[str, Any]:
    """A file that hangs on a unit."""
    row = files.keep_made(b"%PDF-1.4", "application/pdf", name="a.pdf", by=cast.records)
    files.attach(row, RECORDS["premises.Unit"](cast, building))
    return {"token": row.token}


def a_notice(cast: Any, building: Any) -> dict[str, Any]:
    row = Notice.objects.create(recipient=cast.frontdesk, topic="test", text="x", created_at=timezone.now())
    return {"pk": row.pk}


def a_draft(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": Draft.objects.create(user=cast.frontdesk, form="/x/", url="/x/", saved_at=timezone.now()).pk}


def a_job(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": Job.objects.create(kind="test", title="x", owner=cast.frontdesk).pk}


def a_view(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": SavedView.objects.create(owner=cast.frontdesk, list_name="x", name="x").pk}


def a_unit(cast: Any, building: Any) -> dict[str, Any]:
    return {"label": "premises.Unit", "pk": RECORDS["premises.Unit"](cast, building).pk}


def an_oral_document(cast: Any, building: Any) -> dict[str, Any]:
    """A unit whose head of engineering may consent to its code by word of mouth."""
    party = Party("ENGINEERING", "Engineering", ENGINEERING_HEAD)
    signing.register(Unit, Document("oral", "Oral paper", (party,), lambda unit: unit.code, oral=True))
    return {**a_unit(cast, building), "document": "oral", "party": "ENGINEERING"}


def an_oral_consent(cast: Any, building: Any) -> dict[str, Any]:
    unit = Unit.objects.get(pk=an_oral_document(cast, building)["pk"])
    now, given = timezone.now(), {"by": cast.service_clerk, "of": cast.engineering_head, "note": "x"}
    row = signing.oral_consent(unit, "oral", "ENGINEERING", given_at=now, due_on=timezone.localdate(now), **given)
    return {"pk": row.pk}


ARGUMENTS = {
    "core:oral_consent": an_oral_document,
    "core:countersign": an_oral_consent,
    "core:by_number": lambda cast, building: {"number": "RZ-20261123-0001"},
    "core:undo": a_unit,
    "core:note": a_unit,
    "core:presence": a_unit,
    "core:discard_draft": a_draft,
    "core:file": a_file,
    "core:open_notice": a_notice,
    "core:job": a_job,
    "core:undo_bulk": a_job,
    "core:job_file": a_job,
    "core:columns": lambda cast, building: {"name": "units"},
    "core:save_view": lambda cast, building: {"name": "units"},
    "core:density": lambda cast, building: {"name": "units"},
    "core:edit_view": a_view,
    "core:drop_view": a_view,
}
OPEN_TO_ALL = {"core:healthz"}
FORMS: dict[str, Any] = {
    "core:oral_consent": lambda cast, building: {"of": cast.engineering_head.pk, "note": "电话同意"},
    "core:edit_view": lambda cast, building: {"name": "我的视图"},
}
