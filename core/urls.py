"""Addresses of the shared pages, and the ones every kind of record has."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.urls import URLPattern, path

from core import common_views, inbox_pages, list_pages, printing_views, signing_views, views

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
    path("records/<str:label>/<int:pk>/consent/<slug:document>/<str:party>/", signing_views.oral_consent, name="oral_consent"),
    path("sign-offs/<int:pk>/countersign/", signing_views.countersign, name="countersign"),
    path("search/", common_views.search_page, name="search"),
    path("drafts/", common_views.save_draft, name="drafts"),
    path("drafts/<int:pk>/discard/", common_views.discard_draft, name="discard_draft"),
    path("files/stash/", common_views.stash, name="stash"),
    path("files/<uuid:token>/", common_views.file, name="file"),
    path("notices/", inbox_pages.notices_page, name="notices"),
    path("notices/read/", inbox_pages.read_all, name="read_all"),
    path("notices/read-some/", inbox_pages.read_some, name="read_some"),
    path("notices/<int:pk>/", inbox_pages.open_notice, name="open_notice"),
    path("notices/mute/", inbox_pages.mute, name="mute"),
    path("notices/digest/", inbox_pages.digest, name="digest"),
    path("session/stay/", common_views.stay, name="stay"),
    path("records/<str:label>/<int:pk>/presence/", common_views.presence, name="presence"),
    path("jobs/<int:pk>/", common_views.job, name="job"),
    path("jobs/<int:pk>/file/", common_views.job_file, name="job_file"),
    path("jobs/<int:pk>/undo/", list_pages.undo_bulk, name="undo_bulk"),
    path("lists/<slug:name>/columns/", list_pages.columns, name="columns"),
    path("lists/<slug:name>/views/", list_pages.save_view, name="save_view"),
    path("lists/<slug:name>/density/", list_pages.density, name="density"),
    path("views/<int:pk>/", list_pages.edit_view, name="edit_view"),
    path("views/<int:pk>/drop/", list_pages.drop_view, name="drop_view"),
]
