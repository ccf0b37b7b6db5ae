"""Addresses of the shared pages, and the ones every kind of record has."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.urls import URLPattern, path

from core import printing_views, views

View = Callable[..., Any]


def record_urls(
    plural: str,
    noun: str,
    *,
    model: type[models.Model],
    list_view: View | None = None,
    new_view: View | None = None,
    detail_view: View | None = None,
) -> list[URLPattern]:
    """`<plural>/`, `new/`, `<pk>/`, `<pk>/do/<step>/`, `<pk>/print/<form>/`, named `<noun>_list` and so on."""
    own = [
        (f"{plural}/", list_view, f"{noun}_list"),
        (f"{plural}/new/", new_view, f"{noun}_new"),
        (f"{plural}/<int:pk>/", detail_view, f"{noun}_detail"),
    ]
    shared = [
        path(f"{plural}/<int:pk>/do/<slug:step>/", views.step, {"model": model}, name=f"{noun}_step"),
        path(f"{plural}/<int:pk>/print/<slug:form>/", printing_views.print_record, {"model": model}, name=f"{noun}_print"),
    ]
    return [path(route, view, name=name) for route, view, name in own if view] + shared


app_name = "core"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("r/<str:number>/", views.by_number, name="by_number"),
    path("records/<str:label>/<int:pk>/undo/", views.undo, name="undo"),
    path("records/<str:label>/<int:pk>/note/", views.note, name="note"),
]
