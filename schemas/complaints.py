"""Words of complaints, and how long a bank has to answer one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Identifier, Recorded, Submitted

ComplaintOutcome = Literal["upheld", "rejected"]
MoreTime = Literal["complicated", "senior"]
"""Why there is more time: the matter is complicated, or somebody senior approved of it."""


class Removal(Recorded):
    """Whom a complaint on the loan `loan_id` takes off every case of its borrower: collectors or agencies, by their ids."""

    complaint: Identifier
    loan_id: Identifier
    against: tuple[Identifier, ...]


class AnsweringTimes(Submitted):
    """Days to answer a complaint, counted from the day after it came, to the end of the last of them on the bank's calendar.

    The defaults are those of China's measures on consumer complaints in banking and insurance (银行业保险业消费投诉处理管理
    办法, 2020 no. 3): 15; 30 if it is complicated; 30 more with the approval of somebody senior. `dispute_days`: by when
    somebody answers a dispute, if the bank sets itself a time; `racket_days`: after how many days it is late to look into a
    suspicion that whoever acts for the borrower is a racket.
    """

    days: int = Field(default=15, gt=0)
    complicated_days: int = Field(default=30, gt=0)
    senior_days: int = Field(default=30, ge=0)
    dispute_days: int | None = Field(default=None, gt=0)
    racket_days: int = Field(default=5, gt=0, exclude_if=lambda days: days == 5)
