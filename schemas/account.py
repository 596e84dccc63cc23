"""What an account is worked out by, besides its movements: the contract's own terms, and the strategy's rules for money."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.base import Amount, Day, Recorded, Submitted, added

Component = Literal["costs", "fees", "interest", "compound", "penalty", "principal"]
"""What a debt is made of. `costs`: of realising the claim. `penalty`: default interest (罚息) on principal that is overdue.
`compound`: interest on unpaid interest (复利)."""

COMPONENTS: tuple[Component, ...] = ("costs", "fees", "interest", "compound", "penalty", "principal")
"""Costs, interest, principal: Civil Code of China art. 561, where nothing else is agreed. Interest is the contract's first,
for unpaid interest may bear interest itself; fees that fall due with an instalment come before it, as they always have."""


class Waived(Recorded):
    """So much of one component that is given up, in the loan's currency."""

    component: Component
    amount: Annotated[Amount, Field(gt=0, max_digits=18, decimal_places=4)]


class MadeOf(Recorded):
    """What a waiver is made of, as it was agreed on the day `agreed_on`, each component once.

    Payments from that day on are for what is not waived: what of them went to a component that is, before the waiver was
    booked (先还后减), goes to the rest instead, by the order of payments.
    """

    agreed_on: Day
    components: tuple[Waived, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> MadeOf:
        twice = [name for name, times in Counter(part.component for part in self.components).items() if times > 1]
        if twice:
            raise ValueError(f"components: {twice[0]} stands twice; add its amounts up")
        return self

    @property
    def total(self) -> Decimal:
        """All components together."""
        return sum((part.amount for part in self.components), Decimal(0))

    def fault(self, amount: Decimal) -> str | None:
        """How this cannot be what a waiver of `amount` is made of; None if it can."""
        if self.total == amount:
            return None
        return f"the components add up to {self.total}, and {amount} is waived"


DayCount = Literal["actual/360", "actual/365", "30/360"]
Percent = Annotated[Amount, Field(ge=0, max_digits=9, decimal_places=6)]
"""So many percent a year."""

FiveTier = Literal["pass", "special_mention", "substandard", "doubtful", "loss"]
"""正常、关注、次级、可疑、损失: the five classes of a bank's assets."""


class OfComponent(Recorded):
    """So much more of one component of what is outstanding, in the loan's currency; negative: less."""

    component: Component
    amount: Amount


class Difference(Recorded):
    """By how much core banking's figures are more than its own instalments and transactions give, in the loan's currency;
    negative: less. `components`: of which components of what is outstanding, where core banking tells them."""

    arrears: Amount
    outstanding: Amount
    components: tuple[OfComponent, ...] = added(())


class Contract(Recorded):
    """What the loan's own contract says of money, as core banking has it.

    `annual_percent` of interest within the term; once overdue, principal bears `penalty_multiple` times that rate and, if
    it `compounds`, so does interest that is unpaid. None: no default interest is agreed. `reference_percent`: the reference
    rate (one-year LPR) on the day of signing, by which some caps are measured. `accelerates_from_dpd`: from so many days
    past due the whole balance may be called due; None: the contract has no such clause.
    """

    signed_on: Day
    annual_percent: Percent
    day_count: DayCount = "actual/360"
    penalty_multiple: Annotated[Amount, Field(ge=1, max_digits=9, decimal_places=6)] | None = None
    compounds: bool = False
    reference_percent: Percent | None = None
    accelerates_from_dpd: int | None = Field(default=None, ge=0)


class AgreedPause(Recorded):
    """Days, both ends included, that do not count as days past due: a payment holiday that the bank granted (延期还款).
    What bears interest goes on bearing it."""

    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> AgreedPause:
        if self.ends_on < self.starts_on:
            raise ValueError(f"a pause from {self.starts_on} ends on {self.ends_on}, which is before: turn them round")
        return self


class Designation(Recorded):
    """What the payer said a payment is for: a component, an instalment by its number, or the one of the other."""

    component: Component | None = None
    instalment: int | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Designation:
        if self.component is None and self.instalment is None:
            raise ValueError("a designation of nothing: name a component or an instalment, or leave it out")
        return self


class Allocation(Submitted):
    """In which order money goes to what is owed.

    Across `instalment`: the oldest first, each paid in the order of `components` before the next; costs, if they come first,
    before any instalment, since they belong to none. Across `component`: the first component of all that is due, then the
    next one; what is not due yet comes after, instalment by instalment.
    """

    components: tuple[Component, ...] = COMPONENTS
    across: Literal["instalment", "component"] = "instalment"

    @model_validator(mode="after")
    def _each_once(self) -> Allocation:
        if sorted(self.components) != sorted(COMPONENTS):
            raise ValueError(f"name each component once: {', '.join(COMPONENTS)}")
        return self


class LateAllocation(Allocation):
    """The order for money that comes when the loan is `from_dpd` days past due or more."""

    from_dpd: int = Field(gt=0)


class RateCap(Submitted):
    """The highest rate at which a debt may grow: so many `percent` a year, or `times_reference` the reference rate on the day
    of signing. `source`: which rule of law says so."""

    percent: Percent | None = None
    times_reference: Percent | None = None
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one_measure(self) -> RateCap:
        if (self.percent is None) == (self.times_reference is None):
            raise ValueError("give either percent or times_reference")
        return self


class Classes(Submitted):
    """From how many days past due a loan is of which of the five classes.

    Measures for the risk classification of financial assets of commercial banks (2023, order 1): overdue at all, over 90,
    270 and 360 days.
    """

    special_mention: int = Field(default=1, gt=0)
    substandard: int = Field(default=91, gt=0)
    doubtful: int = Field(default=271, gt=0)
    loss: int = Field(default=361, gt=0)

    @model_validator(mode="after")
    def _ascending(self) -> Classes:
        days = [self.special_mention, self.substandard, self.doubtful, self.loss]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("each class begins on a later day than the one before")
        return self


class AccountRules(Submitted):
    """How a strategy has accounts worked out.

    Attributes:
        allocation: the order in which payments are spread.
        late: another order from so many days past due on.
        waived: the order in which a waiver is spread, component by component over all that is due.
        surplus: whether money beyond what is due is applied to the instalments that follow, or held until they fall due.
        cure_tolerance: arrears up to this, in the loan's currency, do not count as overdue (容差).
        most_penalty_multiple: default interest bears no more than so many times the contract's rate.
        rate_caps: no part of a debt grows faster; the lowest that can be measured holds.
        classes: the five classes, by days past due.
    """

    allocation: Allocation = Allocation()
    late: LateAllocation | None = None
    waived: tuple[Component, ...] = ("penalty", "compound", "fees", "costs", "interest", "principal")
    surplus: Literal["applied", "held"] = "applied"
    cure_tolerance: Annotated[Amount, Field(ge=0, max_digits=18, decimal_places=4)] = Decimal(0)
    most_penalty_multiple: Annotated[Amount, Field(ge=1, max_digits=9, decimal_places=6)] | None = None
    rate_caps: tuple[RateCap, ...] = ()
    classes: Classes = Classes()

    @model_validator(mode="after")
    def _waives_each_once(self) -> AccountRules:
        if sorted(self.waived) != sorted(COMPONENTS):
            raise ValueError(f"waived: name each component once: {', '.join(COMPONENTS)}")
        return self
