"""Every verdict judged again, and every cap counted again, from what the ledger says alone.

The guard judged each contact when it was proposed and again when it went out, from tables kept for speed. Here the same
questions are put to the facts: what the borrower had said by then, which attempts counted by then, which rules were law.
Hours and caps are then counted a second time over what really went out, by other code than the guard's own, so that a
defect there is found too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product

from domain.conduct import decide
from domain.conduct_record import COMMITTING, Breach, House, Told, breach
from domain.conduct_recount import Counted, Out, done_as_ruled, recounted
from domain.conversations import conversation_of
from domain.debt_standing import apply_debt
from domain.standing import apply_standing
from schemas.contact import ConductFacts, ContactProposal, Conversation, PastAttempt, Standing, Verdict
from schemas.covering import Cover
from schemas.debt import DebtStanding
from schemas.facts import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    CoverEnded,
)
from schemas.ledger import RecordedFact
from schemas.rulebook import Obligations

COUNTED = timedelta(days=40)
"""How far back attempts are counted: as the guard does it."""
CROSSING = timedelta(seconds=10)
"""A slot given back by one case while another was being judged may have been seen as taken: stricter, and no fault."""
STOP_ALL, NO_RULEBOOK, UNRECORDED = "HOUSE.STOP_ALL", "HOUSE.NO_RULEBOOK", "HOUSE.UNRECORDED"
DUTIES = "HOUSE.DUTIES"


@dataclass
class _Known:
    """What stood in the ledger of one borrower up to a fact.

    `turns`: of each attempt, the number of the fact by which it came to count as it does, as they were recorded.
    """

    standing: Standing = field(default_factory=Standing)
    debts: dict[str, DebtStanding] = field(default_factory=dict)
    proposals: dict[str, ContactProposal] = field(default_factory=dict)
    attempts: dict[str, PastAttempt] = field(default_factory=dict)
    reserved_at: dict[str, datetime] = field(default_factory=dict)
    given_back: dict[str, tuple[PastAttempt, datetime]] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    talks: list[tuple[Conversation, datetime]] = field(default_factory=list)

    def facts(
        self,
        one: Told,
        proposal: ContactProposal,
        also: Iterable[PastAttempt] = (),
        loan_id: str | None = None,
        unseen: timedelta = COMMITTING,
    ) -> ConductFacts:
        """What the guard is to look at, for a fact that records its verdict; for another loan than its stream's, if a
        message covers that. A talk that another case wrote down `unseen` before may not have been seen."""
        now, seen = one.fact.occurred_at, one.fact.recorded_at - unseen
        counted = [
            a for a in (*self.attempts.values(), *also) if now - COUNTED < a.at and a.attempt != proposal.attempt
        ]
        others = [at for attempt, at in self.reserved_at.items() if attempt != proposal.attempt]
        return ConductFacts(
            standing=self.standing,
            debt=self.debts.get(loan_id or one.loan_id, DebtStanding()),
            loan_id=loan_id or one.loan_id,
            conversations=tuple(talk for talk, at in self.talks if at <= seen and now - COUNTED < talk.at),
            attempts=tuple(sorted(counted, key=lambda a: (a.at, a.attempt))),
            latest_at=max(others, default=None),
        )

    def went_out(self, attempt: str, at: datetime, turn: int) -> None:
        """It counts from now, not from when it was reserved: a day may lie between."""
        if past := self.attempts.get(attempt):
            self.attempts[attempt], self.turns[attempt] = past.model_copy(update={"at": at}), turn

    def release(self, attempt: str, recorded_at: datetime) -> None:
        """It counts no longer."""
        if past := self.attempts.pop(attempt, None):
            self.given_back[attempt] = (past, recorded_at)

    def count_again(self, attempt: str, turn: int) -> None:
        """It went out after all."""
        if attempt in self.given_back:
            self.attempts[attempt], self.turns[attempt] = self.given_back.pop(attempt)[0], turn


def audit(told: Iterable[Told], house: House) -> Iterator[Breach]:
    """Every breach in the facts of one borrower: their own stream and those of all their loans, as they were recorded.

    `told` is in the order of `recorded_at`. Contacts whose reservation was lost with a restored ledger are passed over:
    there is no verdict to judge again.
    """
    known = _Known()
    out: list[Out] = []
    for turn, one in enumerate(told):
        yield from _judged(one, known, house)
        yield from done_as_ruled(one, known.proposals, house)
        if isinstance(one.fact.body, AttemptSending) and one.fact.body.attempt in known.proposals:
            out.append(Out(one, known.proposals[one.fact.body.attempt], known.standing, turn))
        _learn(one, known, turn)
    counted = {attempt: Counted(past, known.turns[attempt]) for attempt, past in known.attempts.items()}
    yield from recounted([each for each in out if each.proposal.attempt in known.attempts], counted, house)


def _learn(one: Told, known: _Known, turn: int) -> None:
    fact, body = one.fact, one.fact.body
    if not one.stream.startswith("borrower:"):
        known.debts[one.loan_id] = apply_debt(known.debts.get(one.loan_id, DebtStanding()), fact)
    match body:
        case AttemptReserved(proposal=proposal, covers=covers):
            known.proposals[proposal.attempt] = proposal
            known.reserved_at[proposal.attempt], known.turns[proposal.attempt] = fact.occurred_at, turn
            known.attempts[proposal.attempt] = PastAttempt(
                attempt=proposal.attempt,
                loan_id=one.loan_id,
                channel=proposal.channel,
                contact_point_id=proposal.contact_point_id,
                at=fact.occurred_at,
                party_id=proposal.party_id,
                also=tuple(cover.loan_id for cover in covers),
                use=proposal.use,
            )
        case CoverEnded(attempt=attempt, outcome="released") if attempt in known.attempts:
            past = known.attempts[attempt]
            left = tuple(loan_id for loan_id in past.also if loan_id != one.loan_id)
            known.attempts[attempt] = past.model_copy(update={"also": left})
        case AttemptSending(attempt=attempt):
            known.went_out(attempt, fact.occurred_at, turn)
        case AttemptReleased(attempt=attempt):
            known.release(attempt, fact.recorded_at)
        case AttemptSent(attempt=attempt) | AttemptUnknown(attempt=attempt):
            known.count_again(attempt, turn)
        case _ if one.stream.startswith("borrower:"):
            known.standing = apply_standing(known.standing, body, fact.occurred_at)
        case _:
            about = known.proposals.get(getattr(body, "attempt", None) or "")
            if talk := conversation_of(body, one.loan_id, fact.occurred_at, about.party_id if about else None):
                known.talks.append((talk, fact.recorded_at))


def _judged(one: Told, known: _Known, house: House) -> Iterator[Breach]:
    """The verdict that a fact records, or that it must have had, judged again."""
    body = one.fact.body
    match body:
        case AttemptReserved(proposal=proposal, verdict=verdict):
            yield from _allowed(one, proposal, known, house, "was reserved")
            yield from _duties(one, proposal, verdict, known, house)
            if verdict.verdict != "allow":
                yield breach(one, proposal, verdict.rules or (UNRECORDED,), "was reserved against its own verdict")
            elif verdict.rulebook not in (laws := house.laws_at(one.fact.occurred_at, one.fact.recorded_at)):
                law = " or ".join(sorted((digest or "none")[:12] for digest in laws))
                said = f"was judged by rulebook {verdict.rulebook[:12] or 'none'}, and the law was {law}"
                yield breach(one, proposal, (NO_RULEBOOK,), said)
        case AttemptSending(attempt=attempt, covers=covers) if attempt in known.proposals:
            yield from _allowed(one, known.proposals[attempt], known, house, "went out")
            for cover in covers:
                yield from _covered(one, cover, known, house)
        case AttemptRefused(proposal=proposal, verdict=verdict):
            yield from _refused(one, proposal, verdict, known, house)
        case _:
            pass


def _allowed(one: Told, proposal: ContactProposal, known: _Known, house: House, done: str) -> Iterator[Breach]:
    fact = one.fact
    if house.stopped(fact.recorded_at):
        yield breach(one, proposal, (STOP_ALL,), f"{done} while all contact was stopped")
    again = _verdict(proposal, known.facts(one, proposal), fact, house)
    if again is None:
        yield breach(one, proposal, (NO_RULEBOOK,), f"{done} without a law in force")
    elif again.verdict != "allow":
        said = f"{done}, and by the facts recorded before it the answer is {again.verdict}"
        yield breach(one, proposal, again.rules, said)


def _covered(one: Told, cover: Cover, known: _Known, house: House) -> Iterator[Breach]:
    """The sending of a message judged for a debt that it covers, by the contact that it stands for there."""
    facts = known.facts(one, cover.proposal, loan_id=cover.loan_id)
    again = _verdict(cover.proposal, facts, one.fact, house)
    if again is not None and again.verdict != "allow":
        said = f"went out about {cover.loan_id} too, and by the facts recorded before it the answer is {again.verdict}"
        yield breach(one, cover.proposal, again.rules, said)


def _duties(one: Told, proposal: ContactProposal, verdict: Verdict, known: _Known, house: House) -> Iterator[Breach]:
    """What whoever made the contact was told to do has to be all that the rules want."""
    again = _verdict(proposal, known.facts(one, proposal), one.fact, house)
    if again is None or again.verdict != "allow" or verdict.verdict != "allow":
        return
    missing = [duty for duty in again.obligations if duty not in verdict.obligations]
    if missing:
        book = house.rulebooks[again.rulebook]
        theirs = [r.id for r in book.rules if isinstance(r, Obligations) and set(missing) & set(r.duties)]
        said = f"was allowed without the duty to {', '.join(missing)}"
        yield breach(one, proposal, tuple(theirs) or (DUTIES,), said)


def _refused(one: Told, proposal: ContactProposal, verdict: Verdict, known: _Known, house: House) -> Iterator[Breach]:
    """A refusal that nothing explains: nobody was wronged, and yet the guard counted otherwise than the facts."""
    fact = one.fact
    if verdict.verdict == "allow":
        yield breach(one, proposal, (UNRECORDED,), "was refused, and its verdict allows it")
    if STOP_ALL in verdict.rules or NO_RULEBOOK in verdict.rules:
        return
    just_now = [past for past, at in known.given_back.values() if fact.recorded_at - at < CROSSING]
    for also, unseen in product(((), just_now), (COMMITTING, timedelta(0))):
        again = _verdict(proposal, known.facts(one, proposal, also, unseen=unseen), fact, house)
        if again is None or again.verdict != "allow":
            return
    yield breach(one, proposal, verdict.rules, "was refused, and by the facts recorded before it the answer is allow")


def _verdict(proposal: ContactProposal, facts: ConductFacts, fact: RecordedFact, house: House) -> Verdict | None:
    digest = house.law(fact.occurred_at, fact.recorded_at)
    if digest is None or digest not in house.rulebooks:
        return None
    return decide(proposal, facts, fact.occurred_at, house.rulebooks[digest], digest)
