"""What carrying a book tells: while it goes on, and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.messages import Agenda


@dataclass(frozen=True)
class CaseSeen:
    """A case when it last came to rest; `agenda` is what it then waited for, None once closed or never started."""

    loan_id: str
    borrower_id: str
    status: str
    agenda: Agenda | None


@dataclass(frozen=True)
class Progress:
    """How far the book has come. `now`: virtual time reached by the borrower who has just moved."""

    now: datetime
    until: datetime
    events: int
    acts: int
    running: int
    closed: int
    seconds: float
    cases: Mapping[str, CaseSeen]


@dataclass(frozen=True)
class Entry:
    """Something that did not go as it should: where, when in virtual time, what."""

    loan_id: str
    borrower_id: str
    at: datetime | None
    code: str
    detail: str


@dataclass(frozen=True)
class CarryReport:
    """What carrying the book did. `acts` counts by `kind:what became of it`; `stalled`: borrowers given up on."""

    until: datetime
    events: int
    skips: int
    acts: Mapping[str, int]
    running: tuple[str, ...]
    closed: tuple[str, ...]
    stalled: tuple[str, ...]
    entries: tuple[Entry, ...]
    seconds: float
