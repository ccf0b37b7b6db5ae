"""Addresses of the fit-outs' pages; each views module lists its own."""

from django.urls import URLPattern

from fitout.views import breaches, contractors, facts, permits, register, site_checks, stoppages, work

app_name = "fitout"

urlpatterns: list[URLPattern] = [
    *register.urls,
    *contractors.urls,
    *facts.urls,
    *work.urls,
    *permits.urls,
    *site_checks.urls,
    *breaches.urls,
    *stoppages.urls,
]
