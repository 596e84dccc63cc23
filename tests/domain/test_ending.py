"""How a case ends, and what is watched before it does."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from schemas.facts import CommandRefused, PaymentReversed
from schemas.messages import CloseByBank
from schemas.steps import Act, CallOff, Done, Wait
from tests.domain.casework import Life, instalments, whole_strategy


def begun(days: float = 10, **changes: Any) -> Life:
    """A case of three instalments of 1,050.00 (March, April, May the tenth), so many days after the twelfth of March."""
    life = Life(strategy=whole_strategy(), **changes)
    life.live(timedelta(days=days))
    return life


def cured() -> Life:
    """Its arrears were paid on the twenty-second of March."""
    life = begun()
    life.pay("1050.00")
    life.live(timedelta(hours=1))
    assert life.case.cured_at
    return life


def test_a_cured_loan_is_watched_until_its_next_instalment() -> None:
    """Nothing is said to anybody; the day after, when the bank's day is over, it is looked at."""
    life = cured()
    step = life.step()
    assert isinstance(step, Wait)
    assert step.why.rule == "watch.next"
    assert step.until is not None
    assert (step.until + timedelta(hours=8)).date() == date(2026, 4, 11)
    life.pay("1050.00", "P2", on=date(2026, 4, 10))
    end = life.live(timedelta(days=25))
    assert isinstance(end, Done)
    assert end.outcome == "cured"


def test_an_instalment_missed_while_watched_brings_the_case_back() -> None:
    """On a fresh account; the borrower counts as overdue again, without grace."""
    life = cured()
    before = len(life.case.contacts)
    life.seen.clear()
    life.live(timedelta(days=21))
    assert [s.why.rule for s in life.seen][:2] == ["account.watch", "watch.relapsed"]
    assert life.case.status == "open"
    assert life.case.relapses == 1
    assert life.case.assessed
    assert life.case.assessed.segment == "repeated"
    assert len(life.case.contacts) > before


def test_a_cure_that_is_taken_back_brings_the_case_back_at_once() -> None:
    """A returned debit."""
    life = cured()
    life.tell(PaymentReversed(reference="R", reverses="P1", value_date=life.today))
    life.live(timedelta(hours=2))
    assert life.case.relapses == 1
    assert life.case.cured_at is None


def test_a_strategy_that_watches_nothing_closes_at_once() -> None:
    """As it says."""
    life = Life(strategy=whole_strategy().model_copy(update={"watch_instalments": 0}))
    life.live(timedelta(days=10))
    life.pay("1050.00")
    end = life.live(timedelta(hours=1))
    assert isinstance(end, Done)
    assert end.outcome == "cured"


@pytest.mark.parametrize("paid", ["3150.00", "5000.00"])
def test_paying_the_whole_balance_pays_it_off(paid: str) -> None:
    """Also a cured loan that is watched, and with more than was owed."""
    for life in (begun(), cured()):
        life.pay(paid, "P9")
        end = life.live(timedelta(hours=1))
        assert isinstance(end, Done)
        assert end.outcome == "paid_off"


def test_a_collectors_call_is_called_off_when_the_money_comes() -> None:
    """Forty-eight hours are long: a customer who has paid is not rung up."""
    life = Life(strategy=whole_strategy())
    for _ in range(400):
        step = life.step()
        if life.case.task:
            break
        if isinstance(step, Wait):
            assert step.until is not None
            life.now = step.until
        else:
            life.do(step)
    life.seen.clear()
    life.pay(str(life.case.money(life.today).arrears))
    life.live(timedelta(minutes=1))
    assert [s.action.reason for s in life.seen if isinstance(s, Act) and isinstance(s.action, CallOff)] == ["paid"]
    assert life.case.cured_at


def test_a_loan_written_off_goes_on_in_its_lane() -> None:
    """Write-off is accounting: the claim lives, and only the whole balance ends it."""
    life = Life(strategy=whole_strategy())
    life.schedule = instalments(months=8, principal="100.00")
    life.live(timedelta(days=40))
    life.written_off_on = date(2026, 4, 20)
    life.live(timedelta(days=20))
    assert life.case.written_off_on
    assert life.case.status == "open"
    money = life.case.money(life.today)
    assert money.arrears == money.outstanding
    life.pay("150.00", "P1")
    life.live(timedelta(days=1))
    assert life.case.status == "open"
    life.pay(str(life.case.money(life.today).outstanding), "P2")
    life.live(timedelta(days=1))
    assert life.case.outcome == "paid_off"


@pytest.mark.parametrize("outcome", ["closed_by_bank", "sold", "extinguished"])
def test_the_bank_ends_a_case(outcome: str) -> None:
    """The debt is sold, extinguished, or dealt with elsewhere."""
    life = begun()
    life.command(CloseByBank.model_validate({"by": "ops", "reason": "portfolio", "outcome": outcome}))
    end = life.step()
    assert isinstance(end, Done)
    assert end.outcome == outcome


def test_the_bank_does_not_close_over_a_call_that_is_still_to_be_made() -> None:
    """It is told how to take it back."""
    life = Life(strategy=whole_strategy())
    while life.case.task is None:
        step = life.step()
        if isinstance(step, Wait):
            assert step.until is not None
            life.now = step.until
        else:
            life.do(step)
    refused = life.judge(CloseByBank(by="ops", reason="portfolio"))
    assert isinstance(refused, CommandRefused)
    assert refused.rule == "close.task_open"


def test_small_change_troubles_nobody_but_a_written_off_balance_is_not_small() -> None:
    """Below ten yuan a contact costs more than the sum is worth."""
    life = begun(1)
    life.pay("1045.00")
    step = life.live(timedelta(days=10))
    assert isinstance(step, Wait)
    assert step.why.rule == "policy.ignore_arrears"
    assert life.case.money(life.today).arrears == Decimal("5.00")
