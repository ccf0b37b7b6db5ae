"""Services by the hour: booked on a calendar, once or many times, never twice, and handed to engineering on a list (manual 3.12)."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from core import printing
from core.flow import Refused
from premises.models import Unit
from repairs.flow import ORDER_FLOW
from repairs.models import Booking, WorkOrder
from repairs.services import bookings
from repairs.views.bookings import day_in
from tests.billing.factories import a_price
from tests.conftest import Cast, a_building, a_unit
from tests.repairs.factories import a_service, an_order, moved, sign
from tests.tenants.factories import a_lease, a_tenant

clause = pytest.mark.clause
MONDAY = dt.date(2027, 3, 1)
NEW = "/repairs/bookings/new/"


@pytest.fixture
def house(cast: Any, tower: Any) -> Any:
    """A tower with a price of overtime air-conditioning, and a tenant in 1201."""
    return furnished(cast, tower)


def furnished(cast: Any, tower: Any) -> Any:
    a_price(tower, "OVERTIME_AIR_CON", "300")
    a_lease(cast, tower, tenant=a_tenant(cast, tower), unit=a_unit(tower, "1201", level=12))
    return tower


def typed(service: str = "OVERTIME_AIR_CON", **values: Any) -> dict[str, Any]:
    told = {"service": a_service(service).pk, "unit": "1201", "day": MONDAY.isoformat(), "begin": "18:00", "end": "20:00"}
    return {**told, "name": "刘洋", "phone": "13800138000", "channel": "PHONE", "submission_key": uuid.uuid4(), **values}


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def a_booking(cast: Any, building: Any, begin: dt.datetime, end: dt.datetime, **values: Any) -> WorkOrder:
    return an_order(cast, building, service=values.pop("service", "OVERTIME_AIR_CON"), booked=(begin, end), **values)


@clause("M3.12.4-1")
@clause("M3.12.3-1")
def test_a_booking_is_a_work_order_that_waits_for_the_signature(cast: Any, house: Any, as_user: Any) -> None:
    sent = as_user(cast.frontdesk).post(NEW, typed())
    order = WorkOrder.objects.get()
    assert sent.headers["Location"] == reverse("repairs:work_order_detail", args=[order.pk])
    assert (order.state, order.tenant.name, order.booking.starts_at) == ("AWAITING_TENANT", order.company, at(MONDAY, 18))
    assert (order.appointment_at, order.lines.get().amount) == (at(MONDAY, 18), Decimal("600.00"))


@pytest.mark.parametrize(("end", "hours"), [("18:10", "0.5"), ("18:30", "0.5"), ("18:31", "1"), ("20:00", "2"), ("01:00", "7")])
def test_each_half_hour_begun_is_charged(cast: Any, house: Any, as_user: Any, end: str, hours: str) -> None:
    assert as_user(cast.frontdesk).post(NEW, typed(end=end)).status_code == 302
    assert WorkOrder.objects.get().lines.get().quantity == Decimal(hours)


@clause("M3.12.4-3")
@clause("M3.12.4-5.a")
def test_engineering_switches_it_on_and_off_without_typing_what_was_booked(cast: Any, house: Any, as_user: Any) -> None:
    as_user(cast.frontdesk).post(NEW, typed())
    order = WorkOrder.objects.get()
    sign(order, "notice", cast)
    order = moved(order, cast, "agree", "accept", "arrive", "finish")
    assert order.state == "TO_CONFIRM" and order.findings == "空调加班 2027-03-01 18:00–20:00"
    assert [(item.text, item.minutes, item.worker) for item in order.items.all()] == [(order.findings, 120, cast.engineer)]
    sign(order, "acceptance", cast)
    order = moved(order, cast, "confirm_and_charge")
    assert order.bill.amount == Decimal("600.00") and billing.contradictions() == {}


def test_repeated_on_weekdays_it_is_all_of_them(cast: Any, house: Any, as_user: Any) -> None:
    until = (MONDAY + dt.timedelta(days=13)).isoformat()
    sent = as_user(cast.frontdesk).post(NEW, typed(until=until, weekdays=["0", "2"]))
    assert sent.status_code == 302 and "view=agenda" in sent.headers["Location"]
    days = [timezone.localdate(row.starts_at) for row in Booking.objects.order_by("starts_at")]
    assert days == [MONDAY + dt.timedelta(days=turn) for turn in (0, 2, 7, 9)]
    assert set(WorkOrder.objects.values_list("state", flat=True)) == {"AWAITING_TENANT"}


def test_one_clash_and_none_is_made_and_each_is_named(cast: Any, house: Any, as_user: Any) -> None:
    unit = Unit.objects.get(code="1201")
    for turn in (1, 3):
        day = MONDAY + dt.timedelta(days=turn)
        a_booking(cast, house, at(day, 19), at(day, 21), unit=unit)
    sent = as_user(cast.frontdesk).post(NEW, typed(until=(MONDAY + dt.timedelta(days=4)).isoformat(), weekdays=list("01234")))
    page = sent.content.decode()
    assert sent.status_code == 422 and Booking.objects.count() == 2
    for order in WorkOrder.objects.all():
        assert order.number in page
    assert "2027-03-02 19:00–21:00" in page and "2027-03-04 19:00–21:00" in page and "刘洋" in page


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"until": "2027-06-30", "weekdays": list("0123456")}, "At most 31 bookings"),
        ({"until": "2027-02-01"}, "lies before the first"),
        ({"until": "2027-03-02", "weekdays": ["6"]}, "No day is booked"),
        ({"end": "18:00"}, "ends after it begins"),
        ({"end": "17:00"}, "ends after it begins"),
        ({"day": "2020-01-01"}, "This day is over"),
        ({"unit": ""}, "Name the unit or the tenant"),
        ({"unit": "9999"}, "Nothing matches"),
        ({"phone": ""}, "required"),
    ],
)
def test_what_cannot_be_booked_is_said_beside_the_form(cast: Any, house: Any, as_user: Any, values: Any, says: str) -> None:
    sent = as_user(cast.frontdesk).post(NEW, typed(**values))
    assert sent.status_code == 422 and says in sent.content.decode() and not Booking.objects.exists()


def test_thirty_one_days_are_the_most(cast: Any, tower: Any) -> None:
    assert len(bookings.days_of(MONDAY, MONDAY + dt.timedelta(days=30), range(7))) == 31
    with pytest.raises(Refused, match="At most 31"):
        bookings.days_of(MONDAY, MONDAY + dt.timedelta(days=31), range(7))
    with pytest.raises(Refused, match="At most 31"):
        bookings.days_of(MONDAY, dt.date(2090, 1, 1), [0])


def test_a_customer_with_one_unit_need_not_name_it(cast: Any, house: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, house, name="两间公司", code="")
    sent = as_user(cast.frontdesk).post(NEW, typed(unit="", tenant=f"={tenant.pk}"))
    assert sent.status_code == 422 and "Name the unit" in sent.content.decode()
    a_lease(cast, house, tenant=tenant, unit=a_unit(house, "1502", level=15))
    assert as_user(cast.frontdesk).post(NEW, typed(unit="", tenant=f"={tenant.pk}")).status_code == 302
    assert Booking.objects.get().unit.code == "1502"


def test_a_room_is_one_for_the_building_and_a_unit_is_one_for_itself(cast: Any, house: Any) -> None:
    other = a_unit(house, "1301", level=13)
    begin, end = at(MONDAY, 9), at(MONDAY, 11)
    first = a_booking(cast, house, begin, end, service="MEETING_ROOM", unit=other)
    with pytest.raises(Refused, match=first.number):
        a_booking(cast, house, at(MONDAY, 10), at(MONDAY, 12), service="MEETING_ROOM", tenant=None)
    a_booking(cast, house, end, at(MONDAY, 12), service="MEETING_ROOM", unit=other)
    a_booking(cast, house, begin, end, unit=other)
    with pytest.raises(Refused, match="booked already"):
        a_booking(cast, house, at(MONDAY, 10), at(MONDAY, 12), unit=other)
    assert Booking.objects.count() == 3


def test_the_database_itself_keeps_an_hour_once(cast: Any, house: Any) -> None:
    order = a_booking(cast, house, at(MONDAY, 9), at(MONDAY, 11), service="MEETING_ROOM", unit=a_unit(house, "1301", level=13))
    later = a_booking(cast, house, at(MONDAY, 14), at(MONDAY, 15), service="MEETING_ROOM", unit=order.unit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=later.booking.pk).update(starts_at=at(MONDAY, 10))


@clause("M3.12.2")
def test_what_is_called_off_is_free_again_and_can_be_taken_up_only_while_it_is(cast: Any, house: Any, as_user: Any) -> None:
    client = as_user(cast.frontdesk)
    client.post(NEW, typed())
    order = WorkOrder.objects.get()
    day = f"{reverse('repairs:booking_list')}?day={MONDAY}"
    step = reverse("repairs:work_order_step", args=[order.pk, "withdraw"])
    assert step in client.get(day).content.decode()
    assert client.post(step, {"note": "会议取消", "submission_key": uuid.uuid4()}).status_code == 302
    assert client.get(day).context["count"] == 0
    assert client.post(NEW, typed(begin="19:00", end="21:00")).status_code == 302
    with pytest.raises(Refused, match="booked already"):
        moved(WorkOrder.objects.get(pk=order.pk), cast, "take_up_again")
    other = WorkOrder.objects.exclude(pk=order.pk).get()
    moved(other, cast, "withdraw")
    assert moved(WorkOrder.objects.get(pk=order.pk), cast, "take_up_again").booking.cancelled_at is None


def test_what_engineering_declines_is_free_again(cast: Any, house: Any, as_user: Any) -> None:
    as_user(cast.frontdesk).post(NEW, typed())
    order = WorkOrder.objects.get()
    sign(order, "notice", cast)
    moved(order, cast, "agree", "accept", "refer")
    ORDER_FLOW.take(order, "decline", by=cast.engineering_head, at=timezone.now(), answer="机组检修", reply="PHONE")
    assert Booking.objects.get().cancelled_at is not None
    assert as_user(cast.frontdesk).post(NEW, typed()).status_code == 302


def test_the_calendar_shows_week_day_and_agenda(cast: Any, house: Any, as_user: Any) -> None:
    client = as_user(cast.frontdesk)
    client.post(NEW, typed())
    client.post(NEW, typed("MEETING_ROOM", day="2027-03-03", begin="09:00", end="10:30"))
    air, room = WorkOrder.objects.order_by("pk")
    page = reverse("repairs:booking_list")
    week = client.get(page, {"week": "2027-03-04"})
    text = week.content.decode()
    assert air.number in text and room.number in text and week.context["first"] == MONDAY
    assert f"week={MONDAY - dt.timedelta(days=7)}" in text and f"week={MONDAY + dt.timedelta(days=7)}" in text
    day = client.get(page, {"day": "2027-03-03"})
    assert day.context["view"] == "day" and room.number in day.content.decode() and air.number not in day.content.decode()
    assert [str(column.label) for column in day.context["columns"]] == ["Overtime air-conditioning", "Meeting room"]
    only = client.get(page, {"week": "2027-W09", "view": "agenda", "service": a_service("MEETING_ROOM").pk}).content.decode()
    assert room.number in only and air.number not in only
    assert "Nothing is booked" in client.get(page, {"week": "2030-01-01"}).content.decode()
    for wrong in ({"week": "x" * 99}, {"day": "0001-01-01"}, {"service": "9" * 40, "building": "²"}, {"view": "month"}):
        assert client.get(page, wrong).status_code == 200
    stranger = as_user(cast.outsider).get(page, {"week": MONDAY.isoformat()}).content.decode()
    assert air.number not in stranger and room.number not in stranger


def test_days_in_addresses() -> None:
    assert day_in("2026-W48", MONDAY) == dt.date(2026, 11, 23)
    assert day_in("20261123", MONDAY) == dt.date(2026, 11, 23)
    assert day_in("9999-12-31", MONDAY) == MONDAY == day_in("", MONDAY)


def test_a_night_is_in_both_of_its_days(cast: Any, house: Any) -> None:
    order = a_booking(cast, house, at(MONDAY, 22), at(MONDAY + dt.timedelta(days=1), 2), unit=a_unit(house, "1301", level=13))
    rows = bookings.of_days(Booking.objects.all(), MONDAY, MONDAY + dt.timedelta(days=6))
    lines = dict(bookings.lines(bookings.week_columns(rows, MONDAY, MONDAY)))
    assert [cell.is_first for cell in lines["22:00"][0]] == [True] and [cell.is_first for cell in lines["23:00"][0]] == [False]
    assert [(cell.booking.order, cell.is_first) for cell in lines["00:00"][1]] == [(order, True)]
    assert [cell.is_first for cell in lines["01:00"][1]] == [False] and "02:00" not in lines
    assert bookings.free(rows, MONDAY) == [(at(MONDAY, 0), at(MONDAY, 22))]


def test_beside_the_form_stands_what_is_taken_and_what_is_free(cast: Any, house: Any, as_user: Any) -> None:
    client = as_user(cast.frontdesk)
    asked = {"service": a_service().pk, "day": MONDAY.isoformat(), "unit": "1201"}
    busy = reverse("repairs:booking_busy")
    assert "Choose a service" in client.get(busy, asked).content.decode(), "no service by the hour"
    asked["service"] = a_service("OVERTIME_AIR_CON").pk
    free = client.get(busy, asked).content.decode()
    assert "the whole day" in free and "¥300.00" in free
    client.post(NEW, typed())
    taken = client.get(busy, asked).content.decode()
    assert "18:00–20:00" in taken and "00:00–18:00" in taken and "20:00–24:00" in taken
    assert "18:00" in client.get(NEW, asked).content.decode()


def test_a_tenants_bookings_stand_on_their_page(cast: Any, house: Any, as_user: Any) -> None:
    client = as_user(cast.frontdesk)
    client.post(NEW, typed())
    order = WorkOrder.objects.get()
    page = client.get(reverse("tenants:tenant_tab", args=[order.tenant_id, "repairs"])).content.decode()
    assert "Coming bookings" in page and "2027-03-01 18:00–20:00" in page and f"{NEW}?tenant={order.tenant_id}" in page
    linked = client.get(NEW, {"tenant": order.tenant_id}).context["form"]
    assert linked["tenant"].value() == f"={order.tenant_id}"


@clause("M3.12.4-3")
def test_the_days_list_for_engineering_prints(cast: Any, house: Any, as_user: Any, monkeypatch: Any) -> None:
    as_user(cast.frontdesk).post(NEW, typed())
    seen: dict[str, Any] = {}
    real = printing.html_of
    monkeypatch.setattr(printing, "html_of", lambda *given: seen.setdefault("page", real(*given)))
    answer = as_user(cast.engineer).get(reverse("repairs:booking_print"), {"day": MONDAY.isoformat()})
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    for words in ("1201", "18:00", "20:00", WorkOrder.objects.get().number, "云汇中心"):
        assert words in seen["page"]


def test_who_takes_no_calls_reads_but_does_not_book(cast: Any, house: Any, as_user: Any) -> None:
    assert as_user(cast.cashier).get(reverse("repairs:booking_list")).status_code == 200
    assert as_user(cast.cashier).post(NEW, typed()).status_code == 403
    assert as_user(cast.guard).get(reverse("repairs:booking_list")).status_code == 403
    elsewhere = as_user(cast.outsider).post(NEW, typed())
    assert elsewhere.status_code == 422 and "Nothing matches" in elsewhere.content.decode()


@pytest.mark.parametrize("service", ["OVERTIME_AIR_CON", "MEETING_ROOM"])
def test_eight_who_book_the_same_hour_make_one_booking(committed_db: Any, service: str) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast, start = Cast(tower, a_building("B", "云汇中心 B 座")), Barrier(8)
    furnished(cast, tower)
    forms = [typed(service, begin=f"{17 + turn % 2}:00") for turn in range(8)]

    def book(turn: int) -> tuple[int, bool]:
        client = Client(headers={"accept-language": "en"})
        client.force_login(cast.frontdesk, backend="staff.backends.CountedBackend")
        start.wait(20)
        answer = client.post(NEW, forms[turn])
        connections.close_all()
        return answer.status_code, b"is booked already" in answer.content

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(book, range(8)))
    assert sorted(answers) == [(302, False), *[(422, True)] * 7]
    assert (Booking.objects.count(), WorkOrder.objects.count()) == (1, 1)
