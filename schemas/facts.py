"""Everything that can happen to a case, as a closed union of frozen facts.

A fact's class says how the ledger judges it: an *input* happened outside and is always recorded; a *decision* is ours and
is recorded only if nothing newer had arrived; an *inert* fact is kept for the record and changes no decision.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.base import Amount, Code, Currency, Day, Identifier, Instant, Recorded
from schemas.contact import Channel, ContactProposal, ContactResult, Verdict
from schemas.loan import Account, CollectionRequest, CreditRecord, PointKind

Weight = Literal["input", "decision", "inert"]
Stage = Literal["assessment", "contact"]
Outcome = Literal["cured", "paid_off", "closed_by_bank", "nothing_due"]
HandledBy = Literal["robot", "collector"]


class FactBase(Recorded):
    """What all facts share: how the ledger weighs them."""

    weight: ClassVar[Weight] = "input"


class Decision(FactBase):
    """A fact that is ours: why, and by which rule."""

    weight: ClassVar[Weight] = "decision"
    rule: str
    why: str


# --- lifecycle ---------------------------------------------------------------------------------------------------


class EpisodeOpened(FactBase):
    """A loan fell overdue and its case opened; `policy` is the sha256 of the strategy pinned to it."""

    kind: Literal["episode_opened"] = "episode_opened"
    weight: ClassVar[Weight] = "decision"
    request: CollectionRequest
    epoch: int
    policy: str


class EpisodeReopened(FactBase):
    """A closed case owes again (a payment was taken back) and goes on."""

    kind: Literal["episode_reopened"] = "episode_reopened"
    weight: ClassVar[Weight] = "decision"
    epoch: int


class TakenOver(FactBase):
    """Another workflow chain carries the case from here; the one before it may decide nothing any more."""

    kind: Literal["taken_over"] = "taken_over"
    weight: ClassVar[Weight] = "decision"
    epoch: int


class Rebuilt(FactBase):
    """The workflow and the ledger disagreed about the past (a store was restored): the case was folded anew."""

    kind: Literal["rebuilt"] = "rebuilt"
    weight: ClassVar[Weight] = "decision"


class StageEntered(Decision):
    """The main effort moved to `stage`."""

    kind: Literal["stage_entered"] = "stage_entered"
    stage: Stage


class CaseClosed(Decision):
    """The case ended with `outcome`."""

    kind: Literal["case_closed"] = "case_closed"
    outcome: Outcome


class HandedToPerson(Decision):
    """Robots are done with this case; a collector has it until somebody resumes or it is paid."""

    kind: Literal["handed_to_person"] = "handed_to_person"


class Parked(Decision):
    """The case cannot go on by itself and says so: an operator is to look, then `resume`."""

    kind: Literal["parked"] = "parked"


# --- assessment --------------------------------------------------------------------------------------------------


class AccountRead(FactBase):
    """Core banking's account as of a moment."""

    kind: Literal["account_read"] = "account_read"
    account: Account


class CreditRecordRead(FactBase):
    """The bureau's answer, inquired under the borrower's authorisation."""

    kind: Literal["credit_record_read"] = "credit_record_read"
    record: CreditRecord
    authorisation: Identifier


class Assessed(Decision):
    """Provisional view of the borrower before anybody spoke with them; reason codes say on what it rests."""

    kind: Literal["assessed"] = "assessed"
    segment: Literal["first_time", "repeated"]
    tier: Literal["low", "medium", "high"]
    reasons: tuple[Code, ...] = ()


class OutsideFailed(FactBase):
    """A system outside did not do its part although it was asked for about a minute; `code` says how."""

    kind: Literal["outside_failed"] = "outside_failed"
    system: Code
    code: Code


# --- contact -----------------------------------------------------------------------------------------------------


class AttemptReserved(FactBase):
    """The guard allowed a contact and a slot under every cap was taken for it."""

    kind: Literal["attempt_reserved"] = "attempt_reserved"
    weight: ClassVar[Weight] = "decision"
    proposal: ContactProposal
    verdict: Verdict


class AttemptRefused(FactBase):
    """The guard deferred, blocked or sent to review a contact; nothing went out."""

    kind: Literal["attempt_refused"] = "attempt_refused"
    weight: ClassVar[Weight] = "decision"
    proposal: ContactProposal
    verdict: Verdict


class AttemptSending(FactBase):
    """Committed just before the request to the gateway; from here the message may be out."""

    kind: Literal["attempt_sending"] = "attempt_sending"
    weight: ClassVar[Weight] = "decision"
    attempt: Identifier


class AttemptSent(FactBase):
    """The gateway took it. `shadow`: decided and recorded only, nothing was sent."""

    kind: Literal["attempt_sent"] = "attempt_sent"
    attempt: Identifier
    gateway_reference: Identifier | None = None
    shadow: bool = False


class AttemptUnknown(FactBase):
    """The request left but no answer came; it counts against the caps until the gateway says."""

    kind: Literal["attempt_unknown"] = "attempt_unknown"
    attempt: Identifier
    code: Code


class AttemptReleased(FactBase):
    """A reserved contact was given up before it went out, and its slot is free again."""

    kind: Literal["attempt_released"] = "attempt_released"
    attempt: Identifier
    code: Code


class ContactResultPosted(FactBase):
    """A gateway's later word on an attempt: delivered, answered, wrong number…"""

    kind: Literal["contact_result"] = "contact_result"
    attempt: Identifier
    result: ContactResult


class ContactRecorded(FactBase):
    """A collector's record of a conversation. Free text stays in the personal tables under `note_id`.

    `quiet_until`: the borrower asked for, or was given, time; no further contact before.
    """

    kind: Literal["contact_recorded"] = "contact_recorded"
    weight: ClassVar[Weight] = "decision"
    attempt: Identifier | None = None
    collector: Identifier
    result: ContactResult
    identity_verified: bool = False
    quiet_until: Instant | None = None
    note_id: Identifier | None = None


# --- money -------------------------------------------------------------------------------------------------------


class PaymentPosted(FactBase):
    """Money arrived. `reference` is the payment system's; the same reference is the same payment."""

    kind: Literal["payment_posted"] = "payment_posted"
    reference: Identifier
    amount: Amount
    currency: Currency
    value_date: Day


class PaymentReversed(FactBase):
    """The payment `reverses` was taken back in full (returned debit, chargeback, error)."""

    kind: Literal["payment_reversed"] = "payment_reversed"
    reference: Identifier
    reverses: Identifier
    value_date: Day


# --- commands and refusals -----------------------------------------------------------------------------------------


class Paused(FactBase):
    """An operator stopped all contact on this case, until a time or until `resume`."""

    kind: Literal["paused"] = "paused"
    weight: ClassVar[Weight] = "decision"
    reason: Code
    until: Instant | None = None


class Resumed(FactBase):
    """An operator let a paused, parked or handed-over case go on by itself."""

    kind: Literal["resumed"] = "resumed"
    weight: ClassVar[Weight] = "decision"
    reason: Code


class CommandRefused(FactBase):
    """An operator's command that the case's rules did not allow, and which rule."""

    kind: Literal["command_refused"] = "command_refused"
    weight: ClassVar[Weight] = "inert"
    command: Code
    rule: str
    why: str


class SignalRejected(FactBase):
    """A message that could not be understood. Where and which rule it broke; never what it said."""

    kind: Literal["signal_rejected"] = "signal_rejected"
    weight: ClassVar[Weight] = "inert"
    signal: str
    errors: tuple[str, ...]


class FactConflicted(FactBase):
    """A source sent the same id again with other content; the first stands, and a person should look."""

    kind: Literal["fact_conflicted"] = "fact_conflicted"
    weight: ClassVar[Weight] = "inert"
    fact_id: str


# --- the borrower (streams of their own, mirrored into every open loan) ----------------------------------------------


class ChannelOptedOut(FactBase):
    """The borrower does not want to hear by this channel."""

    kind: Literal["channel_opted_out"] = "channel_opted_out"
    channel: Channel


class ChannelOptedIn(FactBase):
    """The borrower takes an opt-out back."""

    kind: Literal["channel_opted_in"] = "channel_opted_in"
    channel: Channel


class ContactStopped(FactBase):
    """The borrower asked for all contact to stop, or the law demands it (`reason`)."""

    kind: Literal["contact_stopped"] = "contact_stopped"
    reason: Code


class ContactAllowed(FactBase):
    """A whole stop ended."""

    kind: Literal["contact_allowed"] = "contact_allowed"
    reason: Code


class BorrowerDeceased(FactBase):
    """The borrower died; nothing more is sent to them and a person takes every loan of theirs."""

    kind: Literal["borrower_deceased"] = "borrower_deceased"


class ContactPointAdded(FactBase):
    """A new way to reach a party; the value is in the personal tables under the id."""

    kind: Literal["contact_point_added"] = "contact_point_added"
    party_id: Identifier
    contact_point_id: Identifier
    point_kind: PointKind


class ContactPointInvalid(FactBase):
    """A contact point does not reach its party any more."""

    kind: Literal["contact_point_invalid"] = "contact_point_invalid"
    contact_point_id: Identifier


BorrowerFact = (
    ChannelOptedOut
    | ChannelOptedIn
    | ContactStopped
    | ContactAllowed
    | BorrowerDeceased
    | ContactPointAdded
    | ContactPointInvalid
)

Fact = Annotated[
    EpisodeOpened
    | EpisodeReopened
    | TakenOver
    | Rebuilt
    | StageEntered
    | CaseClosed
    | HandedToPerson
    | Parked
    | AccountRead
    | CreditRecordRead
    | Assessed
    | OutsideFailed
    | AttemptReserved
    | AttemptRefused
    | AttemptSending
    | AttemptSent
    | AttemptUnknown
    | AttemptReleased
    | ContactResultPosted
    | ContactRecorded
    | PaymentPosted
    | PaymentReversed
    | Paused
    | Resumed
    | CommandRefused
    | SignalRejected
    | FactConflicted
    | BorrowerFact,
    Field(discriminator="kind"),
]
