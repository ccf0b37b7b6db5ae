"""What is signed on a fit-out, word for word; and the conditions of its papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import papers, signing
from core.flow import Refused, flow_of
from fitout import access
from fitout.models import Fitout
from fitout.services import drawings
from staff.access import ENGINEERING_HEAD, PROPERTY_MANAGER, SECURITY_HEAD, SERVICE_HEAD

S = Fitout.State
T = gettext_lazy
SIGNED_OFF = (S.TO_ISSUE, S.PERMITTED, S.ON_SITE, S.STOPPED, S.TO_INSPECT, S.RECTIFYING, S.TO_APPROVE, S.ACCEPTED, S.REFUNDED)


# Why each paper is needed, as the papers' rows say it: collected here for the translation.
WHY = (
    gettext_noop("what is applied for"),
    gettext_noop("who commissioned the works"),
    gettext_noop("in place of the contract"),
    gettext_noop("grade 2 or above"),
    gettext_noop("shows that the contractor exists"),
    gettext_noop("fire rating of the materials"),
    gettext_noop("the unit is over the house's limit"),
)


@papers.condition("fitout_by_contract")
def by_contract(fitout: Any) -> bool:
    return bool(fitout.basis == Fitout.Basis.CONTRACT)


@papers.condition("fitout_by_authorisation")
def by_authorisation(fitout: Any) -> bool:
    return bool(fitout.basis == Fitout.Basis.AUTHORISATION)


@papers.condition("fitout_over_fire_limit")
def over_fire_limit(fitout: Any) -> bool:
    return access.needs_fire_receipt(fitout)


def told(fitout: Fitout) -> str:
    """Number, tenant, unit, contractor, works and days."""
    who = f"{fitout.contractor.name} {fitout.lead}"
    days = f"{fitout.starts_on:%Y-%m-%d} – {fitout.ends_on:%Y-%m-%d}"
    place = f"{fitout.building.name} {fitout.unit.code} {fitout.area_m2:.2f} m²"
    return "\n".join([fitout.number, fitout.tenant.name, place, who, fitout.scope, days])


def works_promises() -> list[str]:
    """What tenant and contractor undertake about the works (manual 3.2.4-1.5)."""
    return [
        _("The works follow the approved drawings and the Fit-out Handbook."),
        _("Structure, common systems and finished surfaces are protected; damage is paid at its price."),
        _("Nothing loud is done within the quiet hours of the building; waste is cleared as it arises."),
        _("Concealed works are inspected before they are covered, and the fit-out when it is complete."),
    ]


def fire_promises() -> list[str]:
    """What tenant and contractor undertake about fire safety (manual 3.2.4-1.5)."""
    return [
        _("Nobody works with an open flame without a Hot-work Permit, a watcher and extinguishers."),
        _("Fire extinguishers stand where and as many as the fire code asks for."),
        _("Fire systems are not covered, moved or taken out of service without security."),
        _("Escape routes stay free, and nobody smokes on the site."),
    ]


def works_undertaking(fitout: Fitout) -> str:
    return "\n".join([told(fitout), *works_promises()])


def fire_undertaking(fitout: Fitout) -> str:
    return "\n".join([told(fitout), fitout.fire_lead or fitout.lead, *fire_promises()])


def reviewed_drawings(fitout: Fitout) -> str:
    """The sheets that passed, with their versions: what the head of engineering signs."""
    if fitout.review_round == 0:
        return ""
    sheets = [f"{row.drawing.sheet} {row.drawing.title} v{row.version} {row.verdict}" for row in drawings.newest(fitout)]
    return "\n".join([told(fitout), *sheets])


def permitted(fitout: Fitout) -> str:
    return told(fitout) if fitout.state in SIGNED_OFF else ""


def completed(fitout: Fitout) -> str:
    """Rounds, comments and damage: what the heads, tenant and contractor sign (manual 3.2.4-5.4)."""
    remarks = list(fitout.remarks.filter(concealed=None).select_related("department").order_by("pk"))
    if not fitout.completion_round or any(row.is_defect and row.rectified_at is None for row in remarks):
        return ""
    said = [f"{row.round} {row.department.code}: {row.text}" for row in remarks]
    damages = list(fitout.damages.order_by("pk"))
    lost = [f"{row.what} {row.quantity.normalize():f} × {row.unit_price:.2f} = {row.amount:.2f}" for row in damages]
    deducted = _("Damaged common property is deducted from the fit-out deposit at its price.")
    return "\n".join([told(fitout), str(fitout.completion_round), *said, *lost, deducted, f"{sum(row.amount for row in damages):.2f}"])


def reviewed(fitout: Fitout) -> str:
    return completed(fitout) if fitout.state in (S.TO_APPROVE, S.ACCEPTED, S.REFUNDED) else ""


def go_on(model: type[Any], document: str, step: str) -> Any:
    """The last signature takes the step; where something else lacks, the step waits for it."""

    def signed(record: Any, at: dt.datetime) -> None:
        life = flow_of(model)
        if life is None or not signing.complete(record, document):
            return
        try:
            life.take(record, step, by=None, at=at)
        except Refused:
            return

    return signed


TENANT = signing.Party("TENANT", T("Tenant"))
CONTRACTOR = signing.Party("CONTRACTOR", T("Contractor"))
HEADS = (
    signing.Party("SERVICE_HEAD", T("Customer service"), role=SERVICE_HEAD),
    signing.Party("ENGINEERING_HEAD", T("Engineering"), role=ENGINEERING_HEAD),
    signing.Party("SECURITY_HEAD", T("Security"), role=SECURITY_HEAD),
)

signing.register(
    Fitout,
    signing.Document(
        "drawings",
        T("Drawing review"),
        (signing.Party("ENGINEERING_HEAD", T("Head of engineering"), role=ENGINEERING_HEAD),),
        reviewed_drawings,
        needed=lambda fitout: fitout.review_round > 0,
    ),
    signing.Document("works_undertaking", T("Fit-out Works Undertaking"), (TENANT, CONTRACTOR), works_undertaking),
    signing.Document("fire_undertaking", T("Fit-out Fire Safety Undertaking"), (TENANT, CONTRACTOR), fire_undertaking),
    signing.Document(
        "permit",
        T("Fit-out Permit"),
        HEADS,
        permitted,
        needed=lambda fitout: fitout.state in SIGNED_OFF,
        signed=go_on(Fitout, "permit", "issue_permit"),
    ),
    signing.Document(
        "completion",
        T("Fit-out Completion Inspection Sheet"),
        (*HEADS, TENANT, CONTRACTOR),
        completed,
        needed=lambda fitout: fitout.completion_round > 0,
        signed=go_on(Fitout, "completion", "complete_inspection"),
    ),
    signing.Document(
        "review",
        T("Completion reviewed"),
        (signing.Party("PROPERTY_MANAGER", T("Property manager"), role=PROPERTY_MANAGER),),
        reviewed,
        needed=lambda fitout: fitout.state in (S.TO_APPROVE, S.ACCEPTED, S.REFUNDED),
    ),
)
