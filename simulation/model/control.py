"""What is said to the simulation itself: books, money on order, faults, what cases ask people for, what was delivered."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from schemas.base import Code, Identifier, Instant, Recorded, Submitted
from schemas.facts import Stage
from schemas.messages import CommandOutcome
from schemas.steps import Ask
from schemas.terms import Positive
from simulation.model.world import Character, SimulatedBorrower, SimulatedLoan

System = Literal["core", "bureau", "messaging", "telephony", "field", "documents", "court"]
FaultMode = Literal["down", "slow", "busy", "lose_answer", "refuse"]


class BookLoad(Submitted):
    """POST /simulation/book: loans and their borrowers, who begin to act by themselves at `opened_at`."""

    opened_at: Instant
    borrowers: tuple[SimulatedBorrower, ...]
    loans: tuple[SimulatedLoan, ...]


class Loaded(Recorded):
    """Answer to a load: how many were new; the same again counts nothing."""

    borrowers: int
    loans: int
    acts: int


class LoanRef(Recorded):
    """A loan of the book, whose it is and how that borrower behaves."""

    loan_id: Identifier
    borrower_id: Identifier
    character: Character


class LoanRefs(Recorded):
    """The book's loans by id."""

    loans: tuple[LoanRef, ...]


class PaymentOrder(Submitted):
    """POST /simulation/payments: money arrives. Without `reference` the same order is the same payment.

    Shown by core banking from `posted_at`, signalled at `signal_at` (default: then). `signalled` false: the
    signal gets lost.
    """

    loan_id: Identifier
    amount: Positive
    posted_at: Instant
    value_date: date | None = None
    reference: Identifier | None = None
    signal_at: Instant | None = None
    signalled: bool = True


class ReversalOrder(Submitted):
    """POST /simulation/reversals: the payment `reverses` is taken back in full. Fields as for a payment."""

    reverses: Identifier
    posted_at: Instant
    value_date: date | None = None
    reference: Identifier | None = None
    signal_at: Instant | None = None
    signalled: bool = True


class MoneyPosted(Recorded):
    """Answer to an order: the movement's reference, and the act that will signal it."""

    reference: Identifier
    act_id: Identifier | None = None


class Asking(Submitted):
    """POST /simulation/asks: at `at` a case rests and asks people of the bank for `ask`, by `rule`, in `stage`."""

    loan_id: Identifier
    at: Instant
    ask: Ask
    rule: str
    stage: Stage


class DeliveryNote(Submitted):
    """POST /simulation/acts/{act_id}/delivered: what became of it; `outcome` is the case's answer to an update."""

    result: Code = "delivered"
    outcome: CommandOutcome | None = None


class Planned(Recorded):
    """How many acts follow."""

    acts: int


class Fault(Submitted):
    """POST /simulation/faults: `system` misbehaves for `seconds` (wall clock) or `times` requests, else ever.

    `delay_seconds` is how long `slow` keeps a request; `retry_after_seconds` what `busy` tells to wait.
    """

    system: System
    mode: FaultMode
    seconds: float | None = Field(default=None, gt=0)
    times: int | None = Field(default=None, gt=0)
    delay_seconds: float = Field(default=2, ge=0)
    retry_after_seconds: int = Field(default=1, ge=0)


class Done(Recorded):
    """A control request was carried out."""

    done: Literal[True] = True


class Health(Recorded):
    """GET /health."""

    status: Literal["ok"] = "ok"
    seed: int
    loans: int
