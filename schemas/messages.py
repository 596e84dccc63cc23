"""What is said to a running case, and what it answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from schemas.base import Amount, Code, Currency, Day, Identifier, Instant, Recorded, Submitted
from schemas.contact import ContactResult
from schemas.facts import HandledBy, Outcome, Stage
from schemas.ledger import Head
from schemas.loan import CollectionRequest
from schemas.steps import Why

# --- signals: feeds. Fields nobody knows are let through, for a payment must not be lost over a new field -----------


def _as_text(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError('money is sent as a string such as "1234.56"')
    return value


class PaymentPostedSignal(Recorded):
    """Signal `payment_posted`: money arrived for this loan. `amount` is a positive decimal string."""

    reference: Identifier
    amount: Annotated[Amount, Field(gt=0, max_digits=18, decimal_places=4), BeforeValidator(_as_text)]
    currency: Currency
    value_date: Day
    posted_at: Instant | None = None


class PaymentReversedSignal(Recorded):
    """Signal `payment_reversed`: the payment `reverses` was taken back in full."""

    reference: Identifier
    reverses: Identifier
    value_date: Day
    posted_at: Instant | None = None


class ContactResultSignal(Recorded):
    """Signal `contact_result`: a gateway's word on the attempt with this idempotency key."""

    attempt: Identifier
    result: ContactResult
    at: Instant


class BorrowerChangedSignal(Recorded):
    """Signal `borrower_changed`: a nudge; the ledger has a new fact of this borrower."""

    borrower_id: Identifier


# --- updates: people ------------------------------------------------------------------------------------------------


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
    """What came of a conversation. `attempt` names the human-call task; without it the borrower called in."""

    attempt: Identifier | None = None
    result: ContactResult
    identity_verified: bool = False
    quiet_until: Instant | None = None
    note_id: Identifier | None = None


class CloseByBank(Command):
    """The bank ends the case (sold, mistaken, settled elsewhere)."""

    reason: Code


class CommandOutcome(Recorded):
    """The ledger's answer to a command: accepted as fact `seq`, or refused, by which rule and why."""

    accepted: bool
    seq: int
    rule: str = ""
    why: str = ""


# --- queries and results ---------------------------------------------------------------------------------------------


class CaseView(Recorded):
    """Query `case`: the state that the workflow holds, at `head` of its ledger stream, folded by `build`."""

    head: Head
    epoch: int
    build: str
    digest: str
    state: dict[str, Any]


class Agenda(Recorded):
    """Query `agenda`: what the case does or waits for, why, and until when. `quiet`: nothing in flight or queued."""

    head: Head
    now: Instant
    stage: Stage
    handled_by: HandledBy
    step: Literal["act", "decide", "wait", "done", "opening"]
    action: str | None = None
    until: Instant | None = None
    why: Why
    quiet: bool
    person: bool = False


class CaseSummary(Recorded):
    """The result of a case's workflow."""

    loan_id: Identifier
    outcome: Outcome | Literal["superseded"]
    head: Head
    epoch: int
    digest: str
    build: str
    why: str


class Carried(Recorded):
    """What a run hands to the next one of the same build. Another build gets identity only and folds again."""

    build: str
    epoch: int
    state: dict[str, Any]
    law: tuple[str, ...]
    policy: str


class RunInput(Submitted):
    """The workflow's input: the bank's request, and, between runs of one case, what was carried over."""

    request: CollectionRequest
    carried: Carried | None = None
