"""One payment for several debts of the same kind to one creditor (Civil Code of China art. 560)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from domain.money.currency import ZERO, minor_unit


@dataclass(frozen=True, slots=True)
class Debt:
    """One of the debts: what is owed of it, when it fell or falls due, how far it is secured (percent of it), how heavily it
    burdens the debtor (its yearly rate, in percent), when it arose."""

    debt: str
    owed: Decimal
    due_on: date
    arose_on: date
    secured_percent: Decimal = ZERO
    annual_percent: Decimal = ZERO


def across_debts(
    amount: Decimal, debts: Iterable[Debt], on: date, chosen: Sequence[str] = (), currency: str = "CNY"
) -> dict[str, Decimal]:
    """How much of `amount`, paid on the bank's date `on`, goes to which debt, by its id: all debts are named, and what
    is more than all of them is left out.

    Civil Code of China art. 560, unless something else is agreed: as the debtor chooses on paying (`chosen`, in that order);
    else first what is due; among several due the least secured; equally secured the most burdensome; equally burdensome the
    one due first; due on the same day in proportion.

    Raises ValueError: an amount that is negative, a debt that is there twice, a chosen one that is not there.
    """
    known = list(debts)
    owing = {debt.debt: debt for debt in known}
    if len(owing) != len(known):
        raise ValueError("a debt is there twice: give each once")
    if amount < 0 or any(debt.owed < 0 for debt in known):
        raise ValueError("amounts cannot be negative")
    if unknown := [name for name in chosen if name not in owing]:
        raise ValueError(f"chosen debts are not there: {', '.join(unknown)}; there are {', '.join(sorted(owing))}")
    given = dict.fromkeys(sorted(owing), ZERO)
    left = amount
    for name in dict.fromkeys(chosen):
        given[name] = min(left, owing[name].owed)
        left -= given[name]
    rest = sorted((debt for debt in known if debt.debt not in chosen), key=lambda debt: (_rank(debt, on), debt.debt))
    while rest and left:
        equal = [debt for debt in rest if _rank(debt, on) == _rank(rest[0], on)]
        rest = rest[len(equal) :]
        for name, part in _in_proportion(left, equal, minor_unit(currency)).items():
            given[name] = part
            left -= part
    return given


def _rank(debt: Debt, on: date) -> tuple[bool, Decimal, Decimal, date]:
    return (debt.due_on > on, debt.secured_percent, -debt.annual_percent, debt.due_on)


def _in_proportion(amount: Decimal, debts: Sequence[Debt], unit: Decimal) -> dict[str, Decimal]:
    """`amount` over equal debts in proportion; units that do not divide go one each to the first by id."""
    whole = sum((debt.owed for debt in debts), ZERO)
    if amount >= whole:
        return {debt.debt: debt.owed for debt in debts}
    parts = {debt.debt: (amount * debt.owed / whole).quantize(unit, rounding=ROUND_DOWN) for debt in debts}
    left = amount - sum(parts.values(), ZERO)
    for debt in debts:
        more = min(left, unit, debt.owed - parts[debt.debt])
        parts[debt.debt] += more
        left -= more
    return parts
