"""Pages of moving in: list, notice, record, papers, briefing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import bulk, forms, history, lists, paper_pages, papers, printing, signing
from core.flow import NotAllowed
from core.models import Paper
from premises import access as premises
from staff.access import ENGINEERING, SERVICE
from tenants import access
from tenants import services as tenants
from tenants.filters import DefectFilter, MoveInFilter
from tenants.flow import DEFECT_FLOW, MOVE_IN_FLOW
from tenants.forms import BriefingForm, DefectPlanForm, MoveInForm
from tenants.models import Defect, MoveIn, Tenant
from tenants.services import move_in as rules
from tenants.services import move_in_reminders as reminders
from tenants.tables import DefectTable, MoveInTable
from tenants.views.correspondence import tenant_of

SECTIONS = (
    ("identity", gettext_lazy("Identity")),
    ("papers", gettext_lazy("Papers")),
    ("walk-through", gettext_lazy("Walk-through")),
    ("meters", gettext_lazy("Meters")),
    ("keys", gettext_lazy("Keys")),
    ("defects", gettext_lazy("Defects")),
    ("sign", gettext_lazy("Sign")),
)


def move_in_list(request: HttpRequest) -> HttpResponse:
    may = access.may_send_notice(request.user)
    return lists.page(
        request,
        name="move-ins",
        title=_("Move-in"),
        rows=access.move_ins(request.user),
        table=MoveInTable,
        filter=MoveInFilter,
        search=access.move_ins_like,
        new=(reverse("tenants:move_in_new"), _("New Move-in Notice")) if may else None,
        views=[lists.Preset(_("Under way"), "under_way=1")],
        bulk=[lists.Bulk("remind", _("Remind of missing papers"), _remind, access.may_send_notice)],
        empty=_("The leasing department sends a Move-in Notice, and the move-in begins."),
    )


def _remind(move_in: MoveIn, *, by: Any) -> None:
    if not access.may_send_notice(by, move_in.building_id):
        raise NotAllowed(_("Leasing and customer service remind of missing papers."))
    reminders.remind_of_papers(move_in, by=by, on=timezone.localdate())


def move_in_new(request: HttpRequest) -> HttpResponse:
    if not access.may_send_notice(request.user):
        raise NotAllowed(_("Leasing and customer service send Move-in Notices."))
    buildings = list(premises.buildings(request.user))
    initial = {"building": str(buildings[0].pk) if len(buildings) == 1 else None, **tenant_of(request)}
    initial["place"] = _("Management office, ground floor")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = MoveInForm(*sent, user=request.user, buildings=buildings, initial=initial)
    return forms.respond(request, form, save=lambda filled: _notify(filled, request.user), title=_("New Move-in Notice"))


def _notify(form: MoveInForm, user: Any) -> MoveIn:
    filled, now = form.cleaned_data, timezone.now()
    terms = None
    if filled.get("contract_number"):
        terms = rules.LeaseTerms(filled["contract_number"], filled["starts_on"], filled["ends_on"])
    names = ("takeover_at", "place", "addressee", "addressee_phone", "addressee_email", "wants_parking", "slip_note")
    move_in = MoveIn(tenant=filled.get("tenant") or _new_tenant(filled, user), **{name: filled[name] for name in names})
    return rules.notify(move_in, units=filled["found_units"], terms=terms, by=user, at=now)


def _new_tenant(filled: dict[str, Any], user: Any) -> Tenant:
    tenant = Tenant(building_id=int(filled["building"]), name=filled["new_name"], credit_code=filled["new_credit_code"])
    tenant.full_clean(exclude=["number", "created_by"])
    return tenants.register_tenant(tenant, by=user, on=timezone.localdate())


def move_in_detail(request: HttpRequest, pk: int) -> HttpResponse:
    move_in = get_object_or_404(access.move_ins(request.user), pk=pk)
    defects = list(move_in.defects.select_related("unit").prefetch_related("photos__file"))
    context = {
        "move_in": move_in,
        "title": f"{move_in.tenant}",
        "next_step": MOVE_IN_FLOW.next_step(move_in, request.user),
        "undoable": MOVE_IN_FLOW.undoable(move_in, by=request.user, at=timezone.now()),
        "units": list(move_in.units.select_related("unit__floor", "lease")),
        "papers": papers.checklist(move_in),
        "rebook_url": rebook_url(move_in),
        "may_work": SERVICE.holds(request.user, move_in),
        "may_sign": SERVICE.holds(request.user, move_in) or ENGINEERING.holds(request.user, move_in),
        "signoffs": signing.panel(move_in),
        "defects": defects,
        "handbooks": list(move_in.handbooks.select_related("text", "issued_by")),
        "keys": list(move_in.keys.select_related("loan__key")),
        "baselines": list(move_in.baselines.select_related("reading__meter__unit")),
        "timeline": history.timeline(move_in, *defects),
        "flow": MOVE_IN_FLOW,
        "prints": printing.menu(move_in),
        "sections": SECTIONS,
    }
    return render(request, "tenants/move_in/detail.html", context)


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One required paper: taken in, checked, replaced or set aside; a new appointment is offered beside it."""
    row = get_object_or_404(Paper.objects.select_related("kind", "file"), pk=pk)
    move_in = get_object_or_404(access.move_ins(request.user), pk=row.object_id) if isinstance(row.record, MoveIn) else None
    if move_in is None or not SERVICE.holds(request.user, move_in):
        raise NotAllowed(_("Customer service takes the papers in."))
    if not (move_in.is_open or _is_awaited(row, move_in)):
        raise NotAllowed(_("%(number)s is closed: its papers are kept as they are.") % {"number": move_in.number})
    back = reverse("tenants:handover", args=[move_in.pk, "papers"])
    there = back if move_in.is_open else reverse("tenants:move_in_detail", args=[move_in.pk])
    return paper_pages.respond(
        request,
        row,
        record=move_in,
        back=back,
        then=lambda filled: there,
        template="tenants/move_in/paper.html",
        move_in=move_in,
        rebook_url=rebook_url(move_in),
    )


def _is_awaited(row: Paper, move_in: MoveIn) -> bool:
    """The paper that a substitute stands for may still come after the company has moved in."""
    return move_in.state == MoveIn.State.MOVED_IN and row.state in {Paper.State.SUBSTITUTE, Paper.State.RECEIVED}


def rebook_url(move_in: MoveIn) -> str:
    """Where a new time is proposed; "" once the handover began."""
    step = {"BOOKED": "rebook", "PAPERS_MISSING": "book", "NOTIFIED": "book"}.get(move_in.state, "")
    return reverse("tenants:move_in_step", args=[move_in.pk, step]) if step else ""


def briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """What the tenant's administrators are told about the building, and that they were (manual 3.1.4-3.5)."""
    move_in = get_object_or_404(access.move_ins(request.user), pk=pk)
    if not SERVICE.holds(request.user, move_in):
        raise NotAllowed(_("Customer service holds the briefing."))
    initial = {"people": move_in.briefed_people, "declined": move_in.briefing_declined, "cards_wanted": move_in.cards_wanted}
    form = BriefingForm(*((request.POST,) if request.method == "POST" else ()), initial=initial)

    def save(filled: BriefingForm) -> MoveIn:
        said = {name: filled.cleaned_data[name] for name in ("people", "declined", "cards_wanted")}
        return rules.hold_briefing(move_in, by=request.user, at=timezone.now(), **said)

    context = {"move_in": move_in, "topics": tenants.briefing_lines(move_in.building_id)}
    return forms.respond(
        request, form, template="tenants/move_in/briefing.html", save=save, context=context, title=_("Briefing on the building")
    )


def defect_list(request: HttpRequest) -> HttpResponse:
    return lists.page(
        request,
        name="defects",
        title=_("Defects"),
        rows=access.defects(request.user),
        table=DefectTable,
        filter=DefectFilter,
        search=access.defects_like,
        order=["due_on"],
        bulk=[bulk.of_step(DEFECT_FLOW, "hand_over"), bulk.of_step(DEFECT_FLOW, "plan", form=DefectPlanForm)],
        views=[lists.Preset(_("To mend"), "state=HANDED_OVER"), lists.Preset(_("To be accepted"), "state=MENDED")],
        empty=_("Defects found at the handover of a unit are listed here."),
    )


def defect_detail(request: HttpRequest, pk: int) -> HttpResponse:
    defect = get_object_or_404(access.defects(request.user), pk=pk)
    context = {
        "defect": defect,
        "title": f"{defect.unit} · {defect.place}",
        "next_step": DEFECT_FLOW.next_step(defect, request.user),
        "undoable": DEFECT_FLOW.undoable(defect, by=request.user, at=timezone.now()),
        "photos": list(defect.photos.select_related("file")),
        "may_change_photos": defect.state == Defect.State.OPEN
        and (SERVICE.holds(request.user, defect) or ENGINEERING.holds(request.user, defect)),
        "signoffs": signing.panel(defect) if defect.state in {Defect.State.MENDED, Defect.State.ACCEPTED} else [],
        "timeline": history.timeline(defect),
        "flow": DEFECT_FLOW,
        "prints": printing.menu(defect),
        "today": timezone.localdate(),
    }
    return render(request, "tenants/move_in/defect.html", context)
