"""How an account was kept before it fell overdue, as core banking sums it up. Figures only, and none of who somebody is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.base import Amount, Day, Recorded

MOST_PERCENT = 999
Percent = Annotated[int, Field(ge=0, le=MOST_PERCENT)]
"""A share in whole percent; the most stands for all that is more."""


class Behaviour(Recorded):
    """The repayment record of an account up to `as_of`; each figure is left out where the bank does not keep it.

    `months_past_due`: at the end of each month, the newest first; 0 where nothing was. `limit`: in the account's currency.
    `spent_percent`: what was drawn or bought in the newest month, of the limit. `paid_percent`: what was paid in the last six
    months, of what their statements showed. `external_score`: of whoever scores for the bank, higher is better.
    """

    as_of: Day
    months_past_due: tuple[Annotated[int, Field(ge=0, le=99)], ...] = Field(default=(), max_length=24)
    limit: Annotated[Amount, Field(gt=0, max_digits=18, decimal_places=4)] | None = None
    spent_percent: Percent | None = None
    paid_percent: Percent | None = None
    external_score: Annotated[int, Field(ge=0, le=9999)] | None = None
