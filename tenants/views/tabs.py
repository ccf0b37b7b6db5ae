"""The tabs of tenant 360. Other apps add theirs: `panels.register("tenant.tab", "money", _("Money"), render, order=30)`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import history, panels
from tenants import access
from tenants.models import Contact, Tenant
from tenants.services import file as files
from tenants.services import tenant as services

LEASE_ENDS_SOON = dt.timedelta(days=90)

Answer = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Tab:
    """`render(request, tenant)` gives (template, context), or None when there is nothing for this person."""

    key: str
    title: Any
    render: Callable[[HttpRequest, Tenant], Answer | None]
    order: int


def overview(request: HttpRequest, tenant: Tenant) -> Answer:
    context = {
        "leases": list(_running(tenant)),
        "contacts": tenant.contacts.filter(is_active=True)[:6],
        "board": tenant.directory_lines.select_related("floor"),
        "faults": services.faults_of(tenant, on=timezone.localdate()),
        "may_reveal": access.may_reveal(request.user, tenant),
        "may_merge": access.holds_any(request.user, tenant, access.MERGERS),
        "merges": access.merges(request.user).filter(kept=tenant, undone_at=None),
    }
    return "tenants/tab_overview.html", context


def contacts(request: HttpRequest, tenant: Tenant) -> Answer:
    return "tenants/tab_contacts.html", {"contacts": tenant.contacts.order_by("-is_active", "kind", "id")}


def people(request: HttpRequest, tenant: Tenant) -> Answer:
    context = {
        "people": tenant.people.select_related("loan__key").order_by("name", "id")[:200],
        "cards": tenant.cards.select_related("loan__key").order_by("-id")[:200],
        "may_keep": access.may_keep_file(request.user, tenant),
        "may_reveal": access.may_reveal(request.user, tenant),
    }
    return "tenants/tab_people.html", context


def leases(request: HttpRequest, tenant: Tenant) -> Answer:
    rows = tenant.leases.select_related("unit").order_by("-starts_on", "-id")[:200]
    today = timezone.localdate()
    context = {"leases": [(lease, lease.is_in_force(today)) for lease in rows], "may_lease": access.may_lease(request.user, tenant)}
    return "tenants/tab_leases.html", context


def file(request: HttpRequest, tenant: Tenant) -> Answer:
    lines = files.file_of(tenant, on=timezone.localdate())
    complete, needed = files.completeness(lines)
    context = {
        "lines": lines,
        "complete": complete,
        "needed": needed,
        "sorted_on": max((line.part.sorted_on for line in lines if line.part.sorted_on), default=None),
        "may_keep": access.may_keep_file(request.user, tenant),
    }
    return "tenants/tab_file.html", context


def correspondence(request: HttpRequest, tenant: Tenant) -> Answer:
    context = {
        "letters": tenant.correspondence.order_by("-id")[:50],
        "copies": tenant.circular_deliveries.select_related("circular").order_by("-id")[:50],
    }
    return "tenants/tab_correspondence.html", context


def breaches(request: HttpRequest, tenant: Tenant) -> Answer:
    context = {
        "breaches": tenant.breaches.select_related("unit").order_by("-id")[:50],
        "may_report": access.may_report_breach(request.user, tenant),
    }
    return "tenants/tab_breaches.html", context


def board(request: HttpRequest, tenant: Tenant) -> Answer:
    context = {
        "lines": tenant.directory_lines.select_related("floor"),
        "orders": tenant.directory_orders.order_by("-id")[:50],
        "moves": tenant.goods_moves.order_by("-starts_at")[:50],
    }
    return "tenants/tab_board.html", context


def timeline(request: HttpRequest, tenant: Tenant) -> Answer:
    return "tenants/tab_timeline.html", {"timeline": history.timeline(tenant, *services.related_rows(tenant), limit=100)}


OWN = (
    Tab("overview", gettext_lazy("Overview"), overview, 10),
    Tab("contacts", gettext_lazy("Contacts"), contacts, 20),
    Tab("people", gettext_lazy("People and cards"), people, 22),
    Tab("leases", gettext_lazy("Leases"), leases, 25),
    Tab("file", gettext_lazy("Tenant file"), file, 80),
    Tab("correspondence", gettext_lazy("Correspondence"), correspondence, 82),
    Tab("breaches", gettext_lazy("Breaches"), breaches, 84),
    Tab("board", gettext_lazy("Board and moves"), board, 86),
    Tab("timeline", gettext_lazy("Timeline"), timeline, 90),
)


def all_tabs(user: Any) -> list[Tab]:
    """Every tab this person may open, in order."""
    added = [Tab(panel.key, panel.title, panel.render, panel.order) for panel in panels.panels("tenant.tab", user)]
    return sorted([*OWN, *added], key=lambda tab: tab.order)


def find(key: str, user: Any) -> Tab | None:
    return next((tab for tab in all_tabs(user) if tab.key == key), None)


def links(tenant: Tenant, chosen: Tab, user: Any) -> list[dict[str, Any]]:
    """The row of tabs as links."""
    return [{"key": tab.key, "label": tab.title, "url": _url(tenant, tab), "active": tab.key == chosen.key} for tab in all_tabs(user)]


def _url(tenant: Tenant, tab: Tab) -> str:
    if tab.key == "overview":
        return reverse("tenants:tenant_detail", args=[tenant.pk])
    return reverse("tenants:tenant_tab", args=[tenant.pk, tab.key])


def header(tenant: Tenant, chosen: Tab, user: Any) -> dict[str, Any]:
    """What stands above the tabs: units, main contact, flags."""
    running = list(_running(tenant))
    return {
        "tabs": links(tenant, chosen, user),
        "units": [lease.unit for lease in running],
        "contact": _main_contact(tenant),
        "flags": _flags(tenant, running, user),
    }


def _running(tenant: Tenant) -> Any:
    return tenant.leases.in_force(timezone.localdate()).select_related("unit").order_by("unit__code")


def _main_contact(tenant: Tenant) -> Contact | None:
    """The office administrator if there is one: that kind sorts first."""
    return tenant.contacts.filter(is_active=True).order_by("kind", "id").first()


def _flags(tenant: Tenant, running: list[Any], user: Any) -> list[tuple[str, Any, str]]:
    """(tone, text, address) of what deserves a glance, other apps' flags first (arrears)."""
    found = [flag for flags in panels.contributions("tenant.flags", tenant, user) for flag in flags or ()]
    if tenant.left_on:
        found.append(("N", _("Left on %(day)s") % {"day": tenant.left_on.isoformat()}, ""))
    found += _lease_flags(tenant, running)
    complete, needed = files.counts(tenant)
    tone = "S" if complete == needed else "Y"
    text = _("File complete %(complete)d/%(needed)d") % {"complete": complete, "needed": needed}
    return [*found, (tone, text, reverse("tenants:tenant_tab", args=[tenant.pk, "file"]))]


def _lease_flags(tenant: Tenant, running: list[Any]) -> list[tuple[str, Any, str]]:
    url = reverse("tenants:tenant_tab", args=[tenant.pk, "leases"])
    if not running:
        return [] if tenant.left_on else [("Y", _("No lease in force"), url)]
    last = min(lease.last_day for lease in running)
    days = (last - timezone.localdate()).days
    if days > LEASE_ENDS_SOON.days:
        return []
    return [("Y", ngettext("Lease ends in %(n)d day", "Lease ends in %(n)d days", days) % {"n": days}, url)]
