"""The HTTP contracts of the systems outside, as `docs/gateways.md` describes them."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from schemas.account import MadeOf
from schemas.base import Amount, Code, Currency, Day, Identifier, Instant, Recorded, added
from schemas.contact import Channel, Purpose
from schemas.court import Piece
from schemas.loan import Language
from schemas.reporting import ReportStatus
from schemas.restrictions import Restriction, RestrictionChange


class BureauInquiry(Recorded):
    """POST /bureau/inquiries. `purpose` and `authorisation` are what the bureau must be told; `as_of` when we asked."""

    loan_id: Identifier
    borrower_id: Identifier
    authorisation: Identifier
    purpose: Literal["post_loan_management"] = "post_loan_management"
    as_of: Instant


class BureauReport(Recorded):
    """POST /bureau/reports: how the loan stands, `amount` overdue in `currency`; `notice`: our id of the contact by which the
    borrower was told before."""

    loan_id: Identifier
    borrower_id: Identifier
    status: ReportStatus
    amount: Amount
    currency: Currency
    days_past_due: int
    notice: Identifier | None = None
    as_of: Instant


class MessageRequest(Recorded):
    """POST /messaging/messages. `address` is the number or address itself: it exists in this request alone."""

    loan_id: Identifier
    borrower_id: Identifier
    channel: Channel
    contact_point_id: Identifier
    address: str
    language: Language
    template: Code
    text: str
    purpose: Purpose
    as_of: Instant


class CallRequest(MessageRequest):
    """POST /telephony/robot-calls and /telephony/human-calls; a human call is a task until `deadline`.

    `exclude`: collectors who must not be given it; `prefer`: who is to be given it if they can take it. `priority`: 1 the
    most urgent to 9, where the strategy says so.
    """

    deadline: Instant | None = None
    exclude: tuple[Identifier, ...] = ()
    prefer: Identifier | None = added(None)
    priority: int | None = added(None)


class VisitRequest(MessageRequest):
    """POST /field/visits: `team` people visit `address` from `appointment` to `appointment_end`, and report by `deadline`.

    `text` is their brief; `papers` is what they take with them. `exclude`: whom of the field force must not be given it.
    """

    appointment: Instant
    appointment_end: Instant
    deadline: Instant
    team: int
    papers: tuple[Code, ...] = ()
    exclude: tuple[Identifier, ...] = added(())
    priority: int | None = added(None)


class CallOffRequest(Recorded):
    """POST …/{key}/cancellation of a human call or a visit: it is not wanted any more."""

    reason: Code
    as_of: Instant


class CallOffReceipt(Recorded):
    """`called_off`: it will not be made. `too_late`: it was made, or people are at it."""

    status: Literal["called_off", "too_late"]
    as_of: Instant


class LoanFileAnswer(Recorded):
    """GET /documents/loans/{loan_id}/file: which papers the archive has."""

    loan_id: Identifier
    pieces: dict[Piece, Literal["there", "missing"]]
    as_of: Instant


class DocumentsRequest(Recorded):
    """POST /documents/requests: get these papers. Each is signalled when it has come."""

    loan_id: Identifier
    borrower_id: Identifier
    pieces: tuple[Piece, ...]
    as_of: Instant


class CertificateRequest(Recorded):
    """POST /documents/certificates: certify to the borrower that the debt is settled (结清证明)."""

    loan_id: Identifier
    borrower_id: Identifier
    agreement: Identifier
    paid: Amount
    waived: Amount
    currency: Currency
    as_of: Instant


class WaiverRequest(Recorded):
    """POST /core/waivers: book a waiver of `amount` under a settlement that was paid, and of what components it is made."""

    loan_id: Identifier
    agreement: Identifier
    amount: Amount
    currency: Currency
    as_of: Instant
    made_of: MadeOf | None = added(None)


WAIVER_REFUSED: tuple[Code, ...] = ("components_do_not_add_up", "more_than_owed_of_component")
"""By which codes core banking refuses a waiver because of what it is made of."""


class WaiverReceipt(Recorded):
    """The waiver as booked: core banking's reference and value date, and of what it is made, where that is told."""

    reference: Identifier
    amount: Amount
    value_date: Day
    as_of: Instant
    made_of: MadeOf | None = added(None)

    @model_validator(mode="after")
    def _adds_up(self) -> WaiverReceipt:
        if fault := self.made_of and self.made_of.fault(self.amount):
            raise ValueError(f"waiver {self.reference}: {fault}")
        return self


class WaiverReversalRequest(Recorded):
    """POST /core/waiver-reversals: take the waiver `reverses` back, for the money of its settlement was taken back."""

    loan_id: Identifier
    agreement: Identifier
    reverses: Identifier
    as_of: Instant


class WaiverReversalReceipt(Recorded):
    """The reversal as booked, of the `amount` of the waiver it `reverses`; the first one, if it was taken back before."""

    reference: Identifier
    reverses: Identifier
    amount: Amount
    value_date: Day
    as_of: Instant


class PlanInterestRequest(Recorded):
    """POST /core/plan-interest: charge `amount` of interest that has fallen due under a plan, from the day `on`."""

    loan_id: Identifier
    agreement: Identifier
    amount: Amount
    currency: Currency
    on: Day
    as_of: Instant


class PlanInterestReceipt(Recorded):
    """The charge as booked: core banking's reference and value date."""

    reference: Identifier
    amount: Amount
    value_date: Day
    as_of: Instant


class RestrictionRequest(Recorded):
    """POST /core/restrictions: a restriction is imposed on the loan, or lifted; lifting what is not in force is no fault.

    `approval`: our id of the approval by which it was allowed."""

    loan_id: Identifier
    borrower_id: Identifier
    restriction: Restriction
    change: RestrictionChange
    reason: Code
    approval: Identifier | None = None
    as_of: Instant


class CourtRequest(Recorded):
    """POST /court/filings, /court/enforcements, /court/property-checks, /court/withdrawals.

    `reference` is the court's number of the case, once it has one; `claim` what is asked for, in `currency`.
    """

    loan_id: Identifier
    borrower_id: Identifier
    reference: Identifier | None = None
    claim: Amount | None = None
    currency: Currency
    pieces: tuple[Piece, ...] = ()
    as_of: Instant


class CourtReceipt(Recorded):
    """The court's side has taken the step on that day, under this reference, for the claim that it was asked for then."""

    reference: Identifier
    on: Day
    claim: Amount | None = None
    as_of: Instant


class GatewayReceipt(Recorded):
    """What a gateway answers when it has taken a message, call or task, and again when asked by key."""

    reference: Identifier
    status: Literal["accepted"]
    as_of: Instant


class GatewayProblem(Recorded):
    """Body of a 4xx or 5xx answer. `code` is closed vocabulary; `retryable` tells transient from final."""

    code: Code
    retryable: bool
    detail: str = ""
