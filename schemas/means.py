"""What a household has to pay with, as the borrower said: figures of money alone, and nothing about the person."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from schemas.base import Amount, Submitted

Monthly = Annotated[Amount, Field(ge=0, max_digits=18, decimal_places=4)]


class Means(Submitted):
    """A month's `income`, its `obligations` (rent, other debts, maintenance), and the `living_minimum` that is left alone, in
    the loan's currency."""

    income: Monthly
    obligations: Monthly = Decimal(0)
    living_minimum: Monthly = Decimal(0)

    @property
    def monthly(self) -> Decimal:
        """What can be paid in a month; never negative."""
        return max(self.income - self.obligations - self.living_minimum, Decimal(0))
