"""What a workflow asks of an activity: enough to act for a case once, and to write down what came of it."""

from __future__ import annotations

from pydantic import Field

from schemas.account import MadeOf
from schemas.base import Amount, Code, Currency, Day, Identifier, Instant, Recorded, added
from schemas.contact import ContactProposal
from schemas.court import CourtStep, Piece
from schemas.ledger import Head, NewFact
from schemas.loan import Language
from schemas.reporting import ReportStatus
from schemas.restrictions import Restriction, RestrictionChange


class ActionOrder(Recorded):
    """An action of one case. `key` is its idempotency key and the root of the ids of the facts it records.

    `decided_on` is the decision head that it was decided on, `state` the digest of that case, `build` the code.
    """

    stream: str
    loan_id: Identifier
    borrower_id: Identifier
    epoch: int
    after: Head
    decided_on: int
    state: str | None = None
    build: str | None = None
    key: str


class TimedOrder(ActionOrder):
    """An action that is told the case's time, `as_of`: the outside is asked as of it."""

    as_of: Instant


class AccountOrder(TimedOrder):
    """Read the account at core banking, of a loan in `currency`."""

    currency: Currency


class CreditOrder(TimedOrder):
    """Ask the credit bureau, under `authorisation`."""

    authorisation: Identifier


class CreditReportOrder(TimedOrder):
    """Tell the credit bureau how the loan stands, `amount` in `currency`; `notice`: by which contact the borrower knows."""

    status: ReportStatus
    amount: Amount
    days_past_due: int
    currency: Currency
    notice: Identifier | None = None


class FileOrder(TimedOrder):
    """Ask the archive which papers of the loan there are."""


class DocumentsOrder(TimedOrder):
    """Ask for papers that are missing."""

    pieces: tuple[Piece, ...]


class WaiverOrder(TimedOrder):
    """Have core banking waive what a kept settlement left open."""

    agreement: Identifier
    amount: Amount
    currency: Currency
    made_of: MadeOf | None = added(None)


class WaiverReversalOrder(TimedOrder):
    """Have core banking take back the waiver `reverses`, booked under `agreement`."""

    agreement: Identifier
    reverses: Identifier


class InterestOrder(TimedOrder):
    """Have core banking charge interest of a plan, which counts from the day `on`."""

    agreement: Identifier
    amount: Amount
    currency: Currency
    on: Day


class RestrictionOrder(TimedOrder):
    """Tell core banking that a restriction is imposed on the loan, or lifted."""

    restriction: Restriction
    change: RestrictionChange
    reason: Code
    approval: Identifier | None = None


class CertificateOrder(TimedOrder):
    """Have a settlement that was paid certified: `paid` under `agreement`, `waived` after it, in `currency`."""

    agreement: Identifier
    paid: Amount
    waived: Amount
    currency: Currency


class CourtOrder(TimedOrder):
    """Take a step at court, `on` this day of the bank's; `claim` in `currency`; `reference` as the court gave it."""

    step: CourtStep
    on: Day
    currency: Currency
    claim: Amount | None = None
    reference: Identifier | None = None
    pieces: tuple[Piece, ...] = ()


class CallOffOrder(TimedOrder):
    """Take a task of people back: the contact of `proposal`."""

    proposal: ContactProposal
    reason: Code


class ContactOrder(ActionOrder):
    """Make, or find out about, the contact of `proposal`. `fields` fill the template: figures, never names."""

    proposal: ContactProposal
    language: Language = "zh-CN"
    fields: dict[str, str] = Field(default_factory=dict)


class BorrowerOrder(Recorded):
    """Write a fact about the borrower, which binds all their loans; answer what this loan's stream has above `after`."""

    borrower_id: Identifier
    fact: NewFact
    stream: str
    epoch: int
    after: Head
    build: str | None = None
    now: Instant
