"""The case: the fold of a loan's facts. `apply` is the only way it changes."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from domain.artefacts import canonical
from domain.folding import changes
from domain.money import Position, position
from domain.parts import Failing, OpenAttempt, PastContact, Task
from schemas.base import Code, Identifier, Instant, Recorded
from schemas.contact import Standing
from schemas.facts import (
    Assessed,
    HandedToPerson,
    HandledBy,
    Outcome,
    Parked,
    Paused,
    Stage,
)
from schemas.ledger import Head, RecordedFact
from schemas.loan import CollectionRequest, ContactPoint, CreditRecord, Instalment, Party, Transaction


class OutOfOrder(ValueError):
    """A fact was applied that is not the next one of its stream: the caller must fold the ledger again."""


class Case(Recorded):
    """All that is known of one loan's collection at `head` of its ledger stream."""

    loan_id: Identifier
    head: Head = Head()
    decision_head: int = 0
    epoch: int = 0
    clock: Instant | None = None
    """The newest time at which this case decided anything; a clock behind it cannot be right."""
    status: Literal["unopened", "open", "closed"] = "unopened"
    request: CollectionRequest | None = None
    policy: str = ""
    stage: Stage = "assessment"
    stage_since: Instant | None = None
    handled_by: HandledBy = "robot"
    outcome: Outcome | None = None
    closing_why: str = ""

    instalments: tuple[Instalment, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    account_as_of: Instant | None = None
    previous_episodes: int = 0
    account_reads: int = 0
    credit: CreditRecord | None = None
    credit_tried: int = 0
    assessed: Assessed | None = None

    standing: Standing = Standing()
    added_points: tuple[tuple[Identifier, ContactPoint], ...] = ()
    invalid_points: tuple[Identifier, ...] = ()
    attempts: int = 0
    open_attempt: OpenAttempt | None = None
    released: OpenAttempt | None = None
    """The last attempt that was given up, in case its gateway says later that it went out."""
    contacts: tuple[PastContact, ...] = ()
    contacts_made: int = 0
    rung: int = 0
    not_before: Instant | None = None
    stop_all_refusals: int = 0
    quiet_until: Instant | None = None
    task: Task | None = None
    disputed: bool = False

    paused: Paused | None = None
    parked: Parked | None = None
    handed: HandedToPerson | None = None
    failing: dict[Code, Failing] = Field(default_factory=dict)

    # --- reading ------------------------------------------------------------------------------------------------

    def money(self, on: date) -> Position:
        """What is owed on the bank's date `on`, from all instalments and transactions known."""
        return position(self.instalments, self.transactions, on)

    def counting_from(self, today: date) -> date | None:
        """The next date after `today` from which a transaction that is known already counts; None without one."""
        return min((t.value_date for t in self.transactions if t.value_date > today), default=None)

    def arrears_with_all_known(self, today: date) -> Decimal:
        """What is due today and not covered even by money that has come but counts from a later value date."""
        known = [t.model_copy(update={"value_date": min(t.value_date, today)}) for t in self.transactions]
        return position(self.instalments, known, today).arrears

    def digest(self) -> str:
        """sha256 (hex) of the whole state: equal digests, equal cases."""
        return hashlib.sha256(canonical(self)).hexdigest()

    def parties(self) -> tuple[Party, ...]:
        """Everybody with a role in this loan."""
        return self.request.parties if self.request else ()

    def borrower(self) -> Party | None:
        """The debtor as the request names them."""
        return next((party for party in self.parties() if party.role == "borrower"), None)

    def points(self, party: Party) -> tuple[ContactPoint, ...]:
        """The ways to reach `party` that are not known to be wrong; newest first."""
        added = tuple(point for owner, point in reversed(self.added_points) if owner == party.party_id)
        return tuple(p for p in added + party.contact_points if p.contact_point_id not in self.invalid_points)

    def and_invalid(self, contact_point_id: str) -> tuple[str, ...]:
        """The ids of all points known to be wrong, this one with them."""
        return tuple(sorted({*self.invalid_points, contact_point_id}))

    def healed(self, *systems: str) -> dict[Code, Failing]:
        """What still fails now that these systems have answered."""
        return {name: state for name, state in self.failing.items() if name not in systems}

    def set_aside(self) -> Case:
        """This case as if its open attempt had not begun: is it still wanted?"""
        if self.open_attempt is None:
            return self
        return self.model_copy(update={"open_attempt": None, "attempts": self.attempts - 1})

    # --- folding ------------------------------------------------------------------------------------------------

    def apply(self, recorded: RecordedFact) -> Case:
        """The case after the next fact of its stream. Raises OutOfOrder for any other fact."""
        if recorded.seq != self.head.seq + 1:
            raise OutOfOrder(f"fact {recorded.seq} of {self.loan_id} cannot follow {self.head.seq}")
        body = recorded.body
        updates: dict[str, object] = {"head": Head(seq=recorded.seq, hash=recorded.hash)}
        if body.weight != "inert":
            updates["decision_head"] = recorded.seq
        if body.weight == "decision":
            updates["clock"] = max(self.clock, recorded.occurred_at) if self.clock else recorded.occurred_at
        updates |= changes(self, body, recorded.occurred_at)
        return self.model_copy(update=updates)

    @classmethod
    def fold(cls, loan_id: str, facts: tuple[RecordedFact, ...] | list[RecordedFact]) -> Case:
        """The case that these facts, a stream from its beginning, amount to."""
        case = cls(loan_id=loan_id)
        for fact in facts:
            case = case.apply(fact)
        return case
