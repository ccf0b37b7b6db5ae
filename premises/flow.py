# ruff: noqa: E501 - a life is a table: one line a step
"""The lives of what is let or handed out: units, keys and cards, parking spaces, extinguishers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow import SYSTEM, UNDO_FOR, Flow, Refused, Step, as_before
from premises.models import Extinguisher, Key, KeyLoan, ParkingSpace, Unit
from staff.access import ENGINEERING_HEAD, LEASING, SECURITY, SERVICE, SERVICE_HEAD

U, K, P, X = Unit.State, Key.State, ParkingSpace.State, Extinguisher.State
T = gettext_lazy


def stands_alone(unit: Unit) -> str | None:
    if unit.merged_into_id:
        return _("This unit is part of %(unit)s. Take the step there, or split it off first.") % {"unit": unit.merged_into}
    return None


def has_no_parts(unit: Unit) -> str | None:
    return _("Split off its parts first.") if unit.parts.exists() else None


def keys_are_back(unit: Unit) -> str | None:
    out = list(unit.keys.filter(state=K.OUT).values_list("number", flat=True)[:10])
    return _("Take back or report lost first: %(keys)s.") % {"keys": ", ".join(out)} if out else None


def space_keys_are_back(space: ParkingSpace) -> str | None:
    out = list(space.keys.filter(state=K.OUT).values_list("number", flat=True)[:10])
    return _("Take back or report lost first: %(keys)s.") % {"keys": ", ".join(out)} if out else None


def lend(key: Key, *, by: Any, at: datetime, holder_name: str, note: str = "", **loan: Any) -> None:
    """Opens the loan; `loan` may carry holder_phone, holder_company, purpose (else the note), due_at."""
    KeyLoan.objects.create(key=key, holder_name=holder_name, issued_at=at, issued_by=by, **({"purpose": note[:200]} | loan))


def close_loan(key: Key, *, by: Any, at: datetime, **_: Any) -> None:
    for loan in KeyLoan.objects.open().filter(key=key):
        # Somebody else may have issued it a moment after this request began.
        loan.returned_at, loan.returned_to = max(at, loan.issued_at), by
        loan.save(update_fields=["returned_at", "returned_to"])


def lose(key: Key, *, at: datetime, **_: Any) -> None:
    for loan in KeyLoan.objects.open().filter(key=key):
        loan.lost_at = max(at, loan.issued_at)
        loan.save(update_fields=["lost_at"])


def open_loan_again(key: Key, *, by: Any, at: datetime) -> None:
    """The key is still out: the loan that was just closed goes on."""
    loan = KeyLoan.objects.filter(key=key, returned_to=by, returned_at__gte=at - UNDO_FOR).order_by("-returned_at").first()
    if loan:
        loan.returned_at = loan.returned_to = None
        loan.save(update_fields=["returned_at", "returned_to"])


def undo_if_whole(unit: Unit, *, by: Any, at: datetime) -> None:
    """A unit that became part of another meanwhile takes no step back."""
    reason = stands_alone(unit)
    if reason:
        raise Refused(reason)


def undo_if_undivided(unit: Unit, *, by: Any, at: datetime) -> None:
    """A unit with parts can't be out of use."""
    reason = stands_alone(unit) or has_no_parts(unit)
    if reason:
        raise Refused(reason)


def rent_to(thing: Any, *, rented_to: str, **_: Any) -> list[str]:
    thing.rented_to = rented_to
    return ["rented_to"]


def rent_space_to(space: Any, *, rented_to: str, plate: str = "", **_: Any) -> list[str]:
    space.rented_to, space.plate = rented_to, plate
    return ["rented_to", "plate"]


def free(thing: Any, **_: Any) -> list[str]:
    thing.rented_to = ""
    return ["rented_to"]


def free_space(space: Any, **_: Any) -> list[str]:
    space.rented_to = space.plate = ""
    return ["rented_to", "plate"]


# fmt: off
UNIT_FLOW = Flow(
    "premises.Unit", T("Life of a unit"), U,
    #    step               from                      to             who                 what must hold first              words and clause
    Step("reserve",         U.VACANT,                 U.RESERVED,    (LEASING, SERVICE), [stands_alone],                   label=T("Reserve"), undo=undo_if_whole),
    Step("release",         (U.RESERVED, U.HANDOVER), U.VACANT,      (LEASING, SERVICE), [stands_alone, keys_are_back],    label=T("Release the reservation"), tone="secondary"),
    Step("begin_handover",  (U.VACANT, U.RESERVED),   U.HANDOVER,    (SERVICE, LEASING), [stands_alone],                   label=T("Begin the handover"), clause="M3.1.4-3"),
    Step("occupy",          U.HANDOVER,               U.OCCUPIED,    SERVICE,            [stands_alone],                   label=T("Mark as occupied"), clause="M3.1.4-3.6"),
    Step("begin_fit_out",   (U.HANDOVER, U.OCCUPIED), U.FIT_OUT,     (SERVICE, SYSTEM),  [stands_alone],                   label=T("Begin the fit-out"), tone="secondary", undo=undo_if_whole),
    Step("end_fit_out",     U.FIT_OUT,                U.OCCUPIED,    (SERVICE, SYSTEM),  [stands_alone],                   label=T("End the fit-out"), undo=undo_if_whole),
    Step("begin_move_out",  U.OCCUPIED,               U.MOVING_OUT,  (SERVICE, LEASING), [stands_alone],                   label=T("Begin the move-out"), tone="secondary", undo=undo_if_whole),
    Step("stay",            U.MOVING_OUT,             U.OCCUPIED,    (SERVICE, LEASING), [stands_alone],                   label=T("The tenant stays"), tone="secondary", undo=undo_if_whole),
    Step("vacate",          U.MOVING_OUT,             U.VACANT,      SERVICE,            [stands_alone, keys_are_back],    label=T("Mark as vacant"), undo=undo_if_whole),
    Step("take_out_of_use", U.VACANT,                 U.OUT_OF_USE,  ENGINEERING_HEAD,   [stands_alone, has_no_parts],     label=T("Take out of use"), tone="danger", asks_reason=True, undo=undo_if_whole),
    Step("return_to_use",   U.OUT_OF_USE,             U.VACANT,      ENGINEERING_HEAD,   [],                               label=T("Return to use"), undo=undo_if_undivided),
)

KEY_FLOW = Flow(
    "premises.Key", T("Life of a key or card"), K,
    Step("issue",           K.IN_STORE,               K.OUT,         SERVICE,            label=T("Check out"), effect=lend, clause="M3.1.4-3.3"),
    Step("take_back",       K.OUT,                    K.IN_STORE,    SERVICE,            label=T("Take back"), effect=close_loan, undo=open_loan_again),
    Step("report_lost",     (K.IN_STORE, K.OUT),      K.LOST,        (SERVICE, SECURITY), label=T("Report lost"), tone="danger", effect=lose, asks_reason=True),
    Step("find",            K.LOST,                   K.IN_STORE,    SERVICE,            label=T("Found again"), undo=as_before),
    Step("retire",          (K.IN_STORE, K.LOST),     K.RETIRED,     SERVICE_HEAD,       label=T("Retire"), tone="danger", asks_reason=True, undo=as_before),
)

PARKING_FLOW = Flow(
    "premises.ParkingSpace", T("Life of a parking space"), P,
    Step("rent",            P.FREE,                   P.RENTED,      (SERVICE, LEASING), label=T("Rent out"), effect=rent_space_to, clause="M3.1.4-2.5.F3", undo=as_before),
    Step("give_back",       P.RENTED,                 P.FREE,        SERVICE,            [space_keys_are_back], label=T("End the rent"), effect=free_space, undo=as_before),
    Step("take_out_of_use", P.FREE,                   P.OUT_OF_USE,  ENGINEERING_HEAD,   label=T("Take out of use"), tone="danger", asks_reason=True, undo=as_before),
    Step("return_to_use",   P.OUT_OF_USE,             P.FREE,        ENGINEERING_HEAD,   label=T("Return to use"), undo=as_before),
)

EXTINGUISHER_FLOW = Flow(
    "premises.Extinguisher", T("Life of a fire extinguisher"), X,
    Step("rent",            X.IN_STORE,               X.RENTED,      (SECURITY, SERVICE), label=T("Rent out"), effect=rent_to, undo=as_before),
    Step("give_back",       X.RENTED,                 X.IN_STORE,    (SECURITY, SERVICE), label=T("Take back"), effect=free, undo=as_before),
    Step("retire",          (X.IN_STORE, X.RENTED),   X.RETIRED,     SECURITY,           label=T("Retire"), tone="danger", effect=free, asks_reason=True, undo=as_before),
)
# fmt: on
