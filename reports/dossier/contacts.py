"""Every contact of a case, put together from its facts: what was proposed, how it was judged, what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from schemas.contact import Channel, ContactProposal, Verdict, VerdictKind
from schemas.covering import Cover
from schemas.facts import (
    AttemptCovered,
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    ContactRecorded,
    ContactResultPosted,
    CoverEnded,
    InboundContact,
    TaskCalledOff,
    VisitReported,
)
from schemas.ledger import RecordedFact

Fate = Literal["out", "shadow", "covered", "unknown", "given_up", "called_off", "reserved", "refused"]
"""`out`: it went out; `shadow`: on paper only; `covered`: a message of another case covers this loan; `unknown`: the gateway
has not said; `given_up`: before it went out; `called_off`: a task of people, taken back in time; `reserved`: allowed, and no
more is recorded; `refused`: by the guard."""

FATES: tuple[Fate, ...] = Fate.__args__  # pyright: ignore[reportAttributeAccessIssue]

Heard: TypeAlias = ContactResultPosted | ContactRecorded | VisitReported


@dataclass
class Contact:
    """One contact. `at`: when the guard judged it; `sent_at`: when it went out; `seqs`: the facts that tell of it.

    `by_loan`: of whose case it is a message, if it is another's; `covers`: the other loans that this case's message covers.
    """

    attempt: str
    at: datetime
    proposal: ContactProposal | None = None
    verdict: Verdict | None = None
    fate: Fate = "reserved"
    sent_at: datetime | None = None
    gateway_reference: str | None = None
    code: str | None = None
    by_loan: str | None = None
    covers: tuple[Cover, ...] = ()
    heard: list[tuple[datetime, str, Heard]] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)

    @property
    def recordings(self) -> list[str]:
        """Where it is recorded, by id, each once."""
        named = [body.recording for _, _, body in self.heard if body.recording]
        return list(dict.fromkeys(named))


@dataclass(frozen=True)
class CameIn:
    """The borrower got in touch: the message or call itself, or a collector's record of the talk."""

    seq: int
    at: datetime
    by: str
    body: InboundContact | ContactRecorded


@dataclass(frozen=True)
class Contacts:
    """All contacts of a case in the order of their first fact, and what came in."""

    made: tuple[Contact, ...]
    came_in: tuple[CameIn, ...]

    @property
    def by_channel(self) -> dict[Channel, Counter[Fate]]:
        """How many of each channel had which fate."""
        counted: dict[Channel, Counter[Fate]] = {}
        for contact in self.made:
            if contact.proposal:
                counted.setdefault(contact.proposal.channel, Counter())[contact.fate] += 1
        return counted

    @property
    def by_rule(self) -> dict[tuple[str, str], Counter[VerdictKind]]:
        """By rulebook (digest) and rule, how many contacts it deferred, sent to review or blocked."""
        counted: dict[tuple[str, str], Counter[VerdictKind]] = {}
        for contact in self.made:
            for finding in contact.verdict.findings if contact.verdict and contact.fate == "refused" else ():
                key = (contact.verdict.rulebook if contact.verdict else "", finding.rule)
                counted.setdefault(key, Counter())[finding.verdict] += 1
        return counted


def contacts(facts: Iterable[RecordedFact]) -> Contacts:
    """Put them together. Facts may lack, where a chain is broken: what is there is told."""
    found: dict[str, Contact] = {}
    came_in: list[CameIn] = []
    for fact in facts:
        body = fact.body
        if isinstance(body, InboundContact) or (isinstance(body, ContactRecorded) and body.attempt is None):
            came_in.append(CameIn(fact.seq, fact.occurred_at, fact.actor, body))
        elif attempt := _attempt_of(fact):
            _tell(found.setdefault(attempt, Contact(attempt, fact.occurred_at)), fact)
    return Contacts(tuple(found.values()), tuple(came_in))


def _attempt_of(fact: RecordedFact) -> str | None:
    match fact.body:
        case AttemptReserved(proposal=proposal) | AttemptRefused(proposal=proposal):
            return proposal.attempt
        case (
            AttemptSending(attempt=attempt)
            | AttemptSent(attempt=attempt)
            | AttemptUnknown(attempt=attempt)
            | AttemptReleased(attempt=attempt)
            | AttemptCovered(attempt=attempt)
            | CoverEnded(attempt=attempt)
            | ContactResultPosted(attempt=attempt)
            | ContactRecorded(attempt=attempt)
            | TaskCalledOff(attempt=attempt)
            | VisitReported(attempt=attempt)
        ):
            return attempt
        case _:
            return None


def _tell(contact: Contact, fact: RecordedFact) -> None:
    """Go on by one of its facts."""
    contact.seqs.append(fact.seq)
    match fact.body:
        case AttemptReserved(proposal=proposal, verdict=verdict, covers=covers):
            contact.proposal, contact.verdict, contact.covers = proposal, verdict, covers
        case AttemptCovered(by_loan=by_loan, cover=cover):
            contact.proposal, contact.by_loan, contact.fate = cover.proposal, by_loan, "covered"
        case CoverEnded() as ended:
            _end_cover(contact, ended, fact.occurred_at)
        case AttemptRefused(proposal=proposal, verdict=verdict):
            contact.proposal, contact.verdict, contact.fate = proposal, verdict, "refused"
        case AttemptSent() as sent:
            # Its gateway may say so after the contact was given up: then that is so.
            contact.fate = "shadow" if sent.shadow else "out"
            contact.sent_at, contact.gateway_reference = fact.occurred_at, sent.gateway_reference
        case AttemptSending(covers=covers):
            contact.covers = covers
            if contact.fate == "reserved":
                contact.fate = "unknown"  # from here the message may be out
        case AttemptUnknown(code=code) if contact.fate in ("reserved", "unknown"):
            contact.fate, contact.code = "unknown", code
        case AttemptReleased(code=code) if contact.fate in ("reserved", "unknown"):
            contact.fate, contact.code = "given_up", code
        case TaskCalledOff(code=code, too_late=False):
            contact.fate, contact.code = "called_off", code
        case ContactResultPosted() | ContactRecorded() | VisitReported() as heard:
            contact.heard.append((fact.occurred_at, fact.actor, heard))
        case _:
            pass


def _end_cover(contact: Contact, ended: CoverEnded, at: datetime) -> None:
    match ended.outcome:
        case "sent":
            contact.fate, contact.sent_at = "shadow" if ended.shadow else "covered", at
            contact.gateway_reference, contact.code = ended.gateway_reference, None
        case "unknown":
            contact.fate, contact.code = "unknown", ended.code
        case "released":
            contact.fate, contact.code = "given_up", ended.code
