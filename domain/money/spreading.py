"""How money is spread over what is owed, day by day: on each day on which something counts, what has grown by then is owed,
and the money of that day goes to it in the order that is agreed or ruled.

All money of one day is one heap, so that it does not matter in which order it came or in how many payments: first what the
payer meant for something, then the rest, then waivers; of these last those that are made of certain components
(`domain.money.giving_up`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from domain.money.accruing import Row, grow
from domain.money.basis import Basis, paused_days
from domain.money.currency import ZERO
from domain.money.giving_up import give_up
from domain.money.owed import Went
from domain.money.standing import Credit, Standing, by_due_date
from schemas.account import Allocation, Component
from schemas.loan import Instalment

_Cell: TypeAlias = tuple[Row, Component]


@dataclass
class _Heap:
    """Money of one kind that waits to be spread, in the order in which it is used up."""

    parts: list[tuple[Credit, Decimal]] = field(default_factory=list)

    def add(self, credit: Credit, amount: Decimal) -> None:
        self.parts.append((credit, amount))

    @property
    def total(self) -> Decimal:
        return sum((amount for _, amount in self.parts), ZERO)


@dataclass(frozen=True, slots=True)
class Spread:
    """What is owed of each row after all money was spread. `went`: where every part of it went."""

    rows: tuple[Row, ...]
    held: Decimal
    unapplied: Decimal
    went: tuple[Went, ...]


def spread(instalments: Iterable[Instalment], money: Standing, on: date, basis: Basis) -> Spread:
    """Spread all `money` that stands on the bank's date `on` over what is owed by then, in the loan's currency."""
    rows = _rows(instalments, money, basis)
    rules = basis.in_force
    # As it was before there were rules: one waterfall, and waivers are money in it.
    apart = basis.rules is not None or basis.contract is not None
    went: list[Went] = []
    waiting, given_up = _Heap(), _Heap()
    for day in _days(rows, money, on, basis):
        there = [row for row in rows if row.since <= day]
        grow(there, day, basis)
        order = rules.allocation
        if rules.late and days_past_due(there, day, basis)[1] >= rules.late.from_dpd:
            order = rules.late
        paid = [item for item in money.payments if item.value_date == day]
        for credit in sorted(paid, key=_meant):
            if credit.designates is not None:
                meant = _Heap([(credit, credit.amount)])
                _fill(meant, _designated(there, credit, order), day, went)
                waiting.parts += meant.parts
        for credit in paid:
            if credit.designates is None:
                waiting.add(credit, credit.amount)
        waived = [item for item in money.waivers if item.value_date == day and item.made_of is None]
        named = [item for item in money.waivers if item.value_date == day and item.made_of is not None]
        if not apart:
            for credit in waived:
                waiting.add(credit, credit.amount)
        _fill(waiting, _cells(there, order, day, later=rules.surplus == "applied"), day, went)
        if apart:
            heap = _Heap([(credit, credit.amount) for credit in waived])
            _fill(heap, _given_up(there, rules.waived, day), day, went)
            given_up.parts += heap.parts
        if named:
            freed, rest = give_up(there, named, money.payments, day, went)
            waiting.parts += freed
            _fill(waiting, _cells(there, order, day, later=rules.surplus == "applied"), day, went)
            heap = _Heap(rest)
            order_given = _given_up(there, rules.waived, day) if apart else _cells(there, order, day)
            _fill(heap, order_given, day, went)
            given_up.parts += heap.parts
    left, owed = waiting.total, sum((row.total for row in rows), ZERO)
    held = min(left, owed) if rules.surplus == "held" else ZERO
    nowhere = [*waiting.parts, *given_up.parts]
    went += [Went(credit.reference, credit.kind, on, amount) for credit, amount in nowhere]
    return Spread(tuple(rows), held, left - held + given_up.total, tuple(went))


def days_past_due(rows: Sequence[Row], day: date, basis: Basis) -> tuple[date | None, int]:
    """Since when these rows, by due date, are overdue on `day` beyond what is tolerated, and for how many days that count."""
    late = ZERO
    for row in rows:
        if row.due_on >= day:
            break
        late += row.total
        if late > basis.tolerance:
            return row.due_on, (day - row.due_on).days - paused_days(basis.pauses, row.due_on, day)
    return None, 0


def _rows(instalments: Iterable[Instalment], money: Standing, basis: Basis) -> list[Row]:
    rows: list[Row] = []
    for item in by_due_date(instalments):
        row = Row(item.number, basis.due_on(item.due_on), item.due_on, date.min)
        row.owed |= {"fees": item.fees, "interest": item.interest, "principal": item.principal}
        rows.append(row)
    for charge in money.charges:
        row = Row(0, basis.due_on(charge.value_date), None, charge.value_date, charge.reference)
        row.owed[charge.component or "fees"] = charge.amount
        rows.append(row)
    return sorted(rows, key=lambda row: (row.due_on, row.number, row.reference))


def _days(rows: Sequence[Row], money: Standing, on: date, basis: Basis) -> list[date]:
    """The days on which something changes but by the passing of nights."""
    days = {item.value_date for item in (*money.payments, *money.waivers, *money.charges)}
    if basis.in_force.surplus == "held":
        days |= {row.due_on for row in rows if row.due_on <= on}
    return sorted(days | {on})


def _meant(credit: Credit) -> tuple[str, int]:
    meant = credit.designates
    return (meant.component or "", meant.instalment or 0) if meant else ("", 0)


def _cells(rows: Sequence[Row], order: Allocation, day: date, *, later: bool = True) -> Iterator[_Cell]:
    """What money goes to, in this order; `later`: what is not due yet, too."""
    due = [row for row in rows if row.due_on <= day]
    first: tuple[Component, ...] = ()
    if order.across == "component":
        first = order.components
    elif order.components[0] == "costs":
        first = ("costs",)
    for component in first:
        for row in due:
            yield row, component
    for row in rows if later else due:
        for component in order.components:
            yield row, component


def _given_up(rows: Sequence[Row], order: Sequence[Component], day: date) -> Iterator[_Cell]:
    """What a waiver is of: what is due, component by component, and only then what is not due yet."""
    for due in (True, False):
        for component in order:
            for row in rows:
                if (row.due_on <= day) == due:
                    yield row, component


def _designated(rows: Sequence[Row], credit: Credit, order: Allocation) -> Iterator[_Cell]:
    """What the payer said the money is for; within it, the order that holds."""
    meant = credit.designates
    assert meant is not None
    wanted = [row for row in rows if meant.instalment is None or (row.number == meant.instalment and not row.reference)]
    components: tuple[Component, ...] = (meant.component,) if meant.component else order.components
    return ((row, component) for row in wanted for component in components)


def _fill(heap: _Heap, cells: Iterable[_Cell], day: date, went: list[Went]) -> None:
    """Use up the heap on these cells; what is left stays in it."""
    parts = heap.parts
    place = 0
    for row, component in cells:
        while place < len(parts) and row.owed[component]:
            credit, amount = parts[place]
            taken = min(amount, row.owed[component])
            row.take(component, taken)
            went.append(Went(credit.reference, credit.kind, day, taken, component, row.number, row.reference))
            parts[place] = (credit, amount - taken)
            if taken == amount:
                place += 1
        if place == len(parts):
            break
    heap.parts = parts[place:]
