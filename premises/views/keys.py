"""Pages of keys and cards: the book, loans, receipts, counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock, lists, signing
from core import forms as core_forms
from core.flow import Refused
from premises import access, services
from premises.filters import KeyCountFilter, KeyFilter
from premises.forms import KeyCountForm, KeyForm, LoanSignForm
from premises.models import Key, KeyLoan
from premises.tables import KeyCountTable, KeyTable, containing, key_status
from premises.views.pages import bound, need, record_page, row_form


@require_GET
def key_list(request: HttpRequest) -> HttpResponse:
    """Every key and card, where it is and who has it."""
    need(access.may_see_keys(request.user))
    may_keep = access.may_keep_keys(request.user)
    return lists.page(
        request,
        name="premises-keys",
        title=_("Keys & cards"),
        rows=access.keys(request.user).with_holder(),
        table=KeyTable,
        filter=KeyFilter,
        search=containing("number", "label", "unit__code", "parking_space__code", "holder_name"),
        order=("building_id", "number"),
        new=(reverse("premises:key_new"), _("New key or card")) if may_keep else None,
        views=[
            lists.Preset(_("Overdue"), "overdue=true"),
            lists.Preset(_("Out"), "state=OUT"),
            lists.Preset(_("In store"), "state=IN_STORE"),
            lists.Preset(_("Lost"), "state=LOST"),
        ],
        template="premises/keys.html",
        context={"may_keep": may_keep},
    )


def key_new(request: HttpRequest) -> HttpResponse:
    """Takes a key or card into the book."""
    need(access.may_keep_keys(request.user))
    form = bound(request, KeyForm, user=request.user)
    return row_form(
        request,
        form,
        title=_("New key or card"),
        cancel_url=reverse("premises:key_list"),
        may=lambda key: access.may_keep_keys(request.user, key.building_id),
    )


@require_GET
def key_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A key or card with everybody who ever had it."""
    need(access.may_see_keys(request.user))
    key: Any = get_object_or_404(access.keys(request.user).with_holder(), pk=pk)
    facts = [
        (_("Building"), key.building),
        (_("Kind"), key.get_kind_display()),
        (_("Opens"), key.unit or key.parking_space or key.area or ""),
        (_("Note"), key.label),
        (_("Holder"), key.holder_name or ""),
        (_("Due"), key.due_at or ""),
    ]
    may_keep = access.may_keep_keys(request.user, key.building_id)
    loans = list(key.loans.select_related("issued_by", "returned_to")[:50])
    return record_page(
        request,
        key,
        title=_("Key %(number)s") % {"number": key.number},
        facts=facts,
        back=(reverse("premises:key_list"), _("Keys & cards")),
        template="premises/key.html",
        chip=key_status(key, key.due_at),
        loans=loans,
        related=loans,
        edit_url=reverse("premises:key_edit", args=[pk]) if may_keep else "",
    )


def key_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects what the book says of a key."""
    key = get_object_or_404(access.keys(request.user), pk=pk)
    need(access.may_keep_keys(request.user, key.building_id))
    form = bound(request, KeyForm, user=request.user, instance=key)
    return row_form(request, form, title=_("Edit key or card"), cancel_url=reverse("premises:key_detail", args=[pk]))


@require_GET
def key_loan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One loan with its receipt."""
    need(access.may_see_keys(request.user))
    loan = get_object_or_404(access.key_loans(request.user), pk=pk)
    facts = [
        (_("Key or card"), loan.key),
        (_("Opens"), loan.key.opens),
        (_("Holder"), loan.holder_name),
        (_("Company"), loan.holder_company),
        (_("Phone"), loan.holder_phone),
        (_("Purpose"), loan.purpose),
        (_("Issued"), loan.issued_at),
        (_("Due"), loan.due_at or _("end of the tenancy")),
        (_("Returned"), loan.returned_at or ""),
        (_("Reported lost"), loan.lost_at or ""),
    ]
    return record_page(
        request,
        loan,
        title=_("Key loan: %(holder)s") % {"holder": loan.holder_name},
        facts=facts,
        back=(reverse("premises:key_detail", args=[loan.key_id]), loan.key),
        template="premises/key_loan.html",
        signoffs=signing.panel(loan),
        sign_url="premises:key_loan_sign" if access.may_keep_keys(request.user, loan.building_id) else "",
    )


def key_loan_sign(request: HttpRequest, pk: int, document: str, party: str) -> HttpResponse:
    """The holder signs the receipt on the screen, then the desk."""
    loan = get_object_or_404(access.key_loans(request.user), pk=pk)
    need(access.may_keep_keys(request.user, loan.building_id))
    paper, signer = _party(loan, document, party)
    form = bound(request, LoanSignForm, initial={"name": str(request.user) if signer.role else loan.holder_name})

    def save(filled: Any) -> KeyLoan:
        values = filled.cleaned_data
        signing.sign(
            loan,
            document,
            party,
            by=request.user,
            at=clock.now(),
            method=values["method"],
            name=values["name"],
            strokes=values["strokes"],
            witness=values["witness"],
            device=request.headers.get("User-Agent", "")[:200],
        )
        return loan

    context = {"loan": loan, "party": signer, "text": paper.text(loan), "cancel_url": reverse("premises:key_loan_detail", args=[pk])}
    title = _("Sign: %(document)s") % {"document": paper.title}
    return core_forms.respond(request, form, save=save, template="premises/sign.html", title=title, context=context, record=loan)


def _party(loan: KeyLoan, document: str, party: str) -> tuple[Any, Any]:
    try:
        paper = signing.document(loan, document)
        return paper, paper.party(party)
    except (KeyError, StopIteration):
        raise Refused(_("There is nothing to sign here.")) from None


@require_GET
def key_count_list(request: HttpRequest) -> HttpResponse:
    """Counts of the keys in the store."""
    need(access.may_see_keys(request.user))
    may_keep = access.may_keep_keys(request.user)
    return lists.page(
        request,
        name="premises-key-counts",
        title=_("Key counts"),
        rows=access.key_counts(request.user),
        table=KeyCountTable,
        filter=KeyCountFilter,
        order=("-counted_at",),
        new=(reverse("premises:key_count_new"), _("Count keys")) if may_keep else None,
    )


def key_count_new(request: HttpRequest) -> HttpResponse:
    """Counts one building's store, one kind at a time or all."""
    need(access.may_keep_keys(request.user))
    buildings = [building for building in access.buildings(request.user) if access.may_keep_keys(request.user, building.pk)]
    asked = request.GET.get("building", "")
    building = next((each for each in buildings if str(each.pk) == asked), buildings[0])
    kind = request.GET.get("kind", "") if request.GET.get("kind") in Key.Kind.values else ""
    keys = access.keys(request.user).filter(building=building, state=Key.State.IN_STORE, **({"kind": kind} if kind else {}))
    form = bound(request, KeyCountForm, keys=keys.order_by("number"))

    def save(filled: Any) -> Any:
        numbers, note = filled.numbers(), filled.cleaned_data["note"]
        return services.count_keys(building, found=numbers, by=request.user, at=clock.now(), kind=kind, note=note)

    context = {"building": building, "buildings": buildings, "kind": kind, "kinds": Key.Kind.choices, "expected": keys.count()}
    title = _("Count keys: %(building)s") % {"building": building}
    return core_forms.respond(request, form, save=save, template="premises/key_count_new.html", title=title, context=context)


@require_GET
def key_count_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A count with its differences."""
    need(access.may_see_keys(request.user))
    count = get_object_or_404(access.key_counts(request.user), pk=pk)
    facts = [
        (_("Building"), count.building),
        (_("Kind"), count.get_kind_display() if count.kind else _("All kinds")),
        (_("Counted"), count.counted_at),
        (_("Counted by"), count.counted_by),
        (_("In the book"), count.expected),
        (_("Found"), count.found),
        (_("Note"), count.note),
    ]
    return record_page(
        request,
        count,
        title=_("Key count"),
        facts=facts,
        back=(reverse("premises:key_count_list"), _("Key counts")),
        template="premises/key_count.html",
        differences=count.differences.select_related("key"),
    )
