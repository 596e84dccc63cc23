"""Money that moved."""

from __future__ import annotations

from typing import Literal

from schemas.base import Amount, Currency, Day, Identifier
from schemas.facts.base import FactBase


class PaymentPosted(FactBase):
    """Money arrived. `reference` is the payment system's; the same reference is the same payment."""

    kind: Literal["payment_posted"] = "payment_posted"
    reference: Identifier
    amount: Amount
    currency: Currency
    value_date: Day


class PaymentReversed(FactBase):
    """The payment `reverses` was taken back in full (returned debit, chargeback, error)."""

    kind: Literal["payment_reversed"] = "payment_reversed"
    reference: Identifier
    reverses: Identifier
    value_date: Day


class WaiverBooked(FactBase):
    """Core banking waived what a settlement left open, after the money had come (先还后减)."""

    kind: Literal["waiver_booked"] = "waiver_booked"
    reference: Identifier
    amount: Amount
    value_date: Day
