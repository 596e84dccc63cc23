"""The loan, the people behind it, and what core banking says of the account."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.account import AgreedPause, Component, Contract, Designation, MadeOf
from schemas.base import Amount, Code, Currency, Day, Identifier, Instant, LoanId, Recorded, Submitted, added
from schemas.behaviour import Behaviour

Product = Literal["consumer_loan", "credit_card", "small_business"]
Role = Literal["borrower", "co_borrower", "guarantor", "emergency_contact"]
PointKind = Literal["phone", "email", "app", "im", "postal"]
PointUse = Literal["home", "work", "mobile", "other"]
"""What a number or address is to its party: that of the home, of the place of work, one they carry, or somebody else's."""
Language = Literal["zh-CN", "en"]


Bounded = Annotated[Amount, Field(max_digits=18, decimal_places=4)]
"""An amount as books hold it: beyond these digits it is no sum of money, and reckoning with it would fail."""
Part = Annotated[Bounded, Field(ge=0)]


class ContactPoint(Submitted):
    """A way to reach a party. The number or address itself lives in the erasable personal tables under this id.

    `use`: what it is to them. None: not known, and every limit for points of some use holds for it.
    """

    contact_point_id: Identifier
    kind: PointKind
    use: PointUse | None = added(None)


class Party(Submitted):
    """A person or firm with a role in the loan, by id. `zone` is the IANA zone in which contact hours are counted."""

    party_id: Identifier
    role: Role = "borrower"
    kind: Literal["person", "firm"] = "person"
    zone: str | None = None
    language: Language = "zh-CN"
    contact_points: tuple[ContactPoint, ...] = ()


class CollectionRequest(Submitted):
    """What a banking platform sends to start the case of one overdue loan. Ids and codes only.

    `overdue_since` names the episode: the due date of the oldest instalment left unpaid. `policy` is a strategy's
    name, `name@version` or sha256; the newest published `default` without one. `credit_authorisation` refers to the
    borrower's consent to a bureau inquiry; without it none is made. `opens_at` delays the opening.
    """

    loan_id: LoanId
    borrower_id: Identifier
    overdue_since: Day
    product: Product = "consumer_loan"
    currency: Currency = "CNY"
    parties: tuple[Party, ...] = Field(min_length=1)
    policy: str | None = None
    credit_authorisation: Identifier | None = None
    opens_at: Instant | None = None


class Instalment(Recorded):
    """One contracted payment, in the loan's currency, due at the end of `due_on` (the bank's calendar date)."""

    number: int
    due_on: Day
    principal: Part
    interest: Part = Decimal(0)
    fees: Part = Decimal(0)


MovementKind = Literal["payment", "reversal", "waiver", "chargeback", "refund", "charge"]


class Transaction(Recorded):
    """Money that moved, or was waived; amounts are positive.

    A `payment`; a `waiver` that core banking booked; the `reversal` of the payment, waiver, charge or refund that it
    `reverses`, or the `chargeback` of a payment (the payer contests it); a `refund`, money given back to the payer of the
    payment it `reverses`, or of the newest payments if it names none; a `charge`, fees, costs or a plan's interest that core
    banking put on the account outside the schedule.

    `designates`: what the payer said a payment is for. `component`: what a charge is, and `fee` of which kind, in the bank's
    own words (`late_fee`). `made_of`: of what a waiver is.
    """

    reference: Identifier
    kind: MovementKind = "payment"
    amount: Part
    value_date: Day
    reverses: Identifier | None = None
    designates: Designation | None = added(None)
    component: Component | None = added(None)
    made_of: MadeOf | None = added(None)
    fee: Code | None = added(None)

    @model_validator(mode="after")
    def _payment_has_an_amount(self) -> Transaction:
        if self.kind not in ("reversal", "chargeback") and self.amount == 0:
            raise ValueError(f"{self.kind} {self.reference} of nothing: leave it out")
        if self.kind != "charge" and self.fee is not None:
            raise ValueError(f"{self.kind} {self.reference}: fee is of a charge; leave it out")
        if self.kind == "charge" and self.component not in ("fees", "costs", "interest"):
            raise ValueError(f"charge {self.reference}: component is fees, costs or interest")
        if self.made_of and (self.kind != "waiver" or self.made_of.fault(self.amount)):
            fault = self.made_of.fault(self.amount) if self.kind == "waiver" else "only a waiver is made of components"
            raise ValueError(f"{self.kind} {self.reference}: {fault}")
        return self


class Account(Recorded):
    """The account as core banking quotes it at `as_of`. `arrears` and `outstanding` are the bank's own figures.

    `written_off_on`: since when the bank's books do not carry it any more. The claim lives (账销案存).
    `behaviour`: how the account was kept before, where core banking tells it. `contract`: what the contract says of money,
    by which default interest is worked out; none without it. `pauses`: days that do not count as days past due.
    `components`: what is outstanding of each component, where core banking tells it; one that is left out is nothing.
    `disclosed_fees`: the kinds of fees and costs on the cost sheet that the borrower was shown (综合融资成本明示表).
    """

    loan_id: Identifier
    as_of: Instant
    currency: Currency
    instalments: tuple[Instalment, ...]
    transactions: tuple[Transaction, ...] = ()
    arrears: Bounded
    outstanding: Bounded
    previous_episodes: int = 0
    written_off_on: Day | None = None
    behaviour: Behaviour | None = None
    contract: Contract | None = added(None)
    pauses: tuple[AgreedPause, ...] = added(())
    components: dict[Component, Bounded] | None = added(None)
    disclosed_fees: tuple[Code, ...] = added(())


class CreditRecord(Recorded):
    """What the credit bureau answers: a grade, how many lenders, how many accounts past due elsewhere."""

    as_of: Instant
    grade: Code
    lenders: int = 0
    past_due_elsewhere: int = 0
