"""The handover wizard on a tablet: seven sections in any order, each a plain form that works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import forms, papers, signing
from core.flow import NotAllowed, Refused
from premises import access as premises
from premises.models import Key, Meter
from premises.services import ReadingDoubtful
from staff.access import ENGINEERING, SERVICE
from tenants import access
from tenants.flow import MOVE_IN_FLOW
from tenants.forms import (
    DefectForm,
    EquipmentForm,
    HandbooksForm,
    KeysForm,
    MeterForm,
    ParkingForm,
    RegistrationForm,
    SignatureForm,
    VisitorForm,
)
from tenants.models import Defect, MoveIn
from tenants.services import move_in as rules
from tenants.services.defects import add_defect
from tenants.views.move_in import SECTIONS, rebook_url

BEFORE = {"identity", "papers"}


def handover(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One section of the wizard."""
    move_in = get_object_or_404(access.move_ins(request.user), pk=pk)
    if section not in PAGES:
        raise Http404
    if not (SERVICE.holds(request.user, move_in) or ENGINEERING.holds(request.user, move_in)):
        raise NotAllowed(_("Customer service and engineering hand the unit over."))
    if request.method == "POST":
        _check_open(move_in, section, request.user)
    return PAGES[section](request, move_in)


def _check_open(move_in: MoveIn, section: str, user: Any) -> None:
    if not move_in.is_open:
        raise NotAllowed(
            _("%(number)s is %(state)s: nothing is changed any more.") % {"number": move_in.number, "state": move_in.get_state_display()}
        )
    if section not in {"meters", "defects", "sign", "walk-through"} and not SERVICE.holds(user, move_in):
        raise NotAllowed(_("This section is customer service's."))
    if _must_begin(move_in, section):
        raise Refused(_("%(number)s: begin the handover first.") % {"number": move_in.number})


def _must_begin(move_in: MoveIn, section: str) -> bool:
    """Nothing in the unit is done before the visitor and the papers were checked."""
    return move_in.is_open and section not in BEFORE and move_in.state not in rules.BEGUN


def _sent(request: HttpRequest, which: str = "") -> tuple[Any, ...]:
    """The POST when it is meant for this form of the page."""
    mine = request.method == "POST" and request.POST.get("form", "") == which
    return (request.POST, request.FILES) if mine else ()


def _answer(request: HttpRequest, move_in: MoveIn, section: str, form: Any, save: Callable[[Any], Any], **context: Any) -> HttpResponse:
    keys = [key for key, _label in SECTIONS]
    later = keys[keys.index(section) + 1] if section != keys[-1] else ""
    target = request.POST.get("then") or later
    url = reverse("tenants:handover", args=[move_in.pk, target if target in keys else section])
    leave = reverse("tenants:move_in_detail", args=[move_in.pk])

    def store(filled: Any) -> str:
        save(filled)
        return leave if request.POST.get("leave") else url

    shown = {
        "move_in": move_in,
        "section": section,
        "steps": _steps(move_in, section),
        "number": keys.index(section) + 1,
        "leave_url": leave,
    }
    back = reverse("tenants:handover", args=[move_in.pk, keys[keys.index(section) - 1]]) if keys.index(section) else leave
    if section == "sign" or _must_begin(move_in, section):
        shown["next_step"] = MOVE_IN_FLOW.next_step(move_in, request.user)
    shown["must_begin"] = _must_begin(move_in, section)
    context = {**shown, "back_url": back, "next_url": url, **context}
    return forms.respond(
        request, form, template=f"tenants/move_in/{section}.html", save=store, context=context, title=dict(SECTIONS)[section]
    )


def _steps(move_in: MoveIn, current: str) -> list[dict[str, Any]]:
    """The task list: each section with its progress."""
    progress = rules_of_progress(move_in)
    labels = {"DONE": _("Done"), "PARTLY": _("In progress"), "NONE": _("Not started")}
    return [
        {
            "key": key,
            "label": label,
            "url": reverse("tenants:handover", args=[move_in.pk, key]),
            "progress": progress[key],
            "progress_label": labels[progress[key]],
            "is_current": key == current,
        }
        for key, label in SECTIONS
    ]


def rules_of_progress(move_in: MoveIn) -> dict[str, str]:
    """NONE, PARTLY or DONE of each section."""
    lines = papers.checklist(move_in)
    given = [line for line in lines if line.is_given]
    meters, read = len(rules.electricity_meters(move_in)), move_in.baselines.count()
    rows = signing.panel(move_in)
    signed = [row for row in rows if row.is_valid]
    open_defects = move_in.defects.filter(state=Defect.State.OPEN).exists()
    filed = [bool(lines) and len(given) == len(lines), bool(move_in.forms_filed_at), move_in.handbooks.exists()]
    return {
        "identity": _progress(1 if move_in.visitor_checked_at else 0, 1),
        "papers": _progress(sum(filed), 3) if any(filed) else _progress(len(given), len(lines) or 1),
        "walk-through": _progress(1 if move_in.equipment_checked_at else 0, 1),
        "meters": _progress(read, meters or 1) if meters else "DONE",
        "keys": _progress(1 if move_in.keys.exists() else 0, 1),
        "defects": "PARTLY" if open_defects else "DONE" if move_in.equipment_checked_at else "NONE",
        "sign": _progress(len(signed), len(rows)),
    }


def _progress(done: int, total: int) -> str:
    return "DONE" if done >= total else "PARTLY" if done else "NONE"


def _units(move_in: MoveIn) -> list[Any]:
    return [row.unit for row in move_in.units.select_related("unit__floor")]


def identity(request: HttpRequest, move_in: MoveIn) -> HttpResponse:
    initial = {
        "by_agent": "1" if move_in.by_agent else "0",
        "visitor_name": move_in.visitor_name or move_in.addressee,
        "visitor_phone": move_in.visitor_phone or move_in.addressee_phone,
    }
    form = VisitorForm(*_sent(request), initial=initial)

    def save(filled: Any) -> None:
        said = {name: filled.cleaned_data[name] for name in ("by_agent", "visitor_name", "visitor_phone")}
        if filled.cleaned_data["agent_identity"]:
            said["agent_identity"] = filled.cleaned_data["agent_identity"]
        rules.check_visitor(move_in, by=request.user, at=timezone.now(), **said)

    return _answer(request, move_in, "identity", form, save)


def papers_section(request: HttpRequest, move_in: MoveIn) -> HttpResponse:
    handing = request.POST.get("form") == "handbooks"
    handbooks = HandbooksForm(*_sent(request, "handbooks"), auto_id="id_handbooks_%s")
    registration = RegistrationForm(*_sent(request), initial=rules.registration_of(move_in))

    def give(filled: Any) -> None:
        rules.issue_handbooks(move_in, filled.cleaned_data["kinds"], by=request.user, at=timezone.now())

    def file(filled: Any) -> None:
        rules.file_registration(move_in, **filled.parts(), by=request.user, at=timezone.now())

    context = {
        "papers": papers.checklist(move_in),
        "rebook_url": rebook_url(move_in),
        "handed": list(move_in.handbooks.select_related("text")),
        "handbooks_form": handbooks,
        "registration_form": registration,
        "may_work": SERVICE.holds(request.user, move_in),
    }
    return _answer(request, move_in, "papers", handbooks if handing else registration, give if handing else file, **context)


def walk_through(request: HttpRequest, move_in: MoveIn) -> HttpResponse:
    lines = rules.planned_equipment(move_in)
    form = EquipmentForm(*_sent(request), lines=lines, units=_units(move_in))

    def save(filled: Any) -> None:
        rules.check_equipment(move_in, filled.lines(), at=timezone.now())

    return _answer(request, move_in, "walk-through", form, save)


def meters(request: HttpRequest, move_in: MoveIn) -> HttpResponse:
    found = rules.electricity_meters(move_in)
    read = {row.reading.meter_id: row.reading for row in move_in.baselines.select_related("reading")}
    chosen = request.POST.get("form", "")
    shown = [(meter, read.get(meter.pk), _meter_form(request, meter, read.get(meter.pk))) for meter in found]
    form = next((form for meter, _reading, form in shown if str(meter.pk) == chosen), None) or MeterForm(*_sent(request, chosen))
    meter = next((meter for meter in found if str(meter.pk) == chosen), None)

    def save(filled: Any) -> None:
        _read(move_in, meter, filled, request.user)

    return _answer(request, move_in, "meters", form, save, meters=shown)


def _meter_form(request: HttpRequest, meter: Meter, reading: Any) -> MeterForm:
    return MeterForm(*_sent(request, str(meter.pk)), initial={"value": reading.value if reading else None}, auto_id=f"id_{meter.pk}_%s")


def _read(move_in: MoveIn, meter: Meter | None, form: MeterForm, user: Any) -> None:
    if meter is None:
        raise Http404
    filled = form.cleaned_data
    how = {"replaced": filled["replaced"], "photo": filled.get("photo"), "confirmed": form.is_confirmed}
    try:
        rules.read_baseline(move_in, meter, filled["value"], by=user, at=timezone.now(), **how)
    except ReadingDoubtful:
        form.is_doubtful = True
        raise


def keys(request: HttpRequest, move_in: MoveIn) -> HttpResponse:
    in_store = Key.objects.filter(unit__in=[unit.pk for unit in _units(move_in)], state=Key.State.IN_STORE).select_related("unit")
    initial = {"holder_name": move_in.visitor_name or move_in.addressee, "holder_phone": move_in.visitor_phone or move_in.addressee_phone}
    parking = request.POST.get("form") == "parking"
    form = KeysForm(*_sent(request), initial={**initial, "keys": list(in_store)})
    form.fields["keys"].queryset = in_store  # type: ignore[attr-defined]
    spaces = premises.parking_spaces(request.user).filter(building=move_in.building, state="FREE")
    parking_form = ParkingForm(*_sent(request, "parking"), initial={"space": move_in.parking_space})
    parking_form.fields["space"].queryset = spaces  # type: ignore[attr-defined]

    def save(filled: Any) -> None:
        if parking:
            return rules.settle_parking(move_in, filled.cleaned_data["space"])
        rules.hand_keys(
            move_in,
            by=request.user,
            at=timezone.now(),
            **{name: filled.cleaned_data[name] for name in ("keys", "holder_name", "holder_phone")},
        )
        return None

    handed = list(move_in.keys.select_related("loan__key"))
    chosen = parking_form if parking else form
    return _answer(
        request, move_in, "keys", chosen, save, handed=handed, keys_form=form, parking_form=parking_form, in_store=bool(in_store)
    )


def defects(request: HttpRequest, move_in: MoveIn) -> HttpResponse:
    defect = Defect(move_in=move_in, building=move_in.building)
    form = DefectForm(*_sent(request), instance=defect, units=_units(move_in))

    def save(filled: Any) -> None:
        add_defect(filled.instance, by=request.user, at=timezone.now(), photos=filled.cleaned_data["photos"])

    return _answer(
        request, move_in, "defects", form, save, defects=list(move_in.defects.select_related("unit").prefetch_related("photos__file"))
    )


def sign(request: HttpRequest, move_in: MoveIn) -> HttpResponse:
    rows = signing.panel(move_in)
    party = request.POST.get("party") or request.GET.get("party") or _party_of(request.user, move_in, rows)
    waiting = [row for row in rows if row.party.key == party and not row.is_valid]
    documents = [(row.document.key, str(row.document.title)) for row in waiting]
    form = SignatureForm(*_sent(request), documents=documents, initial=_signer(request.user, move_in, party))

    def save(filled: Any) -> None:
        said = {name: filled.cleaned_data[name] for name in ("name", "role", "method", "strokes", "witness", "scan")}
        device = request.headers.get("User-Agent", "")[:200]
        rules.sign_documents(move_in, filled.cleaned_data["documents"], party, by=request.user, at=timezone.now(), device=device, **said)

    parties = {row.party.key: row.party.label for row in rows}
    texts = [(row.document.title, row.document.text(move_in)) for row in waiting]
    context = {"rows": rows, "parties": list(parties.items()), "party": party, "waiting": waiting, "texts": texts}
    return _answer(request, move_in, "sign", form, save, **context)


def _party_of(user: Any, move_in: MoveIn, rows: list[Any]) -> str:
    """Whose signature comes next on this screen: one's own department's, after the tenant's."""
    unsigned = [row.party for row in rows if not row.is_valid]
    mine = [party.key for party in unsigned if party.role is None or party.role.holds(user, move_in)]
    return mine[0] if mine else "TENANT"


def _signer(user: Any, move_in: MoveIn, party: str) -> dict[str, str]:
    if party == "TENANT":
        role = _("Agent") if move_in.by_agent else _("Principal")
        return {"name": move_in.visitor_name or move_in.addressee, "role": role}
    return {"name": str(user), "role": ""}


PAGES: dict[str, Callable[[HttpRequest, MoveIn], HttpResponse]] = {
    "identity": identity,
    "papers": papers_section,
    "walk-through": walk_through,
    "meters": meters,
    "keys": keys,
    "defects": defects,
    "sign": sign,
}
