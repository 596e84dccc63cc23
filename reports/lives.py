"""The lives of a set of loans, folded from their facts: in which state each was from when to when, why, and what was paid.

Reading on from where it was, so that a book can be watched while it lives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from domain.case import Case
from domain.holds import Matter, stopping
from ledger.artefacts import load_all
from ledger.pool import Executor
from ledger.sql import Queries
from ledger.stored import recorded
from ledger.streams import LOAN, loan_stream
from schemas.facts import (
    AgreementKept,
    AgreementMade,
    ApprovalDecided,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    ComplaintDecided,
    ComplaintExtended,
    ComplaintOpened,
    Decision,
    Fact,
    HoldOpened,
    OfferMade,
    PaymentPosted,
    Stage,
    WaiverBooked,
    WaiverReversed,
)
from schemas.ledger import RecordedFact

_lives = Queries("lives", Path(__file__).parent / "queries")

State = Literal[
    "assessment",
    "contact",
    "negotiation",
    "field_visit",
    "litigation",
    "held",
    "person",
    "watched",
    "cured",
    "paid_off",
    "settled",
    "sold",
    "extinguished",
    "closed_by_bank",
    "nothing_due",
]
STATES: tuple[State, ...] = State.__args__  # pyright: ignore[reportAttributeAccessIssue]
"""Where a case can be: in a stage, held by something that stops it, with a person, cured and watched; or how it ended."""

ENDS: tuple[State, ...] = ("cured", "paid_off", "settled", "sold", "extinguished", "closed_by_bank", "nothing_due")

_MATTER: dict[Stage, Matter] = {
    "assessment": "assessment",
    "contact": "dunning",
    "negotiation": "negotiation",
    "field_visit": "visit",
    "litigation": "new_suit",
}


NOTED = (
    AgreementKept,
    AgreementMade,
    ApprovalDecided,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    ComplaintDecided,
    ComplaintExtended,
    ComplaintOpened,
    OfferMade,
    WaiverBooked,
    WaiverReversed,
)
"""Facts of which figures want more than how many there are."""


@dataclass(frozen=True)
class Note:
    """A fact that figures are counted by, and the strategy (sha256) that the case went by when it happened."""

    at: datetime
    body: Fact
    policy: str


@dataclass(frozen=True)
class Turn:
    """A case came into `state` at `at` (virtual time, where it is carried on one), for the reason `why` by `rule`."""

    loan_id: str
    at: datetime
    state: State
    rule: str
    why: str


@dataclass
class Life:
    """One loan as far as it was read. `paid`: payments by the state in which they arrived, in the loan's currency."""

    loan_id: str
    case: Case
    turns: list[Turn] = field(default_factory=list)
    paid: dict[State, Decimal] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    """How many facts of each kind, approvals by their word and holds by what they are for."""
    notes: list[Note] = field(default_factory=list)
    """The facts of `NOTED`, in the ledger's order."""

    @property
    def state(self) -> State | None:
        """Where it is now; None before its first fact."""
        return self.turns[-1].state if self.turns else None

    def read(self, fact: RecordedFact) -> None:
        """Go on by one fact."""
        body = fact.body
        if isinstance(body, PaymentPosted) and self.state:
            self.paid[self.state] = self.paid.get(self.state, Decimal(0)) + body.amount
        self.case = self.case.apply(fact)
        self.told[_label(body)] += 1
        if isinstance(body, NOTED):
            self.notes.append(Note(fact.occurred_at, body, self.case.policy))
        state = state_of(self.case, fact.occurred_at)
        if state and state != self.state:
            self.turns.append(Turn(self.loan_id, fact.occurred_at, state, *_reason(body)))


class Lives:
    """The lives of `loans`, by loan id, as they stood when last looked at."""

    def __init__(self, loans: Sequence[str]) -> None:
        self.of = {loan_id: Life(loan_id, Case(loan_id=loan_id)) for loan_id in loans}

    async def look(self, pool: Executor) -> list[Turn]:
        """Read what is new; answers the turns that it made, by time."""
        before = {loan_id: len(life.turns) for loan_id, life in self.of.items()}
        rows = await _lives.newer.rows(
            pool,
            streams=[loan_stream(loan_id) for loan_id in self.of],
            heads=[life.case.head.seq for life in self.of.values()],
        )
        for row in rows:
            self.of[row["stream"].removeprefix(LOAN)].read(recorded(row))
        news = [turn for loan_id, life in self.of.items() for turn in life.turns[before[loan_id] :]]
        return sorted(news, key=lambda turn: turn.at)

    @property
    def turns(self) -> list[Turn]:
        """Every change of state, loan by loan, in the ledger's order."""
        return [turn for life in self.of.values() for turn in life.turns]


async def lives(pool: Executor, loans: Sequence[str]) -> Lives:
    """The lives of these loans up to now. This process knows every published strategy from then on."""
    await load_all(pool)
    read = Lives(loans)
    await read.look(pool)
    return read


def state_of(case: Case, at: datetime) -> State | None:
    """Where a case is at `at`; None if it was never opened."""
    if case.status == "unopened":
        return None
    if case.status == "closed":
        return case.outcome
    if case.parked or case.handed:
        return "person"
    if case.cured_at:
        return "watched"
    return "held" if stopping(case, _MATTER[case.stage], at) else case.stage


def _label(body: Fact) -> str:
    if isinstance(body, ApprovalDecided):
        return "approval_given" if body.approved else "approval_refused"
    return f"hold:{body.hold_kind}" if isinstance(body, HoldOpened) else body.kind


def _reason(body: Fact) -> tuple[str, str]:
    """By which rule, and why, in words."""
    if isinstance(body, Decision):
        return body.rule, body.why
    why = getattr(body, "reason", None) or getattr(body, "result", None) or getattr(body, "intent", None) or body.kind
    kind = getattr(body, "hold_kind", None)
    return (f"hold.{kind}" if kind else body.kind), str(why).replace("_", " ")
