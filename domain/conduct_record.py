"""What an audit of conduct goes by: facts as they were recorded, the law and the switches of the house, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.contact import ContactProposal
from schemas.ledger import RecordedFact
from schemas.rulebook import Rulebook

COMMITTING = timedelta(seconds=2)
"""A switch turned or a law made so lately may not have been seen yet."""


@dataclass(frozen=True)
class Law:
    """That a rulebook was made law.

    Attributes:
        since: from when on, on the cases' clocks.
        recorded_at: when that was written down, on the ledger's clock.
    """

    digest: str
    since: datetime
    recorded_at: datetime


@dataclass(frozen=True)
class Stop:
    """That the switch which stops all contact was turned, by the ledger's clock."""

    on: bool
    at: datetime


@dataclass(frozen=True)
class House:
    """What binds every borrower. `rulebooks` by digest; `laws` and `stops` as they were recorded, oldest first."""

    rulebooks: Mapping[str, Rulebook]
    laws: Sequence[Law]
    stops: Sequence[Stop]

    def stopped(self, recorded_at: datetime) -> bool:
        """Whether all contact was stopped at a moment of the ledger's clock, and had been for a little while."""
        lately = [stop.on for stop in self.stops if recorded_at - COMMITTING < stop.at <= recorded_at]
        before = next((stop.on for stop in reversed(self.stops) if stop.at <= recorded_at - COMMITTING), False)
        return before and all(lately)

    def laws_at(self, at: datetime, recorded_at: datetime) -> set[str | None]:
        """Digest of the rulebook in force at `at` on a case's clock; of two, if one was made law only just then."""
        return {self.law(at, recorded_at), self.law(at, recorded_at - COMMITTING)}

    def law(self, at: datetime, recorded_at: datetime) -> str | None:
        """Digest of the rulebook in force at `at` on a case's clock, by what was recorded at that time."""
        moment = max(at, recorded_at)
        known = [law for law in self.laws if law.recorded_at <= recorded_at and law.since <= moment]
        return max(known, key=lambda law: (law.since, law.recorded_at)).digest if known else None


@dataclass(frozen=True)
class Told:
    """A fact of a borrower's stream, or of a loan's of theirs."""

    stream: str
    fact: RecordedFact

    @property
    def loan_id(self) -> str:
        """Of a loan's stream."""
        return self.stream.removeprefix("loan:")


@dataclass(frozen=True)
class Breach:
    """A contact, or its verdict, that should not be.

    Attributes:
        rules: which rules it breaks.
        what: in words, with what was counted.
    """

    stream: str
    seq: int
    attempt: str
    rules: tuple[str, ...]
    what: str


def breach(one: Told, proposal: ContactProposal, rules: tuple[str, ...], what: str) -> Breach:
    """A breach by the contact `proposal`, told by the fact `one`."""
    return Breach(one.stream, one.fact.seq, proposal.attempt, rules, f"{proposal.channel} {proposal.attempt} {what}")
