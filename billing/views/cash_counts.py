"""Pages of the day-end cash counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billing import access
from billing.filters.invoices import CashCountFilter
from billing.forms.cash_counts import CountForm
from billing.models import CashCount
from billing.services import cash_counts
from billing.tables.invoices import CashCountTable
from core import lists
from core.pages import bound, form_page, need, record_page
from core.urls import record_urls

SUMS = (("counted", gettext_lazy("Cash counted")), ("difference", gettext_lazy("Difference")))


@require_GET
def cash_count_list(request: HttpRequest) -> HttpResponse:
    """Every count of every cashier."""
    need(access.may_see_money(request.user))
    may_count = access.may_somewhere(request.user, access.CASHIERS)
    return lists.page(
        request,
        name="billing-cash-counts",
        title=_("Day-end cash counts"),
        rows=access.cash_counts(request.user),
        table=CashCountTable,
        filter=CashCountFilter,
        new=(reverse("billing:cash_count_new"), _("Count the drawer")) if may_count else None,
        views=[lists.Preset(_("To accept"), "state=HANDED_OVER")],
    )


@require_GET
def cash_count_new(request: HttpRequest) -> HttpResponse:
    """Goes to the count of the one building somebody works in; with several, of the one named by `?building=`."""
    buildings = list(access.buildings_where(request.user, access.CASHIERS))
    need(bool(buildings))
    named = request.GET.get("building", "")
    chosen = next((building for building in buildings if str(building.pk) == named), buildings[0])
    return HttpResponseRedirect(reverse("billing:count_drawer", args=[chosen.pk]))


def count_drawer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the books expect in a cashier's drawer, and what is there."""
    building = get_object_or_404(access.buildings(request.user), pk=pk)
    need(access.may(request.user, access.CASHIERS, building))
    rows = cash_counts.uncounted(request.user, building)
    expected = cash_counts.cash_in(rows)
    form = bound(request, CountForm, initial={"seen": expected})
    now = timezone.now()

    def save(filled: Any) -> CashCount:
        values = filled.cleaned_data
        return cash_counts.count(
            building, filled.pieces(), by=request.user, at=now, on=timezone.localdate(now), seen=values["seen"], reason=values["reason"]
        )

    return form_page(
        request,
        form,
        title=_("Count the drawer"),
        save=save,
        template="billing/cash_count_form.html",
        submit_label=_("Save the count"),
        cancel_url=reverse("billing:cash_count_list"),
        building=building,
        buildings=access.buildings_where(request.user, access.CASHIERS),
        expected=expected,
        methods=cash_counts.by_method(rows),
        sums=SUMS,
    )


@require_GET
def cash_count_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One count: what came in by method, what was counted, who took it over."""
    count = get_object_or_404(access.cash_counts(request.user), pk=pk)
    facts = [
        (_("Cashier"), count.cashier),
        (_("Day"), count.counted_on),
        (_("Counted at"), count.counted_at),
        (_("Cash expected"), f"¥{count.expected:,.2f}"),
        (_("Cash counted"), f"¥{count.counted:,.2f}"),
        (_("Difference"), f"¥{count.difference:,.2f}"),
        (_("Reason of the difference"), count.reason),
        (_("Accepted by"), count.accepted_by),
        (_("Accepted at"), count.accepted_at),
    ]
    return record_page(
        request,
        count,
        title=_("Cash count"),
        facts=facts,
        back=(reverse("billing:cash_count_list"), _("Day-end cash counts")),
        template="billing/cash_count.html",
        methods=cash_counts.by_method(cash_counts.covered(count)),
        pieces=cash_counts.pieces_of(count),
        postings=cash_counts.covered(count)[:500],
    )


urls = [
    path("cash-counts/building/<int:pk>/", count_drawer, name="count_drawer"),
    *record_urls(
        "cash-counts", "cash_count", model=CashCount, list_view=cash_count_list, new_view=cash_count_new, detail_view=cash_count_detail
    ),
]
