"""Pages of the work on site and of what a paid service costs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import forms
from core.pages import bound, form_page, need, way_back
from repairs import access
from repairs.forms import FindingsForm, ItemForm, LineForm, MaterialForm, PhotoForm
from repairs.models import Material, WorkItem, WorkOrder
from repairs.services import charging, work
from repairs.views.service_list import service_list


def _page(order: WorkOrder, part: str = "") -> str:
    return reverse("repairs:work_order_detail", args=[order.pk]) + part


def _mine(request: HttpRequest, pk: int) -> WorkOrder:
    """A work order that this person works on; 403 for who only reads it."""
    order = get_object_or_404(access.orders(request.user), pk=pk)
    need(access.works_on(request.user, order))
    return order


def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found on site, with photos (manual 3.4.4-6)."""
    order = _mine(request, pk)
    form = bound(request, FindingsForm, initial={"findings": order.findings, "stage": "AFTER" if order.findings else "BEFORE"})

    def save(filled: Any) -> str:
        told = {name: filled.cleaned_data[name] for name in ("photos", "stage")}
        work.record_findings(order, filled.cleaned_data["findings"], by=request.user, **told)
        return _page(order)

    return form_page(request, form, title=_("Findings on site"), save=save, record=order, cancel_url=_page(order))


def photo_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Photos from the phone, without a word typed."""
    order = _mine(request, pk)
    form = bound(request, PhotoForm, initial={"stage": "AFTER" if order.findings else "BEFORE"})

    def save(filled: Any) -> str:
        work.add_photos(order, filled.cleaned_data["photos"], filled.cleaned_data["stage"], by=request.user)
        return way_back(request) or _page(order, "#photos")

    back = way_back(request) or _page(order)
    return form_page(request, form, title=_("Photos of %(order)s") % {"order": order}, save=save, cancel_url=back)


def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A repair item as it was really done."""
    order = _mine(request, pk)
    form = bound(request, ItemForm, initial={"service": order.service_id})

    def save(filled: Any) -> str:
        work.add_item(filled.save(commit=False), order, by=request.user)
        return _page(order, "#items")

    return form_page(request, form, title=_("Repair item"), save=save, cancel_url=_page(order, "#items"))


def material_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Material; the customer's own is verified (manual 3.4.4-7)."""
    order = _mine(request, pk)
    form = bound(request, MaterialForm)

    def save(filled: Any) -> str:
        work.add_material(filled.save(commit=False), order, by=request.user)
        return _page(order, "#materials")

    return form_page(request, form, title=_("Material"), save=save, cancel_url=_page(order, "#materials"))


def line_new(request: HttpRequest, pk: int) -> HttpResponse:
    """What a paid service costs, told before the work (manual 3.12.4-2); `?to=quote` leads on to the answer of the review."""
    order = get_object_or_404(access.orders(request.user), pk=pk)
    need(access.may_lead(request.user, order) or access.may_take_up(request.user, order))
    form = bound(request, LineForm, order=order, initial={"service": order.service_id if not order.is_paid else None})
    quoting = request.GET.get("to") == "quote" and order.state == WorkOrder.State.REVIEW and access.may_lead(request.user, order)
    onwards = reverse("repairs:work_order_step", args=[pk, "quote"]) if quoting else _page(order, "#charges")

    def save(filled: Any) -> str:
        charging.add_line(filled.save(commit=False), order, by=request.user)
        return onwards

    lines = list(order.lines.all())
    return form_page(
        request,
        form,
        title=_("What it costs"),
        save=save,
        submit_label=_("Add and go on to the answer") if quoting else _("Add it"),
        cancel_url=_page(order, "#charges"),
        template="repairs/line_form.html",
        order=order,
        lines=lines,
        total=charging.total(lines),
    )


@require_POST
def line_drop(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Takes a price away."""
    order = get_object_or_404(access.orders(request.user), pk=pk)
    need(access.may_price(request.user, order))
    row = get_object_or_404(order.lines, pk=line)

    def take() -> Any:
        charging.drop_line(row, by=request.user)
        return HttpResponseRedirect(_page(order, "#charges"))

    return forms.once(request, take)


@require_POST
def recorded_drop(request: HttpRequest, pk: int, kind: str, row: int) -> HttpResponse:
    """Takes back an item or material that was recorded wrongly."""
    order = _mine(request, pk)
    rows: Any = order.items if kind == "item" else order.materials
    wrong: WorkItem | Material = get_object_or_404(rows, pk=row)

    def take() -> Any:
        work.drop(wrong, by=request.user)
        return HttpResponseRedirect(_page(order, f"#{kind}s"))

    return forms.once(request, take)


urls = [
    path("services/", require_GET(service_list), name="service_list"),
    path("work-orders/<int:pk>/findings/", findings, name="findings"),
    path("work-orders/<int:pk>/photos/new/", photo_new, name="photo_new"),
    path("work-orders/<int:pk>/items/new/", item_new, name="item_new"),
    path("work-orders/<int:pk>/materials/new/", material_new, name="material_new"),
    path("work-orders/<int:pk>/lines/new/", line_new, name="line_new"),
    path("work-orders/<int:pk>/lines/<int:line>/drop/", line_drop, name="line_drop"),
    path("work-orders/<int:pk>/recorded/<str:kind>/<int:row>/drop/", recorded_drop, name="recorded_drop"),
]
