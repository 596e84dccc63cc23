"""Groups 12 and 13: plans that are kept and broken, for a card and for a loan; and how long a debt can be sued for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from schemas.facts import AgreementBroken, AgreementMade, ContactResultPosted, OfferMade, PaymentPosted
from schemas.loan import Instalment
from schemas.messages import AcceptPlan
from tests.domain.casework import Life, instalments, whole_strategy
from tests.domain.test_litigation import ends
from tests.domain.test_negotiation import begun, made, plan


@pytest.mark.parametrize("product", ["credit_card", "consumer_loan"])
def test_group_12_a_plan_that_is_signed_stops_collection_and_one_that_is_missed_lets_it_go_on(product: Any) -> None:
    """Group 12: 银监会令2011年第2号 art. 70 for a card; for a loan the house keeps the same."""
    life = begun(product=product)
    offered = life.command(plan(life))
    assert isinstance(offered, OfferMade)
    accepted = AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True)
    assert isinstance(life.command(accepted), AgreementMade)
    life.seen.clear()
    life.live(timedelta(days=29))
    assert not made(life)
    life.live(timedelta(days=20))
    assert any(isinstance(fact.body, AgreementBroken) for fact in life.facts)
    assert made(life)


def living(*more: Instalment) -> Life:
    """A case of three instalments, the last on 10 May 2026, and perhaps others."""
    life = Life(strategy=whole_strategy())
    life.schedule = (*instalments(), *more)
    life.live(timedelta(days=20))
    return life


def test_group_13_three_years_from_a_leap_day_end_with_february() -> None:
    """Group 13: Civil Code art. 202: where the month has no such day, on its last; art. 189: from the last instalment."""
    leap = Instalment(number=4, due_on=date(2028, 2, 29), principal=Decimal(1000))
    assert ends(living(leap)) == date(2031, 2, 28)


def test_group_13_a_message_that_bounced_interrupts_nothing() -> None:
    """Group 13: 诉讼时效规定 art. 8: a demand counts that arrived or should have."""
    life = living()
    before = ends(life)
    sms = next(contact for contact in life.case.contacts if contact.proposal.channel == "sms")
    life.tell(ContactResultPosted(attempt=sms.attempt, result="undeliverable"))
    assert life.case.interrupted is None
    assert ends(life) == before == date(2029, 5, 10)


def test_group_13_after_twenty_years_nothing_interrupts_any_more() -> None:
    """Group 13: Civil Code art. 188: part payments begin the three years anew, and the twenty years stand."""
    life = living()
    for year in range(2028, 2047, 2):
        paid = PaymentPosted(reference=f"P-{year}", amount=Decimal(1), currency="CNY", value_date=date(year, 1, 5))
        life.tell(paid, datetime.fromisoformat(f"{year}-01-05T04:00:00+00:00"))
        assert ends(life) == min(date(year + 3, 1, 5), date(2046, 5, 10))
    assert life.case.interrupted is not None
    assert life.case.interrupted.on == date(2046, 1, 5)
