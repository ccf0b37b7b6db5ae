"""What a reader keeps of a list: columns, density, and views under a name."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms as fields
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import bulk, forms, jobs, saved_views
from core.common_views import back, own_page
from core.models import SavedView, UserSetting
from core.text import clean

DENSITIES = ("comfortable", "compact")


@require_POST
def columns(request: HttpRequest, name: str) -> HttpResponse:
    """Which columns of a list somebody wants to see."""
    chosen = [] if request.POST.get("reset") else _names(request.POST.getlist("column"))
    UserSetting.objects.update_or_create(user=request.user, key=f"columns:{name}"[:80], defaults={"value": chosen})
    return back(request)


def _names(columns: list[str]) -> list[str]:
    return [clean(column)[:60] for column in columns if column][:60]


@require_POST
def density(request: HttpRequest, name: str) -> HttpResponse:
    """How close the rows of a list stand: `comfortable` or `compact`."""
    asked = request.POST.get("density", "")
    value = asked if asked in DENSITIES else DENSITIES[0]
    UserSetting.objects.update_or_create(user=request.user, key=f"density:{name}"[:80], defaults={"value": value})
    return back(request)


@require_POST
def save_view(request: HttpRequest, name: str) -> HttpResponse:
    """Keeps filters, order and columns of a list under a name, and shows the list by it."""
    view = saved_views.save(
        request.user,
        name,
        clean(request.POST.get("name", ""))[:60],
        query=request.POST.get("query", ""),
        columns=_names(request.POST.get("columns", "").split(",")),
        shared_with=request.POST.get("shared_with", ""),
    )
    query = "&".join(part for part in (view.query, f"view={view.pk}") if part)
    return HttpResponseRedirect(f"{urlsplit(own_page(request, request.POST.get('next', ''))).path}?{query}")


class ViewForm(forms.Form):
    """Name of a view and who may use it."""

    name = fields.CharField(label=gettext_lazy("Name of the view"), max_length=60)
    shared_with = fields.ChoiceField(label=gettext_lazy("Who may use it"), required=False)

    def __init__(self, *arguments: Any, view: SavedView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.view = view
        # A view stays shared with a department that its owner has left since, until the owner says otherwise.
        known = {view.shared_with: view.shared_with} if view.shared_with else {}
        departments = known | saved_views.departments_of(view.owner)
        choice: Any = self.fields["shared_with"]
        choice.choices = [("", _("Only I")), *departments.items()]

    def clean_name(self) -> str:
        name = clean(self.cleaned_data["name"])
        namesakes = saved_views.own(self.view.owner).filter(list_name=self.view.list_name, name=name)
        if namesakes.exclude(pk=self.view.pk).exists():
            raise fields.ValidationError(_("You have another view of this name. Choose a different one."))
        return name


def edit_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Renames one's own view, shares it with a department or makes it private."""
    view = get_object_or_404(saved_views.own(request.user), pk=pk)
    sent = (request.POST,) if request.method == "POST" else ()
    form = ViewForm(*sent, view=view, initial={"name": view.name, "shared_with": view.shared_with})
    home = own_page(request, request.POST.get("next", request.GET.get("next", "")))

    def save(filled: ViewForm) -> HttpResponseRedirect:
        view.name, view.shared_with = filled.cleaned_data["name"], filled.cleaned_data["shared_with"]
        view.save(update_fields=["name", "shared_with"])
        return HttpResponseRedirect(home)

    return forms.respond(request, form, save=save, template="core/view_form.html", context={"home": home}, title=_("Saved view"))


@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes one's own view."""
    get_object_or_404(saved_views.own(request.user), pk=pk).delete()
    return back(request)


@require_POST
def undo_bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a bulk action of one's own back, for ten minutes."""
    job = get_object_or_404(jobs.of(request.user), pk=pk, kind=bulk.KIND)
    undone = bulk.take_back(job, by=request.user, at=timezone.now())
    return HttpResponseRedirect(reverse("core:job", args=[undone.pk]))
