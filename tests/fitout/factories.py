"""Fit-outs at every place of their life, walked there by whoever does it as a rule."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from billing import services as billing
from billing.flow import REFUND_FLOW
from billing.models import ChargeKind, Price, Refund
from core import papers, signing
from core.models import StoredFile
from fitout import access
from fitout.flow import CONCEALED_FLOW, FITOUT_FLOW
from fitout.models import (
    ConcealedItem,
    ConcealedWorks,
    Contractor,
    Damage,
    Discipline,
    Drawing,
    DrawingComment,
    Fitout,
    Permit,
    QualificationGrade,
    Remark,
)
from fitout.services import drawings, facts, fees, fire, inspections, intake
from premises.models import Extinguisher, Unit
from staff.models import Department
from tests.conftest import a_unit
from tests.core.uploads import keep, picture
from tests.fitout.worker_records import a_pass, give_back_passes
from tests.ready import READY
from tests.tenants.factories import a_lease, a_tenant

STROKES = [[{"x": 1.0, "y": 2.0}, {"x": 30.0, "y": 20.0}]]


S = Fitout.State


DAY = dt.timedelta(days=1)


ORDER = [
    S.DRAFT, S.RECEIVED, S.DRAWING_REVIEW, S.AWAITING_FEES, S.AWAITING_FIRE, S.TO_ISSUE, S.PERMITTED, S.ON_SITE, S.TO_INSPECT,
    S.TO_APPROVE, S.ACCEPTED, S.REFUNDED,
]  # fmt: skip


def a_contractor(building: Any, *, name: str = "北京精工装饰有限公司", **values: Any) -> Contractor:
    """A contractor of grade 2 whose papers run for another year."""
    until = timezone.localdate() + 365 * DAY
    told: dict[str, Any] = {
        "grade": QualificationGrade.objects.get(code="GRADE_2"),
        "qualification_number": "D211012345",
        "qualification_until": until,
        "licence_until": until,
        "lead": "郭建军",
        "phone": "139 0013 9000",
    }
    return Contractor.objects.create(building=building, name=name, **{**told, **values})


def a_file(by: Any, *, purpose: str = "fitout.drawing") -> StoredFile:
    return keep(picture(), by, "a.jpg", purpose=purpose)


def some_prices(building: Any, by: Any) -> None:
    """Prices of the Fit-out Fee Schedule, once."""
    for code, yuan in (("FITOUT_MANAGEMENT_FEE", "10"), ("WASTE_REMOVAL_FEE", "8"), ("WORKER_PASS", "10"), ("EXTINGUISHER_RENT", "30")):
        values = {"unit_price": yuan, "starts_on": dt.date(2020, 1, 1), "set_by": by}
        Price.objects.get_or_create(building=building, kind=ChargeKind.objects.get(code=code), defaults=values)


def an_application(cast: Any, building: Any, *, area: str = "120.50", code: str = "1801", **values: Any) -> Fitout:
    """A tenant's application as customer service took it."""
    some_prices(building, cast.finance_head)
    unit = values.pop("unit", None) or Unit.objects.filter(building=building, code=code).first() or a_unit(building, code, area=area)
    tenant = values.pop("tenant", None) or access.tenant_of(unit, timezone.localdate())
    if tenant is None:
        tenant = a_tenant(cast, building, name=f"北京华信科技有限公司{code}", code="")
        a_lease(cast, building, tenant=tenant, unit=unit, contract_number=f"YH-{code}")
    today = timezone.localdate()
    told: dict[str, Any] = {
        "unit": unit,
        "tenant": tenant,
        "contractor": values.pop("contractor", None) or Contractor.objects.filter(building=building).first() or a_contractor(building),
        "lead": "郭建军",
        "lead_phone": "139 0013 9000",
        "fire_lead": "马涛",
        "tenant_contact": "刘洋",
        "tenant_phone": "138 0013 8000",
        "scope": "隔断、吊顶、电气与地面翻新。",
        "area_m2": Decimal(area),
        "starts_on": today,
        "ends_on": today + 45 * DAY,
    }
    at = values.pop("at", None) or timezone.now()
    return intake.apply(Fitout(**{**told, **values}), by=cast.service_clerk, at=at)


def hand_in_papers(fitout: Fitout, cast: Any, *, step: str = "receive") -> None:
    for line in papers.missing(fitout, step):
        papers.receive(line.paper, by=cast.service_clerk, at=timezone.now())
        papers.verify(line.paper, by=cast.service_clerk, at=timezone.now())


def register_drawings(fitout: Fitout, cast: Any) -> list[Drawing]:
    """One sheet of each required discipline."""
    made = []
    for number, discipline in enumerate(Discipline.objects.filter(is_required=True), 1):
        sheet = Drawing(fitout=fitout, discipline=discipline, sheet=f"S-{number:02}", title=f"{discipline.name_zh}图")
        made.append(drawings.register(sheet, a_file(cast.service_clerk), by=cast.service_clerk, at=timezone.now()))
    return made


def pass_every_drawing(fitout: Fitout, cast: Any) -> None:
    for drawing in fitout.drawings.all():
        drawings.judge(drawing.versions.first(), "PASSED", by=cast.engineer, at=timezone.now())


def pay_fees(fitout: Fitout, cast: Any) -> None:
    """The fees are billed and paid, the deposit is left."""
    now = timezone.now()
    fees.ask(fitout, by=cast.service_clerk, at=now)
    fitout.refresh_from_db()
    bill = access.standing_bills(fitout, "FEES").get()
    stamp = billing.Stamp(by=cast.cashier, at=now, on=timezone.localdate(now))
    billing.receive(fitout.tenant, bill.outstanding, "TRANSFER", stamp, picks={row: row.outstanding for row in bill.charges.all()})
    for row in access.deposits(fitout):
        left = row.amount_due - row.taken
        billing.receive(fitout.tenant, left, "TRANSFER", stamp, deposits={row: left}, payer=row.payer)
    fitout.refresh_from_db()


def sign(fitout: Fitout, document: str, party: str, by: Any) -> Any:
    """A head by account, an outsider on the screen."""
    ours = party.endswith("_HEAD")
    given: dict[str, Any] = {"method": "ACCOUNT"} if ours else {"method": "SCREEN", "strokes": STROKES}
    return signing.sign(fitout, document, party, by=by, at=timezone.now(), name=str(by) if ours else "刘洋", **given)


def sign_undertakings(fitout: Fitout, cast: Any) -> None:
    for document in ("works_undertaking", "fire_undertaking"):
        for party in ("TENANT", "CONTRACTOR"):
            sign(fitout, document, party, cast.service_clerk)


def take(fitout: Fitout, step: str, by: Any, **said: Any) -> Fitout:
    return FITOUT_FLOW.take(fitout, step, by=by, at=timezone.now(), **said)  # type: ignore[no-any-return]


def heads(cast: Any) -> dict[str, Any]:
    return {"SERVICE_HEAD": cast.service_head, "ENGINEERING_HEAD": cast.engineering_head, "SECURITY_HEAD": cast.security_head}


def extinguish(fitout: Fitout, cast: Any) -> None:
    """As many extinguishers as the site needs, half of them hired."""
    needed = access.extinguishers_needed(fitout)
    for number in range(needed // 2):
        row, _made = Extinguisher.objects.get_or_create(building=fitout.building, number=f"MH-{fitout.pk}-{number}")
        fire.hire(fitout, row, by=cast.guard, at=timezone.now())
    facts.count_own_extinguishers(fitout, number=needed - needed // 2, by=cast.guard)


def _receive(fitout: Fitout, cast: Any) -> Fitout:
    hand_in_papers(fitout, cast)
    return take(fitout, "receive", cast.service_clerk)


def _submit(fitout: Fitout, cast: Any) -> Fitout:
    register_drawings(fitout, cast)
    return take(fitout, "submit_drawings", cast.service_clerk)


def _pass(fitout: Fitout, cast: Any) -> Fitout:
    pass_every_drawing(fitout, cast)
    return take(fitout, "pass_drawings", cast.engineering_head)


def _pay(fitout: Fitout, cast: Any) -> Fitout:
    pay_fees(fitout, cast)
    facts.collect_comments(fitout, person="刘洋", by=cast.service_clerk, at=timezone.now())
    until = fitout.ends_on + 30 * DAY
    facts.insure(fitout, insurer="人保财险", policy_number="PZ-001", amount=Decimal(3_000_000), until=until, by=cast.service_clerk)
    facts.give_handbook(fitout, to="郭建军", by=cast.service_clerk, at=timezone.now())
    sign_undertakings(fitout, cast)
    return take(fitout, "send_to_fire_review", cast.service_clerk)


def _fire(fitout: Fitout, cast: Any) -> Fitout:
    if access.needs_fire_receipt(fitout):
        told = {"number": "消报审 2026-118", "on": timezone.localdate(), "route": "REVIEW"}
        facts.file_fire_receipt(fitout, by=cast.guard, at=timezone.now(), file=a_file(cast.guard), **told)
    return take(fitout, "pass_fire_review", cast.guard)


def _issue(fitout: Fitout, cast: Any) -> Fitout:
    for party, person in heads(cast).items():
        sign(fitout, "permit", party, person)
    fitout.refresh_from_db()
    return fitout


def _start(fitout: Fitout, cast: Any) -> Fitout:
    a_pass(cast, fitout.building, fitout=fitout)
    extinguish(fitout, cast)
    Unit.objects.filter(pk=fitout.unit_id, state=Unit.State.VACANT).update(state=Unit.State.OCCUPIED)
    facts.see_door_set(fitout, by=cast.guard, at=timezone.now())
    facts.inspect_protection(fitout, passed=True, note="", by=cast.service_clerk, at=timezone.now())
    return take(fitout, "start_work", cast.service_clerk)


def _apply_completion(fitout: Fitout, cast: Any) -> Fitout:
    return take(fitout, "apply_completion", cast.service_clerk, applicant="郭建军", inspection_at=timezone.now())


def give_back(fitout: Fitout, cast: Any) -> None:
    """Passes and extinguishers come back."""
    give_back_passes(fitout, cast)
    for hire in fitout.hires.filter(returned_at=None):
        fire.take_back(hire, condition="GOOD", by=cast.guard, at=timezone.now())


def sign_completion(fitout: Fitout, cast: Any) -> Fitout:
    for party, person in {**heads(cast), "TENANT": cast.service_clerk, "CONTRACTOR": cast.service_clerk}.items():
        sign(fitout, "completion", party, person)
    fitout.refresh_from_db()
    return fitout


def _complete(fitout: Fitout, cast: Any) -> Fitout:
    give_back(fitout, cast)
    return sign_completion(fitout, cast)


def _accept(fitout: Fitout, cast: Any) -> Fitout:
    return take(fitout, "accept_completion", cast.property_manager)


def _refund(fitout: Fitout, cast: Any) -> Fitout:
    for refund in Refund.objects.filter(deposit__in=access.works_deposits(fitout), state="APPROVED"):
        REFUND_FLOW.take(refund, "pay", by=cast.cashier, at=timezone.now())
    return take(fitout, "close", None)


WALK = [_receive, _submit, _pass, _pay, _fire, _issue, _start, _apply_completion, _complete, _accept, _refund]


def ready(building: Any, at: str) -> Fitout | None:
    """The fit-out that the test stands on, if it has not come further yet than to this state."""
    if not READY or READY[0].building_id != building.pk or ORDER.index(S(READY[0].state)) > ORDER.index(S(at)):
        return None
    return Fitout.objects.get(pk=READY.pop().pk)


def a_permitted(cast: Any, building: Any) -> Fitout:
    return a_fitout(cast, building, at=S.PERMITTED)


def a_fitout(cast: Any, building: Any, *, at: str = S.DRAFT, fitout: Fitout | None = None, **values: Any) -> Fitout:
    """A fit-out walked to a state of the straight way (`ORDER`), from where it stands; the one that the test stands on first."""
    fitout = fitout or (None if values else ready(building, at)) or an_application(cast, building, **values)
    while fitout.state != at:
        here = fitout.state
        fitout = WALK[ORDER.index(S(here))](fitout, cast)
        assert fitout.state != here, FITOUT_FLOW.options(fitout, cast.service_head)
    return fitout


def a_remark(fitout: Fitout, cast: Any, text: str = "开关面板松动", **values: Any) -> Remark:
    engineering = Department.objects.get(code="ENGINEERING")
    row = Remark(fitout=fitout, department=engineering, text=text, due_on=timezone.localdate() + 3 * DAY, **values)
    return inspections.remark(row, by=cast.engineer)


def a_permit(cast: Any, building: Any) -> Permit:
    return a_fitout(cast, building, at=S.PERMITTED).permits.get()


def some_concealed(cast: Any, building: Any, *, fitout: Fitout | None = None, **values: Any) -> ConcealedWorks:
    """Wiring above a ceiling, as the contractor applied for its inspection."""
    fitout = fitout or a_fitout(cast, building, at=S.ON_SITE)
    told = {
        "item": ConcealedItem.objects.get(code="WIRING"),
        "spot": "开放办公区吊顶内",
        "description": "桥架与穿线管",
        "applicant": "郭建军",
    }
    return inspections.apply(ConcealedWorks(fitout=fitout, **{**told, **values}), by=cast.service_clerk, at=timezone.now())


def sign_concealed(row: ConcealedWorks, cast: Any, *parties: str) -> None:
    people = {"SERVICE": cast.service_clerk, "ENGINEERING": cast.engineer, "SECURITY": cast.guard, "CONTRACTOR": cast.engineer}
    for party in parties or people:
        ours = party != "CONTRACTOR"
        given: dict[str, Any] = {"method": "ACCOUNT"} if ours else {"method": "SCREEN", "strokes": STROKES}
        name = str(people[party]) if ours else "郭建军"
        signing.sign(row, "concealed", party, by=people[party], at=timezone.now(), name=name, **given)


FACTORIES: dict[str, Any] = {
    "fitout.ConcealedWorks": some_concealed,
    "fitout.Fitout": an_application,
    "fitout.Permit": a_permit,
    "fitout.Contractor": lambda cast, building: a_contractor(building),
}


@cache
def _pk(at: str) -> Any:
    return lambda cast, building: {"pk": a_fitout(cast, building, at=at).pk}


@cache
def _sheet(at: str) -> Any:
    return lambda cast, building: {"pk": a_fitout(cast, building, at=at).drawings.first().pk}


def _returned(cast: Any, building: Any) -> dict[str, Any]:
    """A sheet that engineering returned."""
    fitout = a_fitout(cast, building, at=S.DRAWING_REVIEW)
    sheet = fitout.drawings.first()
    drawings.review(sheet.versions.get(), "RETURNED", DrawingComment(text="宽度不足"), by=cast.engineer, at=timezone.now())
    drawings.pass_the_rest(fitout, by=cast.engineer, at=timezone.now())
    take(fitout, "return_drawings", cast.engineer)
    return {"pk": sheet.pk}


def _damaged(cast: Any, building: Any) -> dict[str, Any]:
    fitout = a_fitout(cast, building, at=S.TO_INSPECT)
    row = inspections.price_damage(Damage(fitout=fitout, what="石材", quantity=1, unit_price=Decimal(600)), by=cast.engineer)
    return {"pk": fitout.pk, "damage": row.pk}


def _hired(cast: Any, building: Any) -> dict[str, Any]:
    fitout = a_fitout(cast, building, at=S.ON_SITE)
    return {"pk": fitout.pk, "hire": fitout.hires.first().pk}


def _booked(cast: Any, building: Any) -> ConcealedWorks:
    at = timezone.now()
    return CONCEALED_FLOW.take(some_concealed(cast, building), "book", by=cast.service_clerk, at=at, agreed_at=at)  # type: ignore[no-any-return]


def _remarked(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": a_remark(a_fitout(cast, building, at=S.TO_INSPECT), cast).pk}


ARGUMENTS: dict[str, Any] = {
    "fitout:fitout_edit": _pk(S.DRAFT),
    "fitout:fitout_sign": lambda cast, building: {
        "pk": an_application(cast, building).pk, "document": "works_undertaking", "party": "TENANT"
    },
    "fitout:contractor_edit": lambda cast, building: {"pk": a_contractor(building).pk},
    "fitout:insurance": _pk(S.AWAITING_FEES),
    "fitout:handbook": _pk(S.AWAITING_FEES),
    "fitout:comments_collected": _pk(S.AWAITING_FEES),
    "fitout:fire_receipt": _pk(S.AWAITING_FIRE),
    "fitout:door_set": _pk(S.PERMITTED),
    "fitout:protection": _pk(S.PERMITTED),
    "fitout:own_extinguishers": _pk(S.PERMITTED),
    "fitout:drawing_detail": _sheet(S.DRAWING_REVIEW),
    "fitout:drawing_revise": _returned,
    "fitout:drawing_review": _sheet(S.DRAWING_REVIEW),
    "fitout:drawing_new": _pk(S.RECEIVED),
    "fitout:drawing_pass_the_rest": _pk(S.DRAWING_REVIEW),
    "fitout:permit_extend": _pk(S.PERMITTED),
    "fitout:permit_step": lambda cast, building: {"pk": a_permit(cast, building).pk, "step": "extend"},
    "fitout:fees": _pk(S.AWAITING_FEES),
    "fitout:extinguishers": _pk(S.ON_SITE),
    "fitout:hire_new": _pk(S.PERMITTED),
    "fitout:hire_return": _hired,
    "fitout:concealed_sign": lambda cast, building: {"pk": _booked(cast, building).pk, "document": "concealed", "party": "SERVICE"},
    "fitout:concealed_photo": lambda cast, building: {"pk": _booked(cast, building).pk},
    "fitout:concealed_remark": lambda cast, building: {"pk": _booked(cast, building).pk},
    "fitout:remark_rectified": _remarked,
    "fitout:remark_new": _pk(S.TO_INSPECT),
    "fitout:damage_new": _pk(S.TO_INSPECT),
    "fitout:damage_drop": _damaged,
    "fitout:damage_bill": _damaged,
}  # fmt: skip


def an_upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", picture(), "image/jpeg")


def _a_sheet(cast: Any, building: Any) -> dict[str, Any]:
    return {"discipline": Discipline.objects.get(code="CEILING").pk, "sheet": "C-01", "title": "天花图", "file": an_upload}


def _concealed_told(cast: Any, building: Any) -> dict[str, Any]:
    site = a_fitout(cast, building, at=S.ON_SITE, code="1899")
    told = {"item": ConcealedItem.objects.get(code="WIRING").pk, "spot": "吊顶内", "description": "桥架", "applicant": "郭建军"}
    return {"fitout": site.pk, **told}


FORMS: dict[str, Any] = {
    "fitout:concealed_new": _concealed_told,
    "fitout:concealed_photo": lambda cast, building: {"photos": an_upload},
    "fitout:concealed_sign": lambda cast, building: {"method": "ACCOUNT"},
    "fitout:door_set": lambda cast, building: {},
    "fitout:drawing_new": _a_sheet,
    "fitout:drawing_revise": lambda cast, building: {"file": an_upload},
    "fitout:fire_receipt": lambda cast, building: {"number": "118", "on": "2026-11-20", "route": "REVIEW", "file": an_upload},
    "fitout:insurance": lambda cast, building: {"insurer": "人保", "policy_number": "P-1", "amount": "3000000", "until": "2099-01-01"},
    "fitout:handbook": lambda cast, building: {"to": "郭建军"},
    "fitout:comments_collected": lambda cast, building: {"person": "刘洋"},
    "fitout:protection": lambda cast, building: {"passed": "yes"},
    "fitout:own_extinguishers": lambda cast, building: {"number": "3"},
    "fitout:drawing_review": lambda cast, building: {"verdict": "PASSED"},
    "fitout:concealed_step": lambda cast, building: {"agreed_at": "2099-01-01T10:00"},
    "fitout:permit_step": lambda cast, building: {"valid_until": "2099-01-01", "note": "顺延"},
    "fitout:fitout_sign": lambda cast, building: {"method": "WITNESSED", "witness": "陈静", "name": "刘洋"},
    "fitout:concealed_remark": lambda cast, building: {"department": Department.objects.get(code="CUSTOMER_SERVICE").pk, "text": "未接地"},
    "fitout:remark_new": lambda cast, building: {"department": Department.objects.get(code="CUSTOMER_SERVICE").pk, "text": "墙面划痕"},
    "fitout:damage_new": lambda cast, building: {"what": "石材", "quantity": "1", "unit_price": "600"},
}

TWICE: dict[str, str] = {}

# Each part's own records; they walk the fit-outs of this module.
from tests.fitout import application_records, site_records, worker_records  # noqa: E402

_arguments = application_records.arguments_of(an_application, a_contractor, hand_in_papers, a_permit)
_forms = application_records.forms_of(a_contractor, a_file)
FACTORIES |= {**site_records.FACTORIES, **worker_records.FACTORIES}
ARGUMENTS |= {**_arguments, **site_records.ARGUMENTS, **worker_records.ARGUMENTS}
FORMS |= {**_forms, **site_records.FORMS, **worker_records.FORMS}
TWICE |= worker_records.TWICE
