"""A deposit's life against a plain model: whatever is done in whatever order, the books say what a notebook would (D3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule, run_state_machine_as_test

from billing import services as billing
from billing.models import Deposit, Entry, Receipt
from core.flow import Refused
from core.money import round_fen
from tests.billing.factories import a_charge, a_kind, a_stamp, a_void
from tests.billing.test_ledger import settled_at_commit
from tests.tenants.factories import a_tenant

FEN = st.integers(1, 120_000).map(lambda fen: Decimal(fen) / 100)
# Per cent of what there is: mostly what fits, to the last fen, and sometimes a little too much.
SHARE = st.sampled_from([1, 10, 33, 50, 99, 100, 100, 101, 150])
KINDS = ("LEASE", "FIT_OUT", "KEY")


class Page:
    """One deposit in the notebook."""

    def __init__(self, due: Decimal) -> None:
        self.due, self.taken, self.held = due, Decimal(0), Decimal(0)


def part(whole: Decimal, percent: int) -> Decimal:
    """So many per cent, at least a fen."""
    return max(round_fen(whole * percent / 100), Decimal("0.01"))


class DepositLife(RuleBasedStateMachine):
    """Takes, deducts, settles, moves, pays back and reverses; each is tried blindly and the notebook knows whether it may work."""

    cast: Any
    tower: Any
    deposits = Bundle("deposits")

    @initialize(target=deposits, due=FEN)
    def open_the_file(self, due: Decimal) -> Any:
        self.tenant = a_tenant(self.cast, self.tower, name="模型公司", code="")
        self.notebook: dict[int, Page] = {}
        self.done: list[tuple[Any, dict[int, tuple[Decimal, Decimal]]]] = []
        self.reversed: set[int] = set()
        first = [self.expect_one(kind, due) for kind in KINDS]
        self.take(first[0], 100)
        return multiple(*first)

    def expect_one(self, kind: str, due: Decimal) -> int:
        deposit = billing.expect(self.tenant, kind, due, a_stamp(self.cast))
        self.notebook[deposit.pk] = Page(due)
        return deposit.pk

    def tries(self, may: bool, act: Any, moves: dict[int, tuple[Decimal, Decimal]]) -> None:
        """`moves`: deposit → (taken, held) by which the notebook changes when it works."""
        try:
            entry = act()
        except Refused:
            assert not may
            return
        settled_at_commit()
        assert may
        for pk, (taken, held) in moves.items():
            self.notebook[pk].taken += taken
            self.notebook[pk].held += held
        self.done.append((entry, moves))

    @rule(target=deposits, kind=st.sampled_from(KINDS), due=FEN)
    def expect(self, kind: str, due: Decimal) -> int:
        return self.expect_one(kind, due)

    @rule(pk=deposits, share=SHARE)
    def take(self, pk: int, share: int) -> None:
        page, deposit = self.notebook[pk], Deposit.objects.get(pk=pk)
        amount = part(page.due - page.taken, share)

        def act() -> Any:
            return billing.receive(self.tenant, amount, "CASH", a_stamp(self.cast), deposits={deposit: amount}, picks={}).entry

        self.tries(amount <= page.due - page.taken, act, {pk: (amount, amount)})

    @rule(pk=deposits, share=SHARE)
    def deduct(self, pk: int, share: int) -> None:
        deposit, kind = Deposit.objects.get(pk=pk), a_kind("COMPENSATION")
        amount = part(self.notebook[pk].held, share)

        def act() -> Any:
            return billing.deduct(deposit, amount, kind, a_stamp(self.cast), billing.Why("损坏")).entry

        self.tries(amount <= self.notebook[pk].held, act, {pk: (Decimal(0), -amount)})

    @rule(pk=deposits, share=SHARE)
    def settle(self, pk: int, share: int) -> None:
        amount = part(self.notebook[pk].held, share)
        deposit, charge = Deposit.objects.get(pk=pk), a_charge(self.cast, self.tenant, str(amount))

        def act() -> Any:
            return billing.settle_from(deposit, {charge: amount}, a_stamp(self.cast), billing.Why("抵扣欠费"))

        self.tries(amount <= self.notebook[pk].held, act, {pk: (Decimal(0), -amount)})

    @rule(pk=deposits, share=SHARE)
    def pay_back(self, pk: int, share: int) -> None:
        deposit, amount = Deposit.objects.get(pk=pk), part(self.notebook[pk].held, share)
        may = amount <= self.notebook[pk].held
        self.tries(may, lambda: billing.pay_back(deposit, amount, "TRANSFER", a_stamp(self.cast)), {pk: (Decimal(0), -amount)})

    @rule(source=deposits, to=deposits, share=SHARE)
    def move(self, source: int, to: int, share: int) -> None:
        one, other = Deposit.objects.get(pk=source), Deposit.objects.get(pk=to)
        amount = part(self.notebook[source].held, share)
        room = self.notebook[to].due - self.notebook[to].taken
        may = one.kind != other.kind and amount <= self.notebook[source].held and amount <= room
        moves = {source: (Decimal(0), -amount), to: (amount, amount)}
        self.tries(may, lambda: billing.transfer(one, other, amount, a_stamp(self.cast), "转移"), moves)

    @rule(place=st.integers(0, 50))
    def reverse(self, place: int) -> None:
        if not self.done:
            return
        entry, moves = self.done[place % len(self.done)]
        back = {pk: (-taken, -held) for pk, (taken, held) in moves.items()}
        fits = all(
            0 <= self.notebook[pk].held + held <= self.notebook[pk].taken + taken <= self.notebook[pk].due
            for pk, (taken, held) in back.items()
        )
        may = entry.pk not in self.reversed and fits
        before = len(self.done)
        self.tries(may, lambda: self.undo(entry), back)
        if may:
            self.reversed |= {entry.pk, self.done[before][0].pk}

    def undo(self, entry: Any) -> Any:
        """What came in by a receipt goes by its void, and never behind it; everything else is reversed as it is."""
        receipt = Receipt.objects.filter(entry=entry).first()
        if receipt is None:
            return billing.reverse(entry, a_stamp(self.cast))
        with pytest.raises(Refused, match="void instead" if receipt.state == "ISSUED" else "reversed already"):
            billing.reverse(entry, a_stamp(self.cast))
        a_void(self.cast, receipt)
        return Entry.objects.get(reverses=entry)

    @invariant()
    def the_receipts_of_what_was_reversed_are_void_and_no_others(self) -> None:
        if hasattr(self, "tenant"):
            void = Receipt.objects.filter(tenant=self.tenant, state="VOID").values_list("entry_id", flat=True)
            received = Receipt.objects.filter(tenant=self.tenant, entry_id__in=self.reversed).values_list("entry_id", flat=True)
            assert set(void) == set(received)

    @invariant()
    def the_books_say_what_the_notebook_says(self) -> None:
        for pk, page in getattr(self, "notebook", {}).items():
            deposit = Deposit.objects.get(pk=pk)
            assert (deposit.taken, deposit.held) == (page.taken, page.held)

    lived: list[int]

    def teardown(self) -> None:
        assert billing.contradictions() == {}
        self.lived.append(len(self.done))


def entries_of_lives(cast: Any, tower: Any, examples: int, steps: int) -> list[int]:
    """Lives so many deposits' lives; how many entries each wrote. What differs from the notebook fails inside."""
    lived: list[int] = []
    machine = type("Life", (DepositLife,), {"cast": cast, "tower": tower, "lived": lived})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks, database=None),
    )
    return lived


@pytest.mark.timeout(300)
def test_forty_lives_of_deposits_equal_the_notebook(cast: Any, tower: Any) -> None:
    entries = entries_of_lives(cast, tower, 40, 20)
    assert len(entries) >= 40 and sum(entries) > 100


@pytest.mark.ordeal
@pytest.mark.timeout(900)
def test_two_thousand_lives_of_deposits_equal_the_notebook(cast: Any, tower: Any) -> None:
    entries = entries_of_lives(cast, tower, 2000, 50)
    assert len(entries) >= 2000 and sum(entries) > 30_000
