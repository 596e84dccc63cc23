"""The position on a day, worked out from the sets of instalments and transactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from domain.money.ageing import bucket
from domain.money.basis import PLAIN, Basis, paused_days
from domain.money.currency import ZERO
from domain.money.owed import Owed, Position, Went
from domain.money.reconciling import as_quoted
from domain.money.spreading import spread
from domain.money.standing import by_due_date, standing, sums
from schemas.account import Allocation
from schemas.loan import Instalment, Transaction

_ORDINARY = Allocation()
_ASIDE = "aside"


def position(
    instalments: Iterable[Instalment], transactions: Iterable[Transaction], on: date, basis: Basis = PLAIN
) -> Position:
    """The position on the bank's calendar date `on`, from the sets of instalments and transactions.

    An instalment is due at the end of `due_on` and overdue from the day after. A transaction counts from its
    value date. The same reference twice is one payment; a reversal takes back in full the payment or the waiver it names,
    also if it arrives first, and a second reversal of it changes nothing. Where two records disagree under
    one reference or number, the one that sorts first stands (earlier date, then smaller amount), so that the
    order of arrival has no say. `basis`: the contract's terms and the strategy's rules, where there are any; with a
    difference that was explained, core banking's figures hold (`domain.money.reconciling.as_quoted`).

    Raises ValueError for a payment that is not positive or an instalment with a negative part: the source is
    to be mended.
    """
    moved = list(transactions)
    if basis.explained is None:
        return _ours(instalments, moved, on, basis)
    schedule = list(instalments)

    def less(amount: Decimal) -> Position:
        return _ours(schedule, [*moved, *_set_aside(moved, amount, on)], on, basis)

    return as_quoted(less, basis.explained, basis)


def _set_aside(moved: Sequence[Transaction], amount: Decimal, on: date) -> tuple[Transaction, ...]:
    """`amount` of the newest money as if it had been given back."""
    if not amount:
        return ()
    taken = {item.reference for item in moved}
    reference = _ASIDE
    while reference in taken:
        reference += "-"
    return (Transaction(reference=reference, kind="refund", amount=amount, value_date=on),)


def _ours(instalments: Iterable[Instalment], moved: list[Transaction], on: date, basis: Basis) -> Position:
    """What these books give."""
    totals = sums(moved, on)
    if totals is not None and _one_waterfall(basis, totals[1]):
        paid, waived = totals
        rows, left = _poured(instalments, paid + waived, basis)
        return _told(on, rows, paid, waived, left, ZERO, basis)
    money = standing(moved, on)
    done = spread(instalments, money, on, basis)
    rows = [
        Owed(
            number=row.number,
            due_on=row.due_on,
            fees=row.owed["fees"],
            interest=row.owed["interest"],
            principal=row.owed["principal"],
            costs=row.owed["costs"],
            compound=row.owed["compound"],
            penalty=row.owed["penalty"],
            reference=row.reference,
        )
        for row in done.rows
    ]
    return _told(on, rows, money.paid, money.waived, done.unapplied, done.held, basis)


def where_it_went(
    instalments: Iterable[Instalment], transactions: Iterable[Transaction], on: date, basis: Basis = PLAIN
) -> tuple[Went, ...]:
    """Where every part of every payment and waiver that stands on `on` went, in the order in which it did. Of each of them,
    the parts add up to what stands."""
    return spread(instalments, standing(transactions, on), on, basis).went


def _one_waterfall(basis: Basis, waived: Decimal) -> bool:
    """Whether all money together goes the way of each payment by itself: nothing grows, and nothing changes the order."""
    if basis.contract is not None and basis.contract.penalty_multiple is not None:
        return False
    if basis.rules is None:
        return basis.contract is None or not waived
    rules = basis.rules
    return not waived and rules.allocation == _ORDINARY and rules.late is None and rules.surplus == "applied"


def _poured(instalments: Iterable[Instalment], money: Decimal, basis: Basis) -> tuple[list[Owed], Decimal]:
    """What is owed of each instalment once `money` was poured over them, the oldest first; and what is left of it."""
    rows: list[Owed] = []
    left = money
    order = by_due_date(instalments)
    if basis.whole_due_on is not None:
        order.sort(key=lambda item: (basis.due_on(item.due_on), item.number))
    for instalment in order:
        fees, interest, principal = instalment.fees, instalment.interest, instalment.principal
        if left:
            taken = min(left, fees)
            fees, left = fees - taken, left - taken
            taken = min(left, interest)
            interest, left = interest - taken, left - taken
            taken = min(left, principal)
            principal, left = principal - taken, left - taken
        rows.append(Owed(instalment.number, basis.due_on(instalment.due_on), fees, interest, principal))
    return rows, left


def _told(
    on: date, rows: Sequence[Owed], paid: Decimal, waived: Decimal, unapplied: Decimal, held: Decimal, basis: Basis
) -> Position:
    arrears = outstanding = ZERO
    overdue_since: date | None = None
    next_due_on: date | None = None
    for row in rows:
        owed = row.total
        if not owed:
            continue
        outstanding += owed
        if row.due_on < on:
            arrears += owed
            if overdue_since is None and arrears > basis.tolerance:
                overdue_since = row.due_on
        elif next_due_on is None:
            next_due_on = row.due_on
    days = 0
    if overdue_since:
        days = (on - overdue_since).days - paused_days(basis.pauses, overdue_since, on)
    return Position(
        on,
        arrears,
        outstanding,
        paid,
        waived,
        unapplied,
        overdue_since,
        days,
        bucket(days),
        next_due_on,
        tuple(rows),
        held,
    )
