"""Pages as `startproject` and an afternoon give them, with the middleware of `startproject` and a template engine of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.backends.django import DjangoTemplates
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone

from core.models import HistoryEntry, SignOff, StoredFile
from premises.models import Unit
from repairs.models import WorkOrder
from tenants.models import Tenant

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bench.bare.pages.here",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
PROCESSORS = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth"]
TEMPLATES = DjangoTemplates(
    {"NAME": "bare", "DIRS": [Path(__file__).parent / "templates"], "APP_DIRS": False, "OPTIONS": {"context_processors": PROCESSORS}}
)
SEARCHED = ("number", "company", "name", "phone", "spot", "content")


def here(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Requests find the addresses of this module."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = "bench.bare.pages"  # type: ignore[assignment]
        return get_response(request)

    return answer


def client(user: Any) -> Client:
    """A signed-in browser of the bare project."""
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        made = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        made.force_login(user, backend="staff.backends.CountedBackend")
        made.get("/")
    return made


def page(name: str, request: HttpRequest | None, context: dict[str, Any]) -> HttpResponse:
    return HttpResponse(TEMPLATES.get_template(name).render(context, request))


@login_required
def orders(request: HttpRequest) -> HttpResponse:
    rows, q = WorkOrder.objects.select_related("unit", "category", "urgency", "assignee"), request.GET.get("q", "")
    if q:
        found = Q()
        for name in SEARCHED:
            found |= Q(**{f"{name}__icontains": q})
        rows = rows.filter(found)
    return page("list.html", request, {"orders": rows.order_by("-pk")[:50], "q": q})


@login_required
def order(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(WorkOrder.objects.select_related("unit", "tenant", "category", "urgency", "assignee", "building"), pk=pk)
    plain = [field for field in WorkOrder._meta.concrete_fields if not field.is_relation]
    linked = [(name, getattr(row, name)) for name in ("building", "unit", "tenant", "category", "urgency", "assignee")]
    facts = [(field.verbose_name, getattr(row, field.name)) for field in plain] + linked
    return page("detail.html", request, {"order": row, "facts": facts, **beside(row)})


def beside(row: WorkOrder) -> dict[str, Any]:
    """The rows that hang on a work order, the same as on the real page."""
    kind = ContentType.objects.get_for_model(WorkOrder)
    same = WorkOrder.objects.filter(building=row.building_id, unit=row.unit_id, category=row.category_id).exclude(pk=row.pk)
    return {
        "visits": row.visits.select_related("visited_by"),
        "items": row.items.select_related("worker"),
        "materials": row.materials.select_related("added_by"),
        "lines": row.lines.select_related("kind"),
        "photos": row.photos.select_related("file"),
        "escalations": row.escalations.all(),
        "signatures": SignOff.objects.filter(content_type=kind, object_id=row.pk),
        "files": StoredFile.objects.filter(content_type=kind, object_id=row.pk),
        "history": HistoryEntry.objects.filter(row_table=WorkOrder._meta.db_table, row_id=row.pk).order_by("-id"),
        "same": same.order_by("-pk")[:5],
    }


class OrderForm(forms.ModelForm):
    """The fields of the real form; tenant and unit by their keys, for 20,000 options would make this page the slow one."""

    tenant = forms.ModelChoiceField(Tenant.objects.all(), widget=forms.NumberInput, required=False)
    unit = forms.ModelChoiceField(Unit.objects.all(), widget=forms.NumberInput, required=False)

    class Meta:
        model = WorkOrder
        fields = (
            "name", "phone", "channel", "tenant", "unit", "area", "building", "spot", "is_public", "category", "content", "service",
            "urgency", "appointment_at", "appointment_until",
        )  # fmt: skip


@login_required
def new_order(request: HttpRequest) -> HttpResponse:
    form = OrderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.save(commit=False)
        made.number = f"BARE-{timezone.now():%H%M%S%f}"
        made.created_by, made.received_at = request.user, timezone.now()
        made.save()
        return redirect("detail", made.pk)
    return page("form.html", request, {"form": form})


urlpatterns = [
    path("", orders, name="list"),
    path("<int:pk>/", order, name="detail"),
    path("new/", new_order, name="new"),
]
