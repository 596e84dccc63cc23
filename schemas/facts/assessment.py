"""What is known of a borrower before and besides speaking with them."""

from __future__ import annotations

from typing import Literal

from schemas.base import Code, Identifier
from schemas.facts.base import Decision, FactBase
from schemas.loan import Account, CreditRecord


class AccountRead(FactBase):
    """Core banking's account as of a moment."""

    kind: Literal["account_read"] = "account_read"
    account: Account


class CreditRecordRead(FactBase):
    """The bureau's answer, inquired under the borrower's authorisation."""

    kind: Literal["credit_record_read"] = "credit_record_read"
    record: CreditRecord
    authorisation: Identifier


class Assessed(Decision):
    """Provisional view of the borrower before anybody spoke with them; reason codes say on what it rests."""

    kind: Literal["assessed"] = "assessed"
    segment: Literal["first_time", "repeated"]
    tier: Literal["low", "medium", "high"]
    reasons: tuple[Code, ...] = ()


class OutsideFailed(FactBase):
    """A system outside did not do its part although it was asked for about a minute; `code` says how."""

    kind: Literal["outside_failed"] = "outside_failed"
    system: Code
    code: Code
