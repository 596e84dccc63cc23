"""Are core banking's figures what its own instalments and transactions give? A difference goes to a person, and until it is
explained nothing is quoted and no paper goes out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.money.owed import Position


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much core banking's figures are more than these books give, in the loan's currency; negative: less."""

    arrears: Decimal
    outstanding: Decimal


def difference(arrears: Decimal, outstanding: Decimal, ours: Position) -> Difference | None:
    """How the figures that core banking quotes differ from `ours`, worked out from all that it told; None if they do not.
    Money that it holds for instalments to come may be off its balance or not."""
    by = Difference(arrears - ours.arrears, outstanding - ours.outstanding)
    if by.arrears == 0 and by.outstanding in (0, -ours.held):
        return None
    return by
