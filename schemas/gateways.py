"""The HTTP contracts of the systems outside, as `docs/gateways.md` describes them."""

from __future__ import annotations

from typing import Literal

from schemas.base import Code, Identifier, Instant, Recorded
from schemas.contact import Channel, Purpose
from schemas.loan import Language


class BureauInquiry(Recorded):
    """POST /bureau/inquiries. `purpose` and `authorisation` are what the bureau must be told; `as_of` when we asked."""

    loan_id: Identifier
    borrower_id: Identifier
    authorisation: Identifier
    purpose: Literal["post_loan_management"] = "post_loan_management"
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
    """POST /telephony/robot-calls and /telephony/human-calls; a human call is a task until `deadline`."""

    deadline: Instant | None = None


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
