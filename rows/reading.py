"""Reading a file row by row: any size, any kind of wrong bytes, and each row with the line it begins on."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rows.problems import BadRow, FileError, Problem

REJECT_COLUMNS = ("reject_line", "reject_column", "reject_expected")
"""Columns that a rejects file has before those of the book; skipped when it is read again."""

_UNDECODED = re.compile("[\udc80-\udcff]")
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Columns(Protocol):
    """Which columns a kind of file has.

    Attributes:
        name: of the kind, for messages.
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


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file, but for the columns that are never read."""

    line: int
    raw: tuple[str, ...]
    columns: tuple[str, ...]

    def cells(self) -> Mapping[str, str]:
        """Cells by column. Raises BadRow if there are too many or too few, or bytes that are no UTF-8."""
        if len(self.raw) != len(self.columns):
            raise BadRow(Problem("row", f"{len(self.columns)} cells, as the header has, not {len(self.raw)}"))
        garbled = [
            Problem(c, "text in UTF-8") for c, value in zip(self.columns, self.raw, strict=True) if is_garbled(value)
        ]
        garbled += [
            Problem(c, "text without the character U+0000")
            for c, value in zip(self.columns, self.raw, strict=True)
            if "\0" in value
        ]
        if garbled:
            raise BadRow(*garbled)
        return dict(zip(self.columns, self.raw, strict=True))


def is_garbled(value: str) -> bool:
    """Whether some bytes of it were no UTF-8."""
    return _UNDECODED.search(value) is not None


MOST_LINES = 60
"""A row over more lines than this has a quotation mark that is never closed: what follows it is somebody else's row."""


class _Lines:
    """The file's lines, of which those of the row being read can be given back. `number`: of the line that came last."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._row) >= MOST_LINES:
            raise csv.Error("a row without an end")
        line = self._again.popleft() if self._again else next(self._lines)
        self._row.append(line)
        self.number += 1
        return line

    def begin_row(self) -> None:
        """What was read is done with."""
        self._row.clear()

    def keep_the_first_only(self) -> None:
        """Give back all lines of this row but its first."""
        self._again.extendleft(reversed(self._row[1:]))
        self.number -= len(self._row) - 1
        self._row.clear()


class BookFile:
    """An open book: its columns are checked, its rows come one by one."""

    def __init__(self, lines: Iterator[str], columns: tuple[str, ...], layout: Columns, name: str) -> None:
        self._lines = _Lines(lines)
        self._reader = csv.reader(self._lines, strict=True)
        next(self._reader)
        self._kept = [i for i, c in enumerate(columns) if c not in layout.never_read and c not in REJECT_COLUMNS]
        self._all = len(columns)
        self.columns = tuple(columns[i] for i in self._kept)
        self.name = name
        used = {*layout.required, *layout.optional}
        self.unused = sum(column not in used for column in self.columns)

    def rows(self) -> Iterator[Row | tuple[int, BadRow]]:
        """Every row but empty ones; instead of one that cannot be cut into cells, its line and what is wrong."""
        while True:
            self._lines.begin_row()
            line = self._lines.number + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                # The rows below are no part of this one, whatever its quotation mark says.
                self._lines.keep_the_first_only()
                self._reader = csv.reader(self._lines, strict=True)
                expected = "cells in CSV: a quotation mark is not closed or not doubled, or a cell is enormous"
                yield line, BadRow(Problem("row", expected))
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) == self._all:
                cells = [cells[i] for i in self._kept]
            elif self._all != len(self._kept):
                # Which cell belongs to which column is anybody's guess, and some may never be read.
                yield line, BadRow(Problem("row", f"{self._all} cells, as the header has, not {len(cells)}"))
                continue
            yield Row(line, tuple(cells), self.columns)


@contextmanager
def open_book(path: Path, layout: Columns) -> Iterator[BookFile]:
    """The book at `path`: UTF-8 with or without a byte order mark, commas, a header line.

    Raises FileError if it cannot be read, is empty, is no UTF-8, or lacks columns, and names those.
    """
    try:
        with path.open("rb") as start:
            if start.read(2) in _WIDE_BOMS:
                raise FileError(f"{path} is in UTF-16: save it as CSV in UTF-8")
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            first = next(csv.reader(file), None)
            columns = _header(path, first, layout)
            file.seek(0)
            yield BookFile(file, columns, layout, path.name)
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or type(error).__name__}") from error


def count_lines(path: Path) -> int:
    """Lines after the first: how many rows there are at most, for a progress bar."""
    with path.open("rb") as file:
        count = ended = 0
        while block := file.read(1 << 20):
            count += block.count(b"\n")
            ended = block.endswith(b"\n")
    return max(count - bool(ended), 0)


def _header(path: Path, first: Sequence[str] | None, layout: Columns) -> tuple[str, ...]:
    """The columns. What stands there instead of them is never told: without a header it would be somebody's data."""
    if first is None:
        raise FileError(f"{path} is empty: the first line must name the columns, {', '.join(layout.required)}")
    if any("\0" in name for name in first):
        raise FileError(f"{path}: the header looks like UTF-16: save the file as CSV in UTF-8")
    if any(is_garbled(name) for name in first):
        raise FileError(f"{path}: the header is not in UTF-8; save the file as CSV in UTF-8")
    columns = tuple(name.strip() for name in first)
    missing = [name for name in layout.required if name not in columns]
    if missing:
        separators = [sign for sign in ";\t|" if any(sign in name for name in first)]
        hint = " (cells must be separated by commas)" if separators else ""
        raise FileError(
            f"{path}, line 1: the layout {layout.name} needs columns that are not there: {', '.join(missing)}{hint}"
        )
    twice = sorted({name for name in (*layout.required, *layout.optional) if columns.count(name) > 1})
    if twice:
        raise FileError(f"{path}, line 1: columns that stand there twice: {', '.join(twice)}")
    return columns
