"""Who is treated alike: rows of conditions, the first that fits decides; and experiments that split a row's borrowers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.base import Amount, Code, Submitted
from schemas.contact import Level
from schemas.loan import Product

Segment = Literal["first_time", "repeated"]
"""How often the borrower has been overdue: the segments of a strategy without rows of its own."""

Bucket = Literal["M0", "M1", "M2", "M3", "M4", "M5", "M6", "M6+"]
Debtor = Literal["person", "firm"]


class Conditions(Submitted):
    """What a row asks of a loan. Lists: any of them; all that is given holds together; what is left out asks nothing.

    `balance_from` and `balance_below` (the loan's currency) are of the whole open balance: from, and below.
    """

    products: Annotated[tuple[Product, ...], Field(min_length=1)] | None = None
    buckets: Annotated[tuple[Bucket, ...], Field(min_length=1)] | None = None
    balance_from: Amount | None = Field(default=None, ge=0)
    balance_below: Amount | None = Field(default=None, gt=0)
    tiers: Annotated[tuple[Level, ...], Field(min_length=1)] | None = None
    overdue: Segment | None = None
    debtor: Debtor | None = None


class SegmentRow(Submitted):
    """One row: who (`when`), and what they get, a treatment or an experiment between treatments."""

    segment: Code
    when: Conditions = Conditions()
    treatment: Code | None = None
    experiment: Code | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> SegmentRow:
        if (self.treatment is None) == (self.experiment is None):
            raise ValueError("give a treatment or an experiment, one of both")
        return self


class Arm(Submitted):
    """So many percent of the borrowers get this treatment. `role`: the champion is what is done today, a challenger what
    might be better; the holdout keeps the champion's treatment for good, so that later champions have a yardstick."""

    arm: Code
    role: Literal["champion", "challenger", "holdout"]
    treatment: Code
    percent: int = Field(gt=0, le=100)


class Experiment(Submitted):
    """Arms whose percentages add up to 100. A borrower's arm follows from their id and the experiment's name alone."""

    arms: tuple[Arm, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _adds_up(self) -> Experiment:
        total = sum(arm.percent for arm in self.arms)
        if total != 100:
            raise ValueError(f"the arms add up to {total} percent: make it 100")
        if len({arm.arm for arm in self.arms}) < len(self.arms):
            raise ValueError("two arms have the same name")
        roles = [arm.role for arm in self.arms]
        if roles.count("champion") != 1 or roles.count("holdout") > 1:
            raise ValueError("one arm is the champion, and at most one the holdout")
        return self
