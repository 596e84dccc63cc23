"""The accounts of the UCI file as cases see them, read by the layout that imports them: what is measured is what runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from domain.artefacts import digest
from domain.case import Case
from domain.stages.situation import Situation
from operations.errors import UsageError
from operations.layouts.base import Entry
from operations.layouts.uci import UciLayout
from policies.loader import HERE, load_rulebook, load_strategy
from rows.problems import BadRow
from rows.reading import Row, open_book

OUTCOME = "class"
TODAY = date(2026, 11, 22)
"""The book's date; figures do not depend on it, for the layout counts all dates from it."""


@dataclass(frozen=True)
class Overdue:
    """An overdue account as it stands, and whether it defaulted in the month after."""

    loan_id: str
    situation: Situation
    defaulted: bool


def read(path: Path, seen: Callable[[int], object] = lambda _: None) -> list[Overdue]:
    """The overdue accounts of the file at `path`, in its order; `seen` is told how many rows were read.

    Raises UsageError for a file that cannot be read, has another layout or no outcomes, and for the first bad row.
    """
    layout = UciLayout(TODAY)
    strategy = load_strategy(HERE / "default.yaml")
    book = load_rulebook(HERE / "rulebooks" / "cn.yaml")
    law, now = (digest(book), book), datetime.combine(TODAY, time(4), UTC)
    accounts: list[Overdue] = []
    with open_book(path, layout) as rows:
        if OUTCOME not in rows.columns:
            raise UsageError(
                f"{path}, line 1: no column {OUTCOME!r}: without what became of them nothing can be measured"
            )
        for count, row in enumerate(rows.rows(), start=1):
            seen(count)
            entry, defaulted = _read(row, layout, path)
            if entry is None:
                continue
            _, loan = entry.account(0)
            case = Case(
                loan_id=loan.loan_id,
                request=entry.request,
                instalments=loan.instalments,
                transactions=loan.transactions,
                previous_episodes=loan.previous_episodes,
                behaviour=loan.behaviour,
            )
            accounts.append(Overdue(loan.loan_id, Situation.of(case, strategy, law, now), defaulted))
    return accounts


def _read(row: Row | tuple[int, BadRow], layout: UciLayout, path: Path) -> tuple[Entry | None, bool]:
    line = row.line if isinstance(row, Row) else row[0]
    try:
        if not isinstance(row, Row):
            raise row[1]
        cells = row.cells()
        return layout.entry(cells), cells[OUTCOME].strip() == "1"
    except BadRow as error:
        raise UsageError(f"{path}, line {line}: {error}") from None


def calibrating(account: Overdue, seed: int) -> bool:
    """Whether an account is in the half by which points are found; the other half judges them."""
    return hashlib.sha256(f"{seed}:{account.loan_id}".encode()).digest()[0] % 2 == 0


def halves(accounts: Sequence[Overdue], seed: int) -> tuple[list[Overdue], list[Overdue]]:
    """The half that calibrates and the half that judges."""
    first = [account for account in accounts if calibrating(account, seed)]
    return first, [account for account in accounts if not calibrating(account, seed)]
