"""A sign-off holds for the text it was given to, and for no other."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core import notices, signing
from core.flow import Blocked, NotAllowed, Refused, TooLate
from core.models import Outbox, SignOff
from core.tasks import look_for_late_countersignatures, remind_to_countersign
from staff import access
from staff.access import ENGINEERING, ENGINEERING_HEAD
from staff.models import Cover
from tests.conftest import Cast, a_building, a_unit, person

STROKES = [[{"x": 1, "y": 2}, {"x": 30, "y": 18}]]


@pytest.fixture
def paper(tower: Any) -> signing.Document:
    """A document whose text is the building's address, so the test can change what was signed."""
    parties = (signing.Party("TENANT", "Tenant"), signing.Party("ENGINEERING", "Engineering", ENGINEERING))
    document = signing.Document("test_paper", "Test paper", parties, lambda building: building.address)
    signing.register(type(tower), document)
    yield document
    signing._documents[type(tower)].pop("test_paper")


def sign(tower: Any, party: str, person: Any, **details: Any) -> SignOff:
    given: dict[str, Any] = {"method": "SCREEN", "name": "陈静", "strokes": STROKES, **details}
    return signing.sign(tower, "test_paper", party, by=person, at=timezone.now(), **given)


def test_it_is_complete_when_every_party_has_signed(cast: Cast, tower: Any, paper: signing.Document) -> None:
    sign(tower, "TENANT", cast.service_clerk)
    assert not signing.complete(tower, "test_paper")
    sign(tower, "ENGINEERING", cast.engineer)
    assert signing.complete(tower, "test_paper")


def test_a_later_change_of_the_text_outdates_it_and_signing_again_mends_it(cast: Cast, tower: Any, paper: Any) -> None:
    first = sign(tower, "TENANT", cast.service_clerk)
    tower.address = "changed"
    tower.save()
    [row] = [row for row in signing.panel(tower) if row.party.key == "TENANT"]
    assert (row.state, row.is_valid) == ("OUTDATED", False)
    second = sign(tower, "TENANT", cast.service_clerk)
    first.refresh_from_db()
    assert first.replaced_by == second
    assert SignOff.objects.get(pk=second.pk).text == "changed"


def test_nobody_signs_for_a_department_without_its_post(cast: Cast, tower: Any, paper: signing.Document) -> None:
    with pytest.raises(NotAllowed):
        sign(tower, "ENGINEERING", cast.service_clerk)
    assert SignOff.objects.count() == 0


@pytest.mark.parametrize(
    "details",
    [
        {"strokes": []},
        {"name": "  "},
        {"method": "WITNESSED", "strokes": []},
        {"method": "PAPER", "strokes": []},
        {"verdict": "RETURNED"},
    ],
)
def test_a_signature_without_its_proof_is_refused(cast: Cast, tower: Any, paper: Any, details: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        sign(tower, "TENANT", cast.service_clerk, **details)
    assert SignOff.objects.count() == 0


def test_strokes_are_redrawn_as_lines_that_fit() -> None:
    svg = signing.strokes_svg([{"points": [{"x": 100, "y": 100}, {"x": 200, "y": 150}]}])
    assert 'viewBox="0 0 108 58"' in svg
    assert 'points="4.0,4.0 104.0,54.0"' in svg
    assert signing.strokes_svg([]) == ""


class Consents:
    """The tower with a document that allows oral consent: the head of engineering consents, a clerk records it."""

    def __init__(self, cast: Cast, tower: Any) -> None:
        self.cast, self.tower, self.at = cast, tower, timezone.now() - timedelta(hours=2)

    def record(self, **changed: Any) -> SignOff:
        given = {"by": self.cast.service_clerk, "of": self.cast.engineering_head, "given_at": self.at, "note": "在外地"} | changed
        due_on = given.pop("due_on", timezone.localdate(self.at) + timedelta(days=2))
        return signing.oral_consent(self.tower, "waiver", "ENGINEERING", due_on=due_on, **given)

    def answer(self, row: SignOff, by: Any, *, agree: bool = True, note: str = "") -> SignOff:
        return signing.countersign(row, by=by, at=timezone.now(), agree=agree, note=note)


@pytest.fixture
def consents(cast: Cast, tower: Any) -> Any:
    head = signing.Party("ENGINEERING", "Engineering", ENGINEERING_HEAD)
    waiver = signing.Document("waiver", "Waiver", (head,), lambda building: building.address, oral=True)
    signing.register(type(tower), waiver)
    yield Consents(cast, tower)
    signing._documents[type(tower)].pop("waiver")


def told(person: Any) -> list[str]:
    return [notices.words(notice) for notice in notices.inbox(person)]


def cover(absent: Any, stand_in: Any) -> None:
    today = timezone.localdate()
    Cover.objects.create(
        post=absent.posts.get(), absent=absent, stand_in=stand_in, starts_on=today, ends_on=today, reason="休假", arranged_by=absent
    )
    access.forget(stand_in)


@pytest.mark.clause("R5a.s2-2")
def test_oral_consent_counts_at_once_and_waits_for_the_countersignature(consents: Consents) -> None:
    row = consents.record()
    assert (row.verdict, row.recorded_by, row.user) == ("TO_COUNTERSIGN", consents.cast.service_clerk, consents.cast.engineering_head)
    assert signing.consented(consents.tower, "waiver") and not signing.complete(consents.tower, "waiver")
    assert list(signing.to_countersign(consents.cast.engineering_head)) == [row]
    assert "陈静 recorded your oral consent" in told(consents.cast.engineering_head)[0]
    answer = consents.answer(row, consents.cast.engineering_head)
    assert (answer.verdict, answer.method, answer.text) == ("AGREED", "ACCOUNT", row.text)
    assert signing.complete(consents.tower, "waiver") and not signing.to_countersign(consents.cast.engineering_head).exists()
    assert "countersigned" in told(consents.cast.service_clerk)[0]


def test_a_guard_names_whose_consent_lacks(consents: Consents) -> None:
    guard = signing.needs_consent("waiver", lambda record: "/there/")
    assert guard(consents.tower) == Blocked("“Waiver” lacks the consent of: Engineering.", "/there/")
    consents.record()
    assert guard(consents.tower) is None


def test_an_objection_needs_a_reason_and_reaches_the_recorder_and_the_head(consents: Consents) -> None:
    row, head = consents.record(), consents.cast.engineering_head
    with pytest.raises(Refused, match="why you object"):
        consents.answer(row, head, agree=False)
    consents.answer(row, head, agree=False, note="没有同意过")
    assert not signing.consented(consents.tower, "waiver")
    assert "objects" in told(consents.cast.service_clerk)[0] and "objects" in told(consents.cast.service_head)[0]
    with pytest.raises(Refused, match="answered this already"):
        consents.record(given_at=timezone.now())


def test_nobody_but_the_giver_or_the_stand_in_countersigns(consents: Consents) -> None:
    row, cast = consents.record(), consents.cast
    for stranger in (cast.service_clerk, cast.engineer, cast.security_head, cast.outsider):
        with pytest.raises(NotAllowed):
            consents.answer(row, stranger)
    cover(cast.engineering_head, cast.engineer)
    assert list(signing.to_countersign(cast.engineer)) == [row]
    answer = consents.answer(row, cast.engineer)
    assert (answer.user, answer.role) == (cast.engineer, "for 赵国栋")


def test_who_recorded_it_does_not_countersign_as_stand_in(consents: Consents) -> None:
    cover(consents.cast.engineering_head, consents.cast.service_clerk)
    row = consents.record()
    assert not signing.to_countersign(consents.cast.service_clerk).exists()
    with pytest.raises(NotAllowed):
        consents.answer(row, consents.cast.service_clerk)


def test_recording_and_answering_twice_is_once(consents: Consents) -> None:
    row, head = consents.record(), consents.cast.engineering_head
    assert consents.record() == row
    answer = consents.answer(row, head)
    assert consents.answer(row, head) == answer
    assert SignOff.objects.count() == 2
    assert len(told(head)) == 1 and len(told(consents.cast.service_clerk)) == 1
    with pytest.raises(TooLate):
        consents.answer(row, head, agree=False, note="x")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"of": "service_clerk"}, "own consent"),
        ({"of": "engineer"}, "does not count here"),
        ({"note": " "}, "reason"),
        ({"given_at": datetime(2099, 1, 1, tzinfo=UTC)}, "in the future"),
        ({"due_on": date(2020, 1, 1)}, "due before"),
    ],
)
def test_oral_consent_that_proves_nothing_is_refused(consents: Consents, changed: dict[str, Any], words: str) -> None:
    given = {name: getattr(consents.cast, value) if name == "of" else value for name, value in changed.items()}
    with pytest.raises(Refused, match=words):
        consents.record(**given)
    assert SignOff.objects.count() == 0


def test_the_database_keeps_recorder_and_giver_apart(consents: Consents) -> None:
    row = consents.record()
    with pytest.raises(IntegrityError, match="signoff_oral_by_another"), transaction.atomic():
        SignOff.objects.filter(pk=row.pk).update(recorded_by=row.user)


def test_a_document_that_must_be_signed_takes_no_oral_consent(cast: Cast, tower: Any, paper: signing.Document) -> None:
    with pytest.raises(Refused, match="word of mouth"):
        signing.oral_consent(
            tower,
            "test_paper",
            "ENGINEERING",
            by=cast.service_clerk,
            of=cast.engineer,
            given_at=timezone.now(),
            due_on=date(2099, 1, 1),
            note="x",
        )


def test_a_signature_does_not_slip_past_an_open_countersignature(consents: Consents) -> None:
    row, cast = consents.record(), consents.cast
    signature = {"by": cast.engineering_head, "at": timezone.now(), "method": "SCREEN", "name": "赵国栋", "strokes": STROKES}
    with pytest.raises(Refused, match="countersign first"):
        signing.sign(consents.tower, "waiver", "ENGINEERING", **signature)
    consents.answer(row, cast.engineering_head)
    consents.tower.address = "changed"
    consents.tower.save()
    signing.sign(consents.tower, "waiver", "ENGINEERING", **signature)
    assert signing.complete(consents.tower, "waiver")


def test_a_signature_stands_against_a_later_oral_consent(consents: Consents) -> None:
    consents.answer(consents.record(), consents.cast.engineering_head)
    with pytest.raises(Refused, match="answered this already"):
        consents.record(given_at=timezone.now())


def test_the_late_are_reminded_once_a_day(consents: Consents) -> None:
    row, cast = consents.record(), consents.cast
    cover(cast.engineering_head, cast.engineer)
    remind_to_countersign(row.due_on.isoformat())
    assert len(told(cast.engineering_head)) == 1
    late = row.due_on + timedelta(days=1)
    for day in (late, late, late + timedelta(days=1)):
        remind_to_countersign(day.isoformat())
    assert len(told(cast.engineering_head)) == 3
    assert [len(told(person)) for person in (cast.engineer, cast.service_clerk, cast.guard)] == [2, 2, 0]
    consents.answer(row, cast.engineering_head)
    remind_to_countersign((late + timedelta(days=2)).isoformat())
    assert len(told(cast.engineer)) == 2


def test_each_morning_has_the_late_reminded(db: None) -> None:
    at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    for _twice in range(2):
        look_for_late_countersignatures(at)
    assert Outbox.objects.filter(task="core.tasks.remind_to_countersign", arguments={"day": "2026-11-24"}).count() == 1


def with_password(person: Any, as_user: Any) -> Any:
    """The client of somebody who has typed their password a moment ago."""
    person.set_password("steward-demo-1")
    person.save()
    client = as_user(person)
    assert client.post("/accounts/reauthenticate/", {"password": "steward-demo-1"}).status_code == 302
    return client


def test_oral_consent_is_recorded_and_countersigned_on_its_pages(consents: Consents, as_user: Any, monkeypatch: Any) -> None:
    cast, tower = consents.cast, a_unit(consents.tower, "1801")
    [waiver] = [each for each in signing._documents[type(consents.tower)].values() if each.key == "waiver"]
    monkeypatch.setitem(signing._documents, type(tower), {"waiver": replace(waiver, text=lambda unit: unit.code)})
    clerk, head = as_user(cast.service_clerk), with_password(cast.engineering_head, as_user)
    page = f"/records/premises.Unit/{tower.pk}/consent/waiver/ENGINEERING/"
    assert "赵国栋" in clerk.get(page).content.decode()
    given = {"of": cast.engineering_head.pk, "given_at": "2026-11-22T10:00", "due_on": "2099-11-24", "note": "出差"}
    assert clerk.post(page, given | {"submission_key": str(uuid.uuid4())}).status_code == 302
    row = SignOff.objects.get()
    there = f"/sign-offs/{row.pk}/countersign/"
    assert as_user(cast.outsider).get(there).status_code == 404
    assert "Only 赵国栋" in as_user(cast.guard).get(there).content.decode()
    assert as_user(cast.guard).post(there, {"verdict": "AGREED"}).status_code == 403
    assert "出差" in head.get(there).content.decode()
    refused = head.post(there, {"verdict": "RETURNED", "submission_key": str(uuid.uuid4())})
    assert (refused.status_code, "Say why you object" in refused.content.decode()) == (422, True)
    answer = {"verdict": "RETURNED", "note": "不同意", "submission_key": str(uuid.uuid4())}
    assert [head.post(there, answer).status_code for _twice in range(2)] == [302, 302]
    assert SignOff.objects.get(replaced_by=None).opinion == "不同意"
    assert "不同意" in clerk.get(there).content.decode()


def test_a_countersignature_asks_for_the_password_again(consents: Consents, as_user: Any) -> None:
    unit = a_unit(consents.tower, "1801")
    signing.register(type(unit), replace(signing.document(consents.tower, "waiver"), text=lambda unit: unit.code))
    consents.tower = unit
    row = consents.record()
    answer = as_user(consents.cast.engineering_head).get(f"/sign-offs/{row.pk}/countersign/")
    signing._documents[type(unit)].pop("waiver")
    assert answer.status_code == 302 and "reauthenticate" in answer.url


def test_of_ten_answers_at_once_exactly_one_is_written(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    clerk = person("clerk", "陈静", "CUSTOMER_SERVICE", "MEMBER", tower)
    head = person("head", "赵国栋", "ENGINEERING", "HEAD", tower)
    party = signing.Party("ENGINEERING", "Engineering", ENGINEERING_HEAD)
    signing.register(type(tower), signing.Document("race", "Race", (party,), lambda building: building.address, oral=True))
    at, start = timezone.now(), Barrier(10)

    def record_and_answer(number: int) -> str:
        try:
            start.wait()
            row = signing.oral_consent(tower, "race", "ENGINEERING", by=clerk, of=head, given_at=at, due_on=timezone.localdate(), note="x")
            signing.countersign(row, by=head, at=timezone.now(), agree=number % 2 == 0, note="x")
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "answered"

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(record_and_answer, range(10)))
    signing._documents[type(tower)].pop("race")
    assert set(answers) <= {"answered", "TooLate", "Refused"} and "answered" in answers
    assert [row.verdict for row in SignOff.objects.exclude(replaced_by=None)] == ["TO_COUNTERSIGN"]
    assert SignOff.objects.filter(replaced_by=None).count() == 1
    assert len(told(clerk)) == 1
