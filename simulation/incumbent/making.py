"""Exports of any size: every fault and every near miss so many times, and ordinary days for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count

from simulation.chance import pick, roll
from simulation.incumbent.faults import FAULTS
from simulation.incumbent.near_misses import NEAR_MISSES
from simulation.incumbent.tables import Borrower, Made

BEGIN = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
_DAYS = 28
_CHANNELS = ("sms", "robot_call", "human_call", "email", "app_push", "letter", "sms", "robot_call")
_TIMES = 12
"""Contacts of an ordinary borrower."""


def make_exports(seed: int, size: int, times: int = 1) -> Made:
    """About `size` contacts of one month, every fault and near miss `times` times among them. Rows are in no order."""
    made, numbers = Made(), count(1)

    def borrowers() -> Iterator[Borrower]:
        for number in numbers:
            yield Borrower(made, number, BEGIN + timedelta(days=roll(0, _DAYS - 1, seed, "day", number)))

    everybody = borrowers()
    for story in (*FAULTS, *NEAR_MISSES) * times:
        story(next(everybody))
    while len(made.rows["contacts"]) < size:
        _ordinary(next(everybody), seed)
    # Payments are known up to here: every promise but those of another year is over.
    last = next(everybody)
    last.pays("1.00", BEGIN + timedelta(days=60))
    for name, rows in made.rows.items():
        rows.sort(key=_anyhow(seed, name))
    return made


def _ordinary(borrower: Borrower, seed: int) -> None:
    for number in range(_TIMES):
        die = (seed, borrower.number, number)
        clock = f"{roll(8, 20, *die, 'hour'):02}:{roll(0, 59, *die, 'minute'):02}:00"
        borrower.contact(pick(_CHANNELS, *die, "channel"), borrower.at(clock, days=2 * number))


def _anyhow(seed: int, name: str) -> Callable[[dict[str, str]], int]:
    return lambda row: roll(0, 2**60, seed, name, *row.values())
