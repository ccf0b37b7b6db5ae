"""A closed month takes nothing more, whichever way it comes: the product refuses, and the database by itself (D5).

Each way is tried three times: with the month open, where it works; closed; and closed with the product's own check
taken away, so that the database alone refuses.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.admin import Books, EntryAdmin, PostingLine
from billing.flow import REFUND_FLOW, RUN_FLOW
from billing.models import Account, Allocation, Bill, Charge, Credit, DepositMove, Entry, LeaseFee, Posting, Receipt
from billing.services import ledger, runs
from billing.tasks import stamp_of
from core.flow import Refused
from core.models import Counter, Draft, Outbox
from core.tasks import relay
from tests.billing.factories import a_charge, a_deposit, a_kind, a_line, a_price, a_receipt, a_refund, a_stamp, a_waiver
from tests.billing.test_ledger import settled_at_commit
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_lease
from tests.test_forms_everywhere import the_form

BOOKS = (Entry, Posting, Charge, Allocation, Receipt, Bill, DepositMove, Credit)


class Month:
    """The running month of a tenant who was charged, has paid and left deposits, with something of each kind begun and not booked."""

    def __init__(self, cast: Cast, as_user: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
        self.cast, self.as_user, self.patch = cast, as_user, monkeypatch
        self.today = timezone.localdate()
        lease = a_lease(cast, cast.home, starts_on=self.today - dt.timedelta(days=200), ends_on=self.today + dt.timedelta(days=200))
        self.tenant = lease.tenant
        LeaseFee.objects.create(lease=lease, kind=a_kind("RENT"), unit_price=Decimal("150"), starts_on=lease.starts_on)
        a_price(cast.home, "MANAGEMENT_FEE", "28.00", lease.starts_on)
        self.receipt = a_receipt(cast, self.tenant, "50.00")
        a_receipt(cast, self.tenant, "10.00", method="CARD")
        self.deposit = a_deposit(cast, self.tenant, "500.00", kind="LEASE")
        a_charge(cast, self.tenant, "900.00")
        self.charge = a_charge(cast, self.tenant, "80.00")
        self.waiver = a_waiver(cast, self.charge, "5.00")
        self.refund = REFUND_FLOW.take(a_refund(cast, self.deposit, "100.00"), "approve", by=cast.finance_head, at=timezone.now())
        self.run = runs.open_run(cast.home, self.today, by=cast.cashier, on=self.today)
        settled_at_commit()

    def close(self) -> None:
        after = timezone.now() + dt.timedelta(days=40)
        billing.close_month(self.cast.home, self.today, by=self.cast.finance_head, at=after)

    def send(self, who: str, name: str, arguments: list[Any], **typed: Any) -> str:
        """Sends a form as a person would; what it says when it was refused."""
        client = self.as_user(getattr(self.cast, who))
        answer = client.post(reverse(f"billing:{name}", args=arguments), {**typed, "submission_key": str(uuid.uuid4())})
        assert answer.status_code in {302, 422}
        return "" if answer.status_code == 302 else str(answer.content.decode())


def at_the_counter(month: Month) -> str:
    return month.send("cashier", "take", [month.tenant.pk], amount="100.00", method="CASH")


def by_the_form_of_a_deduction(month: Month) -> str:
    return month.send("service_head", "deposit_deduct", [month.deposit.pk], amount="30", kind=a_kind().pk, reason="损坏")


def by_the_form_of_a_credit(month: Month) -> str:
    return month.send("finance_head", "charge_credit", [month.charge.pk], amount="10.00", note="多收")


def by_the_form_of_a_payment_notice(month: Month) -> str:
    due = (month.today + dt.timedelta(days=20)).isoformat()
    typed = {
        "tenant": f"={month.tenant.pk}",
        "kind": a_kind("PARKING").pk,
        "unit_price": "600",
        "quantity": "1",
        "text": "车位",
        "due_on": due,
    }
    return month.send("cashier", "bill_new", [], **typed)


def by_the_signature_of_a_waiver(month: Month) -> str:
    return month.send("property_manager", "waiver_step", [month.waiver.pk, "approve"])


def by_paying_a_refund_approved_before(month: Month) -> str:
    return month.send("cashier", "refund_step", [month.refund.pk, "pay"])


def in_the_admin(month: Month) -> str:
    """An officer who was given the right to add entries by mistake; as shipped nobody has it."""
    client, url = month.as_user(month.cast.records), reverse("admin:billing_entry_add")
    assert client.get(url).status_code == 403
    for kind in (Books, PostingLine):
        month.patch.setattr(kind, "has_add_permission", lambda self, request, obj=None: True)
    month.patch.setattr(EntryAdmin, "exclude", ["content_type", "object_id", "reverses", "key"], raising=False)
    now = timezone.localtime()
    typed = {"building": month.cast.home.pk, "tenant": month.tenant.pk, "kind": "WAIVER", "booked_on": month.today.isoformat(), "memo": "",
             "by": month.cast.records.pk, "at_0": f"{now:%Y-%m-%d}", "at_1": f"{now:%H:%M:%S}", "postings-TOTAL_FORMS": "2",
             "postings-INITIAL_FORMS": "0"}  # fmt: skip
    for line, (method, amount) in enumerate((("CASH", "7.00"), ("CARD", "-7.00"))):
        typed |= {f"postings-{line}-account": Account.objects.get(method=method).pk, f"postings-{line}-amount": amount}
    assert client.post(url, typed).status_code == 302
    return ""


def by_a_bill_run(month: Month) -> str:
    """Every tenant of the building at once."""
    run = RUN_FLOW.take(month.run, "issue", by=month.cast.cashier, at=timezone.now())
    assert runs.next_batch(run.pk, stamp_of(run)) > 0
    return ""


def by_a_service_called_with_an_old_day(month: Month) -> str:
    """What another app or an import of old rows would call."""
    billing.charge(month.tenant, [a_line("12.00")], a_stamp(month.cast, on=month.today.replace(day=1)))
    return ""


def by_undoing_an_entry_on_its_own_day(month: Month) -> str:
    billing.reverse(month.charge.entry, a_stamp(month.cast, on=month.charge.entry.booked_on))
    return ""


def by_making_a_receipt_void(month: Month) -> str:
    return month.send("cashier", "receipt_step", [month.receipt.pk, "void"], note="录入错误")


def by_a_celery_task(month: Month) -> str:
    """The worker that bills a run, called as Celery calls it."""
    RUN_FLOW.take(month.run, "issue", by=month.cast.cashier, at=timezone.now())
    return by_the_worker(month)


def by_the_worker(month: Month) -> str:
    relay.apply().get()
    work = Outbox.objects.get(task="billing.tasks.continue_run")
    return str(work.last_error)


def by_raw_sql(month: Month) -> str:
    """Ten yuan from cash to card, sent as the application's own role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("steward_app",)
        cursor.execute(
            "WITH e AS (INSERT INTO billing_entry (building_id, tenant_id, kind, booked_on, memo, at, txid)"
            " VALUES (%s, %s, 'WAIVER', %s, '', now(), pg_current_xact_id()::text::bigint) RETURNING *)"
            " INSERT INTO billing_posting (entry_id, account_id, amount)"
            " SELECT e.id, a.id, CASE a.method WHEN 'CASH' THEN 10 ELSE -10 END FROM e"
            " JOIN billing_account a ON a.building_id = e.building_id AND a.method IN ('CASH', 'CARD')",
            [month.cast.home.pk, month.tenant.pk, month.today],
        )
    return ""


def by_a_draft_kept_while_it_was_open(month: Month) -> str:
    """Written down before by `draft_first`, opened again and sent now."""
    draft, client = Draft.objects.get(), month.as_user(month.cast.cashier)
    filled: dict[str, Any] = the_form(client.get(draft.url, {"draft": draft.pk}))
    assert filled["amount"] == ["33.00"]
    answer = client.post(draft.url, filled)
    assert answer.status_code in {302, 422}
    return "" if answer.status_code == 302 else str(answer.content.decode())


def draft_first(month: Month) -> None:
    client, url = month.as_user(month.cast.cashier), reverse("billing:take", args=[month.tenant.pk])
    content = {**the_form(client.get(url)), "amount": ["33.00"], "method": ["CASH"]}
    kept = client.post(reverse("core:drafts"), {"form": url, "url": url, "title": "收款", "content": json.dumps(content)})
    assert kept.status_code == 200


WAYS: dict[str, list[Callable[[Month], str]]] = {
    "form": [at_the_counter, by_the_form_of_a_deduction, by_the_form_of_a_credit, by_the_form_of_a_payment_notice,
             by_the_signature_of_a_waiver, by_paying_a_refund_approved_before],
    "admin": [in_the_admin],
    "bulk": [by_a_bill_run],
    "import": [by_a_service_called_with_an_old_day],
    "undo": [by_undoing_an_entry_on_its_own_day, by_making_a_receipt_void],
    "task": [by_a_celery_task],
    "SQL": [by_raw_sql],
    "draft": [by_a_draft_kept_while_it_was_open],
}  # fmt: skip
each_way = pytest.mark.parametrize("way", [way for ways in WAYS.values() for way in ways], ids=lambda way: way.__name__)


@pytest.fixture
def month(cast: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> Month:
    found = Month(cast, as_user, monkeypatch)
    draft_first(found)
    return found


def written() -> dict[str, Any]:
    """How much stands in the books, every balance, and the numbers given."""
    rows = {model.__name__: model._base_manager.count() for model in BOOKS}
    balances = {row.pk: row.balance for row in Account.objects.all() if row.balance}
    return {**rows, "balances": balances, "numbers": set(Counter.objects.values_list("series", "day", "last"))}


def refusal(way: Callable[[Month], str], month: Month) -> str:
    """What was said when it was refused; empty when it went through."""
    try:
        with transaction.atomic():
            said = way(month)
            settled_at_commit()
    except (Refused, IntegrityError) as error:
        return str(error)
    return said


@each_way
def test_it_works_while_the_month_is_open(way: Callable[[Month], str], month: Month) -> None:
    before = written()
    assert refusal(way, month) == ""
    assert written()["Posting"] > before["Posting"]
    assert billing.contradictions() == {}


@each_way
def test_a_closed_month_takes_nothing(way: Callable[[Month], str], month: Month) -> None:
    month.close()
    before = written()
    assert re.search(r"The books of \d{4}-\d\d are closed|the month \d{4}-\d\d is closed", refusal(way, month))
    assert written() == before
    assert billing.contradictions() == {}


@each_way
def test_the_database_refuses_it_by_itself(way: Callable[[Month], str], month: Month) -> None:
    month.close()
    before = written()
    month.patch.setattr(ledger, "check_open", lambda building_id, on: None)
    assert refusal(way, month)
    assert written() == before
    assert billing.contradictions() == {}


def test_a_month_is_not_closed_while_a_bill_run_is_under_way(month: Month) -> None:
    """Its worker may come late, and books on the day of issue."""
    RUN_FLOW.take(month.run, "issue", by=month.cast.cashier, at=timezone.now())
    with pytest.raises(Refused, match="still under way"):
        month.close()
    assert by_the_worker(month) == ""
    month.close()
    assert month.run.bills.count() == 1


# Commits, threads and the owner's rights ------------------------------------------------------------------------------


@pytest.fixture
def open_house(committed_db: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> Month:
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    return Month(cast, as_user, monkeypatch)


def as_owner(statement: str) -> None:
    with closing(connections["migrator"]) as owner, owner.cursor() as cursor:
        cursor.execute(statement)


def closed_beside_an_entry_under_way(month: Month) -> bool:
    """True when the month could be closed while an entry of it was written and not yet committed."""

    def close() -> None:
        with closing(connection):
            month.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            a_charge(month.cast, month.tenant, "1.00")
            closed = pool.submit(close)
            done, _still_waiting = wait([closed], timeout=2)
        closed.result()
    return bool(done)


def test_closing_waits_for_entries_under_way(open_house: Month) -> None:
    assert not closed_beside_an_entry_under_way(open_house)


def test_control_without_the_lock_of_the_month_closing_overtakes_an_entry(open_house: Month) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('billing_entry_begins'::regproc)")
        function = cursor.fetchone()[0]
    as_owner(function.replace(" FOR SHARE", ""))
    assert closed_beside_an_entry_under_way(open_house)


def test_control_without_the_trigger_the_closed_month_is_written_to(open_house: Month) -> None:
    open_house.close()
    with pytest.raises(IntegrityError, match="is closed"):
        by_raw_sql(open_house)
    as_owner("ALTER TABLE billing_entry DISABLE TRIGGER entry_begins")
    before = written()
    by_raw_sql(open_house)
    assert written()["Posting"] == before["Posting"] + 2
