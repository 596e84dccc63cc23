"""Facts about borrowers as people tell them: what they said, what befell them, how else a party of theirs is reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

import asyncpg
from temporalio.client import Client

from ledger.borrowers import parties_of, record_borrower_fact, standing_of
from ledger.personal import PersonalPoint, PersonalRecord, address_of, intake, name_of, points_of
from ledger.reading import facts, stream_state
from ledger.stored import same_content
from operations.errors import UsageError
from operations.nudges import send_pending
from operations.phrases import en
from operations.requests import check_id
from operations.sending import valid
from operations.sentences import sentence
from operations.values import Speaker
from rows.cells import Cells
from rows.problems import BadRow
from rows.reading import Row
from schemas.contact import Channel
from schemas.facts import (
    BorrowerDeceased,
    BorrowerFact,
    ChannelOptedIn,
    ChannelOptedOut,
    ConsentGiven,
    ConsentWithdrawn,
    ContactAllowed,
    ContactPointAdded,
    ContactStopped,
    PartyRefused,
    RepresentativeNamed,
    RepresentativeRemoved,
)
from schemas.ledger import NewFact, RecordedFact
from schemas.loan import PointKind, PointUse
from schemas.representatives import RemovedBecause

BorrowerEvent = Literal[
    "opt-out", "opt-in", "stop", "allow", "deceased", "new-number", "representative", "no-representative"
]


@dataclass(frozen=True)
class Told:
    """A borrower's fact as it stands in the ledger, whether it stood there before, the open loans that it holds for, and
    how many cases were nudged at once."""

    fact: RecordedFact
    before: bool
    loans: tuple[str, ...]
    nudged: int


@dataclass(frozen=True)
class NewPoint:
    """A new way to reach a party: the number or address itself, and the id under which it is to be known.

    `use`: what it is to them, None if nobody knows.
    """

    party: str
    kind: PointKind
    value: str
    point: str
    use: PointUse | None = None

    @property
    def fact(self) -> ContactPointAdded:
        """What the ledger hears of it: ids alone."""
        return ContactPointAdded(party_id=self.party, contact_point_id=self.point, point_kind=self.kind, use=self.use)


async def tell_borrower(
    client: Client, pool: asyncpg.Pool, borrower_id: str, body: BorrowerFact, *, by: str, fact_id: str
) -> Told:
    """Record a fact about a borrower for every open loan of theirs, and nudge those cases to look.

    Coming again with equal content it changes nothing.

    Raises:
        UsageError: the ledger has never heard of this borrower, or the id is another fact's.
    """
    await must_be_known(pool, borrower_id)
    before = await _stands(pool, borrower_id, fact_id, body)
    fact = NewFact(fact_id=fact_id, occurred_at=datetime.now(UTC), source="operator", actor=by, body=body)
    loans = await record_borrower_fact(pool, borrower_id, fact)
    # Somebody else may have given the id to another fact in between: the first stands.
    stored = await _stands(pool, borrower_id, fact_id, body)
    assert stored is not None, fact_id
    return Told(stored, before is not None, loans, await send_pending(client, pool))


async def take_in(pool: asyncpg.Pool, borrower_id: str, new: NewPoint, fact_id: str) -> ContactPointAdded:
    """Put a new number or address into the erasable tables; answers the fact that names it by id alone.

    It is checked as the import of a book checks it. `fact_id` is to be the fact's: under an id that is there already
    nothing is replaced.

    Raises:
        UsageError: the value is none of its kind, the party none of the borrower's or without a name in the personal
            tables, the point's id looks personal, or fact or point stand there with something else.
    """
    check_id("--point", new.point)
    value = _checked(new.kind, new.value)
    await must_be_known(pool, borrower_id)
    await _must_be_a_party(pool, borrower_id, new.party)
    before = await _stands(pool, borrower_id, fact_id, new.fact)
    there = await address_of(pool, new.point)
    if before is not None and there != value:
        what = "has been erased since" if there is None else "is another one"
        raise UsageError(
            f"id {fact_id} is taken: fact {before.seq} of borrower {borrower_id} took in {new.point}, and the number or "
            f"address under it {what}. Nothing was recorded: give this one an id of its own with --id, or leave it out"
        )
    if there is not None and _bare(new.kind, there) != _bare(new.kind, value):
        raise UsageError(
            f"contact point {new.point} has another number or address in this ledger, and contacts were made by it. "
            "Nothing was recorded: give the new one an id of its own with --point, or leave it out"
        )
    await _must_be_new(pool, new, value)
    name = await name_of(pool, new.party)
    if name is None:
        raise UsageError(
            f"the personal tables hold no name of party {new.party}: it was erased, or never taken in "
            "(`starter.py start` and `import` do). Nothing was recorded"
        )
    point = PersonalPoint(contact_point_id=new.point, value=value)
    await intake(pool, [PersonalRecord(party_id=new.party, name=name, points=(point,))])
    return new.fact


async def _must_be_new(pool: asyncpg.Pool, new: NewPoint, value: str) -> None:
    """Rules count attempts by the ids of contact points: a number under two ids could be rung twice as often."""
    for point, known in (await points_of(pool, new.party)).items():
        if point != new.point and _bare(new.kind, known) == _bare(new.kind, value):
            raise UsageError(
                f"--value: this is known already as {point}, by which contacts are counted. Nothing was recorded: if it "
                f"reaches them again, say so with --point {point}"
            )


def _bare(kind: PointKind, value: str) -> str:
    """A number or address as it is compared: a number without what people write between its digits."""
    return re.sub(r"[ -]", "", value) if kind == "phone" else value.strip().casefold()


async def take_in_representative(
    pool: asyncpg.Pool, borrower_id: str, named: RepresentativeNamed, name: str | None
) -> RepresentativeNamed:
    """Put a representative's name into the erasable tables; answers the fact that names them by id alone.

    Raises:
        UsageError: the id looks personal, is the borrower's own, has another name, or none while none is given.
    """
    check_id("--party", named.party_id)
    await must_be_known(pool, borrower_id)
    if named.party_id == borrower_id:
        raise UsageError("--party: nobody acts for themselves; give the representative an id of their own")
    there = await name_of(pool, named.party_id)
    if there is None and not name:
        raise UsageError(
            f"the personal tables hold no name of party {named.party_id}: give --name, which is kept there alone. "
            "Nothing was recorded"
        )
    if name and there not in (None, name):
        raise UsageError(
            f"--party: {named.party_id} has another name in this ledger. Nothing was recorded: give the representative an id "
            "of their own"
        )
    if name and there is None:
        await intake(pool, [PersonalRecord(party_id=named.party_id, name=name)])
    return named


def removed(party: str, reason: str, evidence: str | None) -> RepresentativeRemoved:
    """The fact that somebody acts no longer. Raises UsageError for a reason that is none."""
    reasons = get_args(RemovedBecause)
    if reason not in reasons:
        raise UsageError(f"--reason: give one of {', '.join(reasons)}")
    return valid(RepresentativeRemoved, party_id=party, reason=reason, evidence=evidence)


def borrower_fact(what: BorrowerEvent, *, channel: Channel | None = None, reason: str | None = None) -> BorrowerFact:
    """The fact that an event is, but for a new number (see `take_in`). Raises UsageError if a part is missing."""
    if what in ("opt-out", "opt-in"):
        if channel is None:
            raise UsageError(f"{what}: of which channel? Give --channel sms (or another)")
        return ChannelOptedOut(channel=channel) if what == "opt-out" else ChannelOptedIn(channel=channel)
    if what == "deceased":
        return BorrowerDeceased()
    if what not in ("stop", "allow"):
        raise UsageError(f"{what} is recorded with its number")
    if reason is None:
        raise UsageError(f"{what}: why? Give --reason with a code such as borrower_request")
    return valid(ContactStopped if what == "stop" else ContactAllowed, reason=reason)


async def must_be_known(pool: asyncpg.Pool, borrower_id: str) -> None:
    """Raise UsageError for a borrower of whom the ledger has never heard."""
    if await stream_state(pool, f"borrower:{borrower_id}") is None:
        raise UsageError(
            f"the ledger knows no borrower {borrower_id}: check the id (`starter.py case LOAN` shows it), "
            "or start the case first"
        )


async def must_be_theirs(pool: asyncpg.Pool, borrower_id: str, refused: PartyRefused) -> None:
    """Raise UsageError if it is no party of a loan of the borrower's that wants no contact."""
    await _must_be_a_party(pool, borrower_id, refused.party_id)


async def must_have_been_named(pool: asyncpg.Pool, borrower_id: str, gone: RepresentativeRemoved) -> None:
    """Raise UsageError if the party never acted for the borrower: that they act no longer would hold nothing back."""
    told = [fact.body for fact in await facts(pool, f"borrower:{borrower_id}")]
    named = [body.party_id for body in told if isinstance(body, RepresentativeNamed)]
    if gone.party_id not in named:
        known = ", ".join(dict.fromkeys(named)) or "nobody"
        raise UsageError(
            f"--party: {gone.party_id} never acted for borrower {borrower_id}; who did: {known}. Nothing was recorded"
        )


async def must_have_agreed(pool: asyncpg.Pool, borrower_id: str, withdrawn: ConsentWithdrawn) -> None:
    """Raise UsageError if the borrower never gave the consent that is taken back."""
    told = [fact.body for fact in await facts(pool, f"borrower:{borrower_id}")]
    given = [body.consent for body in told if isinstance(body, ConsentGiven)]
    if withdrawn.consent not in given:
        known = ", ".join(given) or "none"
        raise UsageError(
            f"borrower {borrower_id} gave no consent {withdrawn.consent}; they gave: {known}. Nothing was recorded"
        )


async def _must_be_a_party(pool: asyncpg.Pool, borrower_id: str, party_id: str) -> None:
    parties = [(party.party_id, party.role) for party in await parties_of(pool, borrower_id)]
    standing = await standing_of(pool, borrower_id)
    roles = dict(parties + [(person.party_id, person.role) for person in standing.representatives])
    if party_id in roles:
        return
    known = ", ".join(f"{party} ({en.CATALOGUE.word(role)})" for party, role in roles.items()) or "none"
    raise UsageError(
        f"--party: {party_id} is no party of a loan of borrower {borrower_id} and does not act for them; known are {known}. "
        "Nothing was recorded"
    )


async def _stands(pool: asyncpg.Pool, borrower_id: str, fact_id: str, body: BorrowerFact) -> RecordedFact | None:
    """The borrower's fact under this id, which says `body`; None if there is none. UsageError if it says something else."""
    stream = await facts(pool, f"borrower:{borrower_id}")
    there = next((fact for fact in stream if fact.fact_id == fact_id), None)
    if there is None or same_content(there.model_copy(update={"body": body}), there):
        return there
    speaker = Speaker(en.CATALOGUE, "UTC", "", {})
    raise UsageError(
        f"id {fact_id} is taken: under it stands fact {there.seq} of borrower {borrower_id}, by {there.actor} on "
        f"{speaker.time(there.occurred_at)} UTC: {sentence(there, speaker)}. Nothing was recorded: give this one an id "
        "of its own with --id, or leave it out"
    )


def _checked(kind: PointKind, value: str) -> str:
    """The value as an import would take it in. Raises UsageError, which does not repeat it."""
    try:
        cells = Cells(Row(1, (value,), ("--value",)).cells())
        match kind:
            case "phone":
                value = cells.phone("--value")
            case "email":
                value = cells.email("--value")
            case "app" | "im":
                value = cells.app_id("--value")
            case "postal":
                value = cells.text("--value", "a postal address")
        cells.done()
    except BadRow as bad:
        raise UsageError(f"--value: expected {bad.problems[0].expected}. Nothing was recorded") from None
    if not value:
        raise UsageError("--value is empty: give the number or address itself. Nothing was recorded")
    return value
