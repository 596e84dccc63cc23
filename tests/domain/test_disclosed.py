"""Charges that stand on no cost sheet: nothing is demanded or offered with one in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from schemas.facts import CommandRefused, OfferMade
from schemas.loan import Transaction
from schemas.messages import OfferPlan
from schemas.steps import Act, MakeContact
from schemas.terms import Part, PlanOffer
from tests.domain.casework import NOON, Life, instalments, whole_strategy

BEGINS = NOON.replace(month=9)
"""The rule is in force."""


def charged(fee: str | None, *shown: str, now: datetime = BEGINS, taken_back: bool = False) -> Life:
    """A case of three instalments, ten days on, to whose account a charge of 5.00 was put."""
    first = date(2026, now.month, 10)
    life = Life(strategy=whole_strategy(), now=now, overdue_since=first)
    life.schedule, life.shown = instalments(first_due=first), shown
    charge = Transaction(reference="F-1", kind="charge", amount=Decimal(5), value_date=first, component="fees", fee=fee)
    waived = Transaction(reference="W-1", kind="waiver", amount=Decimal(5), value_date=first)
    life.booked = (charge, waived) if taken_back else (charge,)
    life.live(timedelta(days=10))
    return life


def reached(life: Life) -> bool:
    """Whether anything went out."""
    return any(isinstance(step, Act) and isinstance(step.action, MakeContact) for step in life.seen)


def offered(life: Life) -> OfferMade | CommandRefused:
    """A plan over all that is overdue."""
    part = Part(amount=life.case.money(life.today).arrears, due_on=life.today + timedelta(days=5))
    made = life.judge(OfferPlan(by="anna", terms=PlanOffer(covers="arrears", parts=(part,))))
    assert isinstance(made, OfferMade | CommandRefused)
    return made


@pytest.mark.parametrize("fee", [None, "visit_fee"])
def test_nothing_is_demanded_or_offered_with_a_fee_that_nobody_was_shown(fee: str | None) -> None:
    """CN.FEES.DISCLOSED: of a kind that is not on the sheet, or of a kind that nobody tells."""
    life = charged(fee, "late_fee")
    assert not reached(life)
    refused = offered(life)
    assert isinstance(refused, CommandRefused)
    assert refused.rule == "CN.FEES.DISCLOSED"
    assert "F-1" in refused.why


@pytest.mark.parametrize(
    "life",
    [
        lambda: charged("late_fee", "late_fee", "visit_fee"),
        lambda: charged("visit_fee", "late_fee", taken_back=True),
        lambda: charged("visit_fee", now=NOON),
    ],
    ids=["on the sheet", "waived", "before the rule"],
)
def test_what_was_shown_or_is_owed_no_longer_bars_nothing(life: Callable[[], Life]) -> None:
    """Nor does a fee from before the rule was in force."""
    made = life()
    assert reached(made)
    assert isinstance(offered(made), OfferMade)


def test_a_kind_of_fee_is_of_a_charge() -> None:
    """A payment has none."""
    with pytest.raises(ValidationError, match="fee is of a charge"):
        Transaction(reference="P-1", amount=Decimal(5), value_date=date(2026, 9, 1), fee="late_fee")
