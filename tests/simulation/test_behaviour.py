"""The repayment record that core banking tells: as it was when the book opened, and with the months that have passed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from schemas.behaviour import Behaviour
from schemas.loan import Instalment, Transaction
from simulation.bank.behaviour import behaviour_on
from simulation.model import SimulatedLoan

RECORD = Behaviour(
    as_of=date(2026, 10, 31), months_past_due=(1, 0, 0, 0, 0, 0), limit=Decimal(5000), spent_percent=7, paid_percent=20
)
OPEN = Instalment(number=1, due_on=date(2026, 10, 20), principal=Decimal(100))


def loan(record: Behaviour | None = RECORD) -> SimulatedLoan:
    """A card with one open instalment."""
    return SimulatedLoan(loan_id="L-1", borrower_id="B-1", instalments=(OPEN,), behaviour=record)


def test_what_is_not_kept_is_not_told() -> None:
    """No record, no block."""
    assert behaviour_on(loan(None), (), date(2026, 12, 1)) is None


@pytest.mark.parametrize("on", [date(2026, 10, 31), date(2026, 11, 29)])
def test_within_a_month_it_is_as_it_was(on: date) -> None:
    """The next month's end has not come."""
    assert behaviour_on(loan(), (), on) == RECORD


def test_months_that_pass_are_added() -> None:
    """Unpaid, it is two months past due at the end of November and three at the end of December; nothing was spent."""
    told = behaviour_on(loan(), (), date(2027, 1, 3))
    assert told is not None
    assert (told.as_of, told.months_past_due) == (date(2026, 12, 31), (3, 2, 1, 0, 0, 0, 0, 0))
    assert (told.spent_percent, told.paid_percent, told.limit) == (0, 20, 5000)


def test_a_month_in_which_it_was_paid_is_no_late_one() -> None:
    """From the value date on."""
    paid = Transaction(reference="P-1", amount=Decimal(100), value_date=date(2026, 12, 5))
    told = behaviour_on(loan(), (paid,), date(2027, 1, 3))
    assert told is not None
    assert told.months_past_due[:3] == (0, 2, 1)


def test_it_goes_back_two_years_at_most() -> None:
    """However long the book is carried."""
    told = behaviour_on(loan(), (), date(2030, 1, 3))
    assert told is not None
    assert len(told.months_past_due) == 24
    assert told.months_past_due[0] > told.months_past_due[1]
