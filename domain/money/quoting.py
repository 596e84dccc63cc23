"""What somebody who asks is told: what cures the loan, what brings it back a bucket, what pays it off, today or by a day.

Core banking's figures are the ones quoted; these are given only where its figures and these books agree
(`domain.money.reconciling`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.money.ageing import bucket_rank
from domain.money.basis import Basis, days_between
from domain.money.currency import ZERO, minor_unit, quantize
from domain.money.owed import Owed, Position
from domain.money.positions import position
from domain.money.standing import by_due_date
from schemas.loan import Instalment, Transaction

_PROBE = "quoted"


@dataclass(frozen=True, slots=True)
class Quote:
    """What is to be paid on the bank's date `on`, in the loan's currency, by money that counts that day.

    `to_cure`: the least after which nothing counts as overdue. `to_roll_back`: the least after which the loan is in a lower
    bucket (降期), `rolled_to`; None where it is in none above M0. `payoff`: all of it, without interest for time to come.
    """

    on: date
    position: Position
    to_cure: Decimal
    to_roll_back: Decimal | None
    rolled_to: str
    payoff: Decimal


def quote(instalments: Iterable[Instalment], transactions: Iterable[Transaction], on: date, basis: Basis) -> Quote:
    """The quote for `on`. Raises ValueError as `position` does."""
    schedule, moved = tuple(instalments), tuple(transactions)
    now = position(schedule, moved, on, basis)

    def after(amount: Decimal) -> Position:
        return _after(amount, schedule, moved, on, basis)

    unit = minor_unit(basis.currency)
    rank = bucket_rank(now.days_past_due)
    cure = _least(lambda amount: not after(amount).overdue, now.arrears, unit) if now.overdue else ZERO
    roll, rolled = None, now.bucket
    if rank:
        roll = _least(lambda amount: bucket_rank(after(amount).days_past_due) < rank, cure, unit)
        rolled = after(roll).bucket
    payoff = _open(schedule, now, basis)
    if payoff and any(item.kind == "refund" for item in moved):  # some of the day's money may be to be given back
        payoff += _open(schedule, after(payoff), basis)
    return Quote(on, now, cure, roll, rolled, payoff)


def _after(
    amount: Decimal, schedule: tuple[Instalment, ...], moved: tuple[Transaction, ...], on: date, basis: Basis
) -> Position:
    if not amount:
        return position(schedule, moved, on, basis)
    taken = {item.reference for item in moved}
    reference = _PROBE
    while reference in taken:
        reference += "-"
    paid = Transaction(reference=reference, amount=amount, value_date=on)
    return position(schedule, (*moved, paid), on, basis)


def _least(enough: Callable[[Decimal], bool], most: Decimal, unit: Decimal) -> Decimal:
    """The least amount, in whole minor units, that is enough. More is never worse; `most` is enough, unless some of the day's
    money is to be given back."""
    low, high = 0, int((most / unit).to_integral_value(rounding="ROUND_CEILING"))
    while not enough(high * unit):
        low, high = high + 1, 2 * high + 1
    while low < high:
        middle = (low + high) // 2
        if enough(middle * unit):
            high = middle
        else:
            low = middle + 1
    return high * unit


def _open(schedule: tuple[Instalment, ...], now: Position, basis: Basis) -> Decimal:
    """What pays all of it off, once what is held for later is used for it."""
    return max(now.outstanding - _unearned(schedule, now, basis) - now.held, ZERO)


def _unearned(schedule: tuple[Instalment, ...], now: Position, basis: Basis) -> Decimal:
    """Interest for time to come, which who pays early does not owe: of the period that runs, for the days that are left of
    it; of later ones, all (Civil Code of China art. 677). Nothing without a contract, by which days are counted, nor of a
    loan that is due as a whole: there core banking's figure stands."""
    contract = basis.contract
    if contract is None or basis.whole_due_on is not None:
        return ZERO
    owed: dict[int, Owed] = {row.number: row for row in now.rows if not row.reference}
    begins, unearned = contract.signed_on, ZERO
    for item in by_due_date(schedule):
        left = days_between(max(now.on, begins), item.due_on, contract.day_count)
        whole = days_between(begins, item.due_on, contract.day_count)
        if left > 0 and whole > 0:
            not_yet = quantize(item.interest * left / whole, basis.currency)
            unearned += min(not_yet, owed[item.number].interest)
        begins = max(begins, item.due_on)
    return unearned
