"""What happens in the simulated world, and what its gateways took."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from schemas.base import Code, Identifier, Instant, Recorded
from schemas.contact import Channel, Purpose
from schemas.loan import Transaction
from schemas.steps import Ask

ActKind = Literal[
    "payment",
    "reversal",
    "contact_result",
    "inbound_contact",
    "visit_result",
    "document_arrived",
    "court_reported",
    "record_contact",
    "command",
    "borrower_fact",
]
INSTALMENT = "inst-"
"""So begin the references of instalments paid in time: nobody asked for those."""


class Posted(Recorded):
    """A movement of money and the moment from which core banking shows it.

    `cause`: the contact, step at court or word given without which it does not happen.
    """

    transaction: Transaction
    posted_at: Instant
    cause: Identifier | None = None

    @property
    def regular(self) -> bool:
        """Whether it is an instalment paid in time."""
        return self.transaction.reference.startswith(INSTALMENT)


class Act(Recorded):
    """Something that happens at `at`, to be delivered to the case.

    `payload` is exactly the JSON of the signal of the kind's name (`payment_posted` and `payment_reversed` for the first
    two), of the update `record_contact`, or of a BorrowerFact. Of a `command`, which somebody of the bank gives, it is
    `{"update": name, "command": {…}}`. `id` serves as update id and as id of the borrower fact.

    `cause`: the contact or the step at court without which it does not happen. `answers`: what a case asked people for; if
    it does not ask any more, the command is not given.
    """

    id: Identifier
    at: Instant
    loan_id: Identifier
    borrower_id: Identifier
    kind: ActKind
    payload: dict[str, Any]
    cause: Identifier | None = None
    answers: Ask | None = None

    @property
    def what(self) -> str:
        """The kind; of a command, the update that it is."""
        return self.payload["update"] if self.kind == "command" else self.kind

    def told(self, result: str, by: datetime) -> bool:
        """Whether it says `result` of a contact, and had happened by then."""
        told = self.payload.get("command", self.payload)
        return self.at <= by and self.kind != "borrower_fact" and told.get("result") == result


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
    """What a gateway really took, without the address and the text. `called_off`: it was taken back in time."""

    seq: int
    system: Literal["messaging", "telephony", "field"]
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
    exclude: tuple[Identifier, ...] = ()
    prefer: Identifier | None = None
    appointment: Instant | None = None
    appointment_end: Instant | None = None
    team: int = 0
    called_off: bool = False


class AcceptedContacts(Recorded):
    """All contacts taken, in the order of taking."""

    contacts: tuple[AcceptedContact, ...]
