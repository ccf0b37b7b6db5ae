"""What a post confers, where, and for how long."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import kinds
from staff import access
from staff.models import Cover, Department, JobTitle, Post, Rank, User


def in_building(building: Any) -> SimpleNamespace:
    return SimpleNamespace(building_id=building.pk)


def fresh(user: User) -> User:
    """The person as the next request sees them."""
    return User.objects.get(pk=user.pk)


def end_posts(user: User, on: date) -> None:
    Post.objects.filter(user=user).update(ends_on=on)


def test_a_clerk_holds_the_role_of_the_department_in_the_building_of_the_post(cast: Any, tower: Any, neighbour: Any) -> None:
    assert access.SERVICE.holds(cast.service_clerk, in_building(tower))
    assert not access.SERVICE.holds(cast.service_clerk, in_building(neighbour))


@pytest.mark.parametrize("rank", [Rank.HEAD, Rank.DEPUTY])
def test_the_head_and_the_deputy_hold_the_heads_role(cast: Any, tower: Any, rank: str) -> None:
    Post.objects.filter(user=cast.service_clerk).update(rank=rank)
    assert access.SERVICE_HEAD.holds(cast.service_clerk, in_building(tower))


@pytest.mark.parametrize("rank", [Rank.SUPERVISOR, Rank.LEADER, Rank.MEMBER])
def test_lower_ranks_do_not_hold_the_heads_role(cast: Any, tower: Any, rank: str) -> None:
    Post.objects.filter(user=cast.service_clerk).update(rank=rank)
    assert not access.SERVICE_HEAD.holds(cast.service_clerk, in_building(tower))


def test_the_general_manager_is_not_the_property_manager(cast: Any, tower: Any) -> None:
    record = in_building(tower)
    assert access.GENERAL_MANAGER.holds(cast.general_manager, record) and not access.PROPERTY_MANAGER.holds(cast.general_manager, record)
    assert access.PROPERTY_MANAGER.holds(cast.property_manager, record) and not access.GENERAL_MANAGER.holds(cast.property_manager, record)


def test_anyone_means_a_post_in_the_records_building(cast: Any, tower: Any) -> None:
    assert access.ANYONE.holds(cast.cleaner, in_building(tower))
    assert not access.ANYONE.holds(cast.outsider, in_building(tower))
    assert access.ANYONE.holds(cast.outsider, None)


def test_a_record_of_all_buildings_asks_only_for_the_department(cast: Any) -> None:
    assert access.FINANCE.holds(cast.cashier, None) and not access.FINANCE.holds(cast.guard, None)


@pytest.mark.parametrize("role", access.ROLES, ids=lambda role: role.key)
def test_nobody_without_a_post_holds_any_role(db: None, role: Any) -> None:
    superuser = User.objects.create(username="root", name="Root", is_superuser=True, is_staff=True)
    assert not any(role.holds(user, None) for user in (None, AnonymousUser(), superuser))


def test_a_post_that_ended_yesterday_confers_nothing(cast: Any, tower: Any) -> None:
    end_posts(cast.service_clerk, timezone.localdate() - timedelta(days=1))
    assert access.territories(fresh(cast.service_clerk)) == frozenset()
    assert not access.SERVICE.holds(fresh(cast.service_clerk), in_building(tower))


def test_a_post_confers_its_rights_on_its_last_day(cast: Any, tower: Any) -> None:
    end_posts(cast.service_clerk, timezone.localdate())
    assert access.territories(fresh(cast.service_clerk)) == {tower.pk}


def test_a_post_that_starts_tomorrow_confers_nothing_yet(cast: Any) -> None:
    Post.objects.filter(user=cast.guard).update(starts_on=timezone.localdate() + timedelta(days=1))
    assert access.posts(fresh(cast.guard)) == ()


def test_an_account_that_is_switched_off_holds_nothing(cast: Any) -> None:
    User.objects.filter(pk=cast.guard.pk).update(is_active=False)
    assert access.posts(fresh(cast.guard)) == ()


def test_posts_cost_one_query_a_person(cast: Any, tower: Any, django_assert_num_queries: Any) -> None:
    clerk = fresh(cast.service_clerk)
    with django_assert_num_queries(1):
        access.territories(clerk)
        access.SERVICE.holds(clerk, in_building(tower))
        access.holds(clerk, "ENGINEERING")


def test_core_learns_the_territories_from_the_posts(cast: Any, tower: Any) -> None:
    assert kinds.territories_of(cast.guard) == {tower.pk}
    assert kinds.territories_of(AnonymousUser()) == frozenset()


def test_members_are_the_people_of_a_department_in_a_building(cast: Any, tower: Any, neighbour: Any) -> None:
    assert set(access.members("CUSTOMER_SERVICE", tower.pk)) == {cast.frontdesk, cast.service_clerk, cast.service_head}
    assert set(access.members("CUSTOMER_SERVICE", tower.pk, access.HEADS)) == {cast.service_head}
    assert set(access.members("CUSTOMER_SERVICE", neighbour.pk)) == {cast.outsider}


def test_colleagues_are_the_people_of_my_buildings(cast: Any) -> None:
    assert cast.outsider not in access.people(cast.frontdesk) and cast.engineer in access.people(cast.frontdesk)
    assert list(access.people(cast.outsider)) == [cast.outsider]


def test_the_database_refuses_a_post_that_ends_before_it_starts(cast: Any) -> None:
    with pytest.raises(IntegrityError, match="post_dates_in_order"), transaction.atomic():
        end_posts(cast.guard, date(2019, 1, 1))


@pytest.mark.clause("M2.0-2")
def test_the_posts_that_the_manual_names_are_there(db: None) -> None:
    of_the_department = "客户服务经理、客户服务主任、当值主任、领班、客户服务助理、兼职助理"
    of_others = "物业经理、物业总经理、管理部主任、工程主管、出纳、电工、清洁员、养护人员"
    titles = "、".join(JobTitle.objects.values_list("name_zh", flat=True))
    assert [name for name in f"{of_the_department}、{of_others}".split("、") if name not in titles] == []


@pytest.mark.clause("M2.0-1")
def test_customer_service_is_headed_by_its_manager(cast: Any, as_user: Any) -> None:
    heads = JobTitle.objects.filter(department__code="CUSTOMER_SERVICE", rank=Rank.HEAD)
    assert [title.name_zh for title in heads] == ["客户服务经理"]
    page = as_user(cast.frontdesk).get("/staff/departments/").content.decode()
    assert "Customer service manager" in page and "周岚" in page


@pytest.mark.clause("R5b.1.0", "R5b.2.0", "R5b.3.0", "R5b.4.0")
def test_the_posts_of_the_service_desk_are_there(db: None) -> None:
    desk = JobTitle.objects.filter(department__code="CUSTOMER_SERVICE").values_list("name_en", "rank")
    assert {
        ("Customer service supervisor", "SUPERVISOR"),
        ("Assistant to the supervisor", "MEMBER"),
        ("Team leader of the front desk", "LEADER"),
        ("Front desk attendant", "MEMBER"),
    } <= set(desk)


def test_every_role_of_a_department_finds_its_department(db: None) -> None:
    codes = set(Department.objects.values_list("code", flat=True))
    assert {
        "CUSTOMER_SERVICE",
        "ENGINEERING",
        "SECURITY",
        "FINANCE",
        "LEASING",
        "CLEANING",
        "MANAGEMENT",
        "RECORDS",
        "GAS_OPERATIONS",
    } <= codes
    assert not Cover.objects.exists()
