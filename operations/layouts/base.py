"""What every layout says of its columns, and what becomes of one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ledger.personal import PersonalRecord
from rows.reading import Columns
from schemas.loan import CollectionRequest
from simulation.model import SimulatedBorrower, SimulatedLoan


@dataclass(frozen=True)
class Entry:
    """One overdue loan out of a row.

    Attributes:
        request: starts the case; ids and codes alone.
        people: what is personal, for the erasable tables.
        account: borrower and loan for the simulated bank of that seed, which has never heard of them.
    """

    request: CollectionRequest
    people: tuple[PersonalRecord, ...]
    account: Callable[[int], tuple[SimulatedBorrower, SimulatedLoan]]


class Layout(Columns, Protocol):
    """A kind of book: its columns, and the loan of a row."""

    def entry(self, row: Mapping[str, str]) -> Entry | None:
        """The overdue loan of a row, None for one that is not overdue. Raises BadRow."""
        ...
