"""Several debts of one borrower in one text: each a line, and the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import Template

from schemas.base import Submitted
from schemas.contact import Channel

SUMMING = frozenset({"count", "debts", "total"})
"""Fields of a text for several debts, beside the bank's own: how many there are, a line for each, the sum in `currency`."""
OF_THE_HOUSE = frozenset({"bank", "hotline", "currency"})
OF_A_DEBT = frozenset({"ending", "amount", "currency", "due_date", "days_past_due"})
"""Fields of the line for one debt. `ending`: the last characters of its number, by which the borrower knows it."""

_ENDING = 4
_PARAGRAPHS: tuple[Channel, ...] = ("email", "letter")
"""Channels whose texts have room for a line of its own for each debt."""


class DebtWording(Submitted):
    """How a text tells one debt of several, and what stands between two of them where there is no room for lines."""

    line: str
    between: str


@dataclass(frozen=True)
class Debt:
    """One debt that a text speaks of. `amount` is overdue, in the currency of all of them; `due_date` in ISO form."""

    loan_id: str
    amount: Decimal
    due_date: str
    days_past_due: str


def summed(debts: Sequence[Debt], wording: DebtWording, channel: Channel, currency: str) -> dict[str, str]:
    """The fields of SUMMING, for a text on `channel`."""
    lines = [
        Template(wording.line).substitute(
            ending=debt.loan_id[-_ENDING:],
            amount=str(debt.amount),
            currency=currency,
            due_date=debt.due_date,
            days_past_due=debt.days_past_due,
        )
        for debt in debts
    ]
    between = "\n" if channel in _PARAGRAPHS else wording.between
    total = sum((debt.amount for debt in debts), Decimal(0))
    return {"count": str(len(debts)), "debts": between.join(lines), "total": str(total)}
