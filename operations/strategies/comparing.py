"""Two strategies over one book: which loans they would treat differently, counted by segment and by what differs."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from domain.calendar import bank_date, day_start
from domain.case import Case
from domain.quiet import account_of, foresee, opened, with_fact
from operations.errors import UsageError
from operations.layouts.base import Entry, Layout
from operations.strategies.sources import Source
from rows.problems import BadRow
from rows.reading import Row, count_lines, open_book
from schemas.facts import AccountRead, HandedToPerson, StageEntered
from schemas.rulebook import Rulebook
from schemas.steps import Act, Decide, MakeContact

KINDS = ("segment", "treatment", "arm", "first contact", "contacts", "onward")
"""What may differ: the row's name, the treatment's name, the arm, the first contact's day or channel, the contacts in all,
and when the case leaves contact for a visit, a suit or a person."""

SEED = 1
"""By which accounts are drawn for books that have none."""

COLUMNS = ("loan_id", "differs", *(f"{name}_{side}" for side in "ab" for name in ("segment", "treatment", "arm")))
FIGURES = tuple(f"{name}_{side}" for side in "ab" for name in ("first_contact", "contacts", "onward"))


@dataclass(frozen=True)
class Treated:
    """What a strategy does with one loan within the days looked at."""

    segment: str
    treatment: str
    arm: str
    contacts: tuple[str, ...]
    onward: str

    @property
    def first(self) -> str:
        """Day and channel of the first contact; "" without one."""
        return self.contacts[0] if self.contacts else ""

    def differs(self, other: Treated) -> tuple[str, ...]:
        """In which of KINDS the two are not alike."""
        pairs = (
            (self.segment, other.segment),
            (self.treatment, other.treatment),
            (self.arm, other.arm),
            (self.first, other.first),
            (self.contacts, other.contacts),
            (self.onward, other.onward),
        )
        return tuple(kind for kind, (a, b) in zip(KINDS, pairs, strict=True) if a != b)


@dataclass
class Comparison:
    """How many loans were looked at, and for each pair of segments how many differ, in what. `rejected`: rows not read."""

    loans: int = 0
    different: int = 0
    rejected: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def compare(
    a: Source,
    b: Source,
    book: Path,
    layout: Layout,
    law: tuple[str, Rulebook],
    now: datetime,
    days: int,
    out: Path | None,
    advance: Callable[[int, int], None],
) -> Comparison:
    """Play every overdue loan of `book` for so many `days` under both, nothing happening meanwhile; write to `out`, as CSV,
    those that differ. `advance` is told how many rows of how many are done. Raises UsageError if a file cannot be used."""
    made = Comparison()
    try:
        file = out.open("w", encoding="utf-8", newline="") if out else None
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror}") from None
    try:
        writer = csv.writer(file) if file else None
        if writer:
            writer.writerow((*COLUMNS, *FIGURES))
        for entry in _entries(book, layout, made, advance):
            _judge(entry, a, b, law, now, days, made, writer.writerow if writer else None)
    finally:
        if file:
            file.close()
    return made


def _judge(
    entry: Entry,
    a: Source,
    b: Source,
    law: tuple[str, Rulebook],
    now: datetime,
    days: int,
    made: Comparison,
    write: Callable[[Sequence[object]], object] | None,
) -> None:
    one, other = (treated(entry, source, law, now, days) for source in (a, b))
    made.loans += 1
    kinds = one.differs(other)
    if not kinds:
        return
    made.different += 1
    pair = (one.segment, other.segment)
    made.pairs[pair] += 1
    made.kinds.update((*pair, kind) for kind in kinds)
    if write:
        names = [t for each in (one, other) for t in (each.segment, each.treatment, each.arm)]
        figures = [t for each in (one, other) for t in (each.first, len(each.contacts), each.onward)]
        write((entry.request.loan_id, "; ".join(kinds), *names, *figures))


def treated(entry: Entry, source: Source, law: tuple[str, Rulebook], now: datetime, days: int) -> Treated:
    """What becomes of the loan under `source` from `now` on, if nothing happens."""
    zone, request = source.strategy.bank_zone, entry.request
    now = max(now, day_start(request.overdue_since + timedelta(days=1), zone))
    case = _known(entry, source, now)
    told = account_of(case, request.currency, zone, source.strategy.account)
    case = with_fact(opened(request, source.digest, now), AccountRead(account=told(now)), now)
    contacts: list[str] = []
    onward, last = "", case
    for foreseen in foresee(case, source.strategy, law, now, now + timedelta(days=days), told):
        day, step = bank_date(foreseen.at, zone), foreseen.step
        if isinstance(step, Act) and isinstance(step.action, MakeContact) and foreseen.case.stage == "contact":
            contacts.append(f"{day} {step.action.proposal.channel} {step.action.proposal.template}")
        elif isinstance(step, Decide):
            onward = onward or _leaves(step, day)
        if last.assessed is None:
            last = foreseen.case
        if onward:
            break
    return _named(last, contacts, onward)


def _named(case: Case, contacts: list[str], onward: str) -> Treated:
    assessed = case.assessed
    placed = assessed.placed if assessed else None
    plain = assessed.segment if assessed else "not assessed"
    segment, treatment = (placed.segment, placed.treatment) if placed else (plain, plain)
    return Treated(segment, treatment, (placed.arm or "") if placed else "", tuple(contacts), onward)


def _leaves(step: Decide, day: date) -> str:
    for body in step.facts:
        if isinstance(body, StageEntered) and body.stage not in ("assessment", "contact"):
            return f"{day} {body.stage}"
        if isinstance(body, HandedToPerson):
            return f"{day} person"
    return ""


def _known(entry: Entry, source: Source, now: datetime) -> Case:
    """The case just opened, with the account that the row gives, or that is drawn for it."""
    _, loan = entry.account(SEED)
    told = {name: getattr(loan, name) for name in ("instalments", "transactions", "previous_episodes")}
    return opened(entry.request, source.digest, now).model_copy(update=told)


def _entries(path: Path, layout: Layout, made: Comparison, advance: Callable[[int, int], None]) -> Iterator[Entry]:
    total = count_lines(path)
    with open_book(path, layout) as book:
        for number, row in enumerate(book.rows(), start=1):
            advance(number, total)
            try:
                entry = layout.entry(row.cells()) if isinstance(row, Row) else None
            except BadRow:
                made.rejected += 1
                continue
            if not isinstance(row, Row):
                made.rejected += 1
            elif entry is not None:
                yield entry
