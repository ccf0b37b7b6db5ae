"""Pages of parking spaces, extinguishers and a unit's equipment list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import forms, lists
from core.pickers import pick_code
from core.versions import was_opened_at
from premises import access, services
from premises.filters import ExtinguisherFilter, ParkingSpaceFilter
from premises.forms import EquipmentListForm, ExtinguisherForm, ParkingSpaceForm
from premises.forms.equipment import reading_of
from premises.models import Extinguisher
from premises.services import plain
from premises.tables import ExtinguisherTable, ParkingSpaceTable, containing
from premises.views.pages import bound, need, record_page, row_form


@require_GET
def parking_space_list(request: HttpRequest) -> HttpResponse:
    """Every parking space and who rents it."""
    may_add = access.may_change(request.user)
    return lists.page(
        request,
        name="premises-parking-spaces",
        title=_("Parking spaces"),
        rows=access.parking_spaces(request.user),
        table=ParkingSpaceTable,
        filter=ParkingSpaceFilter,
        search=containing("code", "rented_to", "plate"),
        order=("building_id", "code"),
        new=(reverse("premises:parking_space_new"), _("New parking space")) if may_add else None,
        views=[lists.Preset(_("Free"), "state=FREE"), lists.Preset(_("Rented"), "state=RENTED")],
    )


def parking_space_new(request: HttpRequest) -> HttpResponse:
    need(access.may_change(request.user))
    form = bound(request, ParkingSpaceForm, user=request.user)
    return row_form(request, form, title=_("New parking space"), cancel_url=reverse("premises:parking_space_list"))


@require_GET
def parking_space_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A parking space with its lock keys and cards."""
    space = get_object_or_404(access.parking_spaces(request.user), pk=pk)
    facts = [
        (_("Building"), space.building),
        (_("Floor"), space.floor or ""),
        (_("Rented to"), space.rented_to),
        (_("Number plate"), space.plate),
        (_("Has a parking lock"), _("yes") if space.has_lock else _("no")),
    ]
    return record_page(
        request,
        space,
        title=_("Parking space %(code)s") % {"code": space.code},
        facts=facts,
        back=(reverse("premises:parking_space_list"), _("Parking spaces")),
        template="premises/parking_space.html",
        keys=access.keys(request.user).filter(parking_space=space).with_holder() if access.may_see_keys(request.user) else [],
        edit_url=reverse("premises:parking_space_edit", args=[pk]) if access.may_change(request.user, space.building_id) else "",
    )


def parking_space_edit(request: HttpRequest, pk: int) -> HttpResponse:
    space = get_object_or_404(access.parking_spaces(request.user), pk=pk)
    need(access.may_change(request.user, space.building_id))
    form = bound(request, ParkingSpaceForm, user=request.user, instance=space)
    return row_form(request, form, title=_("Edit parking space"), cancel_url=reverse("premises:parking_space_detail", args=[pk]))


@require_GET
def parking_space_picker(request: HttpRequest) -> JsonResponse:
    """Twenty parking spaces whose number contains what is typed."""
    return pick_code(request, access.parking_spaces(request.user), hint=lambda space: space.get_state_display())


@require_GET
def extinguisher_list(request: HttpRequest) -> HttpResponse:
    """Extinguishers for rent."""
    may_add = access.may_change(request.user)
    return lists.page(
        request,
        name="premises-extinguishers",
        title=_("Fire extinguishers"),
        rows=access.extinguishers(request.user),
        table=ExtinguisherTable,
        filter=ExtinguisherFilter,
        search=containing("number", "rented_to"),
        order=("building_id", "number"),
        new=(reverse("premises:extinguisher_new"), _("New extinguisher")) if may_add else None,
        views=[lists.Preset(_("In store"), "state=IN_STORE"), lists.Preset(_("Rented"), "state=RENTED")],
    )


def extinguisher_new(request: HttpRequest) -> HttpResponse:
    need(access.may_change(request.user))
    form = bound(request, ExtinguisherForm, user=request.user)
    return row_form(request, form, title=_("New extinguisher"), cancel_url=reverse("premises:extinguisher_list"))


@require_GET
def extinguisher_detail(request: HttpRequest, pk: int) -> HttpResponse:
    extinguisher = get_object_or_404(access.extinguishers(request.user), pk=pk)
    facts = [
        (_("Building"), extinguisher.building),
        (_("Kind"), extinguisher.get_kind_display()),
        (_("Weight (kg)"), plain(extinguisher.weight_kg)),
        (_("Next check"), extinguisher.check_due_on or ""),
        (_("Rented to"), extinguisher.rented_to),
    ]
    may_change = access.may_change(request.user, extinguisher.building_id)
    return record_page(
        request,
        extinguisher,
        title=_("Extinguisher %(number)s") % {"number": extinguisher.number},
        facts=facts,
        back=(reverse("premises:extinguisher_list"), _("Fire extinguishers")),
        edit_url=reverse("premises:extinguisher_edit", args=[pk]) if may_change else "",
    )


def extinguisher_edit(request: HttpRequest, pk: int) -> HttpResponse:
    extinguisher = get_object_or_404(access.extinguishers(request.user), pk=pk)
    need(access.may_change(request.user, extinguisher.building_id))
    form = bound(request, ExtinguisherForm, user=request.user, instance=extinguisher)
    return row_form(request, form, title=_("Edit extinguisher"), cancel_url=reverse("premises:extinguisher_detail", args=[pk]))


@require_GET
def equipment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A line of a unit's equipment list, and what other apps know of it: what was repaired there."""
    item = get_object_or_404(access.equipment(request.user).select_related("unit__building"), pk=pk)
    unit_url = reverse("premises:unit_detail", args=[item.unit_id])
    facts = [
        (_("Building"), item.unit.building),
        (_("Unit"), item.unit),
        (_("Quantity"), item.quantity),
        (_("Condition"), item.get_condition_display()),
        (_("Note"), item.remark),
    ]
    may_change = access.may_change(request.user, item.unit.building_id)
    return record_page(
        request,
        item,
        title=item.name,
        facts=facts,
        back=(f"{unit_url}#equipment", _("Equipment of unit %(unit)s") % {"unit": item.unit}),
        template="premises/equipment.html",
        edit_url=reverse("premises:unit_equipment", args=[item.unit_id]) if may_change else "",
    )


def unit_equipment(request: HttpRequest, pk: int) -> HttpResponse:
    """The equipment list of a unit, line by line."""
    unit = get_object_or_404(access.units(request.user), pk=pk)
    need(access.may_change(request.user, unit.building_id))
    rows = access.equipment(request.user).filter(unit=unit).order_by("position", "pk")
    form = bound_list(request, rows)

    def save(filled: EquipmentListForm) -> str:
        services.save_equipment(unit, filled.lines, unless=lambda: _changed_meanwhile(unit, filled, rows))
        return reverse("premises:unit_detail", args=[pk]) + "#equipment"

    title = _("Equipment of unit %(unit)s") % {"unit": unit}
    return forms.respond(request, form, save=save, template="premises/unit_equipment.html", title=title, context={"unit": unit})


def bound_list(request: HttpRequest, rows: Any) -> EquipmentListForm:
    return EquipmentListForm(request.POST, rows=rows) if request.method == "POST" else EquipmentListForm(rows=rows)


def _changed_meanwhile(unit: Any, filled: EquipmentListForm, rows: Any) -> None:
    """Raises Conflict with both lists when somebody saved the list since it was opened."""
    now = reading_of(rows.all())
    both = _both(rows.all(), filled.typed())
    was_opened_at(filled, now, forms.Conflict(unit, version=now, rows=both))


def _both(theirs: Any, mine: Any) -> list[tuple[str, str, str]]:
    """Each name with what the list says of it now and what was typed."""
    now, typed = ({item.name: _line(item) for item in items} for items in (theirs, mine))
    return [(name, now.get(name, ""), typed.get(name, "")) for name in {**now, **typed} if now.get(name) != typed.get(name)]


def _line(item: Any) -> str:
    return " · ".join(str(said) for said in (item.quantity, item.get_condition_display(), item.remark) if said)


@require_GET
def extinguisher_picker(request: HttpRequest) -> JsonResponse:
    """Twenty extinguishers in store whose number contains what is typed."""
    rows = access.extinguishers(request.user).filter(state=Extinguisher.State.IN_STORE)
    return pick_code(request, rows, code="number", hint=lambda row: f"{row.get_kind_display()} {row.weight_kg:f} kg")
