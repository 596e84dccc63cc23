"""Updates: what people command. An unknown field is an error, so that a misspelt one is not passed over in silence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Amount, Code, Day, Identifier, Instant, Submitted
from schemas.complaints import ComplaintOutcome, MoreTime
from schemas.contact import ContactResult, Level, VisitResult
from schemas.court import Reportable
from schemas.debt import NoticeKind
from schemas.facts import Stage
from schemas.holds import OpenableHold
from schemas.means import Means
from schemas.reporting import ErrorOutcome
from schemas.representatives import RacketFound
from schemas.restrictions import Restriction
from schemas.terms import AgreedOn, Offerable, Part, Positive, Share

Differs = Annotated[Amount, Field(max_digits=18, decimal_places=4)]
"""By how much one figure is more than another; negative: less."""


class Command(Submitted):
    """What every operator's command carries: who gives it."""

    by: Identifier


class Pause(Command):
    """Stop all contact on this case, until a time or until `resume`."""

    reason: Code
    until: Instant | None = None


class Resume(Command):
    """Let a paused, parked or handed-over case go on by itself."""

    reason: Code


class RecordContact(Command):
    """What came of a conversation. `attempt` names the human-call task; without it the borrower called in.

    `willingness` and `ability`: the collector's impression. `overdue_reason`: the cause that the borrower gave. `wish`:
    what they would like. `promise`: what they said they will pay, by when. `recording`: the recording of it, by its id.
    `means`: what they said they have to pay with.
    """

    attempt: Identifier | None = None
    result: ContactResult
    identity_verified: bool = False
    quiet_until: Instant | None = None
    note_id: Identifier | None = None
    willingness: Level | None = None
    ability: Level | None = None
    overdue_reason: Code | None = None
    wish: Literal["time", "plan", "settlement"] | None = None
    promise: Part | None = None
    recording: Identifier | None = None
    means: Means | None = None


class AcceptPromise(Command):
    """The borrower promises to pay `amount` by `pay_by`, and the parts of `then` after it, in the loan's currency.

    `role`: of who takes it, in the strategy's table of authority; by default the lowest. `common` and `allocation`: of a
    promise over several loans, the id that all share and what is for which; each loan's case is told of it.
    `representative`: who promises in the borrower's place, by party id; then it is their identity that was verified.
    """

    amount: Positive
    pay_by: Day
    then: tuple[Part, ...] = ()
    common: Identifier | None = None
    allocation: tuple[Share, ...] = ()
    channel: AgreedOn = "call"
    identity_verified: bool = False
    representative: Identifier | None = None
    role: Code | None = None


class OfferPlan(Command):
    """Offer an instalment plan or a one-off settlement. `role`: of who offers it, by default the lowest."""

    terms: Offerable
    role: Code | None = None


class AcceptPlan(Command):
    """The borrower accepts an offer: those terms, by their hash, on that channel.

    `representative`: who accepts in their place, by party id; then it is their identity that was verified.
    """

    offer: Identifier
    terms_hash: str
    channel: AgreedOn = "call"
    identity_verified: bool = False
    representative: Identifier | None = None


class DecideApproval(Command):
    """Approve what somebody else asked for, or do not. `role`: in which; needed where the strategy's table asks for one."""

    approval: Identifier
    approve: bool
    reason: Code
    role: Code | None = None


class RecordVisit(Command):
    """What came of a visit, and how many were there. `promise`: what the borrower said they will pay. `recording`: what was
    recorded of it, by its id."""

    attempt: Identifier
    result: VisitResult
    staff: int = Field(ge=0)
    promise: Part | None = None
    note_id: Identifier | None = None
    recording: Identifier | None = None


class RecordCourtStep(Command):
    """A milestone that came from the court. `code` says what is missing or why, `amount` what was awarded."""

    milestone: Reportable
    on: Day
    reference: Identifier | None = None
    amount: Annotated[Amount, Field(ge=0, max_digits=18, decimal_places=4)] | None = None
    code: Code | None = None


class OpenHold(Command):
    """Stop collecting: this debt, or, for what befalls a person, all of the borrower's."""

    hold_kind: OpenableHold
    reason: Code
    review_at: Instant | None = None
    evidence: Identifier | None = None


class EndHold(Command):
    """Let go on what a hold stopped."""

    hold: Identifier
    reason: Code


class ReviewContact(Command):
    """Decide on contacts that a rule of conduct sends to review: whether they may be made, until when."""

    rule: Annotated[str, Field(min_length=1, max_length=64)]
    approve: bool
    reason: Code
    until: Instant | None = None


class RecordNotice(Command):
    """A notice of law was given outside this system. `arrived`: its arrival is proven."""

    notice: NoticeKind
    arrived: bool = False
    evidence: Identifier | None = None


class OpenComplaint(Command):
    """The borrower complains; `against` whom, by the ids of collectors or an agency."""

    reason: Code
    against: tuple[Identifier, ...] = ()
    complicated: bool = False
    received_at: Instant | None = None
    evidence: Identifier | None = None


class ExtendComplaint(Command):
    """There is more time to answer a complaint. Of a senior's approval `asked_by` says who asked for it."""

    complaint: Identifier
    more_time: MoreTime
    reason: Code
    asked_by: Identifier | None = None


class DecideComplaint(Command):
    """Answer a complaint. `correction`: what was put right of one that is upheld."""

    complaint: Identifier
    outcome: ComplaintOutcome
    reason: Code
    correction: Code | None = None
    evidence: Identifier | None = None


class SuspectRacket(Command):
    """Whoever says that they act for the borrower, by `party` id, is suspected of debt relief as a racket (代理维权)."""

    party: Identifier
    reason: Code
    evidence: Identifier | None = None


class ReviewRacket(Command):
    """Somebody else has looked into the suspicion: `confirmed`, they act for the borrower no longer."""

    party: Identifier
    found: RacketFound
    reason: Code
    evidence: Identifier | None = None


class TellCreditError(Command):
    """The borrower says that the credit bureau was told something wrong."""

    reason: Code
    evidence: Identifier | None = None


class AnswerCreditError(Command):
    """What was said to be wrong at the credit bureau was looked into."""

    error: Identifier
    outcome: ErrorOutcome
    reason: Code


class Restrict(Command):
    """Ask for a restriction on the loan. Somebody else approves it."""

    restriction: Restriction
    reason: Code


class LiftRestriction(Command):
    """Lift a restriction."""

    restriction: Restriction
    reason: Code


class ExplainDifference(Command):
    """Say why core banking's figures are not what its books give: by how much they are more, and why. Somebody else approves
    it."""

    arrears: Differs
    outstanding: Differs
    reason: Code
    evidence: Identifier | None = None


class WithdrawExplanation(Command):
    """Take the explanation of a difference back, in force or still to be approved."""

    reason: Code


class Escalate(Command):
    """Move the case's main effort to another stage."""

    to: Stage
    reason: Code


class AdoptPolicy(Command):
    """Go on under another strategy: its name, `name@version` or sha256."""

    policy: str
    reason: Code


class CloseByBank(Command):
    """The bank ends the case: the debt is sold, extinguished, or settled elsewhere."""

    reason: Code
    outcome: Literal["closed_by_bank", "sold", "extinguished"] = "closed_by_bank"
