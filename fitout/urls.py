"""Addresses of the fit-outs' pages; each views module lists its own."""

from django.urls import URLPattern

from fitout.views import (
    breaches,
    contractors,
    drawings,
    extinguishers,
    facts,
    gate,
    inspections,
    money,
    overview,
    papers,
    passes,
    permits,
    register,
    site_checks,
    site_permits,
    stoppages,
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
    *permits.urls,
    *passes.urls,
    *gate.urls,
    *site_permits.urls,
    *extinguishers.urls,
    *site_checks.urls,
    *breaches.urls,
    *stoppages.urls,
]
