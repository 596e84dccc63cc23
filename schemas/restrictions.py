"""Restrictions that core banking keeps on a loan: a card's limit frozen (额度冻结), the loan on the internal watch list."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Submitted

Restriction = Literal["freeze", "watch_list"]
"""`freeze`: nothing more may be drawn on a credit card's limit; `watch_list`: the bank's internal list (内部关注名单)."""

RestrictionChange = Literal["imposed", "lifted"]


class Restrictions(Submitted):
    """When the limit of a credit card is to be frozen, and how long somebody has to approve a restriction.

    From `freeze_from_dpd` days past due on a freeze is asked for, once in an episode; without it only people ask for one.
    """

    freeze_from_dpd: int | None = Field(default=None, gt=0)
    approval_hours: int = Field(default=72, gt=0)
