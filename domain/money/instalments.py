"""A debt paid in parts at a rate: what each part pays off, and the interest that it bears until then.

Interest runs on what is left of the debt, by months of thirty days (30/360), so that parts due on the same day of every month
bear a twelfth of the year's rate each. It is simple: interest bears none. The yearly rate that a borrower is told is the one
by which it is worked out, since nothing else is charged for the plan: 中国人民银行公告〔2021〕第3号 wants the rate stated by
the year, as all that the credit costs to what is used of it. That a simple rate has to be called one we have from memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from domain.money.basis import days_between
from domain.money.currency import ZERO, minor_unit, quantize

_YEAR = 100 * 360
"""Days of a year, times the hundred that percent are of."""


def interest_of(
    shares: Sequence[tuple[date, Decimal]], annual_percent: Decimal, since: date, currency: str
) -> tuple[Decimal, ...]:
    """The interest that falls due with each of `shares` (its day, and what it pays off of the debt; by day), in `currency`:
    for the days since the one before, the first since `since`, on all that is not paid off before it. Each is rounded to the
    minor unit, and none is negative."""
    left = sum((amount for _, amount in shares), ZERO)
    found: list[Decimal] = []
    for days, (_, amount) in zip(_periods(since, [day for day, _ in shares]), shares, strict=True):
        found.append(quantize(left * annual_percent * days / _YEAR, currency))
        left -= amount
    return tuple(found)


def level_shares(
    total: Decimal, annual_percent: Decimal, since: date, days: Sequence[date], currency: str
) -> tuple[Decimal, ...]:
    """What each part pays off of `total`, so that with its interest (`interest_of`) every part on `days` comes to the same
    (等额本息), and the last takes what rounding leaves. Without a rate the parts are equal.

    Raises ValueError if a part would pay off less than the smallest unit of `currency`.
    """
    if not annual_percent:
        each = (total / len(days)).quantize(minor_unit(currency), rounding=ROUND_DOWN)
        return _positive([each] * (len(days) - 1) + [total - each * (len(days) - 1)], total, currency)
    periods = _periods(since, days)
    worth, one = ZERO, Decimal(1)
    for nights in periods:
        one /= 1 + annual_percent * nights / _YEAR
        worth += one
    level, left = (total / worth).quantize(minor_unit(currency), rounding=ROUND_DOWN), total
    shares: list[Decimal] = []
    for nights in periods[:-1]:
        shares.append(level - quantize(left * annual_percent * nights / _YEAR, currency))
        left -= shares[-1]
    return _positive([*shares, left], total, currency)


def _periods(since: date, days: Sequence[date]) -> list[int]:
    return [max(days_between(first, last, "30/360"), 0) for first, last in pairwise((since, *days))]


def _positive(shares: list[Decimal], total: Decimal, currency: str) -> tuple[Decimal, ...]:
    if min(shares) <= 0:
        raise ValueError(f"{total} {currency} does not go into {len(shares)} parts")
    return tuple(shares)
