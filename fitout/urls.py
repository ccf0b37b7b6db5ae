"""Addresses of the fit-outs' pages; each views module lists its own."""

from django.urls import URLPattern

from fitout.views import contractors, drawings, facts, inspections, permits, register, work

app_name = "fitout"

urlpatterns: list[URLPattern] = [
    *register.urls,
    *contractors.urls,
    *facts.urls,
    *drawings.urls,
    *inspections.urls,
    *permits.urls,
    *work.urls,
]
