"""Addresses of the money's pages; each views module lists its own."""

from django.urls import URLPattern

from billing.views import bills, cash_counts, counter, deposits, dunning, invoices, prices, reports, runs, waivers

app_name = "billing"

urlpatterns: list[URLPattern] = [
    *bills.urls,
    *counter.urls,
    *deposits.urls,
    *dunning.urls,
    *cash_counts.urls,
    *invoices.urls,
    *prices.urls,
    *reports.urls,
    *runs.urls,
    *waivers.urls,
]
