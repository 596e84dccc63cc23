"""What can be wrong with a file, and with one of its rows."""

from __future__ import annotations

from dataclasses import dataclass


class FileError(Exception):
    """A file that cannot be read or written. The message says which, what is wrong, where, and how to mend it."""


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
