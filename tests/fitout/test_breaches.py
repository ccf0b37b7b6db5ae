"""A breach from the site to its re-check: notice, deadline, correction, and who hears when it is late (manual 3.2.4-4.2.D)."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core import printing, queue, signing
from core.flow import NotAllowed, Refused, TooLate
from core.models import Notice
from fitout import access
from fitout.flow import BREACH_FLOW
from fitout.models import Breach, BreachAlarm, BreachKind, BreachStep, Fitout, QuietHours
from fitout.services import breaches, site_checks
from fitout.services.standing import standing
from fitout.tasks import site as tasks
from frontdesk import deadlines
from tenants.services import file as tenant_file
from tests.conftest import Cast, a_building
from tests.core.uploads import picture
from tests.fitout.factories import STROKES, S, a_fitout, take
from tests.fitout.site_records import a_breach, a_finding, a_penalty, a_photo, a_site, closed, corrected, decide
from tests.fitout.site_records import take as step

stands_on = a_site

clause = pytest.mark.clause
HOUR = dt.timedelta(hours=1)


def typed(client: Any, url: str, **values: Any) -> Any:
    """The form as the page fills it in, with what somebody types."""
    form = client.get(url).context["form"]
    given = {name: form[name].value() for name in form.fields}
    return client.post(url, {name: value for name, value in {**given, **values}.items() if value is not None})


def noticed(breach: Breach, cast: Cast, **said: Any) -> Breach:
    return step(breach, "give_notice", cast.service_clerk, **said)


@clause("M1.2.3")
@clause("M3.2.4-4.2.D")
@clause("M3.2.3-3")
def test_a_breach_is_noticed_corrected_and_checked_again(cast: Cast, tower: Any) -> None:
    breach = a_breach(cast, tower)
    assert breach.number.startswith("WZ-") and breach.department.code == "SECURITY"
    breach = noticed(breach, cast)
    assert breach.state == "NOTICED" and breach.noticed_to == "郭建军" and breach.due_at
    with pytest.raises(Refused, match="photo"):
        step(breach, "report_corrected", cast.service_clerk, correction="已清运")
    breach = step(breach, "report_corrected", cast.service_clerk, correction="已清运", photos=[a_photo(cast.service_clerk)])
    assert Notice.objects.filter(recipient=cast.security_head, object_id=breach.pk, text=tell("CORRECTED")).exists()
    breach = step(breach, "pass_recheck", cast.guard)
    assert breach.state == "CLOSED" and breach.closed_at
    assert [photo.stage for photo in breach.photos.all()] == ["FOUND", "CORRECTED"]


def tell(name: str) -> str:
    from fitout.flow import breach

    return str(getattr(breach, name))


@clause("M3.2.4-4.2.D")
def test_what_is_not_corrected_goes_another_round_with_a_deadline_of_its_own(cast: Cast, tower: Any) -> None:
    breach = corrected(a_breach(cast, tower), cast)
    due = timezone.now() + 2 * HOUR
    with pytest.raises(Refused, match="reason"):
        step(breach, "fail_recheck", cast.guard, due_at=due)
    breach = step(breach, "fail_recheck", cast.guard, note="仍有渣土", due_at=due)
    assert (breach.state, breach.round, breach.due_at, breach.corrected_at) == ("NOTICED", 2, due, None)


@clause("M1.2.3")
def test_what_is_corrected_before_our_eyes_is_closed_at_once_unless_it_is_serious(cast: Cast, tower: Any) -> None:
    fitout = a_site(cast, tower)
    breach = step(a_breach(cast, tower, fitout=fitout), "correct_at_once", cast.guard, correction="当场清运")
    assert breach.state == "CLOSED"
    with pytest.raises(Refused, match="serious"):
        step(a_breach(cast, tower, fitout=fitout, code="HOT_WORK"), "correct_at_once", cast.guard, correction="熄灭")


def test_the_department_that_found_it_checks_it_again(cast: Cast, tower: Any) -> None:
    breach = corrected(a_breach(cast, tower), cast)
    with pytest.raises(NotAllowed):
        step(breach, "pass_recheck", cast.engineer)
    assert step(breach, "pass_recheck", cast.service_head).state == "CLOSED"


def test_a_head_withdraws_with_a_reason_and_never_what_is_fined(cast: Cast, tower: Any) -> None:
    breach = a_breach(cast, tower)
    with pytest.raises(NotAllowed):
        step(breach, "withdraw", cast.guard, note="误报")
    penalty = a_penalty(cast, tower, breach=breach)
    with pytest.raises(Refused, match=penalty.number):
        step(breach, "withdraw", cast.security_head, note="误报")
    decide(penalty, "return_penalty", cast.service_head, note="情节轻微")
    with pytest.raises(Refused, match="reason"):
        step(breach, "withdraw", cast.security_head)
    assert step(breach, "withdraw", cast.security_head, note="误报").state == "WITHDRAWN"


@pytest.mark.from_scratch
def test_breaches_are_written_down_on_open_sites_by_the_three_departments(cast: Cast, tower: Any) -> None:
    with pytest.raises(Refused, match="site is open"):
        a_breach(cast, tower, fitout=a_fitout(cast, tower, at=S.PERMITTED))
    with pytest.raises(NotAllowed):
        a_breach(cast, tower, fitout=a_fitout(cast, tower, at=S.ON_SITE, fitout=Fitout.objects.get()), by=cast.cashier)


# The standards of manual 3.2.3, each with the kind that says how it is broken.
STANDARDS = [
    pytest.param("WASTE", marks=clause("M3.2.3-5")),
    pytest.param("NOISE", marks=clause("M3.2.3-6")),
    pytest.param("CONDUCT", marks=clause("M3.2.3-7")),
    pytest.param("OFFENCE", marks=clause("M3.2.3-8")),
]


@pytest.mark.parametrize("code", STANDARDS)
def test_who_breaks_a_standard_of_the_house_gets_a_notice_with_the_time_of_its_kind(
    cast: Cast, tower: Any, as_user: Any, code: str
) -> None:
    fitout, kind, client = a_site(cast, tower), BreachKind.objects.get(code=code), as_user(cast.guard)
    answer = typed(client, reverse("fitout:breach_new", args=[fitout.pk]), kind=kind.pk, description="现场所见", spot="走廊")
    breach = Breach.objects.get()
    assert answer.status_code == 302 and breach.kind == kind and breach.is_serious is kind.is_serious
    assert breach.due_at == breach.found_at + HOUR * kind.hours_to_correct
    given = typed(client, reverse("fitout:breach_step", args=[breach.pk, "give_notice"]), noticed_to="郭建军")
    assert given.status_code == 302 and Breach.objects.get().state == "NOTICED"


@clause("M3.2.3-6")
def test_within_the_quiet_hours_noise_is_suggested(cast: Cast, tower: Any, as_user: Any) -> None:
    fitout = a_site(cast, tower)
    QuietHours.objects.create(building=tower, days="EVERY_DAY", starts=dt.time(0), ends=dt.time(23, 59, 59))
    page = as_user(cast.service_clerk).get(reverse("fitout:breach_new", args=[fitout.pk]))
    assert page.context["form"]["kind"].value() == BreachKind.objects.get(code="NOISE").pk
    assert "within the quiet hours" in page.content.decode()


@clause("M3.2.4-4.2.D")
def test_a_breach_takes_over_what_the_check_found(cast: Cast, tower: Any, as_user: Any) -> None:
    fitout = a_site(cast, tower)
    answer = a_finding(fitout, cast, note="缺两具")
    client, url = as_user(cast.guard), f"{reverse('fitout:breach_new', args=[fitout.pk])}?answer={{}}".format(answer.pk)
    form = client.get(url).context["form"]
    assert (
        form["kind"].value() == BreachKind.objects.get(code="EXTINGUISHERS").pk
        and "缺两具" in form["description"].value()
        and form["spot"].value()
    )
    values = {name: form[name].value() for name in ("spot", "description", "submission_key")}
    assert client.post(url, {**values, "kind": form["kind"].value(), "with_shots": "on"}).status_code == 302
    breach = Breach.objects.get()
    shown, taken = breach.photos.get().file, answer.photos.get().file
    assert (breach.answer, shown.sha256) == (answer, taken.sha256) and shown.pk != taken.pk
    site_checks.sweep(timezone.now())
    breach.refresh_from_db()
    assert breach.site_check is not None and breach.site_check.round_id == answer.stop.round_id
    assert breach.number in client.get(reverse("fitout:site_check_detail", args=[breach.site_check_id])).content.decode()


def test_a_breach_is_put_right_until_its_notice_is_given(cast: Cast, tower: Any, as_user: Any) -> None:
    breach, client = a_breach(cast, tower), as_user(cast.guard)
    url, kind = reverse("fitout:breach_edit", args=[breach.pk]), BreachKind.objects.get(code="NOISE")
    assert url in client.get(reverse("fitout:breach_detail", args=[breach.pk])).content.decode()
    assert typed(client, url, kind=kind.pk, spot="18F 走廊").status_code == 302
    fixed = Breach.objects.get()
    assert (fixed.kind, fixed.spot, fixed.description) == (kind, "18F 走廊", breach.description)
    assert (fixed.is_serious, fixed.due_at) == (kind.is_serious, fixed.found_at + HOUR * kind.hours_to_correct)
    noticed(fixed, cast)
    assert url not in client.get(reverse("fitout:breach_detail", args=[breach.pk])).content.decode()
    answer = typed(client, url, spot="19F")
    assert answer.status_code == 422 and "write it down anew" in answer.content.decode()
    assert Breach.objects.get().spot == "18F 走廊"


def test_of_two_who_put_a_breach_right_the_second_is_shown_the_first(cast: Cast, tower: Any, as_user: Any) -> None:
    url = reverse("fitout:breach_edit", args=[a_breach(cast, tower).pk])
    client = as_user(cast.guard)
    form = client.get(url).context["form"]
    mine = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert typed(as_user(cast.engineer), url, spot="先改的").status_code == 302
    answer = client.post(url, {**mine, "spot": "后改的"})
    assert answer.status_code == 409 and "先改的" in answer.content.decode() and "后改的" in answer.content.decode()


def test_a_breach_that_turns_out_to_be_serious_is_heard_of_by_everybody(cast: Cast, tower: Any, as_user: Any) -> None:
    breach = a_breach(cast, tower, code="NOISE")
    assert not breach.is_serious and not Notice.objects.filter(recipient=cast.property_manager, object_id=breach.pk).exists()
    url = reverse("fitout:breach_edit", args=[breach.pk])
    assert typed(as_user(cast.guard), url, weight="SERIOUS").status_code == 302
    assert Notice.objects.filter(recipient=cast.property_manager, object_id=breach.pk, weight=Notice.Weight.URGENT).exists()


def test_nobody_puts_a_breach_right_while_its_penalty_stands(cast: Cast, tower: Any, as_user: Any) -> None:
    breach = a_breach(cast, tower)
    a_penalty(cast, tower, breach=breach)
    answer = typed(as_user(cast.guard), reverse("fitout:breach_edit", args=[breach.pk]), spot="别处")
    assert answer.status_code == 422 and "A penalty stands" in answer.content.decode()


def test_a_finding_of_another_site_fills_nothing_in(cast: Cast, tower: Any, as_user: Any) -> None:
    answer = a_finding(a_site(cast, tower), cast)
    other = a_site(cast, tower, code="1901")
    page = as_user(cast.guard).get(f"{reverse('fitout:breach_new', args=[other.pk])}?answer={answer.pk}")
    assert page.context["answer"] is None


def test_a_new_kind_with_its_words_is_data(cast: Cast, tower: Any) -> None:
    told = {"code": "PAINT", "name_en": "Solvent paint", "name_zh": "油性涂料", "words": "油漆，涂料", "position": 0}
    kind = BreachKind.objects.create(hours_to_correct=6, **told)
    assert breaches.suggested("使用油性涂料") == kind
    assert breaches.suggested("无关") is None


@clause("M3.2.4-4.2.D")
def test_the_contractors_lead_signs_the_notice_on_the_screen(cast: Cast, tower: Any, as_user: Any) -> None:
    breach = a_breach(cast, tower)
    breach = noticed(breach, cast, noticed_to="郭建军", strokes=STROKES)
    assert signing.complete(breach, "notice")
    form = printing.form_of(Breach, "correction-notice")
    assert form and printing.boxes(form, breach)[0]["signoff"].name == "郭建军"
    breach = step(breach, "report_corrected", cast.service_clerk, correction="已清运", photos=[a_photo(cast.service_clerk)])
    breach = step(breach, "fail_recheck", cast.guard, note="仍有渣土")
    assert not signing.complete(breach, "notice"), "the new deadline is signed anew"
    page = as_user(cast.service_clerk).get(reverse("fitout:breach_detail", args=[breach.pk])).content.decode()
    assert reverse("fitout:breach_sign", args=[breach.pk, "notice", "CONTRACTOR"]) in page


@clause("M3.2.4-4.2.D")
def test_the_notices_print_with_their_photos(cast: Cast, tower: Any, as_user: Any) -> None:
    from fitout.printing.site import correction_notice, penalty_notice

    breach = closed(a_breach(cast, tower), cast)
    said = correction_notice(breach)
    assert len(said["photos"]) == len(said["corrected"]) == 1 and said["rechecked"]
    client, url = as_user(cast.guard), reverse("fitout:breach_print", args=[breach.pk, "correction-notice"])
    for query in ({}, {"blank": "1"}, {"lang": "en"}):
        answer = client.get(url, query)
        pdf = pikepdf.open(BytesIO(answer.content))
        images = [name for page in pdf.pages for name in page.get_images()]
        assert answer.status_code == 200 and bool(images) is (query != {"blank": "1"})
    penalty = a_penalty(cast, tower, breach=breach)
    assert penalty_notice(penalty)["words"] == "人民币陆佰元整"
    assert client.get(reverse("fitout:penalty_print", args=[penalty.pk, "penalty-notice"])).status_code == 200


@clause("M3.2.4-4.2.D")
def test_a_serious_breach_offers_to_stop_the_works_and_keeps_them_stopped(cast: Cast, tower: Any, as_user: Any) -> None:
    breach = a_breach(cast, tower, code="HOT_WORK")
    fitout, client = breach.fitout, as_user(cast.guard)
    there = reverse("fitout:fitout_step", args=[fitout.pk, "stop_work"])
    assert there in client.get(reverse("fitout:breach_detail", args=[breach.pk])).content.decode()
    form = client.get(there).context["form"]
    assert form["breach"].value() == breach.pk
    sent = client.post(there, {"note": "违规动火", "breach": breach.pk, "submission_key": uuid.uuid4()})
    fitout.refresh_from_db()
    assert sent.status_code == 302 and fitout.state == S.STOPPED and fitout.stoppages.get().breach == breach
    with pytest.raises(Refused, match=breach.number):
        take(fitout, "resume_work", cast.security_head)
    closed(breach, cast)
    assert take(fitout, "resume_work", cast.security_head).state == S.ON_SITE
    stoppage = fitout.stoppages.get()
    assert stoppage.resumed_by == cast.security_head
    page = client.get(reverse("fitout:stoppage_detail", args=[stoppage.pk]))
    assert "0 hours" in page.content.decode()
    assert client.get(reverse("fitout:stoppage_print", args=[stoppage.pk, "stop-work-notice"])).status_code == 200


def test_works_are_not_stopped_for_a_breach_of_another_site(cast: Cast, tower: Any, as_user: Any) -> None:
    breach, other = a_breach(cast, tower), a_site(cast, tower, code="1901")
    with pytest.raises(Refused, match="this fit-out"):
        take(other, "stop_work", cast.guard, note="违规动火", breach=breach)
    there = reverse("fitout:fitout_step", args=[other.pk, "stop_work"])
    answer = as_user(cast.guard).post(there, {"note": "违规动火", "breach": breach.pk, "submission_key": uuid.uuid4()})
    assert answer.status_code == 422 and "breach" in answer.context["form"].errors


def test_the_site_does_not_close_while_a_breach_is_open(cast: Cast, tower: Any) -> None:
    breach = a_breach(cast, tower)
    with pytest.raises(Refused, match=breach.number):
        take(breach.fitout, "apply_completion", cast.service_clerk, inspection_at=timezone.now())


def test_what_is_late_stands_on_my_desk_and_in_the_register(cast: Cast, tower: Any, as_user: Any) -> None:
    breach = noticed(a_breach(cast, tower), cast)
    Breach.objects.filter(pk=breach.pk).update(due_at=timezone.now() - HOUR)
    overdue = [(when, key, pk) for when, key, pk in deadlines.due(cast.guard, timezone.now()) if key == "breach"]
    assert overdue == [("overdue", "breach", breach.pk)]
    client, there = as_user(cast.guard), reverse("fitout:breach_list")
    assert breach.number in client.get(there, {"due": "overdue"}).content.decode()
    corrected_row = step(breach, "report_corrected", cast.service_clerk, correction="已清运", photos=[a_photo(cast.service_clerk)])
    assert not access.breaches_to_do(cast.guard).filter(pk=corrected_row.pk).exists()
    assert breach.number not in client.get(there, {"due": "overdue"}).content.decode()


def test_heads_hear_of_a_late_breach_once_a_rung_and_deadline(cast: Cast, tower: Any) -> None:
    breach = noticed(a_breach(cast, tower), cast)
    now = timezone.now()
    Breach.objects.filter(pk=breach.pk).update(due_at=now - HOUR / 2)
    for _turn in range(3):
        tasks.find_late_breaches(now)
        queue.drain(now + dt.timedelta(seconds=1))
    late = Notice.objects.filter(topic="overdue.breach")
    assert {notice.recipient for notice in late} == {cast.security_head}
    Breach.objects.filter(pk=breach.pk).update(due_at=now - 25 * HOUR)
    tasks.find_late_breaches(now)
    queue.drain(now + dt.timedelta(seconds=1))
    assert {notice.recipient for notice in late.all()} == {cast.security_head, cast.service_head, cast.property_manager}
    assert BreachAlarm.objects.count() == 4


def test_a_breach_reported_corrected_is_not_late(cast: Cast, tower: Any) -> None:
    breach = corrected(a_breach(cast, tower), cast)
    Breach.objects.filter(pk=breach.pk).update(due_at=timezone.now() - HOUR)
    assert breaches.untold(timezone.now()) == []


def test_eight_workers_tell_one_rung_once(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    breach = noticed(a_breach(cast, tower), cast)
    Breach.objects.filter(pk=breach.pk).update(due_at=timezone.now() - HOUR / 2)
    rung = BreachStep.objects.order_by("minutes_late")[0]

    def one(_number: int) -> None:
        tasks.alarm(breach.pk, rung.pk)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    assert (BreachAlarm.objects.count(), Notice.objects.filter(topic="overdue.breach").count()) == (1, 1)


def test_nobody_of_another_building_sees_or_writes_a_breach(cast: Cast, tower: Any, as_user: Any) -> None:
    breach = a_breach(cast, tower)
    client = as_user(cast.outsider)
    assert client.get(reverse("fitout:breach_detail", args=[breach.pk])).status_code == 404
    assert client.get(reverse("fitout:breach_new", args=[breach.fitout_id])).status_code == 404
    photo = breach.photos.get().file
    assert client.get(reverse("core:file", args=[photo.token])).status_code in (403, 404)


def test_a_photo_sent_with_an_error_elsewhere_is_not_lost(cast: Cast, tower: Any, as_user: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    fitout, client = a_site(cast, tower), as_user(cast.guard)
    url = reverse("fitout:breach_new", args=[fitout.pk])
    shot = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    first = client.post(url, {"spot": "走廊", "photos": shot, "submission_key": uuid.uuid4()})
    [token] = first.context["form"].fields["photos"].widget.kept
    told = {"kind": BreachKind.objects.get(code="WASTE").pk, "description": "渣土", "photos_token": token}
    assert first.status_code == 422
    assert client.post(url, {**told, "submission_key": uuid.uuid4()}).status_code == 302
    assert Breach.objects.get().photos.count() == 1


def test_a_contractors_standing_counts_its_last_twelve_months(cast: Cast, tower: Any, rf: Any) -> None:
    breach = a_breach(cast, tower, code="HOT_WORK")
    contractor, now = breach.fitout.contractor, timezone.now()
    decide(a_penalty(cast, tower, breach=breach), "impose", cast.service_head)
    take(breach.fitout, "stop_work", cast.guard, note="违规动火")
    a_breach(cast, tower, fitout=Fitout.objects.get())
    step(a_breach(cast, tower, fitout=Fitout.objects.get()), "withdraw", cast.service_head, note="误报")
    found = standing(contractor, now + HOUR)
    assert (found.breaches, found.serious, found.penalties, found.fined, found.stoppages) == (2, 1, 1, 600, 1)
    later = standing(contractor, now + dt.timedelta(days=400))
    assert (later.breaches, later.penalties, later.stoppages) == (0, 0, 0) and later.is_clean


def test_the_tenants_file_lists_the_breaches_of_its_fit_outs(cast: Cast, tower: Any) -> None:
    breach = a_breach(cast, tower)
    entries = tenant_file._entries(9, breach.fitout.tenant)
    assert [str(entry.title) for entry in entries] == [f"{breach.number} {breach.kind}"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", list(BREACH_FLOW.steps))
def test_of_eight_hands_at_one_edge_one_wins(committed_db: None, name: str) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    breach, said = a_breach(cast, tower), {"correction": "已清运"}
    if BREACH_FLOW.steps[name].source == Breach.State.NOTICED:
        breach = noticed(breach, cast)
    if BREACH_FLOW.steps[name].source == Breach.State.TO_RECHECK:
        breach = corrected(breach, cast)
    photos = [a_photo(cast.guard) for _number in range(8)]
    people = [cast.service_head, cast.security_head] * 4

    def one(number: int) -> str:
        details: dict[str, Any] = {"note": "原因"}
        if name in ("report_corrected", "correct_at_once"):
            details |= {**said, "photos": [photos[number]]}
        try:
            step(Breach.objects.get(pk=breach.pk), name, people[number], **details)
        except TooLate:
            return "late"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(8)))
    assert sorted(answers) == ["done", *["late"] * 7]
    assert Breach.objects.get().state == str(BREACH_FLOW.steps[name].target)
