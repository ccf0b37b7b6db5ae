"""Pages of meters, their readings and the reading route."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock, files, lists
from core import forms as core_forms
from core.text import is_key
from premises import access, services
from premises.filters import MeterFilter
from premises.forms import MeterForm, ReadingForm, ReplaceMeterForm, RouteForm
from premises.models import Meter
from premises.services import plain
from premises.tables import MeterTable, containing
from premises.views.pages import bound, need, record_page, row_form

STOPS = 25


@require_GET
def meter_list(request: HttpRequest) -> HttpResponse:
    """Every meter with its last reading."""
    may_add = access.may_change(request.user)
    return lists.page(
        request,
        name="premises-meters",
        title=_("Meters"),
        rows=access.meters(request.user).with_last_reading(),
        table=MeterTable,
        filter=MeterFilter,
        search=containing("number", "unit__code", "area__name"),
        order=("building_id", "number"),
        new=(reverse("premises:meter_new"), _("New meter")) if may_add else None,
        views=[lists.Preset(_("Not read this month"), "unread=true"), lists.Preset(_("Electricity"), "kind=ELECTRICITY")],
        template="premises/meters.html",
        context={"may_read": access.may_read_meters(request.user)},
    )


def meter_new(request: HttpRequest) -> HttpResponse:
    """Hangs a meter."""
    need(access.may_change(request.user))
    form = bound(request, MeterForm, user=request.user)
    return row_form(request, form, title=_("New meter"), cancel_url=reverse("premises:meter_list"))


@require_GET
def meter_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A meter and everything it ever showed."""
    meter = get_object_or_404(access.meters(request.user).select_related("replaced_by"), pk=pk)
    facts = [
        (_("Building"), meter.building),
        (_("Unit") if meter.unit_id else _("Public area"), meter.where),
        (_("Kind"), meter.get_kind_display()),
        (_("Multiplier"), plain(meter.multiplier)),
        (_("Where it hangs"), meter.position),
        (_("Installed on"), meter.installed_on or ""),
        (_("Removed on"), meter.removed_on or ""),
        (_("Replaced by"), meter.replaced_by or ""),
    ]
    return record_page(
        request,
        meter,
        title=_("Meter %(number)s") % {"number": meter.number},
        facts=facts,
        back=(reverse("premises:meter_list"), _("Meters")),
        template="premises/meter.html",
        readings=meter.readings.select_related("read_by", "photo", "voided_by")[:60],
        newest=services.last_reading(meter),
        may_read=meter.removed_on is None and access.may_read_meters(request.user, meter.building_id),
        edit_url=reverse("premises:meter_edit", args=[pk]) if access.may_change(request.user, meter.building_id) else "",
    )


def meter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects a meter's data; readings stay as they are."""
    meter = get_object_or_404(access.meters(request.user), pk=pk)
    need(access.may_change(request.user, meter.building_id))
    form = bound(request, MeterForm, user=request.user, instance=meter)
    return row_form(request, form, title=_("Edit meter"), cancel_url=reverse("premises:meter_detail", args=[pk]))


def meter_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes one reading down."""
    meter = _readable(request, pk)
    form = bound(request, ReadingForm, initial={"read_on": clock.today()})

    def save(filled: Any) -> Meter:
        values = filled.cleaned_data
        services.record_reading(
            meter,
            values["value"],
            on=values["read_on"],
            by=request.user,
            kind=values["kind"],
            confirmed=values["confirmed"],
            is_estimated=values["is_estimated"],
            photo=values["photo"],
        )
        files.attach(values["photo"], meter)
        messages.success(request, _("Reading kept."))
        return meter

    context = {"meter": meter, "last": services.last_reading(meter), "cancel_url": reverse("premises:meter_detail", args=[pk])}
    title = _("Read meter %(number)s") % {"number": meter.number}
    return core_forms.respond(request, form, save=save, template="premises/reading.html", title=title, context=context, record=meter)


def _readable(request: HttpRequest, pk: int) -> Meter:
    meter = get_object_or_404(access.meters(request.user), pk=pk)
    need(access.may_read_meters(request.user, meter.building_id))
    return meter


def meter_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a meter off the wall and hangs another in its place."""
    meter = _readable(request, pk)
    form = bound(request, ReplaceMeterForm, initial={"on": clock.today(), "first_value": 0})

    def save(filled: Any) -> Meter:
        names = ("number", "final_value", "first_value", "on", "multiplier")
        return services.replace_meter(meter, by=request.user, **{name: filled.cleaned_data[name] for name in names})

    context = {"cancel_url": reverse("premises:meter_detail", args=[pk]), "submit_label": _("Replace meter")}
    title = _("Replace meter %(number)s") % {"number": meter.number}
    return core_forms.respond(request, form, save=save, title=title, context=context, record=meter)


def reading_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Strikes the newest reading of a meter out, with a reason."""
    reading = get_object_or_404(access.readings(request.user), pk=pk)
    need(access.may_read_meters(request.user, reading.meter.building_id))
    form = bound(request, core_forms.ReasonForm)

    def save(filled: Any) -> Meter:
        return services.void_reading(reading, by=request.user, at=clock.now(), reason=filled.cleaned_data["note"][:200]).meter

    context = {"cancel_url": reverse("premises:meter_detail", args=[reading.meter_id]), "submit_label": _("Void")}
    title = _("Void the reading %(reading)s") % {"reading": reading}
    return core_forms.respond(request, form, save=save, title=title, context=context, record=reading.meter)


def meter_route(request: HttpRequest) -> HttpResponse:
    """Readings in walking order, 25 meters at a time: those not read this month, from the top floor down."""
    need(access.may_read_meters(request.user))
    rows = access.meters(request.user).unread_since(clock.today().replace(day=1))
    narrowed = MeterFilter(request.GET, queryset=rows, request=request)
    stops = narrowed.qs.with_last_reading().select_related("unit__floor", "area__floor").in_walking_order()
    meters = _sent(request) if request.method == "POST" else list(stops[:STOPS])
    form = bound(request, RouteForm, meters=meters, initial={"read_on": clock.today()})

    def save(filled: Any) -> str:
        for meter, value, flags in filled.readings():
            services.record_reading(meter, value, on=filled.cleaned_data["read_on"], by=request.user, **flags)
        messages.success(request, _("%(n)d readings kept.") % {"n": len(filled.readings())})
        return request.get_full_path()

    context = {"left": narrowed.qs.count(), "filterset": narrowed}
    return core_forms.respond(request, form, save=save, template="premises/route.html", title=_("Reading route"), context=context)


def _sent(request: HttpRequest) -> list[Meter]:
    """The meters that the sent form was about, in the same order, whoever read one of them meanwhile."""
    names = [name.removeprefix("value_") for name in request.POST if name.startswith("value_")]
    ids = [int(name) for name in names if is_key(name)][: 2 * STOPS]
    found = access.meters(request.user).filter(pk__in=ids, removed_on=None).with_last_reading()
    return list(found.select_related("unit__floor", "area__floor").in_walking_order())
