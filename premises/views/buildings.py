"""Pages of buildings, floors, public areas and units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from core import forms as core_forms
from core import lists
from core.pickers import pick_code
from premises import access, services
from premises.filters import PublicAreaFilter, UnitFilter
from premises.forms import BuildingForm, FloorForm, MergeForm, PublicAreaForm, UnitForm
from premises.models import PublicArea, Unit
from premises.services import plain
from premises.tables import BuildingTable, PublicAreaTable, UnitTable, containing
from premises.views.pages import bound, need, record_page, row_form, store


@require_GET
def building_list(request: HttpRequest) -> HttpResponse:
    """The buildings of my posts."""
    may_add = access.may_import(request.user)
    return lists.page(
        request,
        name="premises-buildings",
        title=_("Buildings"),
        rows=access.buildings(request.user),
        table=BuildingTable,
        search=containing("code", "name", "address"),
        order=("name",),
        new=(reverse("premises:building_new"), _("New building")) if may_add else None,
    )


def building_new(request: HttpRequest) -> HttpResponse:
    """Takes a building under management; posts must be given for it next."""
    need(access.may_import(request.user))
    form = bound(request, BuildingForm)

    def save(filled: Any) -> str:
        building = filled.save()
        text = _("%(building)s is in the books. Nobody sees it before a post reaches it: add it to the posts of those concerned.")
        messages.success(request, text % {"building": building})
        return reverse("premises:building_list")

    return core_forms.respond(request, form, save=save, title=_("New building"))


@require_GET
def building_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A building with its floors and what hangs in it."""
    building = get_object_or_404(access.buildings(request.user), pk=pk)
    floors = building.floors.annotate(unit_count=Count("units")).order_by("-level")
    facts = [
        (_("Code"), building.code),
        (_("Address"), building.address),
        (_("Management company"), building.management_company),
        (_("Phone"), building.phone),
        (_("E-mail"), building.email),
        (_("Fit-out area limit (m²)"), plain(building.fit_out_area_limit_m2)),
    ]
    may_change = access.may_change(request.user, building.pk)
    edit_url = reverse("premises:building_edit", args=[pk]) if may_change else ""
    back = (reverse("premises:building_list"), _("Buildings"))
    return record_page(
        request,
        building,
        title=str(building),
        facts=facts,
        back=back,
        template="premises/building.html",
        floors=floors,
        edit_url=edit_url,
        may_change=may_change,
    )


def building_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects what stands on every print, and the house limits."""
    building = get_object_or_404(access.buildings(request.user), pk=pk)
    need(access.may_change(request.user, pk))
    form = bound(request, BuildingForm, instance=building)
    return row_form(request, form, title=_("Edit building"), cancel_url=reverse("premises:building_detail", args=[pk]))


def floor_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds a floor to a building."""
    building = get_object_or_404(access.buildings(request.user), pk=pk)
    need(access.may_change(request.user, pk))
    form = bound(request, FloorForm, user=request.user, initial={"building": building})
    back = reverse("premises:building_detail", args=[pk])
    return core_forms.respond(
        request, form, save=lambda filled: _saved_floor(filled, back), title=_("New floor"), context={"cancel_url": back}
    )


def floor_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects a floor."""
    floor = get_object_or_404(access.floors(request.user), pk=pk)
    need(access.may_change(request.user, floor.building_id))
    form = bound(request, FloorForm, user=request.user, instance=floor)
    back = reverse("premises:building_detail", args=[floor.building_id])
    return core_forms.respond(
        request, form, save=lambda filled: _saved_floor(filled, back), title=_("Edit floor"), context={"cancel_url": back}
    )


def _saved_floor(filled: Any, back: str) -> str:
    store(filled, filled.save(commit=False))
    return back


@require_GET
def public_area_list(request: HttpRequest) -> HttpResponse:
    """Lobbies, corridors, plant rooms."""
    may_add = access.may_change(request.user)
    return lists.page(
        request,
        name="premises-public-areas",
        title=_("Public areas"),
        rows=access.public_areas(request.user),
        table=PublicAreaTable,
        filter=PublicAreaFilter,
        search=containing("name"),
        order=("building_id", "name"),
        new=(reverse("premises:public_area_new"), _("New public area")) if may_add else None,
    )


def public_area_new(request: HttpRequest) -> HttpResponse:
    """Adds a public area; it gets a place with a label."""
    need(access.may_change(request.user))
    form = bound(request, PublicAreaForm, user=request.user)

    def save(filled: Any) -> PublicArea:
        area = store(filled, filled.save(commit=False))
        services.label_place(area)
        return area

    context = {"cancel_url": reverse("premises:public_area_list")}
    return core_forms.respond(request, form, save=save, title=_("New public area"), context=context)


@require_GET
def public_area_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A public area with its meters."""
    area = get_object_or_404(access.public_areas(request.user).select_related("place"), pk=pk)
    facts = [
        (_("Building"), area.building),
        (_("Floor"), area.floor or ""),
        (_("Area (m²)"), plain(area.area_m2) if area.area_m2 else ""),
        (_("Label code"), area.place or ""),
    ]
    edit_url = reverse("premises:public_area_edit", args=[pk]) if access.may_change(request.user, area.building_id) else ""
    back = (reverse("premises:public_area_list"), _("Public areas"))
    meters = access.meters(request.user).filter(area=area).with_last_reading()
    return record_page(
        request, area, title=area.name, facts=facts, back=back, edit_url=edit_url, meters=meters, template="premises/area.html"
    )


def public_area_edit(request: HttpRequest, pk: int) -> HttpResponse:
    area = get_object_or_404(access.public_areas(request.user), pk=pk)
    need(access.may_change(request.user, area.building_id))
    form = bound(request, PublicAreaForm, user=request.user, instance=area)
    return row_form(request, form, title=_("Edit public area"), cancel_url=reverse("premises:public_area_detail", args=[pk]))


@require_GET
def public_area_picker(request: HttpRequest) -> JsonResponse:
    """Twenty public areas whose name contains what is typed."""
    return pick_code(request, access.public_areas(request.user), code="name", hint=lambda area: area.building)


@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """Every unit of my buildings."""
    may_add = access.may_change(request.user)
    return lists.page(
        request,
        name="premises-units",
        title=_("Units"),
        rows=access.units(request.user).select_related("merged_into"),
        table=UnitTable,
        filter=UnitFilter,
        search=containing("code"),
        order=("building_id", "code"),
        new=(reverse("premises:unit_new"), _("New unit")) if may_add else None,
        views=[
            lists.Preset(_("Vacant"), "state=VACANT&whole=true"),
            lists.Preset(pgettext("unit", "Fit-out"), "state=FIT_OUT"),
            lists.Preset(_("Out of use"), "state=OUT_OF_USE"),
        ],
    )


def unit_new(request: HttpRequest) -> HttpResponse:
    """Adds a unit; it gets a place with a label."""
    need(access.may_change(request.user))
    form = bound(request, UnitForm, user=request.user)

    def save(filled: Any) -> Unit:
        unit = store(filled, filled.save(commit=False))
        services.label_place(unit)
        return unit

    return core_forms.respond(request, form, save=save, title=_("New unit"), context={"cancel_url": reverse("premises:unit_list")})


@require_GET
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit: area, status, meters, keys, equipment, and what other apps know of it."""
    unit = get_object_or_404(access.units(request.user).with_total_area().select_related("place", "merged_into"), pk=pk)
    parts = list(unit.parts.order_by("code"))
    may_change = access.may_change(request.user, unit.building_id)
    return record_page(
        request,
        unit,
        title=_("Unit %(code)s") % {"code": unit.code},
        facts=_unit_facts(unit, parts),
        back=(reverse("premises:unit_list"), _("Units")),
        template="premises/unit.html",
        edit_url=reverse("premises:unit_edit", args=[pk]) if may_change else "",
        may_change=may_change,
        parts=parts,
        meters=access.meters(request.user).filter(unit=unit).with_last_reading(),
        keys=access.keys(request.user).filter(unit=unit).with_holder() if access.may_see_keys(request.user) else [],
        equipment=unit.equipment.all(),
    )


def _unit_facts(unit: Any, parts: list[Unit]) -> list[tuple[Any, Any]]:
    facts = [
        (_("Building"), unit.building),
        (_("Floor"), unit.floor),
        (_("Gross floor area (m²)"), plain(unit.area_m2)),
        (_("Net floor area (m²)"), plain(unit.net_area_m2) if unit.net_area_m2 else ""),
        (_("Use"), unit.get_use_display()),
        (_("Label code"), unit.place or ""),
    ]
    if unit.merged_into:
        facts.append((_("Merged into"), unit.merged_into))
    if parts:
        facts += [(_("Merged units"), ", ".join(part.code for part in parts)), (_("Area in all (m²)"), plain(unit.total_area_m2))]
    return facts


def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects a unit's number, floor and areas."""
    unit = get_object_or_404(access.units(request.user), pk=pk)
    need(access.may_change(request.user, unit.building_id))
    form = bound(request, UnitForm, user=request.user, instance=unit)
    return row_form(request, form, title=_("Edit unit"), cancel_url=reverse("premises:unit_detail", args=[pk]))


def unit_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Makes one unit of neighbours."""
    unit = get_object_or_404(access.units(request.user), pk=pk)
    need(access.may_change(request.user, unit.building_id))
    form = bound(request, MergeForm, unit=unit, user=request.user)
    return core_forms.respond(
        request,
        form,
        save=lambda filled: services.merge_units(unit, filled.chosen(), by=request.user),
        title=_("Merge units into %(unit)s") % {"unit": unit},
        context={"cancel_url": reverse("premises:unit_detail", args=[pk]), "submit_label": _("Merge")},
        record=unit,
    )


@require_POST
def unit_split(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the parts of a merged unit their own lives back."""
    unit = get_object_or_404(access.units(request.user), pk=pk)
    need(access.may_change(request.user, unit.building_id))
    parts = services.split_unit(unit, by=request.user)
    messages.success(request, _("Split off: %(units)s.") % {"units": ", ".join(part.code for part in parts)})
    return HttpResponseRedirect(reverse("premises:unit_detail", args=[pk]))


@require_GET
def unit_picker(request: HttpRequest) -> JsonResponse:
    """Twenty units whose number contains what is typed."""
    return pick_code(request, access.units(request.user), hint=lambda unit: f"{unit.building} · {unit.floor}")
