"""The inbox behind the bell: lines grouped by record, page by page, and what somebody wants to hear of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core import keyset, notices
from core.common_views import back
from core.models import Notice, UserSetting
from core.text import clean, is_key

SIZE = 50
ORDER = ["-created_at"]


@dataclass(frozen=True)
class Line:
    """The newest line about a record, with the older ones about the same."""

    notice: Notice
    earlier: list[Notice] = field(default_factory=list)

    @property
    def words(self) -> str:
        return notices.words(self.notice)

    @property
    def is_unread(self) -> bool:
        return any(each.read_at is None for each in [self.notice, *self.earlier])

    @property
    def older(self) -> list[tuple[Notice, str]]:
        return [(each, notices.words(each)) for each in self.earlier]


@require_GET
def notices_page(request: HttpRequest) -> HttpResponse:
    """The inbox, fifty records a page."""
    user, asked = request.user, request.GET
    found = keyset.page(
        notices.latest(user), keyset.order_of(ORDER), size=SIZE, after=asked.get("after", ""), before=asked.get("before", "")
    )
    earlier = notices.earlier(user, found.rows)
    context = {
        "title": _("Notifications"),
        "lines": [Line(row, earlier.get(row.pk, [])) for row in found.rows],
        "previous_url": f"?before={found.previous}" if found.previous else "",
        "next_url": f"?after={found.next}" if found.next else "",
        "has_digest": user.pk in notices.digest_readers(),
        "topics": _topics(user),
    }
    return render(request, "core/notices.html", context)


def _topics(user: Any) -> list[tuple[str, str, bool]]:
    """(topic, its words, is it muted) of what may be muted and ever came, or is muted."""
    settings = UserSetting.objects.filter(user=user, key__startswith="mute:", value=True)
    muted = {key.removeprefix("mute:") for key in settings.values_list("key", flat=True)}
    # What is muted stays on the list, or nobody could switch it on again once its lines are gone.
    seen = set(notices.inbox(user).order_by().values_list("topic", flat=True).distinct()) | muted
    return [(topic, notices.topic_label(topic), topic in muted) for topic in sorted(seen) if not topic.startswith(notices.NEVER_MUTED)]


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks everything as read."""
    notices.mark_read(request.user)
    return back(request, "/notices/")


@require_POST
def read_some(request: HttpRequest) -> HttpResponse:
    """Marks the chosen lines, with the older ones about the same records, as read."""
    chosen = [int(value) for value in request.POST.getlist("selected") if is_key(value)]
    number = notices.read_up_to(request.user, list(notices.inbox(request.user).filter(pk__in=chosen[:SIZE])))
    messages.success(request, ngettext("%(n)d line marked as read.", "%(n)d lines marked as read.", number) % {"n": number})
    return back(request, "/notices/")


def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a line, and the older ones about the same record, as read and goes where it leads."""
    row = get_object_or_404(Notice, recipient=request.user, pk=pk)
    if request.method == "POST":
        notices.read_up_to(request.user, [row])
    return HttpResponseRedirect(row.url or "/notices/")


@require_POST
def mute(request: HttpRequest) -> HttpResponse:
    """Switches a kind of notice off or on for this person; overdue and emergencies stay on."""
    topic = clean(request.POST.get("topic", ""))[:60]
    if topic and not topic.startswith(notices.NEVER_MUTED):
        UserSetting.objects.update_or_create(user=request.user, key=f"mute:{topic}", defaults={"value": request.POST.get("on") != "1"})
    return back(request, "/notices/")


@require_POST
def digest(request: HttpRequest) -> HttpResponse:
    """One mail a day instead of one for each notice, or back."""
    values = {"value": request.POST.get("on") == "1"}
    UserSetting.objects.update_or_create(user=request.user, key=notices.DIGEST, defaults=values)
    return back(request, "/notices/")
