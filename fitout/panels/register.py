"""Fit-outs, permits and contractors: search, approvals, tenant and unit pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import kinds, notices
from core.search import SearchWords
from fitout import access
from fitout.flow import FITOUT_FLOW, PERMIT_FLOW
from fitout.models import Contractor, Fitout, Permit

T = gettext_lazy

notices.name_topic("fitout", T("Fit-outs"))


def fitout_words(fitout: Fitout) -> SearchWords:
    return SearchWords(
        title=f"{fitout.tenant.name} {fitout.unit.code}",
        subtitle=fitout.contractor.name,
        number=fitout.number,
        words=[fitout.lead, fitout.lead_phone, fitout.unit.code, fitout.contractor.name],
        rank=0 if fitout.is_ended else 5,
    )


def fitout_summary(fitout: Fitout) -> list[tuple[Any, Any]]:
    return [
        (_("Tenant"), fitout.tenant),
        (_("Unit"), fitout.unit),
        (_("Floor area (m²)"), fitout.area_m2),
        (_("Contractor"), fitout.contractor),
        (_("Works"), fitout.scope),
        (_("Planned"), f"{fitout.starts_on:%Y-%m-%d} – {fitout.ends_on:%Y-%m-%d}"),
    ]


def permit_words(permit: Permit) -> SearchWords:
    fitout = permit.fitout
    return SearchWords(title=f"{fitout.unit.code} {fitout.tenant.name}", subtitle=fitout.contractor.name, number=permit.number, words=[])


def contractor_words(contractor: Contractor) -> SearchWords:
    return SearchWords(
        title=contractor.name, subtitle=contractor.lead, number=contractor.credit_code, words=[contractor.lead, contractor.phone]
    )


kinds.register(
    Fitout,
    rows=access.fitouts,
    title=pgettext_lazy("record", "Fit-out"),
    icon="paint",
    url="fitout:fitout_detail",
    flow=FITOUT_FLOW,
    search=fitout_words,
    summary=fitout_summary,
)
kinds.register(
    Permit, rows=access.permits, title=T("Fit-out permit"), icon="certificate", url="fitout:permit_detail", flow=PERMIT_FLOW,
    search=permit_words,
)  # fmt: skip
kinds.register(
    Contractor, rows=access.contractors, title=T("Fit-out contractor"), icon="building-community", url="fitout:contractor_detail",
    search=contractor_words,
)  # fmt: skip
