"""Every verdict judged again, and every cap counted again, from what the ledger says alone.

The guard judged each contact when it was proposed and again when it went out, from tables kept for speed. Here the same
questions are put to the facts: what the borrower had said by then, which attempts counted by then, which rules were law.
Hours and caps are then counted a second time over what really went out, by other code than the guard's own, so that a
defect there is found too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import local_date, observed
from domain.conduct import decide
from domain.conversations import conversation_of
from domain.standing import apply_standing
from schemas.base import as_utc
from schemas.contact import ConductFacts, ContactProposal, Conversation, PastAttempt, Standing, Verdict
from schemas.facts import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
)
from schemas.ledger import RecordedFact
from schemas.rulebook import AttemptCap, ContactHours, Rulebook

COUNTED = timedelta(days=40)
"""How far back attempts are counted: as the guard does it."""
CROSSING = timedelta(seconds=10)
"""A slot given back by one case while another was being judged may have been seen as taken: stricter, and no fault."""
COMMITTING = timedelta(seconds=2)
"""A switch turned or a law made so lately may not have been seen yet."""
STOP_ALL, NO_RULEBOOK, UNRECORDED = "HOUSE.STOP_ALL", "HOUSE.NO_RULEBOOK", "HOUSE.UNRECORDED"


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


@dataclass
class _Known:
    """What stood in the ledger of one borrower up to a fact."""

    standing: Standing = field(default_factory=Standing)
    proposals: dict[str, ContactProposal] = field(default_factory=dict)
    attempts: dict[str, PastAttempt] = field(default_factory=dict)
    reserved_at: dict[str, datetime] = field(default_factory=dict)
    given_back: dict[str, tuple[PastAttempt, datetime]] = field(default_factory=dict)
    talks: list[tuple[Conversation, datetime]] = field(default_factory=list)

    def facts(self, one: Told, proposal: ContactProposal, also: Iterable[PastAttempt] = ()) -> ConductFacts:
        """What the guard is to look at, for a fact that records its verdict. A talk that was written down just then by
        another case may not have been seen."""
        now, seen = one.fact.occurred_at, one.fact.recorded_at - COMMITTING
        counted = [
            a for a in (*self.attempts.values(), *also) if now - COUNTED < a.at and a.attempt != proposal.attempt
        ]
        others = [at for attempt, at in self.reserved_at.items() if attempt != proposal.attempt]
        return ConductFacts(
            standing=self.standing,
            loan_id=one.loan_id,
            conversations=tuple(talk for talk, at in self.talks if at <= seen and now - COUNTED < talk.at),
            attempts=tuple(sorted(counted, key=lambda a: (a.at, a.attempt))),
            latest_at=max(others, default=None),
        )

    def release(self, attempt: str, recorded_at: datetime) -> None:
        """It counts no longer."""
        if past := self.attempts.pop(attempt, None):
            self.given_back[attempt] = (past, recorded_at)

    def count_again(self, attempt: str) -> None:
        """It went out after all."""
        if attempt in self.given_back:
            self.attempts[attempt] = self.given_back.pop(attempt)[0]


def audit(told: Iterable[Told], house: House) -> Iterator[Breach]:
    """Every breach in the facts of one borrower: their own stream and those of all their loans, as they were recorded.

    `told` is in the order of `recorded_at`. Contacts whose reservation was lost with a restored ledger are passed over:
    there is no verdict to judge again.
    """
    known = _Known()
    out: list[tuple[Told, ContactProposal]] = []
    for one in told:
        yield from _judged(one, known, house)
        if isinstance(one.fact.body, AttemptSending) and one.fact.body.attempt in known.proposals:
            out.append((one, known.proposals[one.fact.body.attempt]))
        _learn(one, known)
    yield from _recounted([pair for pair in out if pair[1].attempt in known.attempts], known, house)


def _learn(one: Told, known: _Known) -> None:
    fact, body = one.fact, one.fact.body
    match body:
        case AttemptReserved(proposal=proposal):
            known.proposals[proposal.attempt] = proposal
            known.reserved_at[proposal.attempt] = fact.occurred_at
            known.attempts[proposal.attempt] = PastAttempt(
                attempt=proposal.attempt,
                loan_id=one.loan_id,
                channel=proposal.channel,
                contact_point_id=proposal.contact_point_id,
                at=fact.occurred_at,
            )
        case AttemptReleased(attempt=attempt):
            known.release(attempt, fact.recorded_at)
        case AttemptSent(attempt=attempt) | AttemptUnknown(attempt=attempt):
            known.count_again(attempt)
        case _ if one.stream.startswith("borrower:"):
            known.standing = apply_standing(known.standing, body, fact.occurred_at)
        case _:
            if talk := conversation_of(body, one.loan_id, fact.occurred_at):
                known.talks.append((talk, fact.recorded_at))


def _judged(one: Told, known: _Known, house: House) -> Iterator[Breach]:
    """The verdict that a fact records, or that it must have had, judged again."""
    body = one.fact.body
    match body:
        case AttemptReserved(proposal=proposal, verdict=verdict):
            yield from _allowed(one, proposal, known, house, "was reserved")
            if verdict.verdict != "allow":
                yield _breach(one, proposal, verdict.rules or (UNRECORDED,), "was reserved against its own verdict")
            elif verdict.rulebook not in (laws := house.laws_at(one.fact.occurred_at, one.fact.recorded_at)):
                law = " or ".join(sorted((digest or "none")[:12] for digest in laws))
                said = f"was judged by rulebook {verdict.rulebook[:12] or 'none'}, and the law was {law}"
                yield _breach(one, proposal, (NO_RULEBOOK,), said)
        case AttemptSending(attempt=attempt) if attempt in known.proposals:
            yield from _allowed(one, known.proposals[attempt], known, house, "went out")
        case AttemptRefused(proposal=proposal, verdict=verdict):
            yield from _refused(one, proposal, verdict, known, house)
        case _:
            pass


def _allowed(one: Told, proposal: ContactProposal, known: _Known, house: House, done: str) -> Iterator[Breach]:
    fact = one.fact
    if house.stopped(fact.recorded_at):
        yield _breach(one, proposal, (STOP_ALL,), f"{done} while all contact was stopped")
    again = _verdict(proposal, known.facts(one, proposal), fact, house)
    if again is None:
        yield _breach(one, proposal, (NO_RULEBOOK,), f"{done} without a law in force")
    elif again.verdict != "allow":
        said = f"{done}, and by the facts recorded before it the answer is {again.verdict}"
        yield _breach(one, proposal, again.rules, said)


def _refused(one: Told, proposal: ContactProposal, verdict: Verdict, known: _Known, house: House) -> Iterator[Breach]:
    """A refusal that nothing explains: nobody was wronged, and yet the guard counted otherwise than the facts."""
    fact = one.fact
    if verdict.verdict == "allow":
        yield _breach(one, proposal, (UNRECORDED,), "was refused, and its verdict allows it")
    if STOP_ALL in verdict.rules or NO_RULEBOOK in verdict.rules:
        return
    just_now = [past for past, at in known.given_back.values() if fact.recorded_at - at < CROSSING]
    for also in ((), just_now):
        again = _verdict(proposal, known.facts(one, proposal, also), fact, house)
        if again is None or again.verdict != "allow":
            return
    yield _breach(one, proposal, verdict.rules, "was refused, and by the facts recorded before it the answer is allow")


def _verdict(proposal: ContactProposal, facts: ConductFacts, fact: RecordedFact, house: House) -> Verdict | None:
    digest = house.law(fact.occurred_at, fact.recorded_at)
    if digest is None or digest not in house.rulebooks:
        return None
    return decide(proposal, facts, fact.occurred_at, house.rulebooks[digest], digest)


def _breach(one: Told, proposal: ContactProposal, rules: tuple[str, ...], what: str) -> Breach:
    return Breach(one.stream, one.fact.seq, proposal.attempt, rules, f"{proposal.channel} {proposal.attempt} {what}")


# --- counted afresh, over what went out ------------------------------------------------------------------------------


def _recounted(out: Sequence[tuple[Told, ContactProposal]], known: _Known, house: House) -> Iterator[Breach]:
    """Hours and caps once more, by the clock on the wall of whoever was contacted."""
    for one, proposal in out:
        digest = house.law(one.fact.occurred_at, one.fact.recorded_at)
        zones, _ = observed(proposal.zones)
        book = house.rulebooks.get(digest) if digest else None
        for rule in book.rules if book else ():
            if isinstance(rule, ContactHours) and proposal.channel in rule.channels:
                yield from _hours_again(rule, one, proposal, zones)
            elif isinstance(rule, AttemptCap) and proposal.channel in rule.channels and proposal.purpose == "dunning":
                yield from _cap_again(rule, one, proposal, zones, known)


def _hours_again(
    rule: ContactHours, one: Told, proposal: ContactProposal, zones: Sequence[ZoneInfo]
) -> Iterator[Breach]:
    if proposal.channel == "visit":
        moments = [moment for moment in (proposal.appointment, proposal.appointment_end) if moment]
    else:
        moments = [one.fact.occurred_at]
    for zone in zones:
        for moment in moments:
            local = as_utc(moment).astimezone(zone)
            if _binds(rule, local.date()) and not rule.open <= local.time() < rule.close:
                said = f"reached its recipient at {local:%Y-%m-%d %H:%M:%S} in {zone.key}"
                yield _breach(one, proposal, (rule.id,), said)


def _cap_again(
    rule: AttemptCap, one: Told, proposal: ContactProposal, zones: Sequence[ZoneInfo], known: _Known
) -> Iterator[Breach]:
    mine = known.attempts[proposal.attempt]
    for zone in zones:
        day = local_date(mine.at, zone)
        if not _binds(rule, day):
            continue
        before = [
            past
            for past in known.attempts.values()
            if past.channel in rule.channels
            and (rule.per != "contact_point" or past.contact_point_id == mine.contact_point_id)
            and (rule.per != "debt" or past.loan_id == mine.loan_id)
            and (past.at, past.attempt) < (mine.at, mine.attempt)
            and (day - local_date(past.at, zone)).days < rule.days
        ]
        if len(before) >= rule.maximum:
            days = f"on {day}" if rule.days == 1 else f"in the {rule.days} days up to {day}"
            said = f"was number {len(before) + 1} {days} in {zone.key}, where {rule.maximum} are allowed"
            yield _breach(one, proposal, (rule.id,), said)


def _binds(rule: ContactHours | AttemptCap, day: date) -> bool:
    return rule.effective_from <= day and (rule.effective_until is None or day <= rule.effective_until)
