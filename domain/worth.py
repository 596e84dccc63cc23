"""What an offer is worth today against going on without it, so that whoever approves it sees both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.money import ZERO, quantize
from domain.stages.situation import Situation
from schemas.facts import Worth
from schemas.terms import Part, Terms

_YEAR = Decimal(365)
_MONTH = 30


def present_value(parts: Iterable[Part], rate_percent: int, today: date) -> Decimal:
    """What `parts` are worth on `today`: each discounted by simple interest at `rate_percent` a year. Not rounded."""
    return sum((_discounted(part.amount, rate_percent, (part.due_on - today).days) for part in parts), ZERO)


def worth(s: Situation, terms: Terms) -> Worth | None:
    """The present value of `terms` if they are kept, and of going on: the part of the whole balance that is expected at the
    borrower's grade of willingness, later, less its cost. In the loan's currency; None if the strategy gives no figures."""
    policy = s.strategy.negotiation.worth if s.strategy.negotiation else None
    if policy is None:
        return None
    graded = s.case.assessed.willingness if s.case.assessed else None
    chance = policy.chance.of(graded.grade if graded else "medium")
    expected = _discounted(s.money.outstanding * chance / 100, policy.rate_percent, policy.months * _MONTH)
    currency = s.case.request.currency if s.case.request else ""
    return Worth(
        offer=quantize(present_value(terms.parts, policy.rate_percent, s.today), currency),
        going_on=quantize(max(expected - policy.cost, ZERO), currency),
        rate_percent=policy.rate_percent,
        chance_percent=chance,
    )


def _discounted(amount: Decimal, rate_percent: int, days: int) -> Decimal:
    return amount / (1 + Decimal(rate_percent) / 100 * max(days, 0) / _YEAR)
