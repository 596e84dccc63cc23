"""Words of contact: channels, purposes, results, and the guard's verdict."""

from __future__ import annotations

from datetime import time
from typing import Literal

from schemas.base import Code, Day, Identifier, Instant, Recorded, added
from schemas.complaints import Removal
from schemas.court import Milestone
from schemas.debt import DebtStanding, NoticeKind
from schemas.holds import Hold
from schemas.loan import PointKind, PointUse, Role
from schemas.representatives import Representative, Suspicion

Channel = Literal["sms", "email", "app_push", "im", "letter", "robot_call", "human_call", "visit"]
Purpose = Literal["dunning", "reply", "statutory_notice", "court_service", "locate"]
"""What a contact is for. `locate`: to ask somebody else how the borrower is reached, with no word of a debt."""

Recipient = Role | Literal["representative"]
"""Who is contacted. `representative`: an executor, a guardian, or whoever else acts for the borrower."""

POINT_OF: dict[Channel, PointKind] = {
    "sms": "phone",
    "email": "email",
    "app_push": "app",
    "im": "im",
    "letter": "postal",
    "robot_call": "phone",
    "human_call": "phone",
    "visit": "postal",
}
"""The kind of contact point that a channel needs."""

WRITTEN: tuple[Channel, ...] = ("sms", "email", "app_push", "im", "letter")
"""Messages: what is not said by anybody at a certain hour."""

TASKS: tuple[Channel, ...] = ("human_call", "visit")
"""Channels that are tasks: people carry them out by a deadline, and can be called off until they have."""

InboundChannel = Literal["inbound_call", "reply", "link", "im"]
Intent = Literal[
    "asks_for_time", "wants_plan", "wants_settlement", "says_paid", "disputes", "wants_call", "self_harm", "other"
]
"""What a borrower wants who gets in touch."""

ContactResult = Literal[
    "delivered",
    "undeliverable",
    "answered",
    "no_answer",
    "right_party",
    "wrong_number",
    "refused",
    "promised",
    "needs_time",
    "disputed",
    "hostile",
    "distressed",
    "self_harm",
]

CONVERSATIONS: frozenset[ContactResult] = frozenset(
    ("right_party", "refused", "promised", "needs_time", "disputed", "hostile", "distressed", "self_harm")
)
"""Results that only a talk with the debtor in person has. `self_harm`: they spoke of harming themselves."""

VisitResult = Literal["met", "promised", "refused", "moved", "nobody", "unsafe"]
Level = Literal["low", "medium", "high"]

VerdictKind = Literal["allow", "defer", "review", "block"]
Strength = Literal["law", "regulation", "standard", "self_regulation", "presumption", "house"]


class Finding(Recorded):
    """One rule that did not pass: when it will, or which event would release it."""

    rule: str
    verdict: VerdictKind
    until: Instant | None = None
    release: Code | None = None


class Verdict(Recorded):
    """The guard's answer to one proposed contact: allow, defer until a time, review, or block until an event.

    `findings` names every rule that did not pass, not the first. `rulebook` is the sha256 of the rules applied.
    """

    verdict: VerdictKind
    findings: tuple[Finding, ...] = ()
    until: Instant | None = None
    obligations: tuple[Code, ...] = ()
    rulebook: str

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that did not pass."""
        return tuple(finding.rule for finding in self.findings)


class ChannelTally(Recorded):
    """How many contacts by a channel went out to the borrower, and how many of them they answered."""

    channel: Channel
    answered: int
    tried: int


class ChannelChoice(Recorded):
    """On what a choice among the channels of a rung rested, the rung's own first."""

    tallies: tuple[ChannelTally, ...]


class ContactProposal(Recorded):
    """One contact that a case would like to make: to whom, how, what for, with which template."""

    attempt: Identifier
    channel: Channel
    contact_point_id: Identifier
    party_id: Identifier
    purpose: Purpose = "dunning"
    template: Code
    zones: tuple[str, ...] = ()
    """Every IANA zone the party may be in; contact hours must hold in all. Empty: not known, and nothing may go out."""
    deadline: Instant | None = None
    appointment: Instant | None = None
    """A visit's time. It takes place then, and `deadline` is when its result is due."""
    appointment_end: Instant | None = None
    team: int = 0
    """How many people go on a visit."""
    papers: tuple[Code, ...] = ()
    """What they take with them."""
    exclude: tuple[Identifier, ...] = ()
    """Collectors who must not be given this task."""
    prefer: Identifier | None = added(None)
    """The collector who is to be given this task if they can take it: who knows the borrower."""
    milestone: Milestone | None = None
    """The step of litigation that this contact is, once it went out."""
    rung: int = 0
    """How many rungs of the ladder are behind once this contact is made, those that were left out included."""
    priority: int | None = added(None)
    """Of a task of people: how urgent it is, 1 the most, by the strategy's segments."""
    talking_points: tuple[Code, ...] = added(())
    consequences: tuple[Code, ...] = added(())
    """For the brief of a task: what to speak of, and what may be said to follow, being open to the case now."""
    role: Recipient = added("borrower")
    notice: NoticeKind | None = added(None)
    """Which notice of law this contact gives, once it went out."""
    agency: Identifier | None = added(None)
    """Who makes it in the bank's name, if the bank does not make it itself."""
    limitation_ends: Day | None = added(None)
    """The last day on which the debt can still be sued for, as far as the case knows."""
    choice: ChannelChoice | None = added(None)
    """Why by this channel, if the rung named several."""
    use: PointUse | None = added(None)
    """What the contact point is to the party, if that is known."""
    undisclosed: tuple[Identifier, ...] = added(())
    """Charges in the amounts that it asks for which stand on no cost sheet that the borrower was shown, as far as the case
    knows."""


class PastAttempt(Recorded):
    """An attempt that counts against the caps: reserved, sent or unknown, and not released.

    `at`: when it went out, or else was reserved. `party_id`: whom it was for, where that is known; `also`: other debts than
    that of `loan_id` that it spoke of. `use`: what the point was to the party, if that was known.
    """

    attempt: Identifier
    loan_id: Identifier
    channel: Channel
    contact_point_id: Identifier
    at: Instant
    party_id: Identifier | None = None
    also: tuple[Identifier, ...] = ()
    use: PointUse | None = None


class Conversation(Recorded):
    """A talk about a loan: by telephone, at the door, or because they rang. `party_id`: with whom, if not the borrower."""

    loan_id: Identifier
    at: Instant
    party_id: Identifier | None = None


class Agreed(Recorded):
    """What a borrower agreed to beyond what a rule allows unasked: other hours, or more attempts.

    `open` and `close` are on the borrower's clock. `maximum`: so many attempts instead; None: no cap while it is in force.
    One grant says nothing about the other.
    """

    consent: Identifier
    grants: Literal["hours", "attempts"]
    channels: tuple[Channel, ...]
    open: time | None = None
    close: time | None = None
    maximum: int | None = None
    until: Instant | None = None


EVERYTHING = "everything"


class Refusal(Recorded):
    """When a borrower last refused a channel, or everything."""

    about: Channel | Literal["everything"]
    at: Instant


class Standing(Recorded):
    """What a borrower has said, or what has befallen them, that binds every loan of theirs.

    `agreed`: what they let us do beyond the rules. `refused_by`: parties of theirs who want no contact about them.
    """

    opted_out: tuple[Channel, ...] = ()
    opted_in: tuple[Channel, ...] = ()
    holds: tuple[Hold, ...] = ()
    stopped: Code | None = None
    deceased: bool = False
    representatives: tuple[Representative, ...] = added(())
    """Who acts for them, in the order in which they were named. Of a dead borrower they remain once the hold has ended."""
    suspected: tuple[Suspicion, ...] = added(())
    """Of whom it is suspected that they act as a racket, until a person has looked into it."""
    agreed: tuple[Agreed, ...] = added(())
    refused_by: tuple[Identifier, ...] = added(())
    refusals: tuple[Refusal, ...] = added(())
    """When each was last refused: feeds deliver late, and a consent from before a refusal takes nothing back."""
    removed: tuple[Removal, ...] = added(())
    """Who is off every case of theirs, by which complaint; of a complaint that is upheld for good."""


class ConductFacts(Recorded):
    """All that the guard looks at besides the proposal and the clock.

    `loan_id`: the debt that the contact is about, and `debt` how it stands; `attempts` and `conversations` are of all the
    borrower's loans; `latest_at`: their newest attempt.
    """

    standing: Standing
    debt: DebtStanding = DebtStanding()
    loan_id: Identifier | None = None
    attempts: tuple[PastAttempt, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    latest_at: Instant | None = None
