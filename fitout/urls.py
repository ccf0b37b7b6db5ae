"""Addresses of the fit-outs' pages; each views module lists its own."""

from django.urls import URLPattern

from fitout.views import contractors, extinguishers, facts, gate, passes, permits, register, site_permits, work

app_name = "fitout"

urlpatterns: list[URLPattern] = [
    *register.urls,
    *contractors.urls,
    *facts.urls,
    *work.urls,
    *permits.urls,
    *passes.urls,
    *gate.urls,
    *site_permits.urls,
    *extinguishers.urls,
]
