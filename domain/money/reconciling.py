"""Are core banking's figures what its own instalments and transactions give? A difference goes to a person, and until it is
explained nothing is quoted and no paper goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.money.currency import ZERO
from domain.money.owed import Position
from schemas.account import COMPONENTS, Component


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much core banking's figures are more than these books give, in the loan's currency; negative: less.
    `components`: of which components of what is outstanding, where core banking tells them."""

    arrears: Decimal
    outstanding: Decimal
    components: tuple[tuple[Component, Decimal], ...] = ()


def difference(
    arrears: Decimal, outstanding: Decimal, ours: Position, components: Mapping[Component, Decimal] | None = None
) -> Difference | None:
    """How the figures that core banking quotes differ from `ours`, worked out from all that it told; None if they do not.
    Money that it holds for instalments to come may be off its balance or not."""
    by = Difference(arrears - ours.arrears, outstanding - ours.outstanding)
    held = bool(ours.held) and by.outstanding == -ours.held
    if components is not None and not held:  # what is held is off no component yet
        parts: list[tuple[Component, Decimal]] = [
            (name, components.get(name, ZERO) - ours.of(name)) for name in COMPONENTS
        ]
        by = replace(by, components=tuple(part for part in parts if part[1]))
    if by.arrears == 0 and (by.outstanding == 0 or held) and not by.components:
        return None
    return by
