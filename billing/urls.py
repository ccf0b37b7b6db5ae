"""Addresses of the money's pages; each views module lists its own."""

from django.urls import URLPattern

from billing.views import counter, prices, runs

app_name = "billing"

urlpatterns: list[URLPattern] = [
    *counter.urls,
    *prices.urls,
    *runs.urls,
]
