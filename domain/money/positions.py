"""The position on a day, worked out from the sets of instalments and transactions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.money.ageing import bucket
from domain.money.currency import ZERO
from domain.money.owed import Owed, Position
from domain.money.standing import by_due_date, paid_by, waived_by
from schemas.loan import Instalment, Transaction


def position(instalments: Iterable[Instalment], transactions: Iterable[Transaction], on: date) -> Position:
    """The position on the bank's calendar date `on`, from the sets of instalments and transactions.

    An instalment is due at the end of `due_on` and overdue from the day after. A transaction counts from its
    value date. The same reference twice is one payment; a reversal takes back in full the payment it names,
    also if it arrives first, and a second reversal of it changes nothing. Where two records disagree under
    one reference or number, the one that sorts first stands (earlier date, then smaller amount), so that the
    order of arrival has no say.

    Raises ValueError for a payment that is not positive or an instalment with a negative part: the source is
    to be mended.
    """
    moved = list(transactions)
    paid, waived = paid_by(moved, on), waived_by(moved, on)
    left = paid + waived
    rows: list[Owed] = []
    arrears = outstanding = ZERO
    overdue_since: date | None = None
    next_due_on: date | None = None
    for instalment in by_due_date(instalments):
        fees, interest, principal = instalment.fees, instalment.interest, instalment.principal
        if left:
            taken = min(left, fees)
            fees, left = fees - taken, left - taken
            taken = min(left, interest)
            interest, left = interest - taken, left - taken
            taken = min(left, principal)
            principal, left = principal - taken, left - taken
        due_on = instalment.due_on
        rows.append(Owed(instalment.number, due_on, fees, interest, principal))
        owed = fees + interest + principal
        if not owed:
            continue
        outstanding += owed
        if due_on < on:
            arrears += owed
            overdue_since = overdue_since or due_on
        elif next_due_on is None:
            next_due_on = due_on
    days = (on - overdue_since).days if overdue_since else 0
    bucket_ = bucket(days)
    return Position(
        on, arrears, outstanding, paid, waived, left, overdue_since, days, bucket_, next_due_on, tuple(rows)
    )
