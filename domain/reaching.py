"""Which loans there can be, as far as segments tell them apart: every kind once, so that rows can be judged without a book.

Segments look at few things, and each has few values that matter: between two amounts that rows name, all balances are alike.
So all kinds of loans fit in a short list, and "no loan can come here" is a fact about that list, not a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import get_args

from domain.segments import Profile, fits
from schemas.contact import Level
from schemas.loan import Product
from schemas.policy import Strategy
from schemas.segments import Bucket, Debtor, Segment

TIERS: tuple[Level, ...] = ("low", "medium", "high")
BUCKET_DAYS: dict[Bucket, tuple[int, int | None]] = {
    "M0": (0, 0),
    "M1": (1, 30),
    "M2": (31, 60),
    "M3": (61, 90),
    "M4": (91, 120),
    "M5": (121, 150),
    "M6": (151, 180),
    "M6+": (181, None),
}
"""First and last days past due of each bucket; None: without end."""


def kinds_of_loans(strategy: Strategy) -> Iterator[Profile]:
    """Every kind of loan that the strategy's segments can tell apart and that there can be."""
    balances = _balances(strategy)
    fixed = product(get_args(Product), BUCKET_DAYS, balances, get_args(Segment), get_args(Debtor))
    for what, bucket, balance, overdue, debtor in fixed:
        for tier in TIERS[_least_tier(strategy, bucket) :]:
            yield Profile(what, bucket, balance, tier, overdue, debtor)


def reached(strategy: Strategy) -> dict[int, list[Profile]]:
    """The kinds of loans that each row of `segments` decides, by the row's place; under -1 those that no row covers."""
    found: dict[int, list[Profile]] = {}
    for loan in kinds_of_loans(strategy):
        index = next((i for i, row in enumerate(strategy.segments) if fits(row.when, loan)), -1)
        found.setdefault(index, []).append(loan)
    return found


def _balances(strategy: Strategy) -> list[Decimal]:
    """One balance below, at and between the amounts that rows name."""
    named = {row.when.balance_from for row in strategy.segments} | {row.when.balance_below for row in strategy.segments}
    edges = sorted(amount for amount in named if amount is not None and amount > 0)
    return [Decimal("0.01") if not edges else min(edges) / 2, *edges]


def _least_tier(strategy: Strategy, bucket: Bucket) -> int:
    """How high a loan of this bucket stands at least: days past due alone lift it (`domain.stages.assessment`)."""
    days = BUCKET_DAYS[bucket][0]
    limits = strategy.thresholds
    return 2 if days >= limits.high_dpd else 1 if days >= limits.medium_dpd else 0
