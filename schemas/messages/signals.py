"""Signals: what feeds tell a case. Fields nobody knows are let through, for a payment must not be lost over a new field."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from schemas.account import Designation
from schemas.base import Amount, Code, Currency, Day, Identifier, Instant, Recorded, added
from schemas.contact import ContactResult, InboundChannel, Intent, VisitResult
from schemas.court import Piece, Reportable
from schemas.terms import Shared


def _as_text(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError('money is sent as a string such as "1234.56"')
    return value


Money = Annotated[Amount, Field(gt=0, max_digits=18, decimal_places=4), BeforeValidator(_as_text)]


def _or_nothing(value: Any, understood: ValidatorFunctionWrapHandler) -> Any:
    try:
        return understood(value)
    except ValidationError:
        return None


Recording = Annotated[Identifier | None, WrapValidator(_or_nothing)]
"""The id of a recording where it is kept. One that is no id is left out: what was heard must not be lost over it."""


Designated = Annotated[Designation | None, WrapValidator(_or_nothing)]
"""What the payer said. What cannot be understood is left out: the payment must not be lost over it."""


Together = Annotated[Shared | None, WrapValidator(_or_nothing)]
"""Of what payment over several loans it is part. What cannot be understood is left out here too."""


class PaymentPostedSignal(Recorded):
    """Signal `payment_posted`: money arrived for this loan. `amount` is a positive decimal string. `designates`: what the
    payer said it is for. `shared`: the payment over several loans that this is part of."""

    reference: Identifier
    amount: Money
    currency: Currency
    value_date: Day
    posted_at: Instant | None = None
    designates: Designated = added(None)
    shared: Together = added(None)


class PaymentReversedSignal(Recorded):
    """Signal `payment_reversed`: the payment `reverses` was taken back in full. `charged_back`: its payer contests it."""

    reference: Identifier
    reverses: Identifier
    value_date: Day
    posted_at: Instant | None = None
    charged_back: bool = added(False)


class ContactResultSignal(Recorded):
    """Signal `contact_result`: a gateway's word on the attempt with this idempotency key."""

    attempt: Identifier
    result: ContactResult
    at: Instant
    recording: Recording = None


class InboundContactSignal(Recorded):
    """Signal `inbound_contact`: the borrower rang, replied, or opened a link, and wants `intent`."""

    inbound: Identifier
    channel: InboundChannel
    intent: Intent
    at: Instant


class Promised(Recorded):
    """What the borrower said they will pay, and by when."""

    amount: Money
    due_on: Day


class VisitResultSignal(Recorded):
    """Signal `visit_result`: the field force's word on a visit. `promise`: what the borrower said they will pay."""

    attempt: Identifier
    result: VisitResult
    staff: int = Field(ge=0)
    at: Instant
    promise: Promised | None = None
    recording: Recording = None


class DocumentArrivedSignal(Recorded):
    """Signal `document_arrived`: a paper that was asked for is in the archive."""

    piece: Piece
    at: Instant


class CourtReportedSignal(Recorded):
    """Signal `court_reported`: the court's word on the case. `reference` is the court's own."""

    milestone: Reportable
    on: Day
    at: Instant
    reference: Identifier | None = None
    amount: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4), BeforeValidator(_as_text)] | None = None
    code: Code | None = None


class BorrowerChangedSignal(Recorded):
    """Signal `borrower_changed`: a nudge; the ledger has a new fact of this borrower."""

    borrower_id: Identifier
