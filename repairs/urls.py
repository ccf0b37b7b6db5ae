"""Addresses of the repairs' pages; each views module lists its own."""

from django.urls import URLPattern

from repairs.views import figures, register, work

app_name = "repairs"

urlpatterns: list[URLPattern] = [*register.urls, *work.urls, *figures.urls]
