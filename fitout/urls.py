"""Addresses of the fit-outs' pages; each views module lists its own."""

from django.urls import URLPattern

from fitout.views import contractors, drawings, facts, permits, register, work

app_name = "fitout"

urlpatterns: list[URLPattern] = [*register.urls, *contractors.urls, *facts.urls, *drawings.urls, *permits.urls, *work.urls]
