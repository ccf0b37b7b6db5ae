"""A company moves in, step by step, by the handbook."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone, translation

from core import papers, signing
from core.flow import NotAllowed, Refused
from core.models import HistoryEntry, Notice
from premises.models import Key, MeterReading, ParkingSpace, Unit
from premises.services import ReadingRefused
from staff.access import members
from tenants.flow import DEFECT_FLOW
from tenants.models import DirectoryOrder, MoveIn
from tenants.services import move_in as rules
from tests.conftest import Cast, a_building
from tests.tenants import moving
from tests.tenants.moving import S, a_defect, a_move_in, a_notice, take

clause = pytest.mark.clause


@clause("M3.1.4-1")
@clause("M1.2.2-a")
def test_leasing_sends_the_notice_and_the_unit_is_reserved(cast: Cast, tower: Any) -> None:
    move_in = a_notice(cast, tower)
    assert move_in.number.startswith("RZ-")
    assert [row.unit.state for row in move_in.units.select_related("unit")] == ["RESERVED"]
    assert Notice.objects.filter(recipient=cast.service_clerk, topic="move_in").exists()


@clause("M3.1.4-1")
def test_a_unit_that_is_being_handed_over_is_not_noticed_twice(cast: Cast, tower: Any) -> None:
    first = a_notice(cast, tower)
    again = MoveIn(tenant=first.tenant, takeover_at=timezone.now() + timedelta(days=4), place="x", addressee="刘芳")
    with pytest.raises(Refused, match=first.number):
        rules.notify(again, units=[first.units.get().unit], terms=None, by=cast.leasing, at=timezone.now())
    assert MoveIn.objects.count() == 1


@clause("M3.1.4-2.1")
@clause("M3.1.4-2")
def test_the_handover_waits_for_identity_and_papers(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    with pytest.raises(Refused, match="identity paper first.*Missing papers"):
        take(move_in, "begin_handover", cast.service_clerk)
    rules.check_visitor(move_in, by=cast.service_clerk, at=timezone.now(), by_agent=False, visitor_name="刘芳")
    moving.give_papers(move_in, cast.service_clerk)
    assert take(move_in, "begin_handover", cast.service_clerk).state == S.IN_HANDOVER


@clause("M3.1.4-2.c1")
@clause("M3.1.4-2.c2")
def test_the_principal_brings_two_papers(cast: Cast, tower: Any) -> None:
    codes = [line.kind.code for line in papers.checklist(a_notice(cast, tower))]
    assert codes == ["principal_identity", "business_licence"]


@clause("M3.1.4-2.d1")
@clause("M3.1.4-2.d2")
def test_an_agent_brings_the_sealed_original_and_both_identity_copies(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    rules.check_visitor(move_in, by=cast.service_clerk, at=timezone.now(), by_agent=True, visitor_name="王代理")
    lines = {line.kind.code: line.kind for line in papers.checklist(MoveIn.objects.get(pk=move_in.pk))}
    assert set(lines) == {"principal_identity", "business_licence", "authorisation", "agent_identity"}
    assert lines["authorisation"].original
    assert lines["agent_identity"].identity


@clause("M3.1.3-3")
def test_a_missing_paper_is_replaced_with_a_reason_and_the_visit_goes_on(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    rules.check_visitor(move_in, by=cast.service_clerk, at=timezone.now(), by_agent=False, visitor_name="刘芳")
    [identity, licence] = papers.checklist(move_in)
    papers.receive(identity.paper, by=cast.service_clerk, at=timezone.now())
    papers.verify(identity.paper, by=cast.service_clerk, at=timezone.now())
    papers.substitute(licence.paper, by=cast.service_clerk, at=timezone.now(), reason="电子营业执照，三日内补交复印件")
    assert take(move_in, "begin_handover", cast.service_clerk).state == S.IN_HANDOVER


@clause("M3.1.3-3")
def test_a_missing_paper_leads_to_a_new_time_with_its_reason(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    later = move_in.takeover_at + timedelta(days=2)
    moved = take(move_in, "rebook", cast.service_clerk, takeover_at=later, note="营业执照未带")
    assert (moved.state, moved.takeover_at) == (S.BOOKED, later)
    missing = take(moved, "note_missing", cast.service_clerk, note="营业执照未带")
    assert missing.state == S.PAPERS_MISSING
    assert take(missing, "book", cast.leasing, takeover_at=later).state == S.BOOKED


@clause("M3.1.4-2.3")
def test_three_handbooks_are_handed_out_once_in_the_version_of_the_day(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    rules.issue_handbooks(move_in, rules.HANDBOOKS, by=cast.service_clerk, at=timezone.now())
    rules.issue_handbooks(move_in, rules.HANDBOOKS, by=cast.service_clerk, at=timezone.now())
    kinds = sorted(move_in.handbooks.values_list("text__kind", flat=True))
    assert kinds == ["BUILDING_USE", "OCCUPANT", "QUALITY_WARRANTY"]


@clause("M3.1.4-2.4")
def test_the_registration_forms_write_the_tenant_file_and_order_the_board_line(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    rules.file_registration(move_in, **moving.REGISTRATION, by=cast.service_clerk, at=timezone.now())
    rules.file_registration(move_in, **moving.REGISTRATION, by=cast.service_clerk, at=timezone.now())
    tenant = move_in.tenant
    tenant.refresh_from_db()
    assert (tenant.industry, tenant.people_total) == ("软件", 40)
    assert sorted(tenant.contacts.values_list("kind", "name")) == [("ADMINISTRATIVE_HEAD", "刘芳"), ("EMERGENCY", "周强")]
    assert list(DirectoryOrder.objects.values_list("name", "unit_text", "state")) == [("北辰科技", "1801", "ORDERED")]


@clause("M3.1.4-3")
@clause("M3.1.4-3.1")
def test_the_handover_takes_the_unit_and_its_keys(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    assert Unit.objects.get(code="1801").state == "HANDOVER"
    with pytest.raises(Refused, match="Hand over the keys of 1801"):
        take(move_in, "send_for_signature", cast.service_clerk)
    moving.work_through(move_in, cast)
    assert set(Key.objects.values_list("state", flat=True)) == {"OUT"}


@clause("M3.1.4-3.2")
@clause("M1.2.2-b")
def test_a_baseline_lower_than_the_last_reading_is_refused_unless_the_meter_was_replaced(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    [meter] = rules.electricity_meters(move_in)
    with pytest.raises(ReadingRefused, match="Lower than the last reading"):
        rules.read_baseline(move_in, meter, Decimal("100"), by=cast.engineer, at=timezone.now())
    rules.read_baseline(move_in, meter, Decimal("100"), by=cast.engineer, at=timezone.now(), replaced=True)
    rules.read_baseline(move_in, meter, Decimal("101"), by=cast.engineer, at=timezone.now(), replaced=True)
    assert [row.reading.value for row in move_in.baselines.all()] == [Decimal("101")]
    assert MeterReading.objects.exclude(voided_at=None).count() == 1


@clause("M3.1.4-3.2")
def test_the_baseline_needs_three_signatures_and_engineering_signs_for_itself(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    baseline = signing.document(move_in, "baseline")
    assert [party.key for party in baseline.parties] == ["TENANT", "ENGINEERING", "SERVICE"]
    signature: dict[str, Any] = {"method": "SCREEN", "name": "王强", "strokes": moving.STROKES}
    with pytest.raises(NotAllowed):
        rules.sign_documents(move_in, ["baseline"], "ENGINEERING", by=cast.service_clerk, at=timezone.now(), **signature)
    moving.sign_everything(move_in, cast)
    assert signing.complete(move_in, "baseline")


@clause("M3.1.4-3.2")
def test_a_baseline_read_again_outdates_the_signatures(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    moving.sign_everything(move_in, cast)
    [meter] = rules.electricity_meters(move_in)
    rules.read_baseline(move_in, meter, Decimal("12399"), by=cast.engineer, at=timezone.now())
    outdated = {row.document.key for row in signing.panel(move_in) if row.outdated}
    assert outdated == {"baseline", "consumption", "facilities"}
    with pytest.raises(Refused, match="To sign"):
        take(move_in, "move_in", cast.service_clerk)


@clause("M3.1.4-3.3")
@clause("M3.1.4-2.5")
def test_customer_service_and_tenant_sign_checklist_consumption_keys_and_agreements(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    parties: dict[str, set[str]] = {}
    for row in signing.panel(move_in):
        parties.setdefault(row.document.key, set()).add(row.party.key)
    assert set(parties) == {"handbooks", "fire_safety", "covenant", "baseline", "equipment", "consumption", "keys", "facilities"}
    assert all(parties[key] == {"TENANT", "SERVICE"} for key in set(parties) - {"baseline", "facilities"})
    assert move_in.tenant.name in signing.document(move_in, "fire_safety").text(move_in)


@clause("M3.1.4-2.5")
def test_the_parking_contract_is_signed_only_if_a_space_is_rented(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    assert "parking" not in {document.key for document in signing.documents(move_in)}
    rules.settle_parking(move_in, ParkingSpace.objects.create(building=tower, code="B2-018"))
    assert "parking" in {document.key for document in signing.documents(MoveIn.objects.get(pk=move_in.pk))}


@clause("M3.1.4-3.4")
def test_a_defect_goes_to_engineering_and_the_move_in_waits_until_the_tenant_accepts_it(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.DEFECTS_OPEN)
    defect = move_in.defects.get()
    assert defect.state == "HANDED_OVER"
    assert Notice.objects.filter(recipient=cast.engineer, topic="defect").exists()
    rules.hold_briefing(move_in, by=cast.service_clerk, at=timezone.now(), people="刘芳", declined="", cards_wanted=0)
    with pytest.raises(Refused, match=defect.number):
        take(move_in, "finish", cast.service_clerk)
    moving.mend(defect, cast)
    assert take(move_in, "finish", cast.service_clerk).state == S.MOVED_IN


@clause("M3.1.4-3.4")
def test_a_repair_that_the_tenant_rejects_goes_back_to_engineering(cast: Cast, tower: Any) -> None:
    defect = a_move_in(cast, tower, S.DEFECTS_OPEN).defects.get()
    mended = DEFECT_FLOW.take(defect, "mend", by=cast.engineer, at=timezone.now(), mended_note="调整")
    back = DEFECT_FLOW.take(mended, "reject", by=cast.service_clerk, at=timezone.now(), note="仍然漏风")
    assert back.state == "HANDED_OVER"
    assert moving.mend(back, cast).state == "ACCEPTED"


@clause("M3.1.4-3.5")
def test_the_move_in_waits_for_the_briefing_or_its_reason(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    moving.sign_everything(move_in, cast)
    with pytest.raises(Refused, match="Brief"):
        take(move_in, "move_in", cast.service_clerk)
    rules.hold_briefing(move_in, by=cast.service_clerk, at=timezone.now(), people="", declined="客户已在同楼办公", cards_wanted=2)
    assert take(move_in, "move_in", cast.service_clerk).state == S.MOVED_IN


@clause("M3.1.4-3.6")
def test_every_department_hears_of_it_and_the_unit_is_occupied(cast: Cast, tower: Any) -> None:
    a_move_in(cast, tower, S.MOVED_IN)
    assert Unit.objects.get(code="1801").state == "OCCUPIED"
    told = set(Notice.objects.filter(topic="moved_in").values_list("recipient__username", flat=True))
    departments = ("ENGINEERING", "SECURITY", "FINANCE", "LEASING", "CLEANING", "MANAGEMENT")
    everybody = {user.username for code in departments for user in members(code, tower.pk)}
    assert everybody
    assert everybody <= told
    assert "outsider" not in told


@clause("M3.1.1")
def test_every_service_of_the_move_in_is_a_step_in_its_history(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.MOVED_IN)
    lines = HistoryEntry.objects.filter(row_table="tenants_movein", row_id=move_in.pk, kind="STEP").order_by("id")
    assert list(lines.values_list("step", flat=True)) == ["book", "begin_handover", "send_for_signature", "move_in"]


def test_cancelling_frees_the_unit_and_keeps_the_number(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    cancelled = take(move_in, "cancel", cast.leasing, note="客户改租其他单元")
    assert (cancelled.state, Unit.objects.get(code="1801").state) == (S.CANCELLED, "VACANT")
    assert cancelled.number == move_in.number


def test_of_twenty_clerks_at_once_one_completes_the_move_in(committed_db: None) -> None:
    tower, elsewhere = a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座")
    cast = Cast(tower, elsewhere)
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    moving.sign_everything(move_in, cast)
    rules.hold_briefing(move_in, by=cast.service_clerk, at=timezone.now(), people="刘芳", declined="", cards_wanted=0)
    start = Barrier(20)

    def complete(_: int) -> str:
        try:
            start.wait(timeout=20)
            take(MoveIn.objects.get(pk=move_in.pk), "move_in", cast.service_clerk)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(complete, range(20)))
    assert sorted(answers) == ["done"] + ["refused"] * 19
    assert Notice.objects.filter(topic="moved_in", recipient=cast.guard).count() == 1


def test_a_defect_has_a_number_and_a_date(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    defect = a_defect(move_in, cast)
    assert (defect.state, defect.number[:3]) == ("OPEN", "YL-")
    assert defect.due_on == timezone.localdate() + timedelta(days=14)


@clause("M3.1.4-3.3")
def test_a_checklist_signed_in_chinese_stays_signed_for_who_reads_english(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    with translation.override("zh-hans"):
        moving.sign_everything(move_in, cast)
    signed = {row.document: row for row in signing.signoffs(move_in).filter(party="TENANT")}
    assert "完好" in signed["equipment"].text
    with translation.override("en"):
        assert signing.unsigned(move_in) == []
        assert "Good" in signing.document(move_in, "equipment").text(move_in)
        move_in.equipment.update(condition="DAMAGED")
        assert {row.document.key for row in signing.unsigned(move_in)} == {"equipment", "facilities"}
