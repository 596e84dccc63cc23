"""What a waiver is made of: the components of a debt, in the order in which they are given up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from domain.money import ZERO, Owed
from schemas.terms import Component, Waived

ORDER: tuple[tuple[Component, Callable[[Owed], Decimal]], ...] = (
    ("fees", lambda owed: owed.fees),
    ("interest", lambda owed: owed.interest),
    ("principal", lambda owed: owed.principal),
)
"""Fees and penalties first, then interest, principal last: it is the bank's own money, and the highest role's to give up."""


def owed_by_component(rows: Iterable[Owed]) -> dict[Component, Decimal]:
    """What is owed of each component, in the order in which they are waived."""
    owed = list(rows)
    return {component: sum((of(row) for row in owed), ZERO) for component, of in ORDER}


def made_of(amount: Decimal, rows: Iterable[Owed]) -> tuple[Waived, ...]:
    """What a waiver of `amount` of the debt in `rows` is made of. What is more than is owed is left out."""
    left, parts = amount, []
    for component, owed in owed_by_component(rows).items():
        taken = min(left, owed)
        if taken > 0:
            parts.append(Waived(component=component, amount=taken))
            left -= taken
    return tuple(parts)
