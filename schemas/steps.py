"""What a case does next: one step, always with its reason and the rule behind it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.account import MadeOf
from schemas.base import Amount, Code, Day, Identifier, Instant, Recorded, added
from schemas.contact import ContactProposal
from schemas.court import CourtStep, Piece
from schemas.facts import Fact, Outcome
from schemas.reporting import ReportStatus
from schemas.restrictions import Restriction, RestrictionChange


class Why(Recorded):
    """The reason of a step in a short English sentence, and the id of the rule that made it."""

    rule: str
    text: str


class ReadAccount(Recorded):
    """Ask core banking for the account."""

    kind: Literal["read_account"] = "read_account"
    key: str


class ReadCreditRecord(Recorded):
    """Ask the credit bureau, under the borrower's authorisation."""

    kind: Literal["read_credit_record"] = "read_credit_record"
    key: str
    authorisation: Identifier


class MakeContact(Recorded):
    """Reserve, send and record one contact."""

    kind: Literal["make_contact"] = "make_contact"
    key: str
    proposal: ContactProposal


class ResolveAttempt(Recorded):
    """Find out what became of a contact that had begun: ask its gateway by key."""

    kind: Literal["resolve_attempt"] = "resolve_attempt"
    key: str
    proposal: ContactProposal


class CallOff(Recorded):
    """Take a task of people back: the contact of `proposal`, which went out as a task and is not wanted any more."""

    kind: Literal["call_off"] = "call_off"
    key: str
    proposal: ContactProposal
    reason: Code


class CheckFile(Recorded):
    """Ask the archive which papers there are."""

    kind: Literal["check_file"] = "check_file"
    key: str


class RequestDocuments(Recorded):
    """Ask for papers that are missing."""

    kind: Literal["request_documents"] = "request_documents"
    key: str
    pieces: tuple[Piece, ...]


class BookWaiver(Recorded):
    """Ask core banking to waive what a kept settlement left open, and of what that is made."""

    kind: Literal["book_waiver"] = "book_waiver"
    key: str
    agreement: Identifier
    amount: Amount
    made_of: MadeOf | None = added(None)


class ReverseWaiver(Recorded):
    """Ask core banking to take the waiver `reverses` of `amount` back, booked under `agreement`."""

    kind: Literal["reverse_waiver"] = "reverse_waiver"
    key: str
    agreement: Identifier
    reverses: Identifier
    amount: Amount


class ChargeInterest(Recorded):
    """Ask core banking to charge interest of a plan that has fallen due `on` that day of the bank's."""

    kind: Literal["charge_interest"] = "charge_interest"
    key: str
    agreement: Identifier
    amount: Amount
    on: Day


class IssueCertificate(Recorded):
    """Have what was settled or paid off certified to the borrower (结清证明): `paid` under `agreement`, `waived` after it."""

    kind: Literal["issue_certificate"] = "issue_certificate"
    key: str
    agreement: Identifier
    paid: Amount
    waived: Amount


class TakeCourtStep(Recorded):
    """Take a step at court, `on` this day of the bank's. `reference` is the case there, once it has one."""

    kind: Literal["take_court_step"] = "take_court_step"
    key: str
    step: CourtStep
    on: Day
    claim: Amount | None = None
    reference: Identifier | None = None
    pieces: tuple[Piece, ...] = ()


class ReportCredit(Recorded):
    """Tell the credit bureau that `amount` (loan's currency) is overdue, that nothing is any more, or that it was wrong."""

    kind: Literal["report_credit"] = "report_credit"
    key: str
    status: ReportStatus
    amount: Amount
    days_past_due: int
    notice: Identifier | None = None


class SetRestriction(Recorded):
    """Tell core banking that a restriction is imposed on the loan, or lifted; `approval`: by which it was allowed."""

    kind: Literal["set_restriction"] = "set_restriction"
    key: str
    restriction: Restriction
    change: RestrictionChange
    reason: Code
    approval: Identifier | None = None


Action = Annotated[
    ReadAccount
    | ReadCreditRecord
    | ReportCredit
    | MakeContact
    | ResolveAttempt
    | CallOff
    | CheckFile
    | RequestDocuments
    | BookWaiver
    | ReverseWaiver
    | ChargeInterest
    | SetRestriction
    | IssueCertificate
    | TakeCourtStep,
    Field(discriminator="kind"),
]

AskKind = Literal[
    "call",
    "visit",
    "approval",
    "offer",
    "court",
    "documents",
    "collect",
    "look",
    "small_arrears",
    "reconcile",
    "pause",
    "dispute",
    "complaint",
    "hardship",
    "estate",
    "insolvency",
    "stopped",
    "guardian",
    "military",
    "represented",
    "identity_fraud",
    "review",
    "complaint_overdue",
    "dispute_overdue",
    "self_harm",
    "credit_notice",
    "credit_error",
    "credit_error_overdue",
    "racket",
]


class Ask(Recorded):
    """What a person is asked for. `about` names it: an attempt, an approval, a hold. `reminder`: for the second time. `role`:
    in which an approval is decided, where the strategy has a table of authority."""

    kind: AskKind
    about: Identifier | None = None
    deadline: Instant | None = None
    reminder: bool = added(False)
    role: Code | None = added(None)


class Act(Recorded):
    """Start this action now."""

    kind: Literal["act"] = "act"
    action: Action
    why: Why


class Decide(Recorded):
    """Record these decisions now."""

    kind: Literal["decide"] = "decide"
    facts: tuple[Fact, ...]
    why: Why


class Wait(Recorded):
    """Nothing to do before `until`, or, without it, before something happens. `ask`: what a person is asked for."""

    kind: Literal["wait"] = "wait"
    until: Instant | None
    why: Why
    ask: Ask | None = None

    @property
    def person(self) -> bool:
        """Whether somebody is asked for something."""
        return self.ask is not None


class Done(Recorded):
    """The case has ended."""

    kind: Literal["done"] = "done"
    outcome: Outcome
    why: Why


Step = Annotated[Act | Decide | Wait | Done, Field(discriminator="kind")]
