"""Shared pages: search, drafts, uploads, notices, long jobs."""

from __future__ import annotations

import json
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import bulk, export_jobs, files, forms, jobs, kinds, search
from core.flow import Refused
from core.models import Draft, Job, StoredFile
from core.text import clean

DRAFT_LIMIT = 200_000


def own_page(request: HttpRequest, wanted: str, otherwise: str = "/") -> str:
    """An address that a form or link names, if it is one of our own pages."""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe and urlsplit(wanted).path.startswith("/") else otherwise


def back(request: HttpRequest, otherwise: str = "/") -> HttpResponseRedirect:
    """Where the form says to go next, if that is one of our own pages."""
    return HttpResponseRedirect(own_page(request, request.POST.get("next", ""), otherwise))


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """Finds records and actions; the palette asks with `X-Palette` and gets the lines alone."""
    text = clean(request.GET.get("q", ""))[:100]
    prefix, rest = (text[0], text[1:].strip()) if text[:1] in {">", "@", "#"} else ("", text)
    people = settings.AUTH_USER_MODEL if prefix == "@" else ""
    groups = [] if prefix == ">" else search.find(request.user, rest, kind=people, numbers_only=prefix == "#")
    found = search.actions(request.user, rest) if prefix in {"", ">"} and rest else []
    if found:
        groups.append((_("Actions"), found))
    only = [hit for _title, hits in groups for hit in hits if hit.record is not None and getattr(hit.record, "number", "") == text.upper()]
    is_palette = request.headers.get("X-Palette") == "1"
    if len(only) == 1 and not is_palette:
        return HttpResponseRedirect(only[0].url)
    template = "core/palette.html" if is_palette else "core/search.html"
    return render(request, template, {"groups": groups, "text": text, "title": _("Search")})


@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keeps what somebody typed in a form; secrets never come here, and are dropped if they do."""
    try:
        content = json.loads(request.POST.get("content", "{}"))
    except (ValueError, RecursionError):
        raise Refused(_("The draft can't be read.")) from None
    form, url = clean(request.POST.get("form", ""))[:200], request.POST.get("url", "")[:500]
    if not isinstance(content, dict) or not form or not url.startswith("/") or len(json.dumps(content)) > DRAFT_LIMIT:
        raise Refused(_("The draft can't be kept: it is too long or has no form."))
    kept = {
        str(name)[:100]: [clean(str(value)) for value in values][:200]
        for name, values in content.items()
        if isinstance(values, list) and not any(word in str(name).lower() for word in forms.NEVER_DRAFTED)
    }
    title = clean(request.POST.get("title", ""))[:200]
    draft, _made = Draft.objects.update_or_create(
        user=request.user, form=form, defaults={"content": kept, "url": url, "title": title, "saved_at": timezone.now()}
    )
    return JsonResponse({"pk": draft.pk})


@require_POST
def discard_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets a draft."""
    get_object_or_404(Draft, user=request.user, pk=pk).delete()
    return back(request)


@require_POST
def stash(request: HttpRequest) -> HttpResponse:
    """Takes an upload in at once; the form carries its token."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused(_("Choose a file first."))
    sensitive = request.POST.get("sensitive") == "1"
    try:
        kept = files.stash(upload, by=request.user, purpose=clean(request.POST.get("purpose", ""))[:60], sensitive=sensitive)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=422)
    return JsonResponse({"token": str(kept.token), "name": kept.name, "size": kept.size, "media_type": kept.media_type})


@require_GET
def file(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """A stored file, to those who may see the record it belongs to."""
    kept = get_object_or_404(StoredFile, token=token)
    if not files.may_see(request.user, kept):
        raise Http404
    return files.serve(request, kept)


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Begins the session's time anew: somebody pressed “stay” before it ran out."""
    request.session.modified = True
    return HttpResponse(status=204)


@require_GET
def presence(request: HttpRequest, label: str, pk: int) -> JsonResponse:
    """Who else has had this record open in the last minute, or its form (`?editing=1`); asking says the same of oneself."""
    try:
        kind = kinds.named(label)
    except KeyError:
        raise Http404 from None
    record = get_object_or_404(kind.rows(request.user), pk=pk)
    key, now = f"present:{label}:{record.pk}", timezone.now().timestamp()
    mine = f"{request.user.pk} {request.user}"
    here = {name: (at, edits) for name, (at, edits) in (cache.get(key) or {}).items() if now - at < 60}
    cache.set(key, {**here, mine: (now, "editing" in request.GET)}, 60)
    others = {name.partition(" ")[2]: edits for name, (_at, edits) in sorted(here.items()) if name != mine}
    return JsonResponse({"viewing": sorted(others), "editing": sorted(name for name, edits in others.items() if edits)})


@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a long job is, for its owner."""
    shown = get_object_or_404(Job, owner=request.user, pk=pk)
    done, total = jobs.how_far(shown)
    context = {"job": shown, "title": shown.title, "done": done, "total": total, "is_over": shown.finished_at is not None}
    context["can_be_undone"] = bulk.can_be_undone(shown, timezone.now())
    return render(request, "core/job.html", context)


@require_GET
def job_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that an export made, for its owner."""
    shown = get_object_or_404(jobs.of(request.user).select_related("file"), pk=pk, kind=export_jobs.KIND, file__isnull=False)
    return files.serve(request, export_jobs.file_for(shown, request.user, at=timezone.now()))
