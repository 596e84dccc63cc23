"""What came of agreements, approvals, visits and suits over a set of lives: counts, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.lives import Life


@dataclass
class Tally:
    """Counts over a book.

    Attributes:
        agreements: by kind (promise, plan, settlement) how many were made, kept, broken, replaced, or are being kept.
        approvals: asked, given, refused, lapsed.
        visits: by what came of them; `called_off`, `no_report` and `to_come` among them.
        suits: by milestone, cases that ever reached it.
        holds: opened, by what for; a borrower's counts on each of their loans.
        written_off: cases whose loan the bank has written off, wherever they are.
    """

    agreements: dict[str, Counter[str]] = field(default_factory=dict)
    approvals: Counter[str] = field(default_factory=Counter)
    visits: Counter[str] = field(default_factory=Counter)
    suits: Counter[str] = field(default_factory=Counter)
    holds: Counter[str] = field(default_factory=Counter)
    written_off: int = 0


def tally(lives: Iterable[Life]) -> Tally:
    """Count over these lives as far as they were read."""
    counted = Tally()
    for life in lives:
        _agreements(counted, life)
        _approvals(counted, life)
        for visit in life.case.visits:
            pending = life.case.task is not None and life.case.task.attempt == visit.attempt
            came = visit.result or ("called_off" if visit.called_off else "to_come" if pending else "no_report")
            counted.visits[came] += 1
        counted.suits.update({reached.milestone for reached in life.case.court})
        counted.holds.update(
            {name.partition(":")[2]: count for name, count in life.told.items() if name.startswith("hold:")}
        )
        counted.holds["deceased"] += life.told["borrower_deceased"]
        counted.holds["stopped"] += life.told["contact_stopped"]
        counted.written_off += life.case.written_off_on is not None
    counted.holds = +counted.holds
    return counted


def _agreements(counted: Tally, life: Life) -> None:
    for past in life.case.past_agreements:
        of_kind = counted.agreements.setdefault(past.kind, Counter())
        of_kind.update(("made", past.ended))
    if life.case.agreement:
        of_kind = counted.agreements.setdefault(life.case.agreement.terms.kind, Counter())
        of_kind.update(("made", "running"))


def _approvals(counted: Tally, life: Life) -> None:
    counted.approvals["asked"] += life.told["approval_requested"]
    counted.approvals["given"] += life.told["approval_given"]
    counted.approvals["refused"] += life.told["approval_refused"]
    counted.approvals["lapsed"] += life.told["approval_lapsed"]
