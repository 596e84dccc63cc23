"""What a workflow asks of an activity: enough to act for a case once, and to write down what came of it."""

from __future__ import annotations

from pydantic import Field

from schemas.base import Identifier, Instant, Recorded
from schemas.contact import ContactProposal
from schemas.ledger import Head
from schemas.loan import Language


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


class AccountOrder(ActionOrder):
    """Read the account at core banking."""

    as_of: Instant


class CreditOrder(ActionOrder):
    """Ask the credit bureau, under `authorisation`."""

    authorisation: Identifier
    as_of: Instant


class ContactOrder(ActionOrder):
    """Make, or find out about, the contact of `proposal`. `fields` fill the template: figures, never names."""

    proposal: ContactProposal
    language: Language = "zh-CN"
    fields: dict[str, str] = Field(default_factory=dict)
