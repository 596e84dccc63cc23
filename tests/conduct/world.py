"""One borrower's ledger in memory: streams, slots and the guard, in the order in which the real one asks it.

It is `ledger.reservations` without its last defence: there anything newer than a reservation releases it, whatever it
says. Here the guard alone stands between what has become known and the contact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from domain.artefacts import digest
from domain.conduct import decide
from domain.conduct_audit import audit
from domain.conduct_record import Breach, House, Law, Told
from domain.conversations import conversation_of
from domain.debt_standing import fold_debt
from domain.standing import apply_standing
from schemas.contact import ConductFacts, ContactProposal, PastAttempt, Standing, Verdict
from schemas.facts import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    BorrowerFact,
    EpisodeOpened,
    Fact,
)
from schemas.ledger import RecordedFact
from schemas.loan import CollectionRequest
from schemas.rulebook import Rulebook

BORROWER = "B-1"
COUNTED = timedelta(days=40)
State = Literal["reserved", "sending", "sent", "unknown", "released"]


@dataclass
class Slot:
    """One attempt that took a slot. `at`: when it was reserved, on its worker's clock; `out_at`: when it went out."""

    loan_id: str
    proposal: ContactProposal
    at: datetime
    state: State = "reserved"
    out_at: datetime | None = None


@dataclass
class World:
    """A borrower, their loans, and everything that was ever told of them. `now` is the ledger's clock, UTC."""

    now: datetime
    requests: tuple[CollectionRequest, ...]
    told: list[Told] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)
    laws: list[Law] = field(default_factory=list)
    books: dict[str, Rulebook] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for request in self.requests:
            self.hear(request.loan_id, EpisodeOpened(request=request, epoch=1, policy="p" * 64), self.now)

    # --- what is told --------------------------------------------------------------------------------------------

    def enact(self, book: Rulebook) -> None:
        """`book` is law from now on."""
        self.books[digest(book)] = book
        self.laws.append(Law(digest(book), self.now, self._written()))

    def hear(self, loan_id: str, body: Fact, at: datetime) -> None:
        """A fact about one loan, which happened `at`."""
        self._write(f"loan:{loan_id}", body, at)

    def borrower(self, body: Fact, at: datetime) -> None:
        """A fact about the borrower, mirrored into every loan."""
        assert isinstance(body, get_args(BorrowerFact))
        self._write(f"borrower:{BORROWER}", body, at)
        for request in self.requests:
            self._write(f"loan:{request.loan_id}", body, at)

    # --- a contact -----------------------------------------------------------------------------------------------

    def reserve(self, loan_id: str, proposal: ContactProposal, clock: datetime) -> Verdict:
        """As `ledger.reservations.reserve`, by a worker whose clock says `clock`."""
        verdict = self._judge(loan_id, proposal, clock)
        if verdict.verdict == "allow":
            self.hear(loan_id, AttemptReserved(proposal=proposal, verdict=verdict), clock)
            self.slots[proposal.attempt] = Slot(loan_id, proposal, clock)
        else:
            self.hear(loan_id, AttemptRefused(proposal=proposal, verdict=verdict), clock)
        return verdict

    def begin(self, attempt: str, clock: datetime) -> bool:
        """As `begin_sending`: whether the contact went out."""
        slot = self.slots[attempt]
        verdict = self._judge(slot.loan_id, slot.proposal, clock)
        if verdict.verdict != "allow":
            self._end(attempt, "released", AttemptReleased(attempt=attempt, code="guard"), clock)
            return False
        self._end(attempt, "sending", AttemptSending(attempt=attempt), clock)
        slot.out_at = clock
        return True

    def finish(self, attempt: str, how: Literal["sent", "unknown", "released"], clock: datetime) -> None:
        """What became of it: `released`: the gateway did not take it."""
        facts = {
            "sent": AttemptSent(attempt=attempt),
            "unknown": AttemptUnknown(attempt=attempt, code="timeout"),
            "released": AttemptReleased(attempt=attempt, code="not_taken"),
        }
        self._end(attempt, how, facts[how], clock)

    def in_state(self, *states: State) -> list[str]:
        """Attempts in one of these states, oldest first."""
        return [attempt for attempt, slot in self.slots.items() if slot.state in states]

    def length(self, loan_id: str) -> int:
        """How many facts there are about a loan."""
        return len(self._stream(f"loan:{loan_id}"))

    # --- what stands ---------------------------------------------------------------------------------------------

    def breaches(self) -> list[Breach]:
        """What an audit of these facts finds."""
        return list(audit(self.told, House(self.books, self.laws, ())))

    def _judge(self, loan_id: str, proposal: ContactProposal, clock: datetime) -> Verdict:
        standing = Standing()
        for one in self._stream(f"borrower:{BORROWER}"):
            standing = apply_standing(standing, one.fact.body, one.fact.occurred_at)
        others = {attempt: slot for attempt, slot in self.slots.items() if attempt != proposal.attempt}
        attempts = [
            PastAttempt(
                attempt=attempt,
                loan_id=slot.loan_id,
                channel=slot.proposal.channel,
                contact_point_id=slot.proposal.contact_point_id,
                at=slot.out_at or slot.at,
                party_id=slot.proposal.party_id,
            )
            for attempt, slot in others.items()
            if slot.state != "released" and (slot.out_at or slot.at) > clock - COUNTED
        ]
        known = ConductFacts(
            standing=standing,
            debt=fold_debt(one.fact for one in self._stream(f"loan:{loan_id}")),
            loan_id=loan_id,
            conversations=tuple(talk for talk in self._talks() if talk.at > clock - COUNTED),
            attempts=tuple(sorted(attempts, key=lambda each: (each.at, each.attempt))),
            latest_at=max((slot.at for slot in others.values()), default=None),
        )
        law = max((each for each in self.laws if each.since <= max(clock, self.now)), key=lambda each: each.since)
        return decide(proposal, known, clock, self.books[law.digest], law.digest)

    def _talks(self):
        for one in self.told:
            slot = self.slots.get(getattr(one.fact.body, "attempt", None) or "")
            party = slot.proposal.party_id if slot else None
            if one.stream.startswith("loan:") and (
                talk := conversation_of(one.fact.body, one.loan_id, one.fact.occurred_at, party)
            ):
                yield talk

    def _stream(self, stream: str) -> list[Told]:
        return [one for one in self.told if one.stream == stream]

    def _end(self, attempt: str, state: State, body: Fact, clock: datetime) -> None:
        self.slots[attempt].state = state
        self.hear(self.slots[attempt].loan_id, body, clock)

    def _write(self, stream: str, body: Fact, at: datetime) -> None:
        seq = len(self._stream(stream)) + 1
        fact = RecordedFact(
            fact_id=f"{stream}-{seq}",
            occurred_at=at.astimezone(UTC),
            source="test",
            body=body,
            seq=seq,
            hash=f"{seq:064x}",
            epoch=1,
            recorded_at=self._written(),
        )
        self.told.append(Told(stream, fact))

    def _written(self) -> datetime:
        """The ledger's clock: no two rows at once."""
        self.now += timedelta(milliseconds=1)
        return self.now
