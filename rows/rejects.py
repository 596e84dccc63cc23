"""The rejects of a file: its bad rows as they stood, each with line, column and what was expected there."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from rows.problems import FileError, Problem
from rows.reading import REJECT_COLUMNS

_UNFINISHED = ".part"


@dataclass(frozen=True)
class Rejected:
    """One problem of one row, fit to be shown: nothing of the row's content."""

    line: int
    problem: Problem

    def __str__(self) -> str:
        return f"line {self.line}, {self.problem.column}: expected {self.problem.expected}"


class Rejects:
    """Writes rejects to `path`, readable by its owner alone; no file if there are none.

    Written beside it first and put there by `close`, so that a rejects file may itself be imported again.
    """

    def __init__(self, path: Path, columns: Sequence[str], told: int = 1000) -> None:
        self.path = path
        self.count = 0
        self.first: list[Rejected] = []
        self._columns = columns
        self._told = told
        self._part = path.with_name(path.name + _UNFINISHED)
        self._file: TextIO | None = None
        self._writer: Any = None

    def add(self, line: int, problems: Sequence[Problem], raw: Sequence[str]) -> None:
        """One bad row. Raises FileError if it cannot be written."""
        self.count += 1
        if len(self.first) < self._told:
            self.first += [Rejected(line, problem) for problem in problems]
        if self._file is None:
            self._open()
        where = " | ".join(problem.column for problem in problems)
        wanted = " | ".join(problem.expected for problem in problems)
        self._writer.writerow([line, where, wanted, *raw])

    def close(self) -> None:
        """Put the file where it belongs."""
        if self._file is not None:
            self._file.close()
            self._file = None
            os.replace(self._part, self.path)

    def _open(self) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._part.unlink(missing_ok=True)
            handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise FileError(
                f"cannot write rejects to {self.path}: {error.strerror}. Name another file: --rejects FILE"
            ) from error
        # Bytes that were no UTF-8 go back as they came.
        self._file = os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*REJECT_COLUMNS, *self._columns])
