"""Worker passes: workers are entered, billed, their pass made, printed and given back (manual 3.2.4-3.3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core import bulk, files, forms, lists
from core.crypto import format_phone
from core.flow import Refused
from core.pages import bound, form_page, need, record_page, without_blanks
from core.urls import record_urls
from fitout import access
from fitout.filters import WorkerPassFilter
from fitout.flow import PASS_FLOW, gate
from fitout.forms import RevealForm, WorkerLinesForm, WorkerPassForm
from fitout.forms.passes import trades
from fitout.models import Fitout, WorkerPass
from fitout.printing import badges
from fitout.services import passes
from fitout.tables import WorkerPassTable
from tenants import access as tenants

MOST_BADGES = 200


def worker_pass_list(request: HttpRequest) -> HttpResponse:
    """The register of workers of the buildings this person reads."""
    return lists.page(
        request,
        name="worker-passes",
        title=_("Worker passes"),
        rows=access.passes(request.user),
        table=WorkerPassTable,
        filter=WorkerPassFilter,
        search=tenants.words_in(
            "number", "name", "phone", "certificate_number", "fitout__number", "fitout__unit__code", "fitout__contractor__name"
        ),
        bulk=[bulk.of_step(PASS_FLOW, "take_back"), bulk.of_step(PASS_FLOW, "revoke")],
        views=[
            lists.Preset(_("Valid"), "state=VALID"),
            lists.Preset(_("To make"), "state=APPLIED"),
            lists.Preset(_("On site now"), "to_do=on_site"),
            lists.Preset(_("To be given back"), "to_do=back"),
        ],
        empty=_("No worker is registered yet. Workers are entered on the page of their fit-out."),
    )


def _of(request: HttpRequest, pk: int) -> Fitout:
    """A fit-out whose workers this person registers."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_register_workers(request.user, fitout))
    return fitout


def _back(fitout: Fitout) -> str:
    return reverse("fitout:fitout_detail", args=[fitout.pk]) + "#passes"


def worker_pass_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One worker is registered."""
    fitout = _of(request, pk)
    form = bound(request, WorkerPassForm)
    form.instance.fitout, form.instance.building_id = fitout, fitout.building_id

    def save(filled: Any) -> str:
        row = filled.save(commit=False)
        passes.enter([row], fitout, by=request.user, at=timezone.now())
        return _back(fitout)

    return form_page(request, form, title=_("Register a worker"), save=save, record=fitout, cancel_url=_back(fitout))


def worker_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Several workers are pasted at once: all or none."""
    fitout = _of(request, pk)
    form = bound(request, WorkerLinesForm)

    def save(filled: Any) -> str:
        made = passes.enter(filled.cleaned_data["lines"], fitout, by=request.user, at=timezone.now())
        messages.success(request, passes.how_many(len(made)))
        return _back(fitout)

    return form_page(
        request, form, title=_("Register several workers"), save=save, record=fitout, cancel_url=_back(fitout),
        template="fitout/worker_lines.html", trades=[str(row) for row in trades()],
    )  # fmt: skip


def passes_bill(request: HttpRequest, pk: int) -> HttpResponse:
    """The passes that nobody billed yet, and their price; one button bills them."""
    fitout = _of(request, pk)
    form = bound(request, forms.ConfirmForm)

    def save(_filled: Any) -> Any:
        made = passes.ask(fitout, by=request.user, at=timezone.now())
        return made or _back(fitout)

    rows = list(passes.unbilled(fitout).select_related("trade").order_by("pk"))
    return form_page(
        request, form, title=_("Bill the worker passes"), save=save, record=fitout, cancel_url=_back(fitout),
        submit_label=_("Bill them"), template="fitout/passes_bill.html", rows=rows,
        deposit=access.terms_of(fitout.building_id).pass_deposit * len(rows),
    )  # fmt: skip


@require_GET
def worker_pass_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One pass: whose it is, on which receipt it was made, and what speaks against an entry today."""
    row = get_object_or_404(access.passes(request.user).select_related("bill", "photo", "certificate", "replaces", "made_by"), pk=pk)
    may_register = access.may_register_workers(request.user, row)
    actions = [(_("Gate"), reverse("fitout:gate_pass", args=[pk]), "login-2")] if access.may_guard(request.user, row) else []
    if may_register:
        actions.append((_("Show the whole number"), reverse("fitout:worker_pass_reveal", args=[pk]), "eye"))
    if may_register and row.state == WorkerPass.State.LOST:
        actions.append((_("Apply for a new pass"), reverse("fitout:worker_pass_replace", args=[pk]), "replace"))
    return record_page(
        request,
        row,
        title=_("Worker pass"),
        facts=_facts(row),
        back=(reverse("fitout:worker_pass_list"), _("Worker passes")),
        actions=actions,
        edit_url=reverse("fitout:worker_pass_edit", args=[pk]) if may_register and row.state == WorkerPass.State.APPLIED else "",
        template="fitout/worker_pass.html",
        stops=gate.stops(row) if row.state == WorkerPass.State.VALID else [],
        entries=list(row.entries.select_related("let_in_by", "let_out_by")[:10]),
    )


def _facts(row: WorkerPass) -> list[tuple[Any, Any]]:
    known: list[tuple[Any, Any]] = [
        (_("Worker"), row.name),
        (_("Identity number"), row.masked_identity_number),
        (_("Trade"), row.trade),
        (_("Phone"), format_phone(row.phone)),
        (_("Fit-out"), row.fitout),
        (_("Unit"), row.fitout.unit),
        (_("Contractor"), row.fitout.contractor),
        (_("Certificate number"), row.certificate_number),
        (_("Certificate valid until"), row.certificate_until),
        (_("Medical examination valid until"), row.medical_until),
        (_("Valid until"), row.valid_until),
        (_("Payment notice"), row.bill),
        (_("Receipt shown"), row.receipt),
        (_("Made"), row.made_at),
        (_("Made by"), row.made_by),
        (_("Given back"), row.returned_at),
        (_("In place of the lost pass"), row.replaces),
    ]
    return without_blanks(known)


def worker_pass_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects what was entered, until the pass is made."""
    row = get_object_or_404(access.passes(request.user), pk=pk)
    need(access.may_register_workers(request.user, row) and row.state == WorkerPass.State.APPLIED)
    form = bound(request, WorkerPassForm, instance=row)
    back = reverse("fitout:worker_pass_detail", args=[pk])
    save = lambda filled: passes.correct(filled, by=request.user)  # noqa: E731
    return form_page(request, form, title=_("Correct the worker"), save=save, record=row, cancel_url=back)


def worker_pass_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """A new pass in place of a lost one; its fee is paid again."""
    row = get_object_or_404(access.passes(request.user), pk=pk)
    need(access.may_register_workers(request.user, row))
    form = bound(request, forms.ConfirmForm)
    back = reverse("fitout:worker_pass_detail", args=[pk])
    return form_page(
        request, form, title=_("Apply for a new pass"), save=lambda _filled: passes.replace(row, by=request.user, at=timezone.now()),
        record=row, cancel_url=back, submit_label=_("Apply for it"),
    )  # fmt: skip


@never_cache
def worker_pass_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the whole identity number; a POST with a reason, and logged."""
    row = get_object_or_404(access.passes(request.user), pk=pk)
    need(access.may_register_workers(request.user, row))
    form = bound(request, RevealForm)
    page = {"form": form, "record": row, "title": _("Show the whole number")}
    if request.method != "POST" or not form.is_valid():
        return render(request, "core/form_page.html", page, status=422 if request.method == "POST" else 200)
    value = passes.reveal(row, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
    return render(request, "fitout/revealed.html", page | {"value": value})


@require_GET
def pass_badges(request: HttpRequest, pk: int) -> HttpResponse:
    """The valid passes of a fit-out as badges, eight on a sheet."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    rows = list(fitout.passes.filter(state=WorkerPass.State.VALID).select_related("photo", "trade", "fitout__unit", "fitout__contractor"))
    if not rows:
        raise Refused(_("No pass of this fit-out is valid yet."))
    if len(rows) > MOST_BADGES:
        raise Refused(_("These are more than %(n)d passes. Print them one by one.") % {"n": MOST_BADGES})
    link = request.build_absolute_uri(reverse("fitout:gate"))
    return files.pdf_answer(badges(rows, link=link), name=f"{_('Worker passes')} {fitout}.pdf")


urls = [
    path("passes/", worker_pass_list, name="worker_pass_list"),
    path("passes/<int:pk>/edit/", worker_pass_edit, name="worker_pass_edit"),
    path("passes/<int:pk>/replace/", worker_pass_replace, name="worker_pass_replace"),
    path("passes/<int:pk>/reveal/", worker_pass_reveal, name="worker_pass_reveal"),
    path("fitouts/<int:pk>/passes/new/", worker_pass_new, name="worker_pass_new"),
    path("fitouts/<int:pk>/passes/several/", worker_lines, name="worker_lines"),
    path("fitouts/<int:pk>/passes/bill/", passes_bill, name="passes_bill"),
    path("fitouts/<int:pk>/passes/badges/", pass_badges, name="pass_badges"),
    *record_urls("passes", "worker_pass", model=WorkerPass, detail_view=worker_pass_detail),
]
