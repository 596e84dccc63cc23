"""Dice that always fall the same way: numbers from sha256 of what they are for, never from global state."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
Part = str | int


def roll(low: int, high: int, *parts: Part) -> int:
    """A whole number in [low, high], the same for the same `parts` in every process."""
    return low + int.from_bytes(_hash(parts)[:8], "big") % (high - low + 1)


def percent(chance: int, *parts: Part) -> bool:
    """True in `chance` of a hundred cases."""
    return roll(0, 99, *parts) < chance


def pick(options: Sequence[T], *parts: Part) -> T:
    """One of `options`."""
    return options[roll(0, len(options) - 1, *parts)]


def name(*parts: Part) -> str:
    """Sixteen hex digits that stand for `parts`: for ids of what the simulated world makes up."""
    return _hash(parts)[:8].hex()


def _hash(parts: Sequence[Part]) -> bytes:
    # The length before each part: ("ab", "c") and ("a", "bc") are different dice.
    text = "".join(f"{len(str(part))}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).digest()
