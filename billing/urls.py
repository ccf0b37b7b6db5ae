"""Addresses of the money's pages; each views module lists its own."""

from django.urls import URLPattern

from billing.views import bills, counter, prices, runs

app_name = "billing"

urlpatterns: list[URLPattern] = [
    *bills.urls,
    *counter.urls,
    *prices.urls,
    *runs.urls,
]
