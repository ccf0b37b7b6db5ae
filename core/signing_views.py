"""Oral consent: the page that records it and the page where it is countersigned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock, files, forms, kinds, signing
from core.flow import NotAllowed, Refused
from core.models import SignOff
from core.pages import bound, form_page, need
from core.signing_forms import CountersignForm, OralConsentForm, SignForm
from core.views import find_record


def oral_consent(request: HttpRequest, label: str, pk: int, document: str, party: str) -> HttpResponse:
    """Records a colleague's oral consent to a document of a record."""
    _kind, record = find_record(request, label, pk)
    row = next((row for row in signing.panel(record) if (row.document.key, row.party.key) == (document, party)), None)
    if row is None or not row.document.oral:
        raise Http404
    now = timezone.localtime()
    initial = {"given_at": now.replace(second=0, microsecond=0), "due_on": clock.add_working_days(now.date(), 2)}
    people = signing.holders(record, document, party).exclude(pk=request.user.pk)
    form = OralConsentForm(request.POST or None, people=people, initial=initial)

    def save(filled: Any) -> Any:
        asked = {name: filled.cleaned_data[name] for name in ("of", "given_at", "due_on", "note")}
        signing.oral_consent(record, document, party, by=request.user, **asked)
        return record

    context = {"row": row, "text": row.document.text(record)}
    return forms.respond(
        request, form, template="core/oral_consent.html", save=save, record=record, title=_("Record oral consent"), context=context
    )


def countersign(request: HttpRequest, pk: int) -> HttpResponse:
    """Where oral consent is countersigned or objected to; to others, and afterwards, it shows the facts."""
    row = get_object_or_404(SignOff.objects.select_related("user", "recorded_by", "replaced_by"), pk=pk, method=SignOff.Method.ORAL)
    record: Any = row.record
    kind = kinds.of(record)
    get_object_or_404(kind.rows(request.user), pk=record.pk)
    is_mine = signing.may_countersign(row, request.user)
    if request.method != "POST" and (row.replaced_by_id or not is_mine):
        return render(request, "core/countersign.html", {"row": row, "record": record})
    if not is_mine:
        raise NotAllowed(_("Only %(name)s, or who stands in for them, can countersign this.") % {"name": row.name})
    return _countersign(request, row, kind.url(record))


@reauthentication_required
def _countersign(request: HttpRequest, row: SignOff, url: str) -> HttpResponse:
    form = CountersignForm(request.POST or None, initial={"verdict": request.GET.get("verdict", SignOff.Verdict.AGREED)})

    def save(filled: Any) -> HttpResponseRedirect:
        agree = filled.cleaned_data["verdict"] == SignOff.Verdict.AGREED
        signing.countersign(row, by=request.user, at=timezone.now(), agree=agree, note=filled.cleaned_data["note"])
        return HttpResponseRedirect(url)

    context = {"row": row, "form": form}
    return forms.respond(
        request, form, template="core/countersign.html", save=save, record=row.record, title=_("Countersign"), context=context
    )


def sign_page(
    request: HttpRequest, record: Any, document: str, party: str, *, may: Callable[[signing.Party], bool], name: str
) -> HttpResponse:
    """Where one party signs one document of a record: a colleague with their role, an outsider at somebody's screen.

    `may(party)` says who may have it signed, `name` is the outsider's as far as it is known.
    """
    row = next((row for row in signing.panel(record) if (row.document.key, row.party.key) == (document, party)), None)
    if row is None or not row.document.text(record):
        raise Refused(_("There is nothing to sign here."))
    signer = row.party
    need(may(signer))
    form = bound(request, SignForm, is_ours=bool(signer.role), initial={"name": str(request.user) if signer.role else name})

    def save(filled: Any) -> Any:
        given = {key: filled.cleaned_data.get(key) or "" for key in ("name", "method", "witness")}
        strokes, scan = filled.cleaned_data.get("strokes") or [], filled.cleaned_data.get("scan") or None
        device = request.headers.get("User-Agent", "")[:200]
        files.attach(scan, record)
        signing.sign(record, document, party, by=request.user, at=timezone.now(), device=device, strokes=strokes, scan=scan, **given)
        return record

    return form_page(
        request,
        form,
        title=_("Sign: %(document)s") % {"document": row.document.title},
        save=save,
        record=record,
        submit_label=_("Sign"),
        template="core/sign.html",
        cancel_url=kinds.of(record).url(record),
        text=row.document.text(record),
        party=signer,
    )
