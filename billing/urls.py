"""Addresses of the money's pages; each views module lists its own."""

from django.urls import URLPattern

from billing.views import cash_counts, counter, invoices, prices, runs

app_name = "billing"

urlpatterns: list[URLPattern] = [
    *cash_counts.urls,
    *counter.urls,
    *invoices.urls,
    *prices.urls,
    *runs.urls,
]
