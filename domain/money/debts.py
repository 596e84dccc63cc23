"""One payment for several debts of the same kind to one creditor (Civil Code of China art. 560)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import groupby
from typing import Literal

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


Order = Literal["chosen", "due", "security", "burden", "earliest", "proportion", "all"]
"""What decided how much a debt gets: the payer's choice; that it is due; how far it is secured; how heavily it burdens; when
it fell due; its part of equal ones. `all`: there is enough for every debt."""

_CRITERIA: tuple[Order, ...] = ("due", "security", "burden", "earliest")


@dataclass(frozen=True, slots=True)
class Given:
    """What one debt gets of a payment, and what decided it."""

    debt: str
    amount: Decimal
    by: Order


def across_debts(
    amount: Decimal, debts: Iterable[Debt], on: date, chosen: Sequence[str] = (), currency: str = "CNY"
) -> dict[str, Decimal]:
    """How much of `amount`, paid on the bank's date `on`, goes to which debt, by its id: all debts are named, and what
    is more than all of them is left out. Civil Code of China art. 560, as `in_order` has it.

    Raises ValueError: an amount that is negative, a debt that is there twice, a chosen one that is not there.
    """
    given = in_order(amount, debts, on, chosen, currency)
    return {one.debt: one.amount for one in sorted(given, key=lambda one: one.debt)}


def in_order(
    amount: Decimal, debts: Iterable[Debt], on: date, chosen: Sequence[str] = (), currency: str = "CNY"
) -> tuple[Given, ...]:
    """What of `amount`, paid on the bank's date `on`, goes to each debt, in the order in which they are paid.

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
    given: list[Given] = []
    left = amount
    for name in dict.fromkeys(chosen):
        part = min(left, owing[name].owed)
        given.append(Given(name, part, "chosen"))
        left -= part
    rest = sorted((debt for debt in known if debt.debt not in chosen), key=lambda debt: (_rank(debt, on), debt.debt))
    enough = left >= sum((debt.owed for debt in rest), ZERO)
    equals = [list(group) for _, group in groupby(rest, key=lambda debt: _rank(debt, on))]
    for place, equal in enumerate(equals):
        short = len(equal) > 1 and ZERO < left < sum((debt.owed for debt in equal), ZERO)
        by = "all" if enough else "proportion" if short else _decided(equals, place, on)
        for name, part in _in_proportion(left, equal, minor_unit(currency)).items():
            given.append(Given(name, part, by))
        left -= sum((one.amount for one in given[-len(equal) :]), ZERO)
    return tuple(given)


def _decided(equals: Sequence[Sequence[Debt]], place: int, on: date) -> Order:
    """The first criterion by which the debts of this place come before those after them, or, the last, after the others."""
    other = place + 1 if place + 1 < len(equals) else place - 1
    if other < 0:
        return "proportion"
    ranks = zip(_rank(equals[place][0], on), _rank(equals[other][0], on), _CRITERIA, strict=True)
    return next(criterion for mine, theirs, criterion in ranks if mine != theirs)


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
