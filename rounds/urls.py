"""Addresses of the rounds' pages; each views module lists its own."""

from django.urls import URLPattern

from rounds.views import board, checklists, plans, register, walk

app_name = "rounds"

urlpatterns: list[URLPattern] = [*board.urls, *register.urls, *walk.urls, *plans.urls, *checklists.urls]
