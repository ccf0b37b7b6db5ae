# ruff: noqa: E501 - a life is a table: one line a step
"""Moving in, from the notice to the occupied unit (manual 3.1.4), and the life of a defect found on the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import papers, queue, signing
from core.flow import Blocked, Flow, Step, as_before
from premises import services as premises
from premises.models import Key, Meter, ParkingSpace
from staff.access import ENGINEERING, LEASING, SERVICE, SERVICE_HEAD
from staff.services import tell_department
from tenants.models import Baseline, Defect, HandbookText, KeyReceipt, MoveIn
from tenants.services.move_in import HANDBOOKS, values_of

S, D = MoveIn.State, Defect.State
T = gettext_lazy
# The reasons that the paper kinds give are rows of the database; named here, they are translated.
PAPER_REASONS = (
    gettext_noop("shows who takes over the unit"),
    gettext_noop("shows that the company exists"),
    gettext_noop("an agent comes for the principal"),
)
DEPARTMENTS = ["CUSTOMER_SERVICE", "ENGINEERING", "SECURITY", "FINANCE", "LEASING", "CLEANING", "MANAGEMENT", "RECORDS"]


@papers.condition("by_agent")
def comes_by_agent(move_in: MoveIn) -> bool:
    return move_in.by_agent


def wizard(move_in: MoveIn, section: str) -> str:
    """The address of a section of the handover wizard."""
    return reverse("tenants:handover", args=[move_in.pk, section])


def visitor_checked(move_in: MoveIn) -> Blocked | None:
    if move_in.visitor_checked_at:
        return None
    return Blocked(_("Check the visitor's identity paper first."), wizard(move_in, "identity"))


def handbooks_issued(move_in: MoveIn) -> Blocked | None:
    given = set(move_in.handbooks.values_list("text__kind", flat=True))
    lacking = [str(HandbookText.Kind(kind).label) for kind in HANDBOOKS if kind not in given]
    if not lacking:
        return None
    return Blocked(_("Not handed out yet: %(names)s.") % {"names": "、".join(lacking)}, wizard(move_in, "papers"))


def forms_filed(move_in: MoveIn) -> Blocked | None:
    if move_in.forms_filed_at:
        return None
    return Blocked(_("Fill in the registration forms with the tenant."), wizard(move_in, "papers"))


def equipment_checked(move_in: MoveIn) -> Blocked | None:
    if move_in.equipment_checked_at:
        return None
    return Blocked(_("Check the equipment of the unit."), wizard(move_in, "walk-through"))


def baselines_read(move_in: MoveIn) -> Blocked | None:
    """Every electricity meter of the units has its baseline (manual 3.1.4-3.2)."""
    units = move_in.units.values("unit")
    meters = Meter.objects.filter(unit__in=units, kind=Meter.Kind.ELECTRICITY, removed_on=None)
    read = Baseline.objects.filter(move_in=move_in).values("reading__meter")
    lacking = list(meters.exclude(pk__in=read).values_list("number", flat=True))
    if not lacking:
        return None
    return Blocked(_("Read the meters: %(meters)s.") % {"meters": ", ".join(lacking)}, wizard(move_in, "meters"))


def keys_issued(move_in: MoveIn) -> Blocked | None:
    """Each unit that has keys has given at least one (manual 3.1.4-3.3)."""
    given = set(KeyReceipt.objects.filter(move_in=move_in).values_list("loan__key__unit", flat=True))
    with_keys = Key.objects.filter(unit__in=move_in.units.values("unit"), kind=Key.Kind.UNIT_KEY).exclude(state__in=["LOST", "RETIRED"])
    lacking = sorted({code for unit, code in with_keys.values_list("unit", "unit__code") if unit not in given})
    if not lacking:
        return None
    return Blocked(_("Hand over the keys of %(units)s.") % {"units": ", ".join(lacking)}, wizard(move_in, "keys"))


def parking_settled(move_in: MoveIn) -> Blocked | None:
    if not move_in.wants_parking or move_in.parking_space_id:
        return None
    return Blocked(_("Choose the parking space, or say that none is wanted."), wizard(move_in, "keys"))


def all_signed(move_in: MoveIn) -> Blocked | None:
    """Every document bears every party's valid signature; names what lacks."""
    lacking = [f"{row.document.title} ({row.party.label})" for row in signing.unsigned(move_in)]
    if not lacking:
        return None
    shown = "; ".join(lacking[:4]) + (" …" if len(lacking) > 4 else "")
    return Blocked(_("To sign: %(documents)s.") % {"documents": shown}, wizard(move_in, "sign"))


def has_open_defects(move_in: MoveIn) -> str | None:
    return None if _open_defects(move_in) else _("No defect is open: complete the move-in.")


def defects_accepted(move_in: MoveIn) -> Blocked | None:
    numbers = _open_defects(move_in)
    if not numbers:
        return None
    return Blocked(_("Defects still open: %(numbers)s.") % {"numbers": ", ".join(numbers)}, wizard(move_in, "defects"))


def _open_defects(move_in: MoveIn) -> list[str]:
    return list(move_in.defects.exclude(state__in=[D.ACCEPTED, D.WITHDRAWN]).values_list("number", flat=True))


def briefed(move_in: MoveIn) -> Blocked | None:
    if move_in.briefed_at or move_in.briefing_declined:
        return None
    url = reverse("tenants:briefing", args=[move_in.pk])
    return Blocked(_("Brief the tenant's administrators on the building, or note why not."), url)


def keys_are_back(move_in: MoveIn) -> Blocked | None:
    """A move-in that is called off leaves no key with the company."""
    out = list(
        KeyReceipt.objects.filter(move_in=move_in, loan__returned_at=None, loan__lost_at=None).values_list("loan__key__number", flat=True)
    )
    if not out:
        return None
    return Blocked(_("Take these keys back first: %(keys)s.") % {"keys": ", ".join(sorted(out))}, reverse("premises:key_list"))


def space_is_free(move_in: MoveIn) -> Blocked | None:
    """The parking space of the contract was not let to somebody else meanwhile."""
    space = move_in.parking_space
    if space is None or space.state == ParkingSpace.State.FREE or space.rented_to == move_in.tenant.name:
        return None
    return Blocked(_("Parking space %(space)s was let meanwhile. Choose another.") % {"space": space}, wizard(move_in, "keys"))


def set_time(move_in: MoveIn, *, by: Any, at: datetime, note: str, takeover_at: datetime, place: str = "") -> list[str]:
    """The agreed time; a changed one goes out as a new notice."""
    place = place or move_in.place
    if (takeover_at, place) != (move_in.takeover_at, move_in.place):
        move_in.letter_sent_at = None
        _send_again(move_in, at)
    move_in.takeover_at, move_in.place = takeover_at, place
    return ["takeover_at", "place", "letter_sent_at"]


def _send_again(move_in: MoveIn, at: datetime) -> None:
    if move_in.addressee_email:
        key = f"move-in-notice:{move_in.pk}:{at.isoformat()}"
        queue.enqueue("tenants.tasks.send_move_in_notice", dedupe=key, move_in_id=move_in.pk)


def take_units(move_in: MoveIn, *, by: Any, at: datetime, note: str) -> None:
    for row in move_in.units.select_related("unit"):
        if row.unit.state in {"VACANT", "RESERVED"}:
            premises.UNIT_FLOW.take(row.unit, "begin_handover", by=by, at=at)


def hand_defects_over(move_in: MoveIn, *, by: Any, at: datetime, note: str) -> None:
    for defect in move_in.defects.filter(state=D.OPEN):
        DEFECT_FLOW.take(defect, "hand_over", by=by, at=at)


def occupy_units(move_in: MoveIn, *, by: Any, at: datetime, note: str) -> list[str]:
    for row in move_in.units.select_related("unit"):
        if row.unit.state == "HANDOVER":
            premises.UNIT_FLOW.take(row.unit, "occupy", by=by, at=at)
    if move_in.parking_space and move_in.parking_space.state == ParkingSpace.State.FREE:
        premises.PARKING_FLOW.take(move_in.parking_space, "rent", by=by, at=at, rented_to=move_in.tenant.name)
    move_in.moved_in_at = at
    if move_in.tenant.since is None:
        move_in.tenant.since = timezone.localdate(at)
        move_in.tenant.save(update_fields=["since"])
    return ["moved_in_at"]


def free_units(move_in: MoveIn, *, by: Any, at: datetime, note: str) -> None:
    for row in move_in.units.select_related("unit"):
        if row.unit.state in {"RESERVED", "HANDOVER"}:
            premises.UNIT_FLOW.take(row.unit, "release", by=by, at=at)


def tell_booked(move_in: MoveIn, *, by: Any, at: datetime) -> None:
    text = gettext_noop("%(tenant)s takes over %(units)s on %(when)s.")
    tell_department(
        ["CUSTOMER_SERVICE", "ENGINEERING"], move_in.building_id, text, topic="move_in", record=move_in, values=values_of(move_in), by=by
    )


def tell_missing(move_in: MoveIn, *, by: Any, at: datetime) -> None:
    text = gettext_noop("%(number)s: papers of %(tenant)s are missing.")
    tell_department(["LEASING"], move_in.building_id, text, topic="move_in", record=move_in, values=values_of(move_in), by=by)


def tell_to_sign(move_in: MoveIn, *, by: Any, at: datetime) -> None:
    text = gettext_noop("%(number)s: the handover of %(units)s is ready for signature.")
    tell_department("ENGINEERING", move_in.building_id, text, topic="move_in", record=move_in, values=values_of(move_in), by=by)


def tell_everybody(move_in: MoveIn, *, by: Any, at: datetime) -> None:
    """Manual 3.1.4-3.6: every department learns that the tenant is in occupation."""
    text = gettext_noop("%(tenant)s has moved into %(units)s.")
    tell_department(DEPARTMENTS, move_in.building_id, text, topic="moved_in", record=move_in, values=values_of(move_in), by=by)


# fmt: off
MOVE_IN_FLOW = Flow(
    "tenants.MoveIn", T("Move-in"), S,
    #    step                  from                                      to                 who                what must hold first                       clause
    Step("book",               (S.NOTIFIED, S.PAPERS_MISSING),           S.BOOKED,          (SERVICE, LEASING), [],                                       "M3.1.4-1",   label=T("Confirm the appointment"), effect=set_time, tell=tell_booked),
    Step("note_missing",       (S.NOTIFIED, S.BOOKED),                   S.PAPERS_MISSING,  SERVICE,           [],                                        "M3.1.3-3",   label=T("Papers are missing"), tone="secondary", tell=tell_missing, asks_reason=True, undo=as_before),
    Step("rebook",             S.BOOKED,                                 S.BOOKED,          (SERVICE, LEASING), [],                                       "M3.1.3-3",   label=T("Propose a new time"), tone="secondary", effect=set_time, tell=tell_booked),
    Step("begin_handover",     (S.BOOKED, S.PAPERS_MISSING),             S.IN_HANDOVER,     SERVICE,           [visitor_checked, papers.complete("begin_handover", lambda move_in: wizard(move_in, "papers"))], "M3.1.4-2", label=T("Begin the handover"), effect=take_units),
    Step("send_for_signature", S.IN_HANDOVER,                            S.TO_SIGN,         SERVICE,           [handbooks_issued, forms_filed, equipment_checked, baselines_read, keys_issued, parking_settled], "M3.1.4-3.3", label=T("Ready to sign"), tell=tell_to_sign, undo=as_before),
    Step("reopen_handover",    S.TO_SIGN,                                S.IN_HANDOVER,     SERVICE,           [],                                        "M3.1.4-3.1", label=T("Back to the handover"), tone="secondary", undo=as_before),
    Step("move_in",            S.TO_SIGN,                                S.MOVED_IN,        SERVICE,           [all_signed, defects_accepted, briefed, space_is_free], "M3.1.4-3.6", label=T("Complete the move-in"), effect=occupy_units, tell=tell_everybody),
    Step("accept_with_defects", S.TO_SIGN,                               S.DEFECTS_OPEN,    SERVICE,           [all_signed, has_open_defects],            "M3.1.4-3.4", label=T("Accept, with defects open"), effect=hand_defects_over),
    Step("finish",             S.DEFECTS_OPEN,                           S.MOVED_IN,        SERVICE,           [all_signed, defects_accepted, briefed, space_is_free], "M3.1.4-3.6", label=T("Complete the move-in"), effect=occupy_units, tell=tell_everybody),
    Step("cancel",             (S.NOTIFIED, S.PAPERS_MISSING, S.BOOKED, S.IN_HANDOVER, S.TO_SIGN), S.CANCELLED, (SERVICE_HEAD, LEASING), [keys_are_back], "",           label=T("Cancel the move-in"), tone="danger", effect=free_units, asks_reason=True),
)
# fmt: on


def note_handed_over(defect: Defect, *, by: Any, at: datetime, note: str) -> list[str]:
    defect.handed_over_at = at
    return ["handed_over_at"]


def note_due(defect: Defect, *, by: Any, at: datetime, note: str, due_on: Any) -> list[str]:
    defect.due_on = due_on
    return ["due_on"]


def note_mended(defect: Defect, *, by: Any, at: datetime, note: str, mended_note: str, mended_photo: Any = None) -> list[str]:
    from core import files

    files.attach(mended_photo, defect)
    defect.mended_at, defect.mended_by = at, by
    defect.mended_note, defect.mended_photo = mended_note, mended_photo or defect.mended_photo
    return ["mended_at", "mended_by", "mended_note", "mended_photo"]


def note_accepted(defect: Defect, *, by: Any, at: datetime, note: str, **signature: Any) -> list[str]:
    """The tenant signs that it is mended; the signature is part of the step."""
    signing.sign(defect, "acceptance", "TENANT", by=by, at=at, **signature)
    defect.accepted_at = at
    return ["accepted_at"]


def tell_engineering(defect: Defect, *, by: Any, at: datetime) -> None:
    values = {"number": defect.number, "unit": str(defect.unit), "what": defect.description[:60], "due": str(defect.due_on)}
    text = gettext_noop("%(number)s, %(unit)s: %(what)s. To be mended by %(due)s.")
    tell_department("ENGINEERING", defect.building_id, text, topic="defect", record=defect, values=values, by=by)


def tell_service(defect: Defect, *, by: Any, at: datetime) -> None:
    values = {"number": defect.number, "unit": str(defect.unit)}
    text = gettext_noop("%(number)s, %(unit)s is mended. Have the tenant accept it.")
    tell_department("CUSTOMER_SERVICE", defect.building_id, text, topic="defect", record=defect, values=values, by=by)


# fmt: off
DEFECT_FLOW = Flow(
    "tenants.Defect", T("Life of a defect"), D,
    #    step         from                          to              who            guards  clause
    Step("hand_over", D.OPEN,                       D.HANDED_OVER,  SERVICE,       [],     "M3.1.4-3.4", label=T("Hand to engineering"), effect=note_handed_over, tell=tell_engineering, undo=as_before),
    Step("plan",      D.HANDED_OVER,                D.HANDED_OVER,  ENGINEERING,   [],     "M3.1.4-3.4", label=T("Change the date"), tone="secondary", effect=note_due, undo=as_before),
    Step("mend",      D.HANDED_OVER,                D.MENDED,       ENGINEERING,   [],     "M3.1.4-3.4", label=T("Mended"), effect=note_mended, tell=tell_service, undo=as_before),
    Step("accept",    D.MENDED,                     D.ACCEPTED,     SERVICE,       [],     "M3.1.4-3.4", label=T("Accepted by the tenant"), effect=note_accepted),
    Step("reject",    D.MENDED,                     D.HANDED_OVER,  SERVICE,       [],     "M3.1.4-3.4", label=T("Not accepted, mend again"), tone="secondary", tell=tell_engineering, asks_reason=True, undo=as_before),
    Step("withdraw",  (D.OPEN, D.HANDED_OVER),      D.WITHDRAWN,    (SERVICE_HEAD, ENGINEERING), [], "", label=T("Withdraw"), tone="danger", asks_reason=True, undo=as_before),
)
# fmt: on
