"""What is owed and since when, computed from the set of instalments and transactions.

Payments come late, twice, out of order, backdated, and are taken back. So nothing is updated in place: the
position on a day is a function of two sets, and any order of arrival gives the same to the cent. Core
banking's balance is the one quoted to people; this one explains it, and tells a case at once what a payment
has changed.

The waterfall (Civil Code of China, art. 561, where nothing else is agreed): the oldest instalment first, and
within it fees, then interest, then principal. It is the same for every payment, so spreading the sum of all
payments equals spreading them one after the other by value date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from schemas.loan import Instalment, Transaction

ZERO = Decimal(0)

_EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}  # ISO 4217; every other currency has two decimals
_MINOR_UNITS = {code: Decimal(1).scaleb(-exponent) for exponent, codes in _EXPONENTS.items() for code in codes.split()}
_CENT = Decimal("0.01")


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
    paid, waived = _paid(moved, on), _waived(moved, on)
    left = paid + waived
    rows: list[Owed] = []
    arrears = outstanding = ZERO
    overdue_since: date | None = None
    next_due_on: date | None = None
    for instalment in _by_due_date(instalments):
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


def bucket(days_past_due: int) -> str:
    """The ageing bucket: M0 on time, M1 for 1-30 days past due, M2 for 31-60, to M6 for 151-180, then M6+."""
    months = months_past_due(days_past_due)
    return f"M{months}" if months <= 6 else "M6+"


def months_past_due(days_past_due: int) -> int:
    """Months past due, of thirty days each, begun ones counted: 1 for 1-30 days, 0 on time."""
    return (max(days_past_due, 0) + 29) // 30


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of `currency` (ISO 4217): 0.01 for CNY, 1 for JPY, 0.001 for KWD."""
    return _MINOR_UNITS.get(currency, _CENT)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """`amount` in whole minor units of `currency`, halves away from zero, as banks round."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def _paid(transactions: Iterable[Transaction], on: date) -> Decimal:
    payments: dict[str, Transaction] = {}
    reversed_: set[str] = set()
    for item in transactions:
        if item.kind == "payment":
            if item.amount <= 0:
                raise ValueError(f"payment {item.reference}: amount {item.amount} must be positive")
            known = payments.get(item.reference)
            if known is None or (item.value_date, item.amount) < (known.value_date, known.amount):
                payments[item.reference] = item
        elif item.kind == "reversal" and item.value_date <= on and item.reverses is not None:
            reversed_.add(item.reverses)
    return sum((p.amount for p in payments.values() if p.value_date <= on and p.reference not in reversed_), ZERO)


def _waived(transactions: Iterable[Transaction], on: date) -> Decimal:
    booked = [item for item in transactions if item.kind == "waiver" and item.value_date <= on]
    latest_first = sorted(booked, key=lambda item: (item.value_date, item.amount), reverse=True)
    return sum({item.reference: item.amount for item in latest_first}.values(), ZERO)


def _by_due_date(instalments: Iterable[Instalment]) -> list[Instalment]:
    known: dict[int, Instalment] = {}
    for item in instalments:
        if item.fees < 0 or item.interest < 0 or item.principal < 0:
            raise ValueError(f"instalment {item.number} of {item.due_on}: no part of it can be negative")
        other = known.get(item.number)
        if other is None or _rank(item) < _rank(other):
            known[item.number] = item
    return sorted(known.values(), key=lambda item: (item.due_on, item.number))


def _rank(item: Instalment) -> tuple[date, Decimal, Decimal, Decimal]:
    return (item.due_on, item.principal, item.interest, item.fees)
