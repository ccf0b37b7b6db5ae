"""What the pages of applications, contractors, fees and terms are tried with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from core import papers
from fitout.models import MaterialLine
from fitout.services import contractors, materials
from tests.conftest import a_unit
from tests.tenants.factories import a_lease, a_tenant


def arguments_of(an_application: Any, a_contractor: Any, hand_in_papers: Any, a_permit: Any) -> dict[str, Any]:
    """ARGUMENTS, made with the factories of fit-outs."""

    def fitout(cast: Any, building: Any) -> dict[str, Any]:
        return {"pk": an_application(cast, building).pk}

    def complete(cast: Any, building: Any) -> dict[str, Any]:
        row = an_application(cast, building)
        hand_in_papers(row, cast)
        return {"pk": row.pk, "step": "receive"}

    def contractor(cast: Any, building: Any) -> dict[str, Any]:
        return {"pk": a_contractor(building).pk}

    def barred(cast: Any, building: Any) -> dict[str, Any]:
        row = contractors.bar(a_contractor(building), reason="违规动火", by=cast.service_head, at=timezone.now())
        return {"pk": row.pk}

    def paper(cast: Any, building: Any) -> dict[str, Any]:
        lines = papers.checklist(an_application(cast, building))
        return {"pk": next(line.paper.pk for line in lines if line.kind.code == "contract")}

    def material(cast: Any, building: Any) -> dict[str, Any]:
        row = MaterialLine(fitout=an_application(cast, building), name="石膏板", rating="A")
        return {"pk": row.fitout_id, "row": materials.add(row, by=cast.service_clerk).pk}

    def undertaking(cast: Any, building: Any) -> dict[str, Any]:
        return {**fitout(cast, building), "document": "works_undertaking", "party": "TENANT"}

    names = ("fitout_edit", "fees", "insurance", "handbook", "deposit_agree", "material_new")
    arguments: dict[str, Any] = {f"fitout:{name}": fitout for name in names}
    arguments |= {
        "fitout:fitout_sign": undertaking,
        "fitout:fitout_step": complete,
        "fitout:permit_step": lambda cast, building: {"pk": a_permit(cast, building).pk, "step": "extend"},
        "fitout:paper": paper,
        "fitout:material_drop": material,
        "fitout:contractor_edit": contractor,
        "fitout:contractor_bar": contractor,
        "fitout:contractor_unbar": barred,
        "fitout:terms_edit": lambda cast, building: {"pk": building.pk},
    }
    return arguments


def forms_of(a_contractor: Any, a_file: Any) -> dict[str, Any]:
    """FORMS, made with the factories of fit-outs."""

    def application(cast: Any, building: Any) -> dict[str, Any]:
        unit = a_unit(building, "1805", area="260.00")
        tenant = a_tenant(cast, building, name="北京华信科技有限公司1805", code="")
        a_lease(cast, building, tenant=tenant, unit=unit, contract_number="YH-1805")
        today = timezone.localdate().isoformat()
        said = {"unit": "1805", "contractor": f"={a_contractor(building).pk}", "basis": "CONTRACT", "lead": "郭建军"}
        return {**said, "lead_phone": "13900139000", "scope": "隔断", "starts_on": today, "ends_on": today}

    def insurance(cast: Any, building: Any) -> dict[str, Any]:
        told = {"insurer": "人保财险", "policy_number": "PZ-1", "amount": "3000000", "until": "2030-01-01"}
        return {**told, "policy_token": a_file(cast.service_clerk, purpose="fitout.policy").token}

    typed: dict[str, Any] = {
        "fitout:fitout_sign": {"method": "WITNESSED", "witness": "陈静", "name": "刘洋"},
        "fitout:paper": {"action": "receive_verify"},
        "fitout:material_new": {"name": "石膏板", "rating": "A"},
        "fitout:fees": {"payer_account": "6222 0001"},
        "fitout:deposit_agree": {"amount": "18000.00", "reason": "整层翻新"},
        "fitout:fitout_step": {},
        "fitout:permit_step": {"valid_until": "2030-01-01", "note": "工期顺延"},
        "fitout:handbook": {"to": "郭建军", "to_tenant": "刘洋", "explained": "on"},
        "fitout:fitout_edit": {"scope": "隔断与吊顶"},
        "fitout:contractor_edit": {"lead": "郭建军"},
        "fitout:contractor_bar": {"note": "违规动火"},
        "fitout:contractor_unbar": {},
        "fitout:material_drop": {},
        "fitout:terms_edit": {"review_days": "5"},
    }
    forms: dict[str, Any] = {name: _says(values) for name, values in typed.items()}
    forms |= {"fitout:fitout_new": application, "fitout:insurance": insurance}
    forms["fitout:contractor_new"] = lambda cast, building: {"building": building.pk, "name": "北京新工装饰有限公司"}
    return forms


def _says(values: dict[str, Any]) -> Callable[[Any, Any], dict[str, Any]]:
    return lambda cast, building: dict(values)
