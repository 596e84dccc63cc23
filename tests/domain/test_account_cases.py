"""What an account that grows, a tolerance, a pause, a charge-back and a difference make a case do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.feeds import fact_of
from schemas.account import AccountRules, AgreedPause, Contract, Designation
from schemas.facts import ApprovalRequested, CommandRefused, PaymentPosted, PaymentReversed
from schemas.loan import Transaction
from schemas.messages import OfferPlan, Resume
from schemas.policy import Strategy
from schemas.terms import Part, PlanOffer
from tests.domain.casework import NOON, Life, instalments, rules, whole_strategy

CONTRACT = Contract(
    signed_on=date(2026, 2, 10), annual_percent=Decimal(12), penalty_multiple=Decimal("1.5"), accelerates_from_dpd=30
)
LATE = datetime(2026, 6, 20, 4, 0, tzinfo=NOON.tzinfo)


def with_rules(strategy: Strategy | None = None, **changes: object) -> Strategy:
    """A strategy with rules for money."""
    return (strategy or rules()[0]).model_copy(update={"account": AccountRules.model_validate(changes)})


def grown(days: int, strategy: Strategy | None = None) -> Life:
    """A case whose account grows by 0.50 a night on its first instalment, lived for some days."""
    life = Life(strategy=strategy)
    life.contract = CONTRACT
    life.live(timedelta(days=days))
    return life


def test_what_is_overdue_grows_and_the_bank_agrees() -> None:
    """Twelve days late: 6.00 of default interest; core banking's figures are the same, so the case goes on."""
    life = grown(10)
    money = life.case.money(life.today)
    assert (money.of("penalty"), money.arrears) == (Decimal("6.00"), Decimal("1056.00"))
    assert life.case.quoted is not None
    assert life.case.quoted.arrears > 1050
    assert life.step().why.rule != "account.differs"
    life.pay("1050.00")
    assert life.step().kind == "wait", "default interest is left"
    life.pay("6.00", "P2")
    assert life.live(timedelta(hours=1)).kind == "done"


def test_a_bank_that_forgets_its_own_contract_is_asked_about() -> None:
    """The daily reconciliation compares; a difference goes to a person, and nothing is said or offered meanwhile."""
    life = Life(strategy=whole_strategy())
    life.contract = CONTRACT
    life.quoted_arrears = Decimal("1050.00")
    step = life.live(timedelta(hours=3))
    assert (step.kind, step.why.rule) == ("wait", "account.differs")
    by = life.case.differs(life.today)
    assert by is not None
    assert (by.arrears, by.outstanding) == (Decimal("-1.00"), 0)
    offer = PlanOffer(covers="arrears", parts=(Part(amount=Decimal("1051.00"), due_on=life.today),))
    refused = life.judge(OfferPlan(by="c-1", terms=offer))
    assert isinstance(refused, CommandRefused)
    assert refused.rule == "account.differs"
    life.quoted_arrears = None
    assert life.live(timedelta(days=2)).why.rule != "account.differs", "explained: the next reading agrees"


def test_a_tolerated_rest_cures() -> None:
    """容差: ten yuan left of a bill are not chased, and not waited for either."""
    life = Life(strategy=with_rules(cure_tolerance="10.00"))
    life.live(timedelta(days=3))
    life.pay("1040.00")
    assert life.live(timedelta(hours=1)).kind == "done"
    assert life.case.outcome == "cured"
    strict = Life(strategy=with_rules())
    strict.live(timedelta(days=3))
    strict.pay("1040.00")
    assert strict.live(timedelta(hours=1)).kind == "wait"


def test_an_agreed_pause_holds_the_ladder_where_it_is() -> None:
    """The next contact comes as many days later as were granted."""
    counted: list[list[date]] = []
    for pauses in ((), (AgreedPause(starts_on=date(2026, 3, 16), ends_on=date(2026, 3, 30)),)):
        life = Life()
        life.pauses = pauses
        life.live(timedelta(days=45))
        counted.append([contact.at.date() for contact in life.case.contacts])
    usual, paused = counted
    assert [day for day in paused if day <= date(2026, 3, 15)] == [day for day in usual if day <= date(2026, 3, 15)]
    assert not [day for day in paused if date(2026, 3, 16) < day <= date(2026, 3, 30)]
    assert [day for day in usual if date(2026, 3, 16) < day <= date(2026, 3, 30)]
    assert len(paused) > len([day for day in paused if day <= date(2026, 3, 30)])


def test_a_charge_back_waits_for_a_person() -> None:
    """Whoever paid contests it: nobody is asked for the money again before somebody has looked."""
    life = Life()
    life.live(timedelta(days=3))
    life.pay("500.00")
    life.tell(PaymentReversed(reference="X1", reverses="P1", value_date=life.today, charged_back=True))
    assert life.case.money(life.today).paid == 0
    step = life.live(timedelta(days=10))
    assert (step.kind, step.why.rule) == ("wait", "case.parked")
    assert "P1 was charged back" in step.why.text
    life.command(Resume(by="op-1", reason="looked_into"))
    assert life.live(timedelta(hours=1)).why.rule != "case.parked"


def test_a_plain_reversal_does_not_wait_for_a_person() -> None:
    """A debit that came back for want of money says nothing about who owes."""
    life = Life()
    life.live(timedelta(days=3))
    life.pay("500.00")
    life.tell(PaymentReversed(reference="X1", reverses="P1", value_date=life.today))
    assert life.case.parked is None


def test_a_charge_back_in_the_books_waits_too_and_once() -> None:
    """Core banking may tell it before the payment system, and tells it again at every reading."""
    life = Life()
    life.live(timedelta(days=3))
    life.pay("500.00")
    life.booked = (
        Transaction(reference="X1", kind="chargeback", amount=Decimal(500), value_date=life.today, reverses="P1"),
    )
    life.live(timedelta(days=3))
    assert life.case.parked is not None
    life.command(Resume(by="op-1", reason="looked_into"))
    life.live(timedelta(days=3))
    assert life.case.parked is None


def test_a_payment_system_tells_purpose_and_charge_back() -> None:
    """Both come by the feed; a purpose nobody understands does not lose the payment."""
    text = b'{"reference":"P1","amount":"5.00","currency":"CNY","value_date":"2026-03-12","designates":%s}'
    fact = fact_of("payment_posted", [text % b'{"component":"interest"}'], "CNY", NOON, "1")
    assert fact is not None
    assert isinstance(fact.body, PaymentPosted)
    assert fact.body.designates == Designation(component="interest")
    other = fact_of("payment_posted", [text % b'{"component":"flowers"}'], "CNY", NOON, "1")
    assert other is not None
    assert isinstance(other.body, PaymentPosted)
    assert other.body.designates is None
    back = b'{"reference":"X1","reverses":"P1","value_date":"2026-03-13","charged_back":true}'
    taken = fact_of("payment_reversed", [back], "CNY", NOON, "1")
    assert taken is not None
    assert isinstance(taken.body, PaymentReversed)
    assert taken.body.charged_back


@pytest.mark.parametrize(("from_dpd", "asked"), [(30, True), (None, False), (400, False)])
def test_acceleration_needs_its_trigger_in_the_contract(from_dpd: int | None, asked: bool) -> None:
    """提前到期: where core banking tells the contract, the balance is called due only if that allows it, and not earlier."""
    life = Life(strategy=whole_strategy())
    life.schedule = instalments(months=9, principal="2500.00")
    life.contract = CONTRACT.model_copy(update={"accelerates_from_dpd": from_dpd})
    life.live(timedelta(days=1))
    life.live(LATE + timedelta(days=60))
    subjects = {fact.body.subject for fact in life.facts if isinstance(fact.body, ApprovalRequested)}
    assert ("acceleration" in subjects) is asked
    assert life.case.stage == "litigation"
