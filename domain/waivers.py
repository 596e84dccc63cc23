"""What a waiver is made of: the components of a debt, in the order in which they are given up."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from domain.money import ZERO, Owed
from schemas.account import Component
from schemas.terms import Waived

ORDER: tuple[Component, ...] = ("penalty", "compound", "fees", "costs", "interest", "principal")
"""Penalties and fees first, then interest, principal last: it is the bank's own money, and the highest role's to give up."""


def owed_by_component(rows: Iterable[Owed]) -> dict[Component, Decimal]:
    """What is owed of each component, in the order in which they are waived."""
    owed = list(rows)
    return {component: sum((row.of(component) for row in owed), ZERO) for component in ORDER}


def made_of(amount: Decimal, rows: Iterable[Owed]) -> tuple[Waived, ...]:
    """What a waiver of `amount` of the debt in `rows` is made of. What is more than is owed is left out."""
    left, parts = amount, []
    for component, owed in owed_by_component(rows).items():
        taken = min(left, owed)
        if taken > 0:
            parts.append(Waived(component=component, amount=taken))
            left -= taken
    return tuple(parts)
