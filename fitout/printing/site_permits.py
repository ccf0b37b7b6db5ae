"""The Hot-work Permit, the permit for work at height, and the Extinguisher Hire Slip (manual 3.2.3-2.F1, 3.2.4-3.4)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as T  # noqa: N812

from core import printing
from core.crypto import format_phone
from fitout import access
from fitout.models import Fitout, HeightPermit, HotWorkPermit, SpotCheck
from fitout.services import fire

Facts = list[tuple[Any, Any]]
ENDED_BADLY = {"STOPPED", "REFUSED", "WITHDRAWN", "EXPIRED"}
CHECKS = SpotCheck.Before


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _of(record: Any, path: str) -> Any:
    """What a path of names leads to, empty on a blank form."""
    for name in path.split("."):
        record = getattr(record, name) if record is not None else None
    return "" if record is None else record


def _common(permit: Any) -> Facts:
    span = f"{_moment(permit.starts_at)} – {timezone.localtime(permit.ends_at):%H:%M}" if permit else ""
    return [
        (_("Unit"), _of(permit, "fitout.unit")),
        (_("Contractor"), _of(permit, "fitout.contractor")),
        (_("Person in charge"), _of(permit, "fitout.lead")),
        (_("Exact spot"), _of(permit, "spot")),
        (_("Time"), span),
    ]


def _checklist(before: str, permit: Any) -> list[tuple[str, str]]:
    """(tick, text) of the checks at the spot: those that were made, or boxes to tick."""
    if permit is not None and permit.checked_items:
        return [("√", line) for line in permit.checked_items.splitlines()]
    return [("", str(row)) for row in SpotCheck.objects.filter(before=before, is_active=True)]


def hot_work(permit: HotWorkPermit | None) -> dict[str, Any]:
    facts = [
        *_common(permit),
        (_("Tool"), _of(permit, "tool")),
        (_("Worker with the flame"), _of(permit, "welder.name")),
        (_("Certificate"), f"{permit.welder.certificate_number} {permit.welder.certificate_until or ''}" if permit else ""),
        (_("Fire watcher"), _of(permit, "watcher.name")),
        (_("Watcher's pass"), _of(permit, "watcher.number")),
        (_("Cleared around (m)"), _of(permit, "clear_m")),
        (_("Extinguishers at the spot"), _of(permit, "extinguishers")),
        (_("Fire blanket and bucket"), _("Yes") if permit and permit.has_blanket else ""),
        (_("Taken out of service"), (permit.isolated or _("Nothing")) if permit else ""),
        (_("Back in service"), _moment(_of(permit, "back_in_service_at"))),
        (_("Approved by"), _of(permit, "approved_by")),
        (_("Spot checked"), f"{_moment(permit.checked_at)} {permit.checked_by}" if permit and permit.checked_at else ""),
        (_("Flame out"), _moment(_of(permit, "ended_at"))),
        (_("Closed"), _moment(_of(permit, "closed_at"))),
    ]
    terms = access.terms_of(permit.building_id) if permit else access.terms_of(0)
    rules = [
        _("One spot, one day, one shift: another spot or day needs another permit."),
        _("The fire watcher stays during the work and %(n)d minutes after it.") % {"n": terms.hot_watch_minutes},
        _("Customer service, engineering or security stop the work on the spot when anything is not in order."),
    ]
    urgent = permit.urgent_reason if permit else ""
    return {"facts": facts, "work": _of(permit, "work"), "checks": _checklist(CHECKS.HOT_WORK, permit), "rules": rules, "urgent": urgent}


def height(permit: HeightPermit | None) -> dict[str, Any]:
    facts = [
        *_common(permit),
        (_("Height (m)"), _of(permit, "height_m")),
        (_("Outdoors"), (_("Yes") if permit.is_outdoors else _("No")) if permit else ""),
        (_("Danger zone"), _of(permit, "danger_zone")),
        (_("Worker at height"), _of(permit, "worker.name")),
        (_("Medical examination valid until"), _of(permit, "worker.medical_until")),
        (_("Who watches below"), _of(permit, "watcher.name")),
        (_("Approved by"), _of(permit, "approved_by")),
        (_("Spot checked"), f"{_moment(permit.checked_at)} {permit.checked_by}" if permit and permit.checked_at else ""),
        (_("Wind force"), _of(permit, "wind_force")),
        (_("Closed"), _moment(_of(permit, "closed_at"))),
    ]
    terms = access.terms_of(permit.building_id) if permit else access.terms_of(0)
    rules = [
        _("Outdoor work stops in thunder, lightning or rainstorm, at wind force %(n)d and above, and wherever danger may arise.")
        % {"n": terms.height_stop_force},
        _("Everybody wears a safety belt; nothing is thrown down; small gear stands safely; edges have guard rails and signs."),
        _("No horseplay at height, no sleeping in the work zone."),
    ]
    return {"facts": facts, "work": _of(permit, "work"), "checks": _checklist(CHECKS.HEIGHT, permit), "rules": rules, "urgent": ""}


def hire_slip(fitout: Fitout | None) -> dict[str, Any]:
    """What was hired, its rent, and what came back."""
    hires = list(fitout.hires.select_related("extinguisher", "hired_by", "bill", "returned_to")) if fitout else []
    lines = [
        (
            number, fire.in_words(row.extinguisher), row.spot,
            f"{_moment(row.hired_at)} {row.hired_by}", row.bill or "", _moment(row.returned_at), row.get_condition_display(),
        )
        for number, row in enumerate(hires, 1)
    ]  # fmt: skip
    needed = fire.counted(fitout) if fitout else ("", "")
    facts = [
        (_("Unit"), _of(fitout, "unit")),
        (_("Tenant"), _of(fitout, "tenant")),
        (_("Contractor"), _of(fitout, "contractor")),
        (_("Person in charge"), f"{fitout.lead} {format_phone(fitout.lead_phone)}" if fitout else ""),
        (_("Floor area (m²)"), _of(fitout, "area_m2")),
        (_("Needed"), needed[0]),
        (_("There"), needed[1]),
        (_("of them brought by the contractor"), _of(fitout, "own_extinguishers") if fitout else ""),
    ]
    headings = ["#", _("Fire extinguisher"), _("Where it is put"), _("Handed out on"), _("Payment notice"), _("Given back"), _("Condition")]
    return {"facts": facts, "headings": headings, "lines": lines, "empty_lines": [] if lines else range(8)}


CONTRACTOR, SECURITY = printing.Party(T("Contractor"), seal=True), printing.Party(T("Security"), seal=True)
# Without room for a seal: a permit is one page, carried to the spot.
APPROVER = printing.Party(T("Security"))
WATCHER = printing.Party(T("Fire watcher"))
printing.register(
    HotWorkPermit,
    printing.PrintForm(
        "hot-work-permit", T("Hot-work Permit"), "fitout/print/site_permit.html", hot_work,
        (printing.Party(T("Contractor")), WATCHER, APPROVER),
        clause="M3.2.3-2.F1", final=lambda permit: permit.state != "APPLIED", void=lambda permit: permit.state in ENDED_BADLY,
    ),
)  # fmt: skip
printing.register(
    HeightPermit,
    printing.PrintForm(
        "height-permit", T("Permit for work at height"), "fitout/print/site_permit.html", height,
        (printing.Party(T("Contractor")), printing.Party(T("Worker at height")), APPROVER),
        clause="M3.10.3-3.1", final=lambda permit: permit.state != "APPLIED", void=lambda permit: permit.state in ENDED_BADLY,
    ),
)  # fmt: skip
printing.register(
    Fitout,
    printing.PrintForm(
        "extinguisher-slip", T("Extinguisher Hire Slip"), "fitout/print/hire_slip.html", hire_slip, (CONTRACTOR, SECURITY),
        clause="M3.2.4-3.4.b",
    ),
)  # fmt: skip
