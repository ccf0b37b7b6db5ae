"""The pages of an import: choose a file, see what is in it and what is wrong, load it as a job with a progress bar.

An app gives an `Import` class and four addresses: `page` (upload), `preview` (by file token), `status` (by job), `blank`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import files, forms, import_workbook, imports, jobs
from core.flow import Refused
from core.models import Job, StoredFile

SHOWN = 200


class ImportForm(forms.Form):
    """The workbook to load."""

    file = forms.StashedFileField(label=gettext_lazy("Workbook (.xlsx)"), purpose="import")

    def clean_file(self) -> StoredFile:
        file = self.cleaned_data["file"]
        if file.media_type != files.XLSX:
            raise ValidationError(_("Choose an Excel workbook (.xlsx)."))
        return file


@dataclass(frozen=True)
class Pages:
    """The import pages of one app: `urls` is the common part of their names, such as `premises:import`.

    `may(user)` says who imports; a file or job of somebody else is not found.
    """

    importer: Callable[[], imports.Import]
    urls: str
    title: Any
    may: Callable[[Any], bool] = lambda user: True

    @property
    def kind(self) -> str:
        return f"import.{self.importer().key}"

    def address(self, page: str, *arguments: Any) -> str:
        return reverse(f"{self.urls}_{page}" if page else self.urls, args=arguments)

    def need(self, request: HttpRequest) -> None:
        """Raises PermissionDenied for anybody who may not import."""
        if not self.may(request.user):
            raise PermissionDenied

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Takes a workbook in and goes on to its preview."""
        self.need(request)
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        context = {"pages": self, "blank_url": self.address("blank"), "submit_label": _("Check"), "sheets": self.importer().sheets}
        return forms.respond(
            request,
            form,
            save=lambda filled: self.address("preview", filled.cleaned_data["file"].token),
            template="core/import.html",
            title=self.title,
            context=context,
        )

    def preview(self, request: HttpRequest, token: uuid.UUID) -> HttpResponse:
        """What the file holds and every row that is wrong; a POST loads it."""
        file = get_object_or_404(StoredFile, token=token, uploaded_by=request.user, object_id=None)
        self.need(request)
        if request.method == "POST":
            return forms.once(request, lambda: self._load(request, file))
        context = {"title": self.title, "file": file, "pages": self, "upload_url": self.address("")}
        try:
            report = imports.run(self.importer(), BytesIO(files.content_of(file)), by=request.user, at=timezone.now(), dry_run=True)
        except Refused as refusal:
            return render(request, "core/import_preview.html", context | {"refused": refusal.message}, status=422)
        shown = {"report": report, "problems": report.problems[:SHOWN], "more": max(len(report.problems) - SHOWN, 0)}
        return render(request, "core/import_preview.html", context | shown, status=422 if report.problems else 200)

    def _load(self, request: HttpRequest, file: StoredFile) -> str:
        arguments = {"file_id": file.pk, "language": get_language() or "zh-hans", "status": self.urls}
        job = jobs.start(self.kind, f"{self.title}: {file.name}", owner=request.user, arguments=arguments)
        return self.address("status", job.pk)

    def status(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far the loading is, and what came of it."""
        job = get_object_or_404(Job, owner=request.user, pk=pk, kind=self.kind)
        self.need(request)
        done, total = jobs.how_far(job)
        context = {"title": job.title, "job": job, "done": done, "total": total, "is_over": job.finished_at is not None}
        return render(request, "core/import_status.html", context | {"upload_url": self.address("")})

    def blank(self, request: HttpRequest) -> HttpResponse:
        """The empty workbook, headings in the reader's language."""
        self.need(request)
        name = f"{self.importer().key}-template.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(import_workbook.blank(self.importer()), content_type=files.XLSX, headers=headers)


def load(importer: imports.Import, job: Job) -> dict[str, Any]:
    """Runs an import as a job.

    Raises Refused with every bad row when anything is wrong.
    """
    file = StoredFile.objects.get(pk=job.arguments["file_id"])
    with translation.override(job.arguments.get("language", "zh-hans")):
        report = imports.run(
            importer,
            BytesIO(files.content_of(file)),
            by=job.owner,
            at=timezone.now(),
            progress=lambda done, total: jobs.progress(job, done, total),
        )
        if report.problems:
            raise Refused(report.refusal())
        Job.objects.filter(pk=job.pk).update(done=report.new, total=report.new)
        return {"message": report.as_text()}
