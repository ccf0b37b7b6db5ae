"""The figures of complaints, each a link to the list it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.forms import DateField, ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from complaints import access
from complaints.services import statistics
from core import forms
from core.pages import need
from premises.models import Building


class TimeForm(forms.Form):
    """Which days and which building."""

    first = DateField(label=_("From"), required=False)
    last = DateField(label=_("Until"), required=False)
    building = ModelChoiceField(label=_("Building"), queryset=Building.objects.none(), required=False, empty_label=_("all"))

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        choice: Any = self.fields["building"]
        choice.queryset = access.register_buildings(user)
        del self.fields["submission_key"]


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """By kind, department, floor and month; who complains again, and why (manual 3.3.5)."""
    need(access.may_read_register(request.user))
    today = timezone.localdate()
    form = TimeForm(request.GET or None, user=request.user)
    asked = form.cleaned_data if form.is_valid() else {}
    first = asked.get("first") or (today.replace(day=1) - dt.timedelta(days=330)).replace(day=1)
    last = asked.get("last") or today
    rows = access.register(request.user, first, last, asked.get("building"))
    span = {"received_at_min": first.isoformat(), "received_at_max": last.isoformat()}
    groups = (
        (_("By kind"), "category", statistics.by_kind(rows)),
        (_("By department"), "building-community", statistics.by_department(rows)),
        (_("By floor"), "stack-2", statistics.by_floor(rows)),
        (_("By month"), "calendar", statistics.by_month(rows)),
    )
    context = {
        "form": form,
        "first": first,
        "last": last,
        "totals": statistics.totals(rows),
        "groups": [(title, icon, linked(lines, span), top(lines)) for title, icon, lines in groups],
        "complainants": linked(statistics.complainants(rows), span),
        "causes": linked(statistics.causes(rows), span),
        "may_plan": access.may_take_calls(request.user),
    }
    return render(request, "complaints/statistics.html", context, status=422 if request.GET and not form.is_valid() else 200)


def linked(lines: Iterable[Any], span: dict[str, str]) -> list[tuple[Any, str]]:
    """Each line with the address of the rows it counts."""
    there = reverse("complaints:complaint_list")
    return [(line, f"{there}?{urlencode({**span, **line.query})}") for line in lines]


def top(lines: list[statistics.Line]) -> int:
    """The longest bar."""
    return max((line.count for line in lines), default=1)


urls = [path("statistics/", overview, name="statistics")]
