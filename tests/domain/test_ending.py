"""How a case ends, and what is watched before it does."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.calendar import bank_date
from domain.case import Case
from domain.stages.situation import Situation
from domain.treatments import treatment
from policies.wording import render
from schemas.authority import WatchReminder
from schemas.facts import (
    ChannelOptedOut,
    CommandRefused,
    ContactPointInvalid,
    Fact,
    HoldOpened,
    OutsideFailed,
    PaymentPosted,
    PaymentReversed,
)
from schemas.loan import Transaction
from schemas.messages import CloseByBank
from schemas.steps import Act, CallOff, Done, MakeContact, Step, Wait
from tests.domain.casework import Life, instalments, whole_strategy
from workflows.calls import template_fields


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


# --- the reminder while a cured loan is watched --------------------------------------------------------------------


def cured_and_reminded(*told: Fact, **reminder: Any) -> Life:
    """The same cure, under a strategy that reminds three days before; and what was told since."""
    strategy = whole_strategy().model_copy(update={"watch_reminder": WatchReminder(**reminder)})
    life = Life(strategy=strategy)
    life.live(timedelta(days=10))
    life.pay("1050.00")
    life.live(timedelta(hours=1))
    assert life.case.cured_at
    for fact in told:
        life.tell(fact)
    return life


def reminders(life: Life) -> list[tuple[str, date]]:
    """The messages before an instalment: purpose, and the bank's day."""
    sent = [c for c in life.case.contacts if c.proposal.template == "due_soon_sms"]
    return [(c.proposal.purpose, bank_date(c.at, "Asia/Shanghai")) for c in sent]


def test_a_watched_borrower_is_reminded_once_before_the_next_instalment_is_due() -> None:
    """Three days before the tenth of April, and no demand; paid then, the case closes as cured."""
    life = cured_and_reminded()
    step = life.step()
    assert isinstance(step, Wait)
    assert step.why.rule == "watch.next"
    life.live(timedelta(days=18))
    assert reminders(life) == [("reply", date(2026, 4, 7))]
    life.pay("1050.00", "P2", on=date(2026, 4, 10))
    end = life.live(timedelta(days=10))
    assert isinstance(end, Done)
    assert (end.outcome, len(reminders(life))) == ("cured", 1)


@pytest.mark.parametrize(
    "fact",
    [
        ChannelOptedOut(channel="sms"),
        HoldOpened(hold="h", hold_kind="hardship", reason="illness"),
        PaymentPosted(reference="P2", amount=Decimal("1050.00"), currency="CNY", value_date=date(2026, 3, 22)),
        ContactPointInvalid(contact_point_id="L1-phone"),
    ],
    ids=["opted out", "in hardship", "paid already", "not reachable"],
)
def test_nobody_is_reminded_who_does_not_want_it_cannot_be_or_has_paid(fact: Fact) -> None:
    """It is looked at on its day all the same."""
    life = cured_and_reminded(fact)
    life.live(timedelta(days=19))
    assert reminders(life) == []
    step = life.step()
    assert isinstance(step, Wait | Done)
    assert life.case.parked is None


def test_what_was_paid_without_a_signal_is_seen_before_the_reminder() -> None:
    """The account is read first: a lost signal does not remind somebody who has paid."""
    life = cured_and_reminded()
    life.booked = (Transaction(reference="P2", amount=Decimal("1050.00"), value_date=date(2026, 4, 1)),)
    life.live(timedelta(days=19))
    assert reminders(life) == []


def test_a_reminder_that_cannot_be_sent_parks_no_case() -> None:
    """Messaging is down for days: the instalment is looked at, and the case ends."""
    life = cured_and_reminded()
    for _ in range(8):
        life.tell(OutsideFailed(system="messaging", code="unavailable"))
    life.pay("1050.00", "P2", on=date(2026, 4, 10))
    life.live(timedelta(days=16))
    assert life.case.parked is None
    end = life.live(timedelta(days=10))
    assert isinstance(end, Done)
    assert reminders(life) == []


def test_a_missed_instalment_re_enters_by_the_strategys_rows_for_repeated_overdue() -> None:
    """Re-entry after a cure: assessed anew, treated as the strategy treats who is overdue again, from its first rung."""
    life = cured_and_reminded()
    life.live(timedelta(days=20))
    assert life.case.relapses == 1
    assert life.case.assessed
    assert life.case.assessed.segment == "repeated"
    assert life.case.stage == "contact"
    assert treatment(Situation.of(life.case, life.strategy, life.law, life.now)) == life.strategy.treatments["repeated"]
    after = [c.proposal.template for c in life.case.contacts if c.at > life.facts[-1].occurred_at - timedelta(days=2)]
    assert after[:1] == [life.strategy.treatments["repeated"].ladder[0].template]


def test_the_reminder_names_what_is_due_next_and_its_day() -> None:
    """The text that goes out, with the figures of the case: the instalment of the tenth of April, and nothing overdue."""
    life = cured_and_reminded()
    texts: list[str] = []

    def read(step: Step, case: Case) -> None:
        if isinstance(step, Act) and isinstance(step.action, MakeContact):
            fields = template_fields(step, case, life.strategy, life.today)
            texts.append(render(step.action.proposal.template, "en", {"bank": "Bank", "hotline": "95500", **fields}))

    life.observers.append(read)
    life.live(timedelta(days=18))
    (text,) = texts
    assert "1050.00 CNY, is due on 2026-04-10" in text
