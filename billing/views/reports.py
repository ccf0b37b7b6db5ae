"""Pages of figures: collected against due, arrears by age, deposits, waivers, the day book; and the closing of months."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import DateField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billing import access, charts
from billing.services import ledger, reminders, reports
from core import forms, health
from core.pages import bound, form_page, need

BUCKET_LABELS = {"0": gettext_lazy("Not yet due"), "1-30": "1–30", "31-60": "31–60", "61-90": "61–90", "91+": "91+"}


class DayForm(forms.Form):
    day = DateField(required=False)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The figures of a year, each a link to its rows."""
    need(access.may_see_money(request.user))
    today = timezone.localdate()
    buildings = list(access.money_buildings(request.user))
    begin = (today.replace(day=1) - dt.timedelta(days=330)).replace(day=1)
    months = reports.collected(buildings, begin, reports.end_of(today))
    ages = reports.ageing(access.charges(request.user), today)
    first, last = today.replace(month=1, day=1), today
    context = {
        "months": [(month, _bills(due_on_after=month.first, due_on_before=month.last)) for month in months],
        "months_chart": charts.bars([(f"{month.first:%m}", month.due, month.settled) for month in months]),
        "ages": [(BUCKET_LABELS[name], amount) for name, amount in ages.items()],
        "ages_chart": charts.bars([(BUCKET_LABELS[name], amount, amount) for name, amount in ages.items()]),
        "deposits": reports.deposits_held(buildings),
        "waivers": reports.waived(buildings, first, last),
        "first": first,
        "today": today,
        "books": health.kept("books"),
    }
    return render(request, "billing/reports.html", context)


def _bills(**filters: Any) -> str:
    return f"{reverse('billing:bill_list')}?{urlencode(filters)}"


@require_GET
def arrears(request: HttpRequest) -> HttpResponse:
    """The collections list: who owes past the day, by age, what was done last and what is promised."""
    need(access.may_see_money(request.user))
    today = timezone.localdate()
    rows = access.charges(request.user)
    found = reports.debtors(rows, today)
    words = reminders.last_words(row.tenant_id for row in found)
    context = {
        "debtors": [(row, words[row.tenant_id]) for row in found],
        "waiting": access.reminders(request.user).filter(state__in=("TO_SEND", "MANAGER")).count(),
        "may_chase": access.may_somewhere(request.user, access.CHASERS),
        "ages": [(BUCKET_LABELS[name], amount) for name, amount in reports.ageing(rows, today).items()],
        "labels": list(BUCKET_LABELS.values()),
        "today": today,
    }
    return render(request, "billing/arrears.html", context)


@require_GET
def day_book(request: HttpRequest) -> HttpResponse:
    """Every entry of one day."""
    need(access.may_see_money(request.user))
    asked = DayForm(request.GET)
    day = (asked.cleaned_data["day"] if asked.is_valid() else None) or timezone.localdate()
    rows = reports.day_book(access.money_buildings(request.user), day)
    context = {"day": day, "entries": rows, "before": day - dt.timedelta(days=1), "after": day + dt.timedelta(days=1)}
    return render(request, "billing/day_book.html", context, status=200 if asked.is_valid() else 422)


@require_GET
def period_list(request: HttpRequest) -> HttpResponse:
    """Months with entries, open and closed."""
    need(access.may_see_money(request.user))
    today = timezone.localdate()
    rows = access.periods(request.user).select_related("building").order_by("building__name", "-month")
    closers = {building.pk for building in access.buildings_where(request.user, access.CLOSERS)}
    shown = [(row, row.building_id in closers and not row.closed_at and row.month < today.replace(day=1)) for row in rows[:240]]
    return render(request, "billing/periods.html", {"rows": shown, "books": health.kept("books")})


def period_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes a month for good."""
    period = get_object_or_404(access.periods(request.user), pk=pk)
    need(access.may(request.user, access.CLOSERS, period))
    form = bound(request, forms.ConfirmForm)

    def save(filled: Any) -> str:
        ledger.close_month(period.building, period.month, by=request.user, at=timezone.now())
        messages.success(request, _("%(month)s is closed.") % {"month": period})
        return reverse("billing:period_list")

    title = _("Close %(month)s of %(building)s for good") % {"month": period, "building": period.building}
    return form_page(request, form, title=title, save=save, submit_label=_("Close the month"), cancel_url=reverse("billing:period_list"))


urls = [
    path("reports/", overview, name="reports"),
    path("arrears/", arrears, name="arrears"),
    path("day-book/", day_book, name="day_book"),
    path("months/", period_list, name="period_list"),
    path("months/<int:pk>/close/", period_close, name="period_close"),
]
