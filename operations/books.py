"""What a home remembers of its books: on which date each was read, how many demos there were."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from domain.calendar import bank_date
from local.home import Home, read_json, write_json
from simulation.model import BANK_ZONE


def today(now: datetime | None = None) -> date:
    """The bank's date."""
    return bank_date(now or datetime.now(UTC), BANK_ZONE)


def book_date(home: Home, layout: str) -> date:
    """The date on which a book without dates of its own was first read in this home: today, the first time.

    Dates of such a book are counted from it. On another day they would all be others, and the same loans would look as
    if they had fallen overdue anew.
    """
    path = _memory(home)
    known = read_json(path)
    dates = known.setdefault("book_dates", {})
    if layout not in dates:
        dates[layout] = today().isoformat()
        write_json(path, known)
    return date.fromisoformat(dates[layout])


def next_demo(home: Home) -> int:
    """The number of a new demo in this home, from 1."""
    path = _memory(home)
    known = read_json(path)
    number = int(known.get("demos", 0)) + 1
    write_json(path, known | {"demos": number})
    return number


def rejects_path(home: Home, book: Path) -> Path:
    """Where the rejects of a book go by default: into the home, never beside a book that may lie in a shared folder."""
    path = home.root / "rejects" / f"{book.stem}.csv"
    return path if path.absolute() != book.absolute() else path.with_name(f"{book.stem}-again.csv")


def _memory(home: Home) -> Path:
    return home.data / "books.json"
