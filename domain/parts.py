"""The pieces that a case is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from schemas.account import Component, Difference
from schemas.base import Amount, Code, Day, Identifier, Instant, Recorded, added
from schemas.complaints import ComplaintOutcome
from schemas.contact import ContactProposal, ContactResult, Level, VisitResult
from schemas.court import Piece, PieceState
from schemas.facts import Subject, Worth
from schemas.reporting import ReportStatus
from schemas.restrictions import Restriction
from schemas.segments import Bucket
from schemas.terms import AgreedOn, Part, Terms


class Quoted(Recorded):
    """What core banking said is owed, as of when, in the loan's currency: the figures that are quoted to people."""

    arrears: Amount
    outstanding: Amount
    as_of: Instant
    components: dict[Component, Amount] | None = added(None)
    """What is outstanding of each, where core banking tells it."""


# --- contact -----------------------------------------------------------------------------------------------------


class OpenAttempt(Recorded):
    """A contact that began and of which it is not known how it ended."""

    proposal: ContactProposal
    state: Literal["reserved", "sending", "unknown"]
    at: Instant
    result: ContactResult | None = None
    """A gateway's word may overtake our own record of the sending."""


class PastContact(Recorded):
    """A contact that went out, and the last word on it.

    `by_loan`: it was a message of another case of the same borrower, of that loan, and spoke of this debt as well;
    `rung_before`: how far this case's ladder was climbed before it.
    """

    attempt: Identifier
    proposal: ContactProposal
    at: Instant
    result: ContactResult | None = None
    shadow: bool = False
    result_at: Instant | None = added(None)
    """When people reported it: a call that they were asked for is made at about that hour, not `at`."""
    by_loan: Identifier | None = added(None)
    rung_before: int = added(0)
    replied: bool = added(False)
    """The borrower got in touch after it, before anything else of its kind went out."""


class Task(Recorded):
    """Something that people were asked to do by `deadline`: a call, a visit."""

    proposal: ContactProposal
    deadline: Instant
    called_off: bool = False
    """It was taken back too late: people are at it, and will report."""

    @property
    def attempt(self) -> str:
        """The contact that it is."""
        return self.proposal.attempt


class Failing(Recorded):
    """A system outside that did not answer: how often in a row, since when, last when, how."""

    count: int
    since: Instant
    last: Instant
    code: Code


class Heard(Recorded):
    """What conversations with the debtor in person have told, the latest word on each; how many, and the last when."""

    talks: int
    at: Instant
    willingness: Level | None = None
    ability: Level | None = None
    overdue_reason: Code | None = None


class Wish(Recorded):
    """What the borrower would like: time, a plan, a settlement, or to be called."""

    kind: Literal["time", "plan", "settlement", "call"]
    at: Instant


class Said(Recorded):
    """A promise that was heard and is not yet taken up. Without a part: all that is overdue, as soon as promises go."""

    part: Part | None
    by: Identifier
    channel: AgreedOn
    identity_verified: bool


# --- negotiation -------------------------------------------------------------------------------------------------


class Offer(Recorded):
    """Terms that wait for the borrower's word."""

    offer: Identifier
    terms: Terms
    terms_hash: str
    made_by: Identifier
    expires_at: Instant
    approval: Identifier | None = None


class Agreement(Recorded):
    """What is agreed. `paid_before`: all payments known when it was made, in the loan's currency: they do not keep it.
    `paid_by`: of a promise, their references. `interest_charged`: of a plan's own
    interest, what core banking has charged, `charges` times."""

    agreement: Identifier
    terms: Terms
    terms_hash: str
    made_at: Instant
    paid_before: Amount
    taken_by: Identifier | None = added(None)
    paid_by: tuple[Identifier, ...] = added(())
    interest_charged: Amount = added(Decimal(0))
    charges: int = added(0)

    def charged_more(self, amount: Decimal) -> Agreement:
        """After core banking has charged so much more of a plan's interest, in the loan's currency."""
        more = {"interest_charged": self.interest_charged + amount, "charges": self.charges + 1}
        return self.model_copy(update=more)


class PastAgreement(Recorded):
    """An agreement that is over, and how it ended: `partly` if something was paid, and less than was agreed."""

    agreement: Identifier
    kind: Literal["promise", "plan", "settlement"]
    ended: Literal["kept", "partly", "broken", "replaced"]
    taken_by: Identifier | None = added(None)


class Approval(Recorded):
    """Something that waits for somebody else's word, or has it and waits to be carried out."""

    approval: Identifier
    subject: Subject
    terms: Terms | None
    channel: AgreedOn | None
    asked_by: Identifier
    limit: str
    why: str
    deadline: Instant
    approved: bool | None = None
    asks: Code | None = added(None)
    authority: Code | None = added(None)
    representative: Identifier | None = added(None)
    worth: Worth | None = added(None)
    reason: Code | None = added(None)
    amount: Amount | None = added(None)
    bucket: Bucket | None = added(None)
    difference: Difference | None = added(None)
    evidence: Identifier | None = added(None)
    decided_by: Identifier | None = added(None)


# --- restrictions ------------------------------------------------------------------------------------------------


class Restricted(Recorded):
    """A restriction on the loan: in force `since`, or approved and not yet told. `lifting`: why a person wants it lifted."""

    restriction: Restriction
    reason: Code
    approval: Identifier | None
    since: Instant | None = None
    lifting: Code | None = None


# --- the credit bureau -------------------------------------------------------------------------------------------


class CreditError(Recorded):
    """What the borrower says is wrong at the bureau."""

    error: Identifier
    reason: Code
    told_at: Instant


class Reporting(Recorded):
    """What the bureau was told last, the notice before it with the proof of its arrival, and what is said to be wrong.

    `wrong`: an error was found, and the bureau has not been told yet.
    """

    notice: Identifier | None = None
    noticed_at: Instant | None = None
    arrived_at: Instant | None = None
    status: ReportStatus | None = None
    reported_at: Instant | None = None
    reports: int = 0
    error: CreditError | None = None
    wrong: bool = False


# --- complaints --------------------------------------------------------------------------------------------------


class Complaint(Recorded):
    """A complaint and whom it is against. `extended`: somebody senior gave more time; `outcome`: None while it waits."""

    complaint: Identifier
    reason: Code
    taken_by: Identifier
    against: tuple[Identifier, ...]
    complicated: bool
    received_at: Instant
    extended: bool = False
    outcome: ComplaintOutcome | None = None


# --- field visits --------------------------------------------------------------------------------------------------


class PastVisit(Recorded):
    """A visit that the field force has, or had: when it takes place, and what came of it."""

    attempt: Identifier
    appointment: Instant
    result: VisitResult | None = None
    called_off: bool = False


# --- litigation ----------------------------------------------------------------------------------------------------


class LoanFile(Recorded):
    """The papers that a suit needs, as the archive has them, and when some were last asked for."""

    pieces: dict[Piece, PieceState]
    checked_at: Instant
    requested_at: Instant | None = None

    def lacks(self, wanted: tuple[Piece, ...]) -> tuple[Piece, ...]:
        """Which of `wanted` are not there."""
        return tuple(piece for piece in wanted if self.pieces.get(piece) != "there")

    def unasked(self, wanted: tuple[Piece, ...]) -> tuple[Piece, ...]:
        """Which of `wanted` are missing and were not asked for."""
        return tuple(piece for piece in wanted if self.pieces.get(piece, "missing") == "missing")


ZERO = Decimal(0)


class Settled(Recorded):
    """A settlement that was kept, or a plan during which something accrued: core banking is to waive the rest.

    `booked`: it has, with the value date `booked_on`, `bookings` times, `waived` in all: what accrued until a value date
    that is later than the day on which the rest was worked out is booked once more. `waivers`: core banking's references of
    these; `looked_at`: those that it took back by itself, and a person has looked. `earlier`: an earlier episode of the loan
    ended with it, and nothing more is waived.
    """

    agreement: Agreement
    booked: bool = False
    booked_on: Day | None = added(None)
    bookings: int = added(0)
    waived: Amount = added(Decimal(0))
    waivers: tuple[Identifier, ...] = added(())
    looked_at: tuple[Identifier, ...] = added(())
    earlier: bool = added(False)

    def gone(self, taken_back: frozenset[str]) -> tuple[Identifier, ...]:
        """Its waivers of `taken_back` at which nobody has looked."""
        return tuple(name for name in self.waivers if name in taken_back and name not in self.looked_at)

    def looked(self, gone: tuple[Identifier, ...], amount: Decimal) -> Settled:
        """After a person has looked at waivers that are `gone`, of `amount` in all: so much is to be booked anew."""
        looked_at = (*self.looked_at, *gone)
        booked = any(name not in looked_at for name in self.waivers)
        left = {"looked_at": looked_at, "waived": self.waived - amount, "booked": booked}
        return self.model_copy(update=left if booked else left | {"booked_on": None})

    def booked_again(self, amount: Decimal, value_date: Day, reference: Identifier) -> Settled:
        """After core banking has booked a waiver of so much, in the loan's currency, under its `reference`."""
        booked = {
            "booked": True,
            "booked_on": value_date,
            "bookings": self.bookings + 1,
            "waived": self.waived + amount,
            "waivers": (*self.waivers, reference),
        }
        return self.model_copy(update=booked)


class Interruption(Recorded):
    """The last day on which limitation began to run anew, and what interrupted it."""

    on: Day
    by: Code
