"""Money that moved."""

from __future__ import annotations

from typing import Literal

from schemas.account import Designation, MadeOf
from schemas.base import Amount, Currency, Day, Identifier, added
from schemas.facts.base import FactBase
from schemas.terms import Shared


class PaymentPosted(FactBase):
    """Money arrived. `reference` is the payment system's; the same reference is the same payment. `designates`: what the
    payer said it is for. `shared`: the payment over several loans that this is part of."""

    kind: Literal["payment_posted"] = "payment_posted"
    reference: Identifier
    amount: Amount
    currency: Currency
    value_date: Day
    designates: Designation | None = added(None)
    shared: Shared | None = added(None)


class PaymentReversed(FactBase):
    """The payment `reverses` was taken back in full (returned debit, error); `charged_back`: its payer contests it."""

    kind: Literal["payment_reversed"] = "payment_reversed"
    reference: Identifier
    reverses: Identifier
    value_date: Day
    charged_back: bool = added(False)


class InterestCharged(FactBase):
    """Core banking charged so much of a plan's own interest, in the loan's currency, fallen due under `agreement`."""

    kind: Literal["interest_charged"] = "interest_charged"
    agreement: Identifier
    reference: Identifier
    amount: Amount
    value_date: Day


class WaiverBooked(FactBase):
    """Core banking waived what a settlement left open, after the money had come (先还后减). `made_of`: as it booked it."""

    kind: Literal["waiver_booked"] = "waiver_booked"
    reference: Identifier
    amount: Amount
    value_date: Day
    made_of: MadeOf | None = added(None)


class WaiverReversed(FactBase):
    """Core banking took the waiver `reverses`, of `amount` in the loan's currency, back: so was its settlement's money."""

    kind: Literal["waiver_reversed"] = "waiver_reversed"
    agreement: Identifier
    reference: Identifier
    reverses: Identifier
    amount: Amount
    value_date: Day
