"""A waiver that is made of certain components, spread as it was agreed.

The money comes before the waiver (先还后减), and money pays interest before principal: by the time the waiver is booked the
interest that is given up has mostly been paid with money that was meant for the principal. So a waiver of interest takes what
is due and still open of it; then the place of payments since the agreement, which go on to what is next in the order of
payments; then what is open of it and not due yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from domain.money.accruing import Row
from domain.money.currency import ZERO
from domain.money.owed import Went
from domain.money.standing import Credit
from schemas.account import Component

Left = list[tuple[Credit, Decimal]]
"""Credits with what of each is not spread yet."""


def give_up(
    rows: Sequence[Row], waivers: Iterable[Credit], payments: Iterable[Credit], day: date, went: list[Went]
) -> tuple[Left, Left]:
    """Spread `waivers` of certain components on `day`, in the loan's currency. Answers what of `payments` is free again, and
    what of the waivers is more than there was of their components."""
    paid = {payment.reference: payment for payment in payments}
    freed: Left = []
    rest: Left = []
    for waiver in waivers:
        made_of = waiver.made_of
        assert made_of is not None
        for part in made_of.components:
            left = _take(rows, waiver, part.component, part.amount, day, went, due=True)
            if left:
                taken = _free(waiver, part.component, left, made_of.agreed_on, day, went)
                freed += [(paid[reference], amount) for reference, amount in taken]
                left -= sum((amount for _, amount in taken), ZERO)
            left = _take(rows, waiver, part.component, left, day, went, due=False)
            if left:
                rest.append((waiver, left))
    return freed, rest


def _take(
    rows: Sequence[Row],
    waiver: Credit,
    component: Component,
    amount: Decimal,
    day: date,
    went: list[Went],
    *,
    due: bool,
) -> Decimal:
    """Give up what is open of `component`, of rows that are due by `day` or of the others; what is left of `amount`."""
    for row in rows:
        taken = min(amount, row.owed[component])
        if taken and (row.due_on <= day) == due:
            row.take(component, taken)
            went.append(Went(waiver.reference, waiver.kind, day, taken, component, row.number, row.reference))
            amount -= taken
    return amount


def _free(
    waiver: Credit, component: Component, amount: Decimal, since: date, day: date, went: list[Went]
) -> list[tuple[str, Decimal]]:
    """Let the waiver take the place of payments that went to `component` since then, the newest first: nothing of the rows
    changes by it. Which payments, and how much of each."""
    freed: list[tuple[str, Decimal]] = []
    for place in reversed(range(len(went))):
        there = went[place]
        if not amount:
            break
        if there.kind != "payment" or there.component != component or there.on < since:
            continue
        taken = min(amount, there.amount)
        amount -= taken
        freed.append((there.reference, taken))
        if taken == there.amount:
            del went[place]
        else:
            went[place] = replace(there, amount=there.amount - taken)
        went.append(Went(waiver.reference, waiver.kind, day, taken, component, there.number, there.charge))
    return freed
