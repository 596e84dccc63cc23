"""What every layout says of its columns, and what becomes of one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ledger.personal import PersonalRecord
from schemas.loan import CollectionRequest
from simulation.model import SimulatedBorrower, SimulatedLoan


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken: the column, and what was expected there. Never what stood there."""

    column: str
    expected: str


class BadRow(Exception):
    """A row with at least one problem."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.column}: expected {p.expected}" for p in problems))
        self.problems = problems


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


class Layout(Protocol):
    """A kind of file.

    Attributes:
        name: as `--layout` takes it.
        required: columns without which nothing can be read.
        optional: columns that are read where they are there.
        never_read: columns whose cells are dropped before anything looks at a row.
    """

    @property
    def name(self) -> str: ...
    @property
    def required(self) -> tuple[str, ...]: ...
    @property
    def optional(self) -> tuple[str, ...]: ...
    @property
    def never_read(self) -> frozenset[str]: ...

    def entry(self, row: Mapping[str, str]) -> Entry | None:
        """The overdue loan of a row, None for one that is not overdue. Raises BadRow."""
        ...
