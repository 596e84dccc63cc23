"""What is wrong in the rates of plans: one that is above a cap of the strategy's own, whatever the loan."""

from __future__ import annotations

from collections.abc import Iterator

from domain.money import cap_percent
from policies.located import Document, Loc, Problem
from schemas.authority import PlanLimits
from schemas.policy import Strategy


def rate_problems(document: Document, strategy: Strategy) -> Iterator[Problem]:
    """Every rate of a plan above the lowest cap that is so many percent. Caps by a reference rate are measured loan by loan,
    as is all that a loan was charged: an offer above those is refused when it is made."""
    cap = cap_percent(None, strategy.account) if strategy.account else None
    if cap is None:
        return
    for loc, plan in _plans(strategy):
        if plan.annual_percent > cap:
            message = f"plans at {plan.annual_percent:f} % a year are above the cap of {cap:f} % (account.rate_caps)"
            yield document.problem(loc, "rate_cap", message, f"give {cap:f} or less")


def _plans(strategy: Strategy) -> Iterator[tuple[Loc, PlanLimits]]:
    if strategy.negotiation:
        yield ("negotiation", "plan", "annual_percent"), strategy.negotiation.plan
    for name, treatment in strategy.treatments.items():
        if treatment.authority and treatment.authority.plan:
            yield ("treatments", name, "authority", "plan", "annual_percent"), treatment.authority.plan
