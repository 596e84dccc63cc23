"""Exports into records: bad rows to a rejects file, the rest goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audit.exports import Clocks, Export, Record
from rows.problems import BadRow, Problem
from rows.reading import Row, open_book
from rows.rejects import Rejected, Rejects

Advance = Callable[[int], None]
_EVERY = 1000


@dataclass(frozen=True)
class Source:
    """One file as far as it could be read.

    Attributes:
        name: which export it is, `file` its name.
        rows: read in all, `rejected` of them could not be taken and are in the file `rejects`.
        first: problems of the first bad rows, without what stood there.
        unused: columns that nothing reads.
    """

    name: str
    file: str
    rows: int
    rejected: int
    rejects: Path
    first: tuple[Rejected, ...]
    unused: int


def read(
    path: Path, export: Export[Record], clocks: Clocks, rejects_path: Path, advance: Advance = lambda _rows: None
) -> tuple[list[Record], Source]:
    """The records of the file at `path`, in its order. `advance` is called now and then with the rows read so far.

    Raises FileError if the file cannot be read or lacks columns, or the rejects cannot be written.
    """
    records: list[Record] = []
    seen: set[str] = set()
    count = 0
    with open_book(path, export) as book:
        rejects = Rejects(rejects_path, book.columns)
        try:
            for count, row in enumerate(book.rows(), start=1):
                try:
                    records.append(_record(row, export, clocks, seen))
                except BadRow as bad:
                    line, raw = (row.line, row.raw) if isinstance(row, Row) else (row[0], ())
                    rejects.add(line, bad.problems, raw)
                if count % _EVERY == 0:
                    advance(count)
        finally:
            rejects.close()
        source = Source(export.name, path.name, count, rejects.count, rejects.path, tuple(rejects.first), book.unused)
    return records, source


def _record(row: Row | tuple[int, BadRow], export: Export[Record], clocks: Clocks, seen: set[str]) -> Record:
    if not isinstance(row, Row):
        raise row[1]
    cells = row.cells()
    record = export.record(cells, clocks)
    if export.key is not None:
        key = cells[export.key].strip()
        if key in seen:
            raise BadRow(Problem(export.key, "an id that no row above has"))
        seen.add(key)
    return record
