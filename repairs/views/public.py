"""Pages for people without an account: report what is broken by the label, and see how it stands."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core import forms
from core.flow import Refused
from core.text import clean_code
from premises.models import Place
from repairs.forms.order import usual_urgency
from repairs.forms.public import PublicReportForm, TrackForm
from repairs.models import RepairCategory, WorkOrder
from repairs.services import public

T = gettext_lazy
# How it stands, in a customer's words.
IN_WORDS: dict[str, Any] = {
    "NEW": T("We have it and send it on."),
    "REVIEW": T("Engineering looks whether it can be repaired."),
    "AWAITING_TENANT": T("We wait for your agreement to the price."),
    "ASSIGNED": T("It is with engineering."),
    "ACCEPTED": T("A technician has taken it."),
    "IN_PROGRESS": T("The technician is at work."),
    "AWAITING_PARTS": T("We wait for a part."),
    "PAUSED": T("It is on hold."),
    "TO_CONFIRM": T("The work is done: please check and sign."),
    "REWORK": T("We come again."),
    "TO_PAY": T("Done. The payment notice is open."),
    "REFUSED": T("Done. The payment notice is open."),
    "DONE": T("Done."),
    "CLOSED": T("Done and closed."),
    "DECLINED": T("It can't be repaired by us."),
    "WITHDRAWN": T("It was withdrawn."),
}


def public_place(code: str) -> Place:
    """The place of a label whose building takes requests by labels; 404 for any other."""
    rows = Place.objects.filter(is_active=True).select_related("unit", "public_area")
    place = get_object_or_404(rows, code=clean_code(code)[:12])
    if not public.is_open(place):
        raise Http404
    return place


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Three fields and a photo, without signing in (manual 3.4.1)."""
    place = public_place(code)
    form = PublicReportForm(request.POST, request.FILES) if request.method == "POST" else PublicReportForm()

    def save(filled: Any) -> str:
        told = {name: filled.cleaned_data[name] for name in ("name", "phone", "content")}
        category = filled.cleaned_data["category"] or RepairCategory.objects.get(code="OTHER")
        order = WorkOrder(category=category, urgency=usual_urgency(category), **told)
        made = public.report(order, place, address=address_of(request), photo=filled.cleaned_data["photo"], at=timezone.now())
        return reverse("repairs:public_thanks", args=[Signer(salt="repairs.thanks").sign(made.number)])

    return forms.respond(
        request, form, template="repairs/public_report.html", save=save, context={"place": place}, title=_("Report a fault")
    )


@login_not_required
@never_cache
@require_GET
def thanks(request: HttpRequest, signed: str) -> HttpResponse:
    """The number at once, and how to follow it."""
    try:
        number = Signer(salt="repairs.thanks").unsign(signed)
    except BadSignature as error:
        raise Http404 from error
    order = get_object_or_404(WorkOrder.objects.select_related("building"), number=number)
    return render(request, "repairs/public_thanks.html", {"order": order})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """How a request stands, by its number and the end of the phone."""
    form = TrackForm(request.POST) if request.method == "POST" else TrackForm(initial={"number": request.GET.get("number", "")[:20]})
    context: dict[str, Any] = {"form": form, "title": _("How does my request stand?")}
    status = 200
    if request.method == "POST":
        try:
            status = 422
            if form.is_valid():
                order = public.tracked(form.cleaned_data["number"], form.cleaned_data["tail"], address=address_of(request))
                context |= {"order": order, "said": IN_WORDS[order.state]}
                status = 200
        except Refused as refused:
            form.add_error(None, refused.message)
            status = getattr(refused, "status", 422)
    return render(request, "repairs/public_track.html", context, status=status)


def address_of(request: HttpRequest) -> str:
    """The caller's address, as trusted proxies tell it."""
    return str(get_adapter().get_client_ip(request))


urls = [
    path("report/<str:code>/", report, name="public_report"),
    path("reported/<str:signed>/", thanks, name="public_thanks"),
    path("track/", track, name="track"),
]
