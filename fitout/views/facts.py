"""Pages on which each department establishes its fact about a fit-out before the works begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import forms
from core.pages import bound, form_page, need
from fitout import access
from fitout.forms import CommentsForm, FireReceiptForm, OwnExtinguishersForm, ProtectionForm
from fitout.models import Fitout
from fitout.services import facts


def _page(
    request: HttpRequest,
    fitout: Fitout,
    form_class: type[forms.Form],
    write: Callable[..., Fitout],
    *,
    title: Any,
    initial: dict[str, Any] | None = None,
    **context: Any,
) -> HttpResponse:
    """A form whose cleaned fields are what `write` is told."""
    form = bound(request, form_class, initial=initial or {})

    def save(filled: Any) -> Fitout:
        told = {name: value for name, value in filled.cleaned_data.items() if name != "submission_key"}
        return write(fitout, by=request.user, **told)

    back = reverse("fitout:fitout_detail", args=[fitout.pk])
    return form_page(request, form, title=title, save=save, record=fitout, cancel_url=back, **context)


def _mine(request: HttpRequest, pk: int, may: Callable[[Any, Any], bool]) -> Fitout:
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(may(request.user, fitout))
    return fitout


def comments_collected(request: HttpRequest, pk: int) -> HttpResponse:
    """The tenant collects the Drawing Review Comments (manual 3.2.4-2.2)."""
    fitout = _mine(request, pk, access.may_manage)

    def collect(record: Fitout, **told: Any) -> Fitout:
        return facts.collect_comments(record, at=timezone.now(), **told)

    return _page(request, fitout, CommentsForm, collect, title=_("Comments collected"), initial={"person": fitout.tenant_contact})


def fire_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Security collects the Fire Submission Receipt (manual 3.2.4-3.1)."""
    fitout = _mine(request, pk, access.may_guard)

    def keep(record: Fitout, **told: Any) -> Fitout:
        return facts.file_fire_receipt(record, at=timezone.now(), **told)

    return _page(request, fitout, FireReceiptForm, keep, title=_("Fire Submission Receipt"))


def door_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever saw the door set hanging says so (manual 3.2.4-4.1.a)."""
    fitout = _mine(request, pk, access.may_inspect)

    def see(record: Fitout, **told: Any) -> Fitout:
        return facts.see_door_set(record, at=timezone.now(), **told)

    return _page(request, fitout, forms.ConfirmForm, see, title=_("The door set is posted"), submit_label=_("I have seen it on the door"))


def protection(request: HttpRequest, pk: int) -> HttpResponse:
    """Customer service inspects the protection of finished surfaces (manual 3.2.4-4.1.b)."""
    fitout = _mine(request, pk, access.may_manage)

    def inspect(record: Fitout, **told: Any) -> Fitout:
        return facts.inspect_protection(record, at=timezone.now(), **told)

    return _page(request, fitout, ProtectionForm, inspect, title=_("Inspect the protection"))


def own_extinguishers(request: HttpRequest, pk: int) -> HttpResponse:
    """Security counts the contractor's own extinguishers (manual 3.2.3-4)."""
    fitout = _mine(request, pk, access.may_guard)
    initial = {"number": fitout.own_extinguishers}
    return _page(
        request, fitout, OwnExtinguishersForm, facts.count_own_extinguishers, title=_("Contractor's own extinguishers"), initial=initial
    )


urls = [
    path("fitouts/<int:pk>/comments-collected/", comments_collected, name="comments_collected"),
    path("fitouts/<int:pk>/fire-receipt/", fire_receipt, name="fire_receipt"),
    path("fitouts/<int:pk>/door-set/", door_set, name="door_set"),
    path("fitouts/<int:pk>/protection/", protection, name="protection"),
    path("fitouts/<int:pk>/own-extinguishers/", own_extinguishers, name="own_extinguishers"),
]
