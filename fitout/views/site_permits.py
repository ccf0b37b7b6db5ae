"""Permits for hot work and for work at height: applications, their pages, lists and today's board (manual 3.2.4-3.4)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from core import forms, lists
from core.pages import bound, form_page, need, record_page, without_blanks
from core.urls import record_urls
from fitout import access
from fitout.filters import HeightPermitFilter, HotWorkFilter
from fitout.flow.site_permits import stop_for_weather
from fitout.forms import HeightPermitForm, HotWorkForm, WeatherForm
from fitout.models import HEIGHT_OPEN, HOT_OPEN, Fitout, HeightPermit, HotWorkPermit
from fitout.services import site_permits
from fitout.tables import HeightPermitTable, HotWorkTable
from tenants import access as tenants

Facts = list[tuple[Any, Any]]
SEARCHED = ("number", "spot", "fitout__number", "fitout__unit__code", "fitout__contractor__name", "watcher__name")


@require_GET
def hot_work_list(request: HttpRequest) -> HttpResponse:
    return lists.page(
        request,
        name="hot-works",
        title=_("Hot-work permits"),
        rows=access.hot_works(request.user),
        table=HotWorkTable,
        filter=HotWorkFilter,
        search=tenants.words_in(*SEARCHED, "welder__name"),
        views=[lists.Preset(_("Under way"), "when=open"), lists.Preset(_("Today"), "when=today")],
        empty=_("No hot work was applied for yet. It is applied for on the page of its fit-out."),
    )


@require_GET
def height_permit_list(request: HttpRequest) -> HttpResponse:
    return lists.page(
        request,
        name="height-permits",
        title=_("Permits for work at height"),
        rows=access.height_works(request.user),
        table=HeightPermitTable,
        filter=HeightPermitFilter,
        search=tenants.words_in(*SEARCHED, "worker__name"),
        views=[lists.Preset(_("Under way"), "when=open"), lists.Preset(_("Today"), "when=today")],
        empty=_("No work at height was applied for yet. It is applied for on the page of its fit-out."),
    )


def _new(request: HttpRequest, pk: int, form_class: type[Any], title: Any) -> HttpResponse:
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_inspect(request.user, fitout))
    form = bound(request, form_class, fitout=fitout)
    back = reverse("fitout:fitout_detail", args=[pk]) + "#hot-work"

    def save(filled: Any) -> Any:
        return site_permits.apply(filled.save(commit=False), by=request.user, at=timezone.now())

    return form_page(
        request, form, title=title, save=save, record=fitout, cancel_url=back, submit_label=_("Apply"), template="fitout/permit_form.html",
        terms=access.terms_of(fitout.building_id), is_open=fitout.is_open_site and fitout.state != Fitout.State.STOPPED,
    )  # fmt: skip


def hot_work_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The application for a Hot-work Permit (manual 3.2.4-3.4.a)."""
    return _new(request, pk, HotWorkForm, _("Apply for hot work"))


def height_permit_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The application for work at height (manual 3.10.3-3)."""
    return _new(request, pk, HeightPermitForm, _("Apply for work at height"))


def _common(permit: Any) -> Facts:
    start, end = timezone.localtime(permit.starts_at), timezone.localtime(permit.ends_at)
    return [
        (_("Fit-out"), permit.fitout),
        (_("Unit"), permit.fitout.unit),
        (_("Contractor"), permit.fitout.contractor),
        (_("Exact spot"), permit.spot),
        (_("Work"), permit.work),
        (_("Time"), f"{start:%Y-%m-%d %H:%M} – {end:%H:%M}"),
    ]


def _checked(permit: Any) -> Facts:
    return [
        (_("Approved by"), permit.approved_by),
        (_("Spot checked"), permit.checked_at),
        (_("Spot checked by"), permit.checked_by),
        (_("What was checked"), permit.checked_items),
    ]


@require_GET
def hot_work_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One Hot-work Permit, with what is still out of service."""
    permit = get_object_or_404(access.hot_works(request.user).select_related("checked_by", "back_in_service_by", "welder__trade"), pk=pk)
    facts = [
        *_common(permit),
        (_("Tool"), permit.tool),
        (_("Worker with the flame"), permit.welder),
        (_("Certificate"), f"{permit.welder.certificate_number} {permit.welder.certificate_until or ''}".strip()),
        (_("Fire watcher"), permit.watcher),
        (_("Cleared around (m)"), permit.clear_m),
        (_("Extinguishers at the spot"), permit.extinguishers),
        (_("Fire blanket and bucket"), _("Yes") if permit.has_blanket else _("No")),
        (_("Taken out of service"), permit.isolated or _("Nothing")),
        (_("Back in service"), permit.back_in_service_at),
        (_("Put back by"), permit.back_in_service_by),
        (_("Why it was urgent"), permit.urgent_reason),
        *_checked(permit),
        (_("Flame out"), permit.ended_at),
        (_("Closed"), permit.closed_at),
    ]
    still_out = permit.isolated and permit.checked_at and not permit.back_in_service_at and permit.state != HotWorkPermit.State.WORKING
    actions = [(_("Back in service"), reverse("fitout:hot_work_back", args=[pk]), "shield-check")] if still_out else []
    return _page(request, permit, _("Hot-work permit"), facts, "fitout:hot_work_list", actions)


@require_GET
def height_permit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One permit for work at height."""
    permit = get_object_or_404(access.height_works(request.user).select_related("checked_by"), pk=pk)
    facts = [
        *_common(permit),
        (_("Height (m)"), permit.height_m),
        (_("Outdoors"), _("Yes") if permit.is_outdoors else _("No")),
        (_("Danger zone"), permit.danger_zone),
        (_("Worker at height"), permit.worker),
        (_("Medical examination valid until"), permit.worker.medical_until),
        (_("Who watches below"), permit.watcher),
        *_checked(permit),
        (_("Wind force"), permit.wind_force),
        (_("Closed"), permit.closed_at),
    ]
    return _page(request, permit, _("Permit for work at height"), facts, "fitout:height_permit_list", [])


def _page(request: HttpRequest, permit: Any, title: Any, facts: Facts, back: str, actions: list[Any]) -> HttpResponse:
    known = without_blanks(facts)
    return record_page(request, permit, title=title, facts=known, back=(reverse(back), title), actions=actions)


def hot_work_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody says that what was out of service works again."""
    permit = get_object_or_404(access.hot_works(request.user), pk=pk)
    need(access.may_inspect(request.user, permit))
    form = bound(request, forms.ConfirmForm)
    title = _("Back in service: %(what)s") % {"what": permit.isolated}
    return form_page(
        request, form, title=title, save=lambda _filled: site_permits.put_back(permit, by=request.user, at=timezone.now()), record=permit,
        cancel_url=reverse("fitout:hot_work_detail", args=[pk]), submit_label=_("It works again"),
    )  # fmt: skip


@require_GET
def permit_board(request: HttpRequest) -> HttpResponse:
    """Today's hot work and work at height, and what is still out of service."""
    today, now = timezone.localdate(), timezone.now()
    hot: list[Any] = list(access.hot_works(request.user).filter(starts_at__date=today).order_by("starts_at", "pk")[:200])
    high: list[Any] = list(access.height_works(request.user).filter(starts_at__date=today).order_by("starts_at", "pk")[:200])
    still_out = access.hot_works(request.user).filter(pk__in=site_permits.isolations().values("pk")).exclude(state="WORKING")
    context = {
        "groups": [(_("Hot work"), "flame", hot), (_("Work at height"), "ladder", high)],
        "still_out": list(still_out[:50]),
        "late": [row for row in [*hot, *high] if row.ends_at < now and row.state in {*HOT_OPEN, *HEIGHT_OPEN}],
        "waiting": access.hot_works(request.user).filter(state="APPLIED").count()
        + access.height_works(request.user).filter(state="APPLIED").count(),
        "may_guard": access.guards_somewhere(request.user),
        "now": now,
    }
    return render(request, "fitout/permit_board.html", context)


def weather(request: HttpRequest) -> HttpResponse:
    """Security enters the weather; outdoor work at height is stopped by it (manual 3.10.3-3.2)."""
    need(access.guards_somewhere(request.user))
    form = bound(request, WeatherForm, user=request.user)

    def save(filled: Any) -> str:
        told = {name: filled.cleaned_data[name] for name in ("wind_force", "is_stormy", "is_dangerous")}
        stopped = stop_for_weather(filled.cleaned_data["building"].pk, by=request.user, at=timezone.now(), **told)
        text = ngettext("%(n)d work is stopped.", "%(n)d works are stopped.", len(stopped)) % {"n": len(stopped)}
        messages.success(request, text)
        return reverse("fitout:permit_board")

    back = reverse("fitout:permit_board")
    return form_page(request, form, title=_("Weather"), save=save, cancel_url=back, submit_label=_("Stop what the weather forbids"))


urls = [
    path("permits-today/", permit_board, name="permit_board"),
    path("weather/", weather, name="weather"),
    path("fitouts/<int:pk>/hot-work/new/", hot_work_new, name="hot_work_new"),
    path("fitouts/<int:pk>/height-permits/new/", height_permit_new, name="height_permit_new"),
    path("hot-works/<int:pk>/back-in-service/", hot_work_back, name="hot_work_back"),
    *record_urls("hot-works", "hot_work", model=HotWorkPermit, list_view=hot_work_list, detail_view=hot_work_detail),
    *record_urls("height-permits", "height_permit", model=HeightPermit, list_view=height_permit_list, detail_view=height_permit_detail),
]
