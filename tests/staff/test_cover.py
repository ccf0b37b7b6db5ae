"""Absence cover: who arranges it, what it confers, what the database refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.flow import NotAllowed, Refused
from staff import access, services
from staff.models import Cover, Department, Post, User


def post_of(user: User) -> Post:
    return Post.objects.get(user=user)


def today(plus: int = 0) -> date:
    return timezone.localdate() + timedelta(days=plus)


def arrange(absent: User, stand_in: User, *, starts: int = 0, ends: int = 5, by: User | None = None) -> Cover:
    return services.arrange_cover(
        post_of(absent), stand_in=stand_in, starts_on=today(starts), ends_on=today(ends), reason="年假", by=by or absent
    )


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.clause("R5b.2.2")
def test_the_stand_in_has_the_absent_heads_rights_meanwhile(cast: Any, tower: Any) -> None:
    arrange(cast.service_head, cast.service_clerk)
    record = SimpleNamespace(building_id=tower.pk)
    assert access.SERVICE_HEAD.holds(fresh(cast.service_clerk), record)
    assert fresh(cast.service_clerk) in access.members("CUSTOMER_SERVICE", tower.pk, access.HEADS)


def test_cover_confers_nothing_before_its_first_and_after_its_last_day(cast: Any) -> None:
    arrange(cast.service_head, cast.service_clerk, starts=1)
    assert access.heads_departments(fresh(cast.service_clerk)) == frozenset()
    Cover.objects.update(starts_on=today(-9), ends_on=today(-1))
    assert access.heads_departments(fresh(cast.service_clerk)) == frozenset()


def test_cover_confers_the_rights_in_the_buildings_of_the_post_only(cast: Any, tower: Any, neighbour: Any) -> None:
    arrange(cast.outsider, cast.service_clerk)
    assert access.territories(fresh(cast.service_clerk)) == {tower.pk, neighbour.pk}
    assert not access.SERVICE_HEAD.holds(fresh(cast.service_clerk), SimpleNamespace(building_id=tower.pk))


def test_the_head_arranges_cover_for_the_department(cast: Any) -> None:
    assert arrange(cast.engineer, cast.service_clerk, by=cast.engineering_head).arranged_by == cast.engineering_head


@pytest.mark.parametrize("name", ["frontdesk", "security_head", "outsider"])
def test_others_do_not(cast: Any, name: str) -> None:
    with pytest.raises(NotAllowed):
        arrange(cast.engineer, cast.service_clerk, by=getattr(cast, name))


def test_nobody_stands_in_for_themselves(cast: Any) -> None:
    with pytest.raises(Refused, match="themselves"):
        arrange(cast.engineer, cast.engineer)


def test_a_post_has_one_stand_in_a_day(cast: Any) -> None:
    arrange(cast.engineer, cast.service_clerk, ends=5)
    with pytest.raises(Refused, match="already has a stand-in"):
        arrange(cast.engineer, cast.frontdesk, starts=5, ends=9)
    assert arrange(cast.engineer, cast.frontdesk, starts=6, ends=9)


def test_two_people_cannot_stand_in_for_each_other(cast: Any) -> None:
    arrange(cast.engineer, cast.engineering_head)
    with pytest.raises(Refused, match="absent and stand in"):
        arrange(cast.engineering_head, cast.engineer)


def test_a_circle_of_three_is_refused(cast: Any) -> None:
    arrange(cast.engineer, cast.engineering_head)
    with pytest.raises(Refused, match="absent and stand in"):
        arrange(cast.engineering_head, cast.service_clerk)


def test_opposite_cover_at_other_times_is_fine(cast: Any) -> None:
    arrange(cast.engineer, cast.engineering_head, ends=5)
    assert arrange(cast.engineering_head, cast.engineer, starts=6, ends=9)


def test_a_colleague_who_left_cannot_stand_in(cast: Any) -> None:
    User.objects.filter(pk=cast.frontdesk.pk).update(is_active=False)
    with pytest.raises(Refused, match="does not work here"):
        arrange(cast.engineer, fresh(cast.frontdesk))


def test_the_database_refuses_cover_of_a_post_by_somebody_who_does_not_hold_it(cast: Any) -> None:
    values = {"starts_on": today(), "ends_on": today(1), "reason": "x", "arranged_by": cast.guard}
    with pytest.raises(IntegrityError, match="does not hold"), transaction.atomic():
        Cover.objects.create(post=post_of(cast.engineer), absent=cast.guard, stand_in=cast.frontdesk, **values)


def test_of_two_opposite_covers_at_once_one_is_refused(committed_db: SimpleNamespace) -> None:
    department = Department.objects.get(code="ENGINEERING")
    pair = [User.objects.create(username=name, name=name) for name in ("one", "two")]
    posts = [Post.objects.create(user=user, department=department, starts_on=today(-1)) for user in pair]

    def cover(number: int) -> str:
        try:
            stand_in, by = pair[1 - number], pair[number]
            services.arrange_cover(posts[number], stand_in=stand_in, starts_on=today(), ends_on=today(3), reason="x", by=by)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "arranged"

    for _round in range(5):
        Cover.objects.all().delete()
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(cover, range(2))) == ["arranged", "refused"]


def test_ending_takes_the_rights_back_at_once(cast: Any) -> None:
    cover = arrange(cast.service_head, cast.service_clerk)
    Cover.objects.update(starts_on=today(-3))
    services.end_cover(cover, by=cast.service_head, on=today())
    assert access.heads_departments(fresh(cast.service_clerk)) == frozenset()
    assert Cover.objects.get().ends_on == today(-1)


def test_cover_that_has_not_begun_is_withdrawn(cast: Any) -> None:
    services.end_cover(arrange(cast.engineer, cast.frontdesk, starts=2), by=cast.engineering_head, on=today())
    assert not Cover.objects.exists()


def test_the_stand_in_cannot_end_it(cast: Any) -> None:
    cover = arrange(cast.engineer, cast.frontdesk)
    with pytest.raises(NotAllowed):
        services.end_cover(cover, by=cast.frontdesk, on=today())


def test_those_concerned_see_it_and_others_do_not(cast: Any, as_user: Any) -> None:
    url = f"/staff/covers/{arrange(cast.engineer, cast.service_clerk).pk}/"
    seen = {
        name
        for name in ("engineer", "service_clerk", "engineering_head", "guard", "outsider")
        if as_user(getattr(cast, name)).get(url).status_code == 200
    }
    assert seen == {"engineer", "service_clerk", "engineering_head"}


def test_the_stand_in_is_told(cast: Any) -> None:
    arrange(cast.engineer, cast.service_clerk)
    assert cast.service_clerk.notices.get().topic == "cover"
    assert not cast.engineer.notices.exists()


def test_cover_is_arranged_and_ended_on_its_pages(cast: Any, as_user: Any) -> None:
    client = as_user(cast.engineer)
    values = {
        "post": post_of(cast.engineer).pk,
        "stand_in": f"={cast.service_clerk.pk}",
        "starts_on": today().isoformat(),
        "ends_on": today(3).isoformat(),
        "reason": "年假",
        "submission_key": "0b0f9a3e-8f5c-4a9b-9d5f-0d9a7c1f2e11",
    }
    answer = client.post("/staff/covers/new/", values)
    cover = Cover.objects.get()
    assert answer.status_code == 302 and answer.url == f"/staff/covers/{cover.pk}/"
    assert "年假" in client.get(answer.url).content.decode()
    assert client.post(f"/staff/covers/{cover.pk}/end/").status_code == 302
    assert not Cover.objects.exists()


def test_dates_in_the_wrong_order_come_back_with_all_words(cast: Any, as_user: Any) -> None:
    values = {"post": post_of(cast.engineer).pk, "starts_on": today(3).isoformat(), "ends_on": today(1).isoformat(), "reason": "年假"}
    answer = as_user(cast.engineer).post("/staff/covers/new/", values)
    assert answer.status_code == 422 and "年假" in answer.content.decode()
    assert not Cover.objects.exists()
