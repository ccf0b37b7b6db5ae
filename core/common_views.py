"""Shared pages: search, drafts, uploads, notices, long jobs, saved views."""

from __future__ import annotations

import json
import uuid
from typing import Any
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

from core import files, forms, jobs, kinds, notices, search
from core.flow import Refused
from core.models import Draft, Job, Notice, SavedView, StoredFile, UserSetting
from core.text import clean

DRAFT_LIMIT = 200_000


def back(request: HttpRequest, otherwise: str = "/") -> HttpResponseRedirect:
    """Where the form says to go next, if that is one of our own pages."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe and urlsplit(wanted).path.startswith("/") else otherwise)


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


@require_GET
def notices_page(request: HttpRequest) -> HttpResponse:
    """The inbox behind the bell."""
    rows = list(notices.inbox(request.user)[:100])
    muted = set(UserSetting.objects.filter(user=request.user, key__startswith="mute:", value=True).values_list("key", flat=True))
    # What is muted stays on the list, or nobody could switch it on again once its lines are gone.
    seen = {row.topic for row in rows} | {key.removeprefix("mute:") for key in muted}
    topics = sorted(topic for topic in seen if not topic.startswith(notices.NEVER_MUTED))
    context = {
        "title": _("Notifications"),
        "lines": [(row, notices.words(row)) for row in rows],
        "has_digest": request.user.pk in notices.digest_readers(),
        "topics": [(topic, notices.topic_label(topic), f"mute:{topic}" in muted) for topic in topics],
    }
    return render(request, "core/notices.html", context)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    notices.mark_read(request.user)
    return back(request, "/notices/")


def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a line as read and goes where it leads."""
    row = get_object_or_404(Notice, recipient=request.user, pk=pk)
    if request.method == "POST":
        notices.mark_read(request.user, pk)
    return HttpResponseRedirect(row.url or "/notices/")


@require_POST
def mute(request: HttpRequest) -> HttpResponse:
    """Switches a kind of notice off or on for this person; overdue and emergencies stay on."""
    topic = clean(request.POST.get("topic", ""))[:60]
    if topic and not topic.startswith(notices.NEVER_MUTED):
        UserSetting.objects.update_or_create(user=request.user, key=f"mute:{topic}", defaults={"value": request.POST.get("on") != "1"})
    return back(request, "/notices/")


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


@require_POST
def digest(request: HttpRequest) -> HttpResponse:
    """One mail a day instead of one for each notice, or back."""
    values = {"value": request.POST.get("on") == "1"}
    UserSetting.objects.update_or_create(user=request.user, key=notices.DIGEST, defaults=values)
    return back(request, "/notices/")


@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a long job is, for its owner."""
    shown = get_object_or_404(Job, owner=request.user, pk=pk)
    done, total = jobs.how_far(shown)
    context = {"job": shown, "title": shown.title, "done": done, "total": total, "is_over": shown.finished_at is not None}
    return render(request, "core/job.html", context)


@require_POST
def columns(request: HttpRequest, name: str) -> HttpResponse:
    """Which columns of a list somebody wants to see."""
    chosen = [] if request.POST.get("reset") else [clean(column)[:60] for column in request.POST.getlist("column")][:60]
    UserSetting.objects.update_or_create(user=request.user, key=f"columns:{name}"[:80], defaults={"value": chosen})
    return back(request)


@require_POST
def save_view(request: HttpRequest, name: str) -> HttpResponse:
    """Keeps the filters of a list under a name; the same name again replaces it."""
    title = clean(request.POST.get("name", ""))[:60]
    if not title:
        raise Refused(_("Give the view a name."))
    values: dict[str, Any] = {"query": request.POST.get("query", "")[:1000]}
    SavedView.objects.update_or_create(owner=request.user, list_name=name[:60], name=title, defaults=values)
    return back(request)


@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedView, owner=request.user, pk=pk).delete()
    return back(request)
