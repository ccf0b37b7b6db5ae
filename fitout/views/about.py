"""What the page of a fit-out says, in the order in which it came about."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.crypto import format_phone
from core.pages import without_blanks
from core.templatetags.ui import money
from fitout import access
from fitout.models import Fitout

Facts = list[tuple[Any, Any]]


def facts_of(fitout: Fitout) -> Facts:
    """Label and value of everything that is known."""
    rows = [*_applied(fitout), *_prepared(fitout), *_built(fitout)]
    return without_blanks(rows)


def _applied(fitout: Fitout) -> Facts:
    return [
        (_("Unit"), fitout.unit),
        (_("Floor area (m²)"), fitout.area_m2),
        (_("Fire receipt needed"), _("Yes") if access.needs_fire_receipt(fitout) else _("No")),
        (_("Contractor"), fitout.contractor),
        (_("Person in charge"), f"{fitout.lead} {format_phone(fitout.lead_phone)}"),
        (_("Responsible for fire safety"), fitout.fire_lead),
        (_("Tenant's contact"), f"{fitout.tenant_contact} {format_phone(fitout.tenant_phone)}".strip()),
        (_("Commissioned by"), fitout.get_basis_display()),
        (_("Works"), fitout.scope),
        (_("Planned"), f"{fitout.starts_on:%Y-%m-%d} – {fitout.ends_on:%Y-%m-%d}"),
        (_("Applied on"), fitout.applied_on),
    ]


def _prepared(fitout: Fitout) -> Facts:
    return [
        (_("Comments collected by"), fitout.comments_collected_by),
        (_("Insurance"), " ".join(part for part in (fitout.insurer, fitout.policy_number) if part)),
        (_("Insured for (yuan)"), money(fitout.insured_amount) if fitout.insured_amount else ""),
        (_("Insured until"), fitout.insured_until),
        (_("Handbook and penalty rules issued to"), fitout.handbook_given_to),
        (_("Fire receipt"), fitout.fire_receipt_number),
        (_("Fire safety reviewed by"), fitout.fire_reviewed_by),
        (_("Door set seen"), fitout.door_set_posted_at),
        (_("Protection"), _protection(fitout)),
    ]


def _protection(fitout: Fitout) -> str:
    if fitout.protection_passed is None:
        return ""
    return _("Passed") if fitout.protection_passed else f"{_('Not passed')}: {fitout.protection_note}"


def _built(fitout: Fitout) -> Facts:
    return [
        (_("Works began"), fitout.started_at),
        (_("Completion applied for by"), fitout.completion_applicant),
        (_("Joint inspection"), fitout.inspection_at),
        (_("Accepted"), fitout.accepted_at),
        (_("Accepted by"), fitout.accepted_by),
    ]
