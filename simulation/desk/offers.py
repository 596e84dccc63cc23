"""Offers that a collector puts to a borrower: instalments, or less than all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from schemas.messages import OfferPlan
from schemas.steps import Ask
from schemas.terms import Covers, PlanOffer, SettlementOffer
from simulation.books import Balance
from simulation.model import Act, today_at_bank
from simulation.moments import DAY, in_parts, percent_of
from simulation.occasion import Occasion

MOST_PARTS = 12
BETWEEN = timedelta(days=30)


def offer_plan(o: Occasion, at: datetime, by: str, covers: Covers, answers: Ask | None = None) -> Iterator[Act]:
    """Three to twelve equal parts, a month apart; the figures are core banking's of that day."""
    owed = o.position(at)
    total = owed.outstanding if covers == "balance" else owed.arrears
    first = today_at_bank(at + o.days(5, 25, "first part"))
    days = [first + n * BETWEEN for n in range(o.number(3, MOST_PARTS, "parts"))]
    parts = in_parts(total, days, o.loan.currency)
    if parts:
        yield o.command(OfferPlan(by=by, terms=PlanOffer(covers=covers, parts=parts)), at, answers=answers)


def offer_settlement(o: Occasion, at: datetime, by: str) -> Iterator[Act]:
    """Less than all of it at once. The collector goes down the ladder, principal last, until the borrower is content: one in
    three with penalty and fees, one in three with the interest as well; the others want a part of the principal given up. Who
    let an offer lapse is offered a step more. What has to be approved, and by whom, the case says."""
    owed = o.position(at)
    before = sum(_settles(act) for act in o.history.acts)
    steps = _ladder(o, owed)
    waived = steps[min(o.trait(0, 2, "content with") + before, len(steps) - 1)]
    if 0 < waived < owed.outstanding:
        pay_by = today_at_bank(at + o.number(12, 25, "pay by") * DAY)
        terms = SettlementOffer(amount=owed.outstanding - waived, pay_by=pay_by)
        yield o.command(OfferPlan(by=by, terms=terms), at)


def _ladder(o: Occasion, owed: Balance) -> list[Decimal]:
    """What is given up, step by step: penalty and fees, or half of the interest where there are none; all of the interest as
    well; up to a quarter of the balance."""
    fees = sum((owed.components[name] for name in ("penalty", "compound", "fees")), Decimal(0))
    half = percent_of(owed.components["interest"], 50, o.loan.currency)
    more = percent_of(owed.outstanding, o.number(12, 25, "waived"), o.loan.currency)
    steps = [fees or half, fees + owed.components["interest"], more]
    return sorted(step for step in steps if step)


def _settles(act: Act) -> bool:
    """Whether a settlement was offered by it."""
    return act.what == "offer_plan" and act.payload["command"]["terms"]["kind"] == "settlement"
