"""What the simulated world is made of: borrowers, loans, acts, and what is said to the simulation itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from domain.calendar import UnknownZone, bank_date, zone
from schemas.base import Amount, Code, Currency, Identifier, Instant, Recorded, Submitted
from schemas.contact import Channel, Purpose
from schemas.loan import Instalment, Language, Product, Transaction

BANK_ZONE = "Asia/Shanghai"
"""IANA zone of the simulated core: its calendar date decides what is due."""

Character = Literal[
    "forgets",
    "needs_time",
    "cannot_pay",
    "will_not_pay",
    "lost_contact",
    "disputes",
    "pays_then_reverses",
    "opts_out",
    "pays_unasked",
]
"""How a borrower behaves; `simulation.borrowers` says what each of them does."""

ActKind = Literal["payment", "reversal", "contact_result", "record_contact", "borrower_fact"]
System = Literal["core", "bureau", "messaging", "telephony"]
FaultMode = Literal["down", "slow", "busy", "lose_answer", "refuse"]
Positive = Annotated[Amount, Field(gt=0, max_digits=18, decimal_places=4)]


def today_at_bank(moment: datetime) -> date:
    """The bank's calendar date at `moment`."""
    return bank_date(moment, BANK_ZONE)


def _known_zone(value: str) -> str:
    try:
        zone(value)
    except UnknownZone as error:
        raise ValueError("not an IANA time zone; give one such as Asia/Shanghai") from error
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]


class SimulatedBorrower(Submitted):
    """Somebody who owes, as the simulation knows them: no name, no number."""

    borrower_id: Identifier
    character: Character
    zone: Zone = BANK_ZONE
    language: Language = "zh-CN"


class SimulatedLoan(Submitted):
    """A loan as core banking holds it: what was contracted, what was paid before the book opened."""

    loan_id: Identifier
    borrower_id: Identifier
    product: Product = "consumer_loan"
    currency: Currency = "CNY"
    instalments: tuple[Instalment, ...] = Field(min_length=1)
    transactions: tuple[Transaction, ...] = ()
    previous_episodes: int = Field(default=0, ge=0)


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


class Posted(Recorded):
    """A movement of money and the moment from which core banking shows it."""

    transaction: Transaction
    posted_at: Instant


class Act(Recorded):
    """Something that happens at `at`, to be delivered to the case.

    `payload` is exactly the JSON of the signal, update or borrower fact: PaymentPostedSignal,
    PaymentReversedSignal, ContactResultSignal, RecordContact, or a BorrowerFact. `id` serves as update
    id and as id of the borrower fact.
    """

    id: Identifier
    at: Instant
    loan_id: Identifier
    borrower_id: Identifier
    kind: ActKind
    payload: dict[str, Any]


class Acts(Recorded):
    """A page of acts, by time."""

    acts: tuple[Act, ...]


class NextAct(Recorded):
    """A borrower's earliest act not yet delivered."""

    borrower_id: Identifier
    at: Instant
    act_id: Identifier


class NextActs(Recorded):
    """The earliest act over the book, and the earliest of each borrower who has one."""

    at: Instant | None
    borrowers: tuple[NextAct, ...]


class AcceptedContact(Recorded):
    """What a gateway really took, without the address and the text."""

    seq: int
    system: System
    key: Identifier
    reference: Identifier
    loan_id: Identifier
    borrower_id: Identifier
    channel: Channel
    contact_point_id: Identifier
    template: Code
    purpose: Purpose
    as_of: Instant
    deadline: Instant | None = None


class AcceptedContacts(Recorded):
    """All contacts taken, in the order of taking."""

    contacts: tuple[AcceptedContact, ...]


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
