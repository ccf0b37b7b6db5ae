"""The application as the contractor brings it: form, papers, materials (manual 3.2.4-1.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core import papers
from core.flow import Refused
from core.models import Paper
from fitout import access
from fitout.models import Contractor, Fitout, MaterialLine, QualificationGrade
from tests.conftest import Cast, a_unit
from tests.fitout.factories import DAY, S, a_contractor, a_file, a_fitout, an_application, hand_in_papers, take
from tests.tenants.factories import a_lease, a_tenant


def send(client: Any, url: str, **values: Any) -> Any:
    return client.post(url, {"submission_key": str(uuid4()), **values})


def told(contractor: Contractor, unit: str = "1801", **values: Any) -> dict[str, Any]:
    """What somebody types into the Fit-out Application Form."""
    today = timezone.localdate()
    said = {"unit": unit, "contractor": f"={contractor.pk}", "basis": "CONTRACT", "lead": "郭建军", "lead_phone": "13900139000"}
    return {**said, "scope": "隔断、吊顶", "starts_on": today, "ends_on": today + 30 * DAY, **values}


def paper(fitout: Fitout, code: str) -> Paper:
    return next(line.paper for line in papers.checklist(fitout) if line.kind.code == code)


@pytest.fixture
def let(cast: Any, tower: Any) -> Any:
    """Unit 1801 with 260 m², let to 华信."""
    unit = a_unit(tower, "1801", area="260.00")
    a_lease(cast, tower, tenant=a_tenant(cast, tower, code=""), unit=unit, contract_number="YH-9")
    return unit


@pytest.mark.clause("M3.2.4-1")
@pytest.mark.clause("M3.2.4-1.1")
@pytest.mark.clause("M1.2.2-c")
def test_the_unit_gives_tenant_and_floor_area(cast: Any, tower: Any, let: Any, as_user: Any) -> None:
    answer = send(as_user(cast.service_clerk), reverse("fitout:fitout_new"), **told(a_contractor(tower)))
    fitout = Fitout.objects.get()
    assert answer.status_code == 302 and answer.url == reverse("fitout:fitout_detail", args=[fitout.pk])
    assert (fitout.tenant.name, str(fitout.area_m2), fitout.state) == ("北京华信科技有限公司", "260.00", S.DRAFT)
    names = [line.kind.code for line in papers.checklist(fitout)]
    assert names == ["application", "contract", "qualification", "licence", "materials", "fire_receipt"]


@pytest.mark.clause("M1.2.2-c")
def test_beside_the_form_stands_what_is_known(cast: Any, tower: Any, let: Any, as_user: Any) -> None:
    contractor = a_contractor(tower, qualification_until=timezone.localdate() - DAY)
    client = as_user(cast.service_clerk)
    page = client.get(reverse("fitout:about_unit"), {"unit": "1801", "contractor": f"={contractor.pk}"}).content.decode()
    assert "北京华信科技有限公司" in page and "260.00" in page and "over 200.00 m²" in page and "Expired" in page
    form = client.get(reverse("fitout:fitout_new"), {"tenant": access.tenant_of(let, timezone.localdate()).pk}).content.decode()
    assert f'value="={let.pk}"' in form, "of a tenant with one unit that unit is chosen"


def test_a_new_contractor_is_written_down_on_the_way(cast: Any, tower: Any, let: Any, as_user: Any) -> None:
    client = as_user(cast.service_clerk)
    url = reverse("fitout:contractor_new") + f"?application=1&unit={let.pk}"
    answer = send(client, url, building=tower.pk, name="北京精工装饰有限公司", lead="郭建军")
    made = Contractor.objects.get()
    assert answer.url == f"{reverse('fitout:fitout_new')}?contractor={made.pk}&unit={let.pk}"
    page = client.get(answer.url).content.decode()
    assert f'value="={made.pk}"' in page and "北京精工装饰有限公司" in page


@pytest.mark.clause("M3.2.4-1.1")
def test_it_is_not_accepted_before_each_paper_is_there(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower)
    client, step = as_user(cast.service_clerk), reverse("fitout:fitout_step", args=[fitout.pk, "receive"])
    answer = send(client, step)
    assert answer.status_code == 422 and "Copy of the fit-out contract" in answer.content.decode()
    for code in ("application", "contract", "materials"):
        send(client, reverse("fitout:paper", args=[paper(fitout, code).pk]), action="receive_verify")
    until = timezone.localdate() + 365 * DAY
    grade = QualificationGrade.objects.get(code="GRADE_2").pk
    said = {"grade": grade, "qualification_number": "D211", "qualification_until": until, "action": "receive_verify"}
    send(client, reverse("fitout:paper", args=[paper(fitout, "qualification").pk]), **said)
    send(client, reverse("fitout:paper", args=[paper(fitout, "licence").pk]), action="receive_verify", credit_code="", licence_until=until)
    assert send(client, step).status_code == 302
    fitout.refresh_from_db()
    assert fitout.state == S.RECEIVED


@pytest.mark.clause("M3.2.4-1.1.F2")
def test_a_letter_of_authorisation_takes_the_place_of_the_contract(cast: Any, tower: Any) -> None:
    by_letter = an_application(cast, tower, basis="AUTHORISATION")
    codes = [line.kind.code for line in papers.checklist(by_letter)]
    assert "authorisation" in codes and "contract" not in codes


@pytest.mark.clause("M3.2.1-1")
def test_what_the_certificate_says_is_entered_with_it_and_kept_for_the_next_fit_out(cast: Any, tower: Any, as_user: Any) -> None:
    contractor = a_contractor(tower, grade=None, qualification_number="", qualification_until=None)
    fitout = an_application(cast, tower, contractor=contractor)
    client, url = as_user(cast.service_clerk), reverse("fitout:paper", args=[paper(fitout, "qualification").pk])
    answer = send(client, url, action="receive_verify")
    assert answer.status_code == 422 and "Enter what the paper says" in answer.content.decode()
    until = timezone.localdate() + 300 * DAY
    grade = QualificationGrade.objects.get(code="GRADE_2")
    file = a_file(cast.service_clerk, purpose="paper")
    said = {"grade": grade.pk, "qualification_number": "D2110", "qualification_until": until, "file_token": file.token}
    assert send(client, url, action="receive_verify", **said).status_code == 302
    contractor.refresh_from_db()
    assert (contractor.grade, contractor.qualification_number, contractor.qualification_until) == (grade, "D2110", until)
    other = an_application(cast, tower, contractor=contractor, code="1802")
    page = client.get(reverse("fitout:paper", args=[paper(other, "qualification").pk])).content.decode()
    assert 'value="D2110"' in page and until.isoformat() in page
    assert "a.jpg" in client.get(reverse("fitout:fitout_detail", args=[fitout.pk])).content.decode()
    assert [row.file for row in access.contractor_papers(contractor)] == [file]


@pytest.mark.clause("M3.2.1-1")
def test_a_certificate_that_has_run_out_is_taken_in_but_not_checked(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower)
    client, url = as_user(cast.service_clerk), reverse("fitout:paper", args=[paper(fitout, "qualification").pk])
    grade = QualificationGrade.objects.get(code="GRADE_1").pk
    said = {"grade": grade, "qualification_number": "D1", "qualification_until": timezone.localdate() - DAY}
    answer = send(client, url, action="receive_verify", **said)
    assert answer.status_code == 422 and "It ran out on" in answer.content.decode()
    assert send(client, url, action="receive", **said).status_code == 302
    assert paper(fitout, "qualification").state == Paper.State.RECEIVED


@pytest.mark.clause("M3.2.1-1")
@pytest.mark.parametrize(("code", "accepted"), [("GRADE_1", True), ("GRADE_2", True), ("GRADE_3", False), ("NONE", False)])
def test_grade_two_and_above_is_accepted(code: str, accepted: bool, cast: Any, tower: Any) -> None:
    fitout = an_application(cast, tower, contractor=a_contractor(tower, grade=QualificationGrade.objects.get(code=code)))
    hand_in_papers(fitout, cast)
    if accepted:
        assert take(fitout, "receive", cast.service_clerk).state == S.RECEIVED
    else:
        with pytest.raises(Refused, match="grade 2 or above is needed"):
            take(fitout, "receive", cast.service_clerk)


@pytest.mark.clause("M3.2.1-1")
def test_which_grades_are_accepted_is_data(cast: Any, tower: Any) -> None:
    grade = QualificationGrade.objects.create(code="SPECIAL", name_en="Special", name_zh="特级")
    fitout = an_application(cast, tower, contractor=a_contractor(tower, grade=grade))
    hand_in_papers(fitout, cast)
    assert take(fitout, "receive", cast.service_clerk).state == S.RECEIVED


@pytest.mark.clause("M3.2.1-2")
def test_validity_is_looked_at_again_on_the_day_the_works_begin(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.PERMITTED)
    Contractor.objects.filter(pk=fitout.contractor_id).update(qualification_until=timezone.localdate() - DAY)
    fitout.refresh_from_db()
    with pytest.raises(Refused, match="has run out"):
        a_fitout(cast, tower, at=S.ON_SITE, fitout=fitout)


@pytest.mark.clause("M3.2.4-1.1")
def test_materials_stand_on_the_list_with_maker_fire_rating_and_certificate(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower)
    client, url = as_user(cast.service_clerk), reverse("fitout:material_new", args=[fitout.pk])
    file = a_file(cast.service_clerk, purpose="fitout.material")
    said = {"name": "石膏板", "specification": "12 mm", "maker": "北新", "rating": "A", "certificate_token": file.token}
    assert send(client, url, **said).url.endswith("#materials")
    line = MaterialLine.objects.get()
    assert (line.rating, line.certificate, line.added_by) == ("A", file, cast.service_clerk)
    assert send(client, url, **said).status_code == 422, "the same material is not listed twice"
    assert send(client, url, name="地毯", rating="X").status_code == 422
    assert send(client, reverse("fitout:material_drop", args=[fitout.pk, line.pk])).status_code == 302
    assert not MaterialLine.objects.exists()


def test_two_who_correct_one_application_see_each_others_words(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower)
    url = reverse("fitout:fitout_edit", args=[fitout.pk])
    values = {"tenant": f"={fitout.tenant_id}", **told(fitout.contractor, area_m2="120.50", version="1")}
    values.pop("unit")
    assert send(as_user(cast.service_clerk), url, **{**values, "scope": "只做隔断"}).status_code == 302
    answer = send(as_user(cast.service_head), url, **{**values, "scope": "只做吊顶"})
    assert answer.status_code == 409 and "只做隔断" in answer.content.decode() and "只做吊顶" in answer.content.decode()
    fitout.refresh_from_db()
    assert (fitout.scope, fitout.version) == ("只做隔断", 2)


def test_a_fire_receipt_is_for_security_and_a_closed_fit_out_keeps_its_papers(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower, area="260.00")
    row = paper(fitout, "fire_receipt")
    url = reverse("fitout:paper", args=[row.pk])
    assert as_user(cast.guard).get(url).url == reverse("fitout:fire_receipt", args=[fitout.pk])
    assert as_user(cast.outsider).get(url).status_code == 404
    take(fitout, "withdraw", cast.service_clerk, note="客户取消")
    answer = as_user(cast.service_clerk).get(reverse("fitout:paper", args=[paper(fitout, "contract").pk]))
    assert answer.status_code == 422 and "kept as they are" in answer.content.decode()


def test_a_contractor_of_another_building_is_refused(cast: Any, tower: Any, neighbour: Any, let: Any, as_user: Any) -> None:
    answer = send(as_user(cast.service_clerk), reverse("fitout:fitout_new"), **told(a_contractor(neighbour)))
    assert answer.status_code == 422 and not Fitout.objects.exists()


@pytest.mark.clause("M1.2.5-c")
def test_the_fit_outs_of_a_tenant_are_part_of_its_file(cast: Any, tower: Any, as_user: Any) -> None:
    from tenants.services.file import file_of

    fitout = a_fitout(cast, tower, at=S.ON_SITE)
    [part] = [line for line in file_of(fitout.tenant, on=timezone.localdate()) if line.part.category.code == "FIT_OUT"]
    assert [str(entry.title) for entry in part.found] == [f"Fit-out application {fitout.number}"]
    assert [str(entry.title) for entry in part.lacking] == [f"Completion inspection of {fitout.number}"] and not part.is_complete
    fitout = a_fitout(cast, tower, at=S.ACCEPTED, fitout=fitout)
    [part] = [line for line in file_of(fitout.tenant, on=timezone.localdate()) if line.part.category.code == "FIT_OUT"]
    assert part.is_complete
    page = as_user(cast.service_clerk).get(reverse("tenants:tenant_tab", args=[fitout.tenant_id, "fit-out"])).content.decode()
    assert fitout.number in page and f"{reverse('fitout:fitout_new')}?tenant={fitout.tenant_id}" in page


@pytest.mark.clause("M3.2.2")
def test_supervision_runs_from_the_drawings_to_the_completion_inspection(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.ON_SITE)
    assert fitout.review_round == 1 and fitout.plans.filter(plan__is_active=True).count() == 3
    fitout = a_fitout(cast, tower, at=S.ACCEPTED, fitout=fitout)
    last = [row.plan.ends_on for row in fitout.plans.select_related("plan")]
    assert last == [timezone.localdate()] * 3


def test_the_time_limit_is_on_the_desk_of_whose_turn_it_is(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.DRAWING_REVIEW)
    assert list(access.to_do(cast.engineer)) == [fitout] and not access.to_do(cast.service_clerk)
    Fitout.objects.filter(pk=fitout.pk).update(due_at=timezone.now() - dt.timedelta(days=1))
    from frontdesk import deadlines

    assert ("overdue", "fitout", fitout.pk) in deadlines.due(cast.engineer, timezone.now())


def test_the_register_is_a_board_from_the_application_to_the_refund(cast: Cast, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower)
    page = as_user(cast.service_clerk).get(reverse("fitout:fitout_list") + "?as=board")
    columns = {column.state: column for column, _url in page.context["board"]}
    assert [card.record for card in columns["DRAFT"].cards] == [fitout] and columns["ACCEPTED"].count == 0
    assert "receive" in [move.step.name for move in columns["DRAFT"].cards[0].moves]
    assert "REFUNDED" not in columns and fitout.tenant.name in page.content.decode()
    assert fitout.number not in as_user(cast.outsider).get(reverse("fitout:fitout_list") + "?as=board").content.decode()
