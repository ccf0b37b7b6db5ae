"""Merging two files of one company, and taking them apart again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import forms
from core.pages import bound, form_page
from tenants import access
from tenants.forms.merging import MergeForm, OtherForm
from tenants.services import merging


def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Which other file is to be merged into this one."""
    kept = get_object_or_404(access.tenants(request.user), pk=pk)
    access.need(access.holds_any(request.user, kept, access.MERGERS))
    others = access.tenants(request.user).filter(building_id=kept.building_id).exclude(pk=kept.pk)
    form = bound(request, OtherForm, tenants=others)

    def save(filled: Any) -> str:
        return reverse("tenants:tenant_merge", args=[pk, filled.cleaned_data["other"].pk])

    title = _("Merge another file into %(tenant)s") % {"tenant": kept.name}
    cancel_url = reverse("tenants:tenant_detail", args=[pk])
    return form_page(request, form, title=title, save=save, submit_label=_("Compare the two"), cancel_url=cancel_url)


def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Both files side by side; what differs is chosen, everything of the other file moves over."""
    kept = get_object_or_404(access.tenants(request.user), pk=pk)
    access.need(access.holds_any(request.user, kept, access.MERGERS))
    joined = get_object_or_404(access.tenants(request.user).filter(building_id=kept.building_id).exclude(pk=pk), pk=other)
    form = bound(request, MergeForm, differences=merging.differences(kept, joined))

    def save(filled: Any) -> str:
        merging.merge(kept, joined, filled.taken(), by=request.user, at=timezone.now())
        messages.success(request, _("Merged. For thirty days this can be taken apart."))
        return reverse("tenants:tenant_detail", args=[pk])

    return form_page(
        request,
        form,
        title=_("Merge %(joined)s into %(kept)s") % {"joined": joined.name, "kept": kept.name},
        save=save,
        template="tenants/merge.html",
        submit_label=_("Merge the files"),
        cancel_url=reverse("tenants:tenant_detail", args=[pk]),
        kept=kept,
        joined=joined,
        kept_counts=merging.counts(kept),
        joined_counts=merging.counts(joined),
        blockers=merging.blockers(kept, joined),
    )


def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a merge apart."""
    made = get_object_or_404(access.merges(request.user), pk=pk)
    access.need(access.holds_any(request.user, made.kept, access.MERGERS))
    form = bound(request, forms.ConfirmForm)
    back = reverse("tenants:tenant_detail", args=[made.kept_id])

    def save(filled: Any) -> str:
        merging.undo(made, by=request.user, at=timezone.now())
        messages.success(request, _("Taken apart."))
        return back

    title = _("Take %(joined)s out of %(kept)s again") % {"joined": made.joined.name, "kept": made.kept.name}
    return form_page(request, form, title=title, save=save, submit_label=_("Take apart"), cancel_url=back)
