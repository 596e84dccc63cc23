"""What is owed: of one instalment, and of a loan as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still owed of one instalment, in the loan's currency."""

    number: int
    due_on: date
    fees: Decimal
    interest: Decimal
    principal: Decimal

    @property
    def total(self) -> Decimal:
        """Fees, interest and principal together."""
        return self.fees + self.interest + self.principal


@dataclass(frozen=True, slots=True)
class Position:
    """A loan's position at the end of the day `on`, in the loan's currency; no amount is ever negative.

    `arrears`: owed of instalments whose due date has passed. `outstanding`: owed of all instalments. `paid`:
    all payments that stand, `waived`: all that the bank gave up; `unapplied` is what of both is more than was
    ever owed. `overdue_since`: the due date of
    the oldest instalment not paid in full by its end; `days_past_due` counts from it, zero without one.
    `next_due_on`: the next instalment that falls due unpaid, today's included. `rows`: one for each
    instalment, by due date and number.
    """

    on: date
    arrears: Decimal
    outstanding: Decimal
    paid: Decimal
    waived: Decimal
    unapplied: Decimal
    overdue_since: date | None
    days_past_due: int
    bucket: str
    next_due_on: date | None
    rows: tuple[Owed, ...]
