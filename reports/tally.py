"""What came of agreements, approvals, complaints, visits and suits over a set of lives: counts, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from reports.answered import complaints
from reports.lives import Life
from reports.reached import Reached, reached
from reports.waivers import Waivers, waivers
from schemas.facts import AgreementMade
from schemas.terms import PromiseTerms

KINDS = ("promise", "plan", "settlement")


@dataclass
class Tally:
    """Counts over a book.

    Attributes:
        agreements: by kind (promise, plan, settlement) how many were made, kept, kept in part, broken, replaced, or are being
            kept.
        promised: promises made `in_parts`, and `over_loans`: those that name several loans.
        waivers: settlements and what they waive, by currency and by who decided.
        approvals: asked, given, refused, lapsed.
        complaints: opened, answered in time, answered late, waiting; see `reports.answered`.
        reached: reminders, contacts with others, messages for several loans.
        visits: by what came of them; `called_off`, `no_report` and `to_come` among them.
        suits: by milestone, cases that ever reached it.
        holds: opened, by what for; a borrower's counts on each of their loans.
        written_off: cases whose loan the bank has written off, wherever they are.
    """

    agreements: dict[str, Counter[str]] = field(default_factory=dict)
    promised: Counter[str] = field(default_factory=Counter)
    waivers: Waivers = field(default_factory=dict)
    approvals: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)
    reached: Reached = field(default_factory=Reached)
    visits: Counter[str] = field(default_factory=Counter)
    suits: Counter[str] = field(default_factory=Counter)
    holds: Counter[str] = field(default_factory=Counter)
    written_off: int = 0


def tally(lives: Iterable[Life], until: datetime) -> Tally:
    """Count over these lives as far as they were read; what waits for an answer is late or not at `until` (aware).

    Raises UnknownArtefact if a strategy that they went by is not loaded; `reports.lives.lives` loads all.
    """
    of = list(lives)
    counted = Tally(waivers=waivers(of), complaints=complaints(of, until), reached=reached(of))
    for life in of:
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
    counted.agreements = {kind: counted.agreements[kind] for kind in KINDS if kind in counted.agreements}
    return counted


def _agreements(counted: Tally, life: Life) -> None:
    for past in life.case.past_agreements:
        of_kind = counted.agreements.setdefault(past.kind, Counter())
        of_kind.update(("made", past.ended))
    if life.case.agreement:
        of_kind = counted.agreements.setdefault(life.case.agreement.terms.kind, Counter())
        of_kind.update(("made", "running"))
    for note in life.notes:
        if isinstance(note.body, AgreementMade) and isinstance(note.body.terms, PromiseTerms):
            counted.promised["in_parts"] += len(note.body.terms.parts) > 1
            counted.promised["over_loans"] += bool(note.body.terms.allocation)


def _approvals(counted: Tally, life: Life) -> None:
    counted.approvals["asked"] += life.told["approval_requested"]
    counted.approvals["given"] += life.told["approval_given"]
    counted.approvals["refused"] += life.told["approval_refused"]
    counted.approvals["lapsed"] += life.told["approval_lapsed"]
