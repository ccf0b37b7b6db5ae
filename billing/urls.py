"""Addresses of the money's pages; each views module lists its own."""

from django.urls import URLPattern

app_name = "billing"

urlpatterns: list[URLPattern] = []
