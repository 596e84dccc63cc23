"""Terms over a debt that grows: an offer stands for its days, and what accrues meanwhile goes as the terms say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.account import Contract
from schemas.facts import (
    AgreementBroken,
    AgreementKept,
    AgreementMade,
    ApprovalRequested,
    InboundContact,
    OfferMade,
    PaymentReversed,
    WaiverBooked,
)
from schemas.loan import Transaction
from schemas.messages import AcceptPlan, DecideApproval, OfferPlan
from schemas.policy import Negotiation, Strategy
from schemas.steps import Act, BookWaiver, Done, Wait
from schemas.terms import Covers, PlanTerms, SettlementOffer, SettlementTerms
from tests.domain.casework import Life, instalments, whole_strategy
from tests.domain.test_negotiation import plan, refused, settle

CONTRACT = Contract(signed_on=date(2026, 2, 10), annual_percent=Decimal(12), penalty_multiple=Decimal("1.5"))
"""Half a yuan a night on each overdue instalment of 1,000.00."""
INCENTIVE = {"until_dpd": 60, "most_fees_percent": 100, "most_interest_percent": 20, "pay_within_days": 7}


def strategy(**plans: object) -> Strategy:
    """The default strategy with an incentive, and something said of plans."""
    policy = whole_strategy()
    assert policy.negotiation
    limits = {**policy.negotiation.plan.model_dump(), **plans}
    talks = {**policy.negotiation.model_dump(), "plan": limits, "incentive": INCENTIVE}
    return policy.model_copy(update={"negotiation": Negotiation.model_validate(talks)})


def grown(days: float = 10, months: int = 3, **plans: object) -> Life:
    """A case of monthly instalments, so many days on, whose account grows."""
    life = Life(strategy=strategy(**plans))
    life.contract = CONTRACT
    life.schedule = instalments(months=months)
    life.live(timedelta(days=days))
    life.seen.clear()
    return life


def offered(life: Life, offer: OfferPlan) -> OfferMade:
    """The offer as it was made."""
    made = life.command(offer)
    assert isinstance(made, OfferMade), made
    return made


def accept(made: OfferMade) -> AcceptPlan:
    """The borrower's word on it."""
    return AcceptPlan(by="anna", offer=made.offer, terms_hash=made.terms_hash, identity_verified=True)


def early(life: Life, waived: str) -> OfferPlan:
    """An incentive that gives up so much of the arrears."""
    amount = life.case.money(life.today).arrears - Decimal(waived)
    terms = SettlementOffer(amount=amount, pay_by=life.today + timedelta(days=7), covers="arrears")
    return OfferPlan(by="anna", terms=terms)


def waivers(life: Life) -> list[Decimal]:
    """What was booked, one by one."""
    return [fact.body.amount for fact in life.facts if isinstance(fact.body, WaiverBooked)]


# --- an offer stands for its days ------------------------------------------------------------------------------------


@given(data=st.data())
@settings(max_examples=30)
def test_an_offer_can_be_accepted_on_each_of_its_days_whatever_accrues(data: st.DataObject) -> None:
    """A plan over the balance or the arrears, a settlement: from the day it is made until it lapses."""
    life = grown(data.draw(st.integers(1, 20)))
    covers: Covers = data.draw(st.sampled_from(["balance", "arrears"]))
    made = offered(life, plan(life, data.draw(st.integers(1, 4)), covers))
    assert life.strategy.negotiation
    hours = data.draw(st.integers(0, life.strategy.negotiation.offer_days * 24 - 1))
    life.live(timedelta(hours=hours))
    fact = life.judge(accept(made))
    fell_due = covers == "arrears" and any(
        made.terms.owed_on <= item.due_on < life.today
        for item in life.schedule
        if isinstance(made.terms, PlanTerms) and made.terms.owed_on
    )
    if fell_due:
        assert refused(fact) == "accept.owed_otherwise"
    else:
        assert isinstance(fact, AgreementMade)
        assert fact.terms == made.terms


def paid(life: Life) -> None:
    """A payment."""
    life.pay("3.00")


def backdated(life: Life) -> None:
    """A payment that counts from a day before the offer."""
    life.pay("3.00", on=life.today - timedelta(days=5))


def taken_back(life: Life) -> None:
    """A payment from before the offer, reversed after it."""
    life.tell(PaymentReversed(reference="R0", reverses="P0", value_date=life.today))


def waived(life: Life) -> None:
    """Something given up by the bank."""
    life.tell(WaiverBooked(reference="W0", amount=Decimal("1.00"), value_date=life.today))


def charged(life: Life) -> None:
    """A fee put on."""
    fee = Transaction(reference="C0", kind="charge", amount=Decimal("5.00"), value_date=life.today, component="fees")
    life.booked = (fee,)
    life.tell(InboundContact(inbound="in-1", channel="inbound_call", intent="says_paid"))  # so the account is read
    life.live(timedelta(0))


@pytest.mark.parametrize("change", [paid, backdated, taken_back, waived, charged])
@pytest.mark.parametrize("offer", [plan, lambda life: settle(life, 10)])
def test_whatever_else_changes_what_is_owed_needs_another_offer(change: Any, offer: Any) -> None:
    """A payment, one that was taken back, a waiver, a charge: days after the offer, and of a sum like the interest."""
    life = grown(9)
    life.pay("1.00", "P0")
    life.live(timedelta(days=91))
    made = offered(life, offer(life))
    life.live(timedelta(days=2))
    assert isinstance(life.judge(accept(made)), AgreementMade)
    change(life)
    assert refused(life.judge(accept(made))) == "accept.owed_otherwise"
    again = offered(life, offer(life))
    assert isinstance(life.command(accept(again)), AgreementMade)


def test_terms_that_waited_for_an_approval_are_over_the_day_they_were_asked_for() -> None:
    """Two nights until the approval, three until the borrower's word."""
    life = grown()
    asked = life.command(plan(life, 14))
    assert isinstance(asked, ApprovalRequested)
    life.live(timedelta(hours=20))
    life.command(DecideApproval(by="boss", approval=asked.approval, approve=True, reason="fine"))
    life.live(timedelta(days=3))
    made = next(fact.body for fact in life.facts if isinstance(fact.body, OfferMade))
    assert isinstance(made.terms, PlanTerms)
    assert made.terms.owed_on == life.today - timedelta(days=4)
    assert isinstance(life.command(accept(made)), AgreementMade)


def test_a_debt_that_does_not_grow_has_terms_as_before() -> None:
    """No day and no word on interest: nothing accrues."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(days=10))
    made = offered(life, plan(life))
    assert isinstance(made.terms, PlanTerms)
    assert (made.terms.owed_on, made.terms.accrued) == (None, None)


# --- what becomes of what accrues --------------------------------------------------------------------------------------


def kept_plan(**plans: object) -> Life:
    """A plan in three parts, accepted three days later and paid part by part."""
    life = grown(10, 3, **plans)
    made = offered(life, plan(life, 3))
    life.live(timedelta(days=3))
    life.command(accept(made))
    for number, part in enumerate(made.terms.parts):
        life.live(timedelta(days=29))
        life.pay(str(part.amount), f"part-{number}")
        life.live(timedelta(days=1))
    return life


def test_what_accrues_during_a_kept_plan_is_waived() -> None:
    """Unless a strategy says otherwise: the parts are all that is paid, and the debt is paid off."""
    life = kept_plan()
    kept = next(fact.body for fact in life.facts if isinstance(fact.body, AgreementKept))
    assert kept.accrued is not None
    assert kept.accrued > 0
    assert waivers(life) == [kept.accrued]
    assert isinstance(life.step(), Done)
    assert life.case.outcome == "paid_off"
    assert life.case.money(life.today).paid == kept.paid


def test_a_strategy_may_leave_what_accrued_owed() -> None:
    """Then it is what is overdue once the plan is kept."""
    life = kept_plan(accrued="stays")
    assert waivers(life) == []
    assert [past.ended for past in life.case.past_agreements] == ["kept"]
    assert life.case.status == "open"
    assert 0 < life.case.money(life.today).arrears < 100


def test_a_plan_that_was_broken_waives_nothing() -> None:
    """What accrued is owed with the rest."""
    life = grown()
    made = offered(life, plan(life))
    life.command(accept(made))
    life.live(timedelta(days=60))
    assert any(isinstance(fact.body, AgreementBroken) for fact in life.facts)
    assert waivers(life) == []
    assert life.case.money(life.today).outstanding > made.terms.total


def test_after_a_plan_over_the_arrears_later_interest_is_not_waived() -> None:
    """What accrued while it was kept, once; the loan goes on, and what is late later bears interest."""
    life = grown(months=6)
    life.strategy = life.strategy.model_copy(update={"watch_instalments": 3})
    made = offered(life, plan(life, 2, "arrears"))
    life.command(accept(made))
    life.live(timedelta(days=28))
    life.pay(str(made.terms.total), "parts")
    life.pay("1050.00", "april")
    life.live(timedelta(days=21))
    life.pay("1050.00", "may")
    life.live(timedelta(hours=1))
    assert life.case.past_agreements[0].ended == "kept"
    before = waivers(life)
    assert len(before) == 1
    assert life.case.money(life.today + timedelta(days=1)).arrears == 0
    life.live(timedelta(days=45))
    assert waivers(life) == before
    assert life.case.money(life.today).of("penalty") > 0


@pytest.mark.parametrize("until", [0, 3, 6])
def test_a_settlement_waives_what_accrued_until_its_waiver_is_booked(until: int) -> None:
    """So many days from the offer to the acceptance; ten more until it is paid (先还后减)."""
    life = grown(100)
    made = offered(life, settle(life, 10))
    assert isinstance(made.terms, SettlementTerms)
    life.live(timedelta(days=until))
    life.command(accept(made))
    life.live(timedelta(days=10))
    life.pay(str(made.terms.total))
    end = life.live(timedelta(hours=1))
    assert isinstance(end, Done)
    assert end.outcome == "settled"
    assert waivers(life)[0] > made.terms.waived
    assert life.case.money(life.today).outstanding == 0


def kept_settlement() -> tuple[Life, BookWaiver]:
    """A settlement that was paid, and the waiver that is asked for."""
    life = grown(100)
    made = offered(life, settle(life, 10))
    life.command(accept(made))
    life.pay(str(made.terms.total))
    while True:
        step = life.step()
        if isinstance(step, Act) and isinstance(step.action, BookWaiver):
            return life, step.action
        assert not isinstance(step, Wait), step
        life.do(step)


def test_a_waiver_that_counts_a_day_later_is_followed_by_what_accrued_by_then() -> None:
    """Core banking books after midnight: one night more is open, and is booked under a key of its own."""
    life, asked = kept_settlement()
    tomorrow = life.today + timedelta(days=1)
    life.tell(WaiverBooked(reference="W1", amount=asked.amount, value_date=tomorrow))
    assert isinstance(life.step(), Wait), "it is booked, and counts from tomorrow"
    life.seen.clear()
    end = life.live(timedelta(days=2))
    assert isinstance(end, Done)
    assert end.outcome == "settled"
    more = [s.action for s in life.seen if isinstance(s, Act) and isinstance(s.action, BookWaiver)]
    assert len(more) == 1
    assert more[0].key != asked.key
    assert 0 < more[0].amount < 2


def test_a_waiver_is_for_what_is_open_on_its_own_day() -> None:
    """Core banking did not answer for a day: what accrued meanwhile is in it."""
    life, asked = kept_settlement()
    life.now += timedelta(days=1)
    step = life.step()
    assert isinstance(step, Act)
    assert isinstance(step.action, BookWaiver)
    assert (step.action.key, step.action.amount) == (asked.key, life.case.money(life.today).outstanding)
    assert step.action.amount > asked.amount


def test_an_incentive_covers_what_accrues_until_it_is_paid() -> None:
    """Ten of the interest and five nights' penalty; the loan is cured, and goes on."""
    life = grown()
    made = offered(life, early(life, "10.00"))
    life.live(timedelta(days=2))
    life.command(accept(made))
    life.live(timedelta(days=3))
    life.pay(str(made.terms.total))
    life.live(timedelta(hours=1))
    assert waivers(life) == [Decimal("12.50")]
    assert life.case.money(life.today).arrears == 0
    assert life.case.cured_at
