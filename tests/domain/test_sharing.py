"""Civil Code of China art. 560 over a borrower's loans: one payment, shared as the payer says or as the law has it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Case
from domain.money import Debt, across_debts, in_order
from domain.sharing import Sharing, debts_of, share
from schemas.account import Contract
from schemas.loan import Instalment, Party
from schemas.policy import Strategy
from tests.domain.casework import Life, rules

MARCH, APRIL, MAY = date(2026, 3, 10), date(2026, 4, 10), date(2026, 5, 10)
ON = date(2026, 3, 12)


def loan(
    name: str,
    *dues: tuple[date, str],
    percent: int | None = None,
    guaranteed: bool = False,
    paid: str | None = None,
) -> tuple[Case, Strategy]:
    """An open loan whose account was read: these instalments, at so much percent a year."""
    parties = [Party(party_id=f"{name}-P")] + [Party(party_id="G", role="guarantor")] * guaranteed
    life = Life(name, parties=tuple(parties), borrower_id="B-1")
    life.schedule = tuple(
        Instalment(number=n + 1, due_on=due_on, principal=Decimal(amount)) for n, (due_on, amount) in enumerate(dues)
    )
    if percent is not None:
        life.contract = Contract(signed_on=date(2025, 1, 1), annual_percent=Decimal(percent))
    life.read()
    if paid:
        life.pay(paid)
    return life.case, life.strategy


def told(sharing: Sharing) -> list[tuple[str, Decimal, str]]:
    """What gets something, and by which rule, in the order in which it is paid."""
    return [(one.loan_id, one.amount, one.by) for one in sharing.portions if one.amount]


def shared(amount: str, *loans: tuple[Case, Strategy], **designated: str) -> Sharing:
    """The payment over these loans."""
    return share(Decimal(amount), loans, ON, {name: Decimal(part) for name, part in designated.items()})


def test_civil_code_560_what_is_due_comes_first() -> None:
    """An instalment of one loan that is due before one of another that is not, whatever else they are."""
    later, now = loan("A", (APRIL, "100.00"), percent=24), loan("B", (MARCH, "100.00"), percent=1, guaranteed=True)
    assert told(shared("120.00", later, now)) == [("B", 100, "due"), ("A", 20, "due")]


def test_civil_code_560_what_is_secured_least_comes_first() -> None:
    """A loan that nobody guarantees, though it bears less."""
    guaranteed, bare = (
        loan("A", (MARCH, "100.00"), percent=24, guaranteed=True),
        loan("B", (MARCH, "100.00"), percent=1),
    )
    assert told(shared("120.00", guaranteed, bare)) == [("B", 100, "security"), ("A", 20, "security")]


def test_civil_code_560_what_burdens_most_comes_first() -> None:
    """The higher rate, though it fell due later."""
    cheap, dear = loan("A", (date(2026, 1, 10), "100.00"), percent=4), loan("B", (MARCH, "100.00"), percent=24)
    assert told(shared("120.00", cheap, dear)) == [("B", 100, "burden"), ("A", 20, "burden")]


def test_civil_code_560_what_fell_due_first_comes_first() -> None:
    """Instalment by instalment, over the loans."""
    first = loan("A", (date(2026, 1, 10), "10.00"), (MARCH, "10.00"))
    second = loan("B", (date(2026, 2, 10), "10.00"))
    assert told(shared("25.00", first, second)) == [("A", 10, "earliest"), ("B", 10, "earliest"), ("A", 5, "earliest")]
    assert shared("25.00", first, second).shares == {"A": 15, "B": 10}


def test_civil_code_560_equal_debts_are_paid_in_proportion() -> None:
    """To the cent; what does not divide goes to the first by id."""
    loans = [loan(name, (MARCH, "100.00")) for name in ("C", "A", "B")]
    assert shared("100.00", *loans).shares == {"A": Decimal("33.34"), "B": Decimal("33.33"), "C": Decimal("33.33")}
    assert {by for _, _, by in told(shared("100.00", *loans))} == {"proportion"}


def test_civil_code_560_the_payer_designates() -> None:
    """As much as they say for the loan they say, though it is not due; the law orders the rest."""
    later, now = loan("A", (APRIL, "100.00")), loan("B", (MARCH, "100.00"))
    assert told(shared("50.00", later, now, A="30.00")) == [("A", 30, "chosen"), ("B", 20, "due")]


def test_what_has_come_is_not_asked_for_again() -> None:
    """Paid already, or ahead."""
    paid = loan("A", (MARCH, "100.00"), (APRIL, "100.00"), paid="150.00")
    assert [debt.owed for debt in debts_of(*paid, ON)] == [50]
    assert shared("60.00", paid, loan("B", (MAY, "100.00"))).shares == {"A": 50, "B": 10}


def test_more_than_all_is_the_last_loans_surplus() -> None:
    """It is told, and not lost."""
    done = shared("250.00", loan("A", (MARCH, "100.00")), loan("B", (APRIL, "100.00")))
    assert (done.surplus, done.surplus_on) == (50, "B")
    assert done.shares == {"A": 100, "B": 150}
    assert {by for _, _, by in told(done)} == {"all"}


@pytest.mark.parametrize(
    ("designated", "said"),
    [
        ({"A": "100.01"}, "A: 100.01 is designated for it, and it owes 100.00"),
        ({"A": "60.00", "B": "60.00"}, "120.00 is designated, and 110.00 was paid"),
        ({"Z": "1.00"}, "Z: not among the open loans; there are A, B"),
    ],
)
def test_a_designation_that_does_not_fit_is_named(designated: dict[str, str], said: str) -> None:
    """With what there is."""
    with pytest.raises(ValueError, match=said):
        shared("110.00", loan("A", (MARCH, "100.00")), loan("B", (MARCH, "100.00")), **designated)


AMOUNTS = st.integers(0, 30_000).map(lambda cents: Decimal(cents) / 100)
DEBTS = st.lists(
    st.builds(
        Debt,
        debt=st.sampled_from("abcdefgh"),
        owed=AMOUNTS,
        due_on=st.integers(-60, 60).map(lambda days: ON + timedelta(days=days)),
        arose_on=st.just(MARCH),
        secured_percent=st.sampled_from([Decimal(0), Decimal(100)]),
        annual_percent=st.sampled_from([Decimal(4), Decimal(24)]),
    ),
    max_size=6,
    unique_by=lambda debt: debt.debt,
)


@given(AMOUNTS, DEBTS)
def test_what_is_paid_is_given_once_and_in_the_law_s_order(amount: Decimal, debts: list[Debt]) -> None:
    """Nothing is lost but what is more than all, and no debt gets anything before those that come first have all theirs."""
    done = in_order(amount, debts, ON)
    owed = {debt.debt: debt for debt in debts}
    assert sum((one.amount for one in done), Decimal(0)) == min(amount, sum((d.owed for d in debts), Decimal(0)))
    assert {one.debt: one.amount for one in done} == across_debts(amount, debts, ON)
    for before, after in pairwise(done):
        one, other = owed[before.debt], owed[after.debt]
        ranks = [(d.due_on > ON, d.secured_percent, -d.annual_percent, d.due_on) for d in (one, other)]
        assert ranks[0] <= ranks[1]
        if ranks[0] < ranks[1] and after.amount:
            assert before.amount == one.owed


@given(AMOUNTS.filter(bool), st.lists(AMOUNTS, min_size=1, max_size=4), AMOUNTS)
def test_a_payment_is_shared_to_the_cent(amount: Decimal, owed: list[Decimal], meant: Decimal) -> None:
    """Surplus and designation with it."""
    loans = [_quick(f"L{n}", principal) for n, principal in enumerate(owed)]
    designated: dict[str, Any] = {"L0": meant} if 0 < meant <= min(amount, owed[0]) else {}
    done = share(amount, loans, ON, designated)
    assert sum(done.shares.values(), Decimal(0)) == amount
    assert all(done.shares.get(name, 0) >= part for name, part in designated.items())


def _quick(name: str, owed: Decimal) -> tuple[Case, Strategy]:
    due = (Instalment(number=1, due_on=MARCH, principal=owed),)
    return Case(loan_id=name, instalments=due), rules()[0]
