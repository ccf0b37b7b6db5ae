"""Fit-outs on the pages of tenants, units, places and calls, on the stacking plan and in the customer file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core import panels
from fitout import access
from fitout.flow import FITOUT_FLOW
from fitout.models import OPEN_SITE, Fitout, Permit
from rounds.models import Round
from tenants.services.file import FileEntry

T = gettext_lazy
SHOWN = 20
SOON = dt.timedelta(days=7)
UNDER_WAY = panels.Flag("fitout", "⚒", T("Fit-out under way"))
PERMIT_ENDS = panels.Flag("permit", "⏳", T("Fit-out permit ends within 7 days"))


def _panel(user: Any, link: str, **target: Any) -> tuple[str, dict[str, Any]]:
    """The fit-outs of something, what comes next of each, and the way to a new application."""
    rows = list(access.fitouts(user).filter(**target).order_by("-pk")[:SHOWN])
    url = f"{reverse('fitout:fitout_new')}?{link}" if access.may_take_applications(user) else ""
    lines = [(row, None if row.is_ended else FITOUT_FLOW.next_step(row, user)) for row in rows[:5]]
    return "fitout/elsewhere.html", {"lines": lines, "more": rows[5:], "new_url": url}


def tenant_tab(request: Any, tenant: Any) -> tuple[str, dict[str, Any]]:
    return _panel(request.user, f"tenant={tenant.pk}", tenant=tenant)


def unit_panel(request: Any, unit: Any) -> tuple[str, dict[str, Any]]:
    return _panel(request.user, f"unit={unit.pk}", unit=unit)


def on_a_call(request: Any, tenant: Any) -> tuple[str, dict[str, Any]] | None:
    """What goes on at a caller's."""
    rows = list(access.fitouts(request.user).going_on().filter(tenant=tenant).order_by("-pk")[:3])
    return ("fitout/on_a_call.html", {"fitouts": rows}) if rows else None


def place_panel(request: Any, place: Any) -> tuple[str, dict[str, Any]] | None:
    """Whoever scans the label of a unit sees the permit on its door and when it is checked next (manual 3.2.4-4.1)."""
    unit = getattr(place, "unit", None)
    fitout = access.fitouts(request.user).going_on().filter(unit=unit).first() if unit else None
    if fitout is None:
        return None
    now = timezone.now()
    coming = Round.objects.filter(plan__in=fitout.plans.values("plan"), due_until__gte=now, state__in=["NOT_STARTED", "IN_PROGRESS"])
    context = {
        "fitout": fitout,
        "permit": fitout.permits.order_by("-pk").first(),
        "today": timezone.localdate(),
        "rounds": list(coming.select_related("department").order_by("due_from")[:3]),
    }
    return "fitout/place_panel.html", context


def flags(tenant: Any, user: Any) -> list[tuple[str, Any, str]]:
    """The glance at the head of a tenant's file: fit-outs under way; one query."""
    found = list(access.fitouts(user).going_on().filter(tenant=tenant).select_related(None).values_list("state", flat=True))
    if not found:
        return []
    text = ngettext("%(n)d fit-out under way", "%(n)d fit-outs under way", len(found)) % {"n": len(found)}
    tone = "D" if "STOPPED" in found else "I"
    return [(tone, text, reverse("tenants:tenant_tab", args=[tenant.pk, "fit-out"]))]


def under_way_on_the_plan(unit_ids: Sequence[int], user: Any) -> tuple[panels.Flag, Any] | None:
    """Units with a fit-out that goes on, for who reads the register."""
    if not access.may_read_register(user):
        return None
    return UNDER_WAY, access.fitouts(user).going_on().filter(unit__in=unit_ids)


def permits_on_the_plan(unit_ids: Sequence[int], user: Any) -> tuple[panels.Flag, Any] | None:
    """Units whose permit ends within a week, or has ended while the site is open."""
    if not access.may_read_register(user):
        return None
    ends = Q(permits__state=Permit.State.VALID, permits__valid_until__lte=timezone.localdate() + SOON)
    return PERMIT_ENDS, access.fitouts(user).going_on().filter(ends, unit__in=unit_ids)


def in_the_file(tenant: Any) -> Iterable[FileEntry]:
    """Part 3 of the customer file: application, permit and acceptance of each fit-out, and what a finished one lacks."""
    for fitout in Fitout.objects.filter(tenant=tenant).exclude(state="WITHDRAWN").order_by("pk"):
        url = reverse("fitout:fitout_detail", args=[fitout.pk])
        yield FileEntry(_("Fit-out application %(number)s") % {"number": fitout}, fitout.applied_on, url)
        if fitout.accepted_at:
            yield FileEntry(_("Completion inspection of %(number)s") % {"number": fitout}, timezone.localdate(fitout.accepted_at), url)
        elif fitout.state in OPEN_SITE:
            yield FileEntry(_("Completion inspection of %(number)s") % {"number": fitout}, None, url, is_lacking=True)


panels.register("tenant.tab", "fit-out", pgettext_lazy("record", "Fit-out"), tenant_tab, order=46, may=access.may_read_register)
panels.register("unit", "fit-out", "", unit_panel, order=40, may=access.may_read_register)
panels.register("call", "fit-out", pgettext_lazy("record", "Fit-out"), on_a_call, order=36, may=access.may_read_register)
panels.register("place", "fit-out", "", place_panel, order=20, may=access.may_read_register)
panels.contribute("tenant.flags", flags)
panels.contribute("unit.flags", under_way_on_the_plan)
panels.contribute("unit.flags", permits_on_the_plan)
panels.contribute("tenant.file.3", in_the_file)
