"""The page that prints: one address a form, for every kind of record."""

from __future__ import annotations

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import files, kinds, printing
from core.flow import Refused

LANGUAGES = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}


@require_GET
def print_record(request: HttpRequest, pk: int, form: str, *, model: type[models.Model]) -> HttpResponse:
    """A record's form as PDF, `?lang=en` in English, `?blank=1` empty. Whoever may see the record may print it."""
    kind = kinds.of(model)
    record = get_object_or_404(kind.rows(request.user), pk=pk)
    chosen = printing.form_of(model, form)
    if chosen is None:
        raise Http404
    language = LANGUAGES.get(request.GET.get("lang", ""), "zh-hans")
    now = timezone.now()
    if request.GET.get("blank") == "1" and chosen.blank:
        body = printing.print_blank(chosen, by=request.user, at=now, building=getattr(record, "building", None), language=language)
    else:
        body = _filled(request, chosen, record, language)
    return files.pdf_answer(body, name=f"{chosen.title} {record}.pdf")


def _filled(request: HttpRequest, chosen: printing.PrintForm, record: models.Model, language: str) -> bytes:
    reason = chosen.available(record)
    if reason:
        raise Refused(_("“%(form)s” can't be printed yet: %(reason)s") % {"form": chosen.title, "reason": reason})
    link = request.build_absolute_uri(kinds.of(record).url(record))
    return printing.print_record(chosen, record, by=request.user, at=timezone.now(), link=link, language=language)
