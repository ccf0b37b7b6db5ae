"""Addresses of the fit-outs' pages; each views module lists its own."""

from django.urls import URLPattern

from fitout.views import (
    breaches,
    contractors,
    drawings,
    facts,
    inspections,
    money,
    overview,
    papers,
    permits,
    register,
    site_checks,
    stoppages,
    work,
)

app_name = "fitout"


urlpatterns: list[URLPattern] = [
    *register.urls,
    *papers.urls,
    *money.urls,
    *contractors.urls,
    *overview.urls,
    *facts.urls,
    *drawings.urls,
    *inspections.urls,
    *work.urls,
    *permits.urls,
    *site_checks.urls,
    *breaches.urls,
    *stoppages.urls,
]
