"""Places, their QR labels, and where a scan leads."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import files, lists, panels, printing
from core.flow import Refused
from core.text import clean_code
from premises import access
from premises.filters import PlaceFilter
from premises.models import Place
from premises.services import print_labels
from premises.tables import PlaceTable, containing
from premises.views.pages import record_page

MOST_LABELS = 480


@require_GET
def place_list(request: HttpRequest) -> HttpResponse:
    """Every place with a label."""
    return lists.page(
        request,
        name="premises-places",
        title=_("Places"),
        rows=access.places(request.user).filter(is_active=True),
        table=PlaceTable,
        filter=PlaceFilter,
        search=containing("label", "code"),
        order=("territory_id", "label"),
        template="premises/places.html",
    )


@require_GET
def place_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A place: what is there, and its label."""
    place = get_object_or_404(access.places(request.user).select_related("unit", "public_area"), pk=pk)
    owner = getattr(place, "unit", None) or getattr(place, "public_area", None)
    facts = [(_("Building"), place.territory), (_("Label code"), place.code), (_("What is there"), owner or "")]
    return record_page(
        request,
        place,
        title=place.label,
        facts=facts,
        back=(reverse("premises:place_list"), _("Places")),
        template="premises/place.html",
        qr=printing.qr_code(request.build_absolute_uri(reverse("scan", args=[place.code]))),
        owner=owner,
    )


@login_not_required
@require_GET
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """Where a scanned or typed label leads: the page of its place, or where slot `place.scanned` knows better.

    An app above says so by `function(place, user) -> address or ""`. Somebody who is not signed in goes where slot
    `place.public` leads, `function(place) -> address or ""`; else to sign in.
    """
    if not request.user.is_authenticated:
        return _scanned_by_stranger(request, code)
    place = get_object_or_404(access.places(request.user), code=clean_code(code)[:12])
    there = next((address for address in panels.contributions("place.scanned", place, request.user) if address), "")
    return HttpResponseRedirect(there or reverse("premises:place_detail", args=[place.pk]))


def _scanned_by_stranger(request: HttpRequest, code: str) -> HttpResponse:
    place = get_object_or_404(Place, code=clean_code(code)[:12], is_active=True)
    there = next((address for address in panels.contributions("place.public", place) if address), "")
    return HttpResponseRedirect(there) if there else redirect_to_login(request.get_full_path())


@require_GET
def place_labels(request: HttpRequest) -> HttpResponse:
    """QR labels as PDF, 24 on an A4 sheet: of one place (`?place=`), or of the list as it is filtered."""
    rows = _wanted(request)
    if len(rows) > MOST_LABELS:
        raise Refused(_("These are more than %(n)d labels. Choose a building or search first.") % {"n": MOST_LABELS})
    if not rows:
        raise Refused(_("There is no place to print a label for."))
    link = request.build_absolute_uri(reverse("scan", args=["X"])).removesuffix("X/")
    return files.pdf_answer(print_labels(rows, link=link), name=f"{_('Labels')}.pdf")


def _wanted(request: HttpRequest) -> list[Place]:
    rows = PlaceFilter(request.GET, queryset=access.places(request.user).filter(is_active=True), request=request).qs
    one, word = request.GET.get("place", ""), request.GET.get("q", "").replace("\0", "").strip()[:100]
    if one:
        rows = rows.filter(code=clean_code(one)[:12])
    if word:
        rows = containing("label", "code")(rows, word)
    return list(rows.order_by("territory_id", "label", "pk")[: MOST_LABELS + 1])
