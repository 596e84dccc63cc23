"""Which segment a loan is in, and which arm of an experiment its borrower: the first row that fits decides."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from domain.money import Position
from schemas.base import Code
from schemas.contact import Level
from schemas.loan import CollectionRequest, Product
from schemas.policy import Strategy
from schemas.segments import Arm, Conditions, Debtor, Experiment, Segment, SegmentRow


@dataclass(frozen=True)
class Profile:
    """What segments look at. `balance` is the whole open balance in the loan's currency; no personal trait is among it."""

    product: Product
    bucket: str
    balance: Decimal
    tier: Level
    overdue: Segment
    debtor: Debtor


@dataclass(frozen=True)
class Choice:
    """What a strategy gives a loan: the row of `segments` by its place, the treatment's name, and the arm if one is in it."""

    index: int
    row: SegmentRow
    treatment: Code
    arm: Arm | None = None


def profile(request: CollectionRequest | None, money: Position, tier: Level, overdue: Segment) -> Profile:
    """The profile of a loan with this position, graded so."""
    kinds: list[Debtor] = [p.kind for p in request.parties if p.role == "borrower"] if request else []
    debtor: Debtor = kinds[0] if kinds else "person"
    product: Product = request.product if request else "consumer_loan"
    return Profile(product, money.bucket, money.outstanding, tier, overdue, debtor)


def fits(when: Conditions, loan: Profile) -> bool:
    """Whether all that a row asks holds."""
    return (
        (when.products is None or loan.product in when.products)
        and (when.buckets is None or loan.bucket in when.buckets)
        and (when.balance_from is None or loan.balance >= when.balance_from)
        and (when.balance_below is None or loan.balance < when.balance_below)
        and (when.tiers is None or loan.tier in when.tiers)
        and when.overdue in (None, loan.overdue)
        and when.debtor in (None, loan.debtor)
    )


def choose(strategy: Strategy, loan: Profile, borrower_id: str) -> Choice:
    """What `strategy` gives this loan. The strategy has `segments`.

    A loan that no row covers gets the last one's: a checked strategy ends with a row that asks nothing.
    """
    rows = strategy.segments
    index = next((i for i, row in enumerate(rows) if fits(row.when, loan)), len(rows) - 1)
    row = rows[index]
    if row.experiment is None:
        assert row.treatment is not None, "a row has a treatment or an experiment"
        return Choice(index, row, row.treatment)
    arm = arm_of(row.experiment, strategy.experiments[row.experiment], borrower_id)
    return Choice(index, row, arm.treatment, arm)


def arm_of(name: str, experiment: Experiment, borrower_id: str) -> Arm:
    """The borrower's arm: the same for all their loans, for ever. sha256 of both names, in ten-thousandths."""
    drawn = int(hashlib.sha256(f"{borrower_id}\n{name}".encode()).hexdigest(), 16) % 10_000
    upper = 0
    for arm in experiment.arms:
        upper += arm.percent * 100
        if drawn < upper:
            return arm
    raise AssertionError("the arms add up to 100 percent")
