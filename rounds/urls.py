"""Addresses of the rounds' pages; each views module lists its own."""

from django.urls import URLPattern

from rounds.views import board, checklists, phone, plans, register, walk

app_name = "rounds"

urlpatterns: list[URLPattern] = [*board.urls, *register.urls, *walk.urls, *phone.urls, *plans.urls, *checklists.urls]
