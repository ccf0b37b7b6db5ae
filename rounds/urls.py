"""Addresses of the rounds' pages; each views module lists its own."""

from django.urls import URLPattern

from rounds.views import phone, walk

app_name = "rounds"

urlpatterns: list[URLPattern] = [*walk.urls, *phone.urls]
