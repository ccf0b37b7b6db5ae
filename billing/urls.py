"""Addresses of the money's pages; each views module lists its own."""

from django.urls import URLPattern

from billing.views import prices, runs

app_name = "billing"

urlpatterns: list[URLPattern] = [
    *prices.urls,
    *runs.urls,
]
