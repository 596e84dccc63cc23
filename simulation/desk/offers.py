"""Offers that a collector puts to a borrower: instalments, or less than all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from schemas.messages import OfferPlan
from schemas.steps import Ask
from schemas.terms import Covers, PlanOffer, SettlementOffer
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
    """Up to a tenth of the balance less; for one in three more, for one in three half of the interest that is still to come.
    What has to be approved, and by whom, the case says."""
    balance = o.position(at).outstanding
    waived = percent_of(_interest_to_come(o, at), 50, o.loan.currency)
    match o.trait(0, 2, "how much"):
        case 1 if waived > 0:
            pass
        case 0:
            waived = percent_of(balance, o.number(12, 25, "waived"), o.loan.currency)
        case _:
            waived = percent_of(balance, o.number(4, 10, "waived"), o.loan.currency)
    if 0 < waived < balance:
        pay_by = today_at_bank(at + o.number(12, 25, "pay by") * DAY)
        yield o.command(OfferPlan(by=by, terms=SettlementOffer(amount=balance - waived, pay_by=pay_by)), at)


def _interest_to_come(o: Occasion, at: datetime) -> Decimal:
    """Of the instalments that fall due later than `at`, as contracted."""
    later = (i.interest for i in o.loan.instalments if i.due_on > today_at_bank(at))
    return sum(later, Decimal(0))
