"""Addresses of the complaints' pages; each views module lists its own."""

from django.urls import URLPattern

from complaints.views import register, statistics, work

app_name = "complaints"

urlpatterns: list[URLPattern] = [*register.urls, *work.urls, *statistics.urls]
