"""Records of moving in, made by walking the flow, so that no test starts from an impossible one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core import papers, signing
from premises.models import EquipmentItem, Key, Meter, MeterReading
from tenants.flow import DEFECT_FLOW, MOVE_IN_FLOW
from tenants.models import Defect, MoveIn, Tenant
from tenants.services import move_in as rules
from tenants.services import register_tenant
from tenants.services.defects import add_defect
from tests.conftest import Cast, a_unit

S = MoveIn.State
STROKES = [[{"x": 1.0, "y": 2.0}, {"x": 40.0, "y": 22.0}]]
TERMS = rules.LeaseTerms("HT-2026-018", date(2026, 12, 1), date(2029, 11, 30))
REGISTRATION: dict[str, Any] = {
    "tenant": {"name": "北京北辰信息科技有限公司", "industry": "软件", "people_total": 40},
    "people": {
        "ADMINISTRATIVE_HEAD": {"name": "刘芳", "phone": "138 0013 8000", "email": "liu@example.com"},
        "EMERGENCY": {"name": "周强", "phone": "139 0013 9000"},
    },
    "board": {"name": "北辰科技", "name_en": "Beichen Tech", "unit_text": "1801"},
}


def an_equipped_unit(building: Any, code: str = "1801") -> Any:
    """A vacant unit with a meter that was read once, two keys and equipment."""
    unit = a_unit(building, code)
    meter = Meter.objects.create(building=building, unit=unit, kind=Meter.Kind.ELECTRICITY, number=f"E-{code}-1")
    MeterReading.objects.create(meter=meter, value=Decimal("12345.6"), read_on=date(2026, 11, 1), kind="ROUTINE")
    for number in (1, 2):
        Key.objects.create(building=building, unit=unit, kind=Key.Kind.UNIT_KEY, number=f"K-{code}-{number}")
    EquipmentItem.objects.create(unit=unit, name="风机盘管", quantity=4)
    return unit


def a_tenant(building: Any, by: Any, name: str = "北京北辰信息科技有限公司") -> Tenant:
    return register_tenant(Tenant(building=building, name=name, short_name="北辰科技"), by=by, on=timezone.localdate())


def a_notice(cast: Cast, building: Any, code: str = "1801", **details: Any) -> MoveIn:
    """Leasing has sent a Move-in Notice."""
    unit = an_equipped_unit(building, code)
    given = {"place": "大厦一层物业管理处", "addressee": "刘芳", "addressee_phone": "138 0013 8000", **details}
    move_in = MoveIn(tenant=a_tenant(building, cast.leasing), takeover_at=timezone.now() + timedelta(days=3), **given)
    return rules.notify(move_in, units=[unit], terms=TERMS, by=cast.leasing, at=timezone.now())


def take(move_in: MoveIn, name: str, by: Any, **details: Any) -> MoveIn:
    return MOVE_IN_FLOW.take(move_in, name, by=by, at=timezone.now(), **details)


def give_papers(move_in: MoveIn, by: Any) -> None:
    for line in papers.checklist(move_in):
        if line.paper.state == "MISSING":
            papers.receive(line.paper, by=by, at=timezone.now())
            papers.verify(line.paper, by=by, at=timezone.now())


def work_through(move_in: MoveIn, cast: Cast) -> None:
    """Everything that is done in the unit before it is signed."""
    by, now = cast.service_clerk, timezone.now()
    rules.issue_handbooks(move_in, rules.HANDBOOKS, by=by, at=now)
    rules.file_registration(move_in, **REGISTRATION, by=by, at=now)
    rules.check_equipment(move_in, rules.planned_equipment(move_in), at=now)
    for meter in rules.electricity_meters(move_in):
        rules.read_baseline(move_in, meter, Decimal("12398.2"), by=cast.engineer, at=now)
    keys = Key.objects.filter(unit__move_ins__move_in=move_in, state="IN_STORE")
    rules.hand_keys(move_in, keys, holder_name="刘芳", holder_phone="138 0013 8000", by=by, at=now)


def sign_everything(move_in: MoveIn, cast: Cast) -> None:
    people = {"TENANT": cast.service_clerk, "SERVICE": cast.service_clerk, "ENGINEERING": cast.engineer}
    for row in signing.unsigned(move_in):
        person = people[row.party.key]
        details = {"method": "SCREEN", "name": "刘芳" if row.party.key == "TENANT" else person.name, "strokes": STROKES}
        signing.sign(move_in, row.document.key, row.party.key, by=person, at=timezone.now(), **details)


def a_move_in(cast: Cast, building: Any, at: str = S.NOTIFIED, **details: Any) -> MoveIn:
    """A move-in that has walked to a state."""
    clerk = cast.service_clerk
    move_in = a_notice(cast, building, **details)
    if at == S.NOTIFIED:
        return move_in
    move_in = take(move_in, "book", clerk, takeover_at=move_in.takeover_at)
    if at == S.BOOKED:
        return move_in
    rules.check_visitor(move_in, by=clerk, at=timezone.now(), by_agent=False, visitor_name="刘芳", visitor_phone="138 0013 8000")
    give_papers(move_in, clerk)
    move_in = take(move_in, "begin_handover", clerk)
    if at == S.IN_HANDOVER:
        return move_in
    work_through(move_in, cast)
    move_in = take(move_in, "send_for_signature", clerk)
    if at == S.TO_SIGN:
        return move_in
    if at == S.DEFECTS_OPEN:
        a_defect(move_in, cast)
    sign_everything(move_in, cast)
    if at == S.DEFECTS_OPEN:
        return take(move_in, "accept_with_defects", clerk)
    rules.hold_briefing(move_in, by=clerk, at=timezone.now(), people="刘芳、周强", declined="", cards_wanted=3)
    return take(move_in, "move_in", clerk)


def a_defect(move_in: MoveIn, cast: Cast, description: str = "窗户关不严") -> Defect:
    row = move_in.units.select_related("unit").first()
    assert row is not None
    defect = Defect(move_in=move_in, unit=row.unit, place="北侧窗", description=description)
    return add_defect(defect, by=cast.service_clerk, at=timezone.now())


def mend(defect: Defect, cast: Cast) -> Defect:
    """From handed over to accepted by the tenant."""
    defect = DEFECT_FLOW.take(defect, "mend", by=cast.engineer, at=timezone.now(), mended_note="更换密封条")
    signature = {"method": "SCREEN", "name": "刘芳", "strokes": STROKES}
    return DEFECT_FLOW.take(defect, "accept", by=cast.service_clerk, at=timezone.now(), **signature)
