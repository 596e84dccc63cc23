"""Kept or broken: the ledger says, from the set of payments, whatever order they came in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agreements import Judgement, judge
from domain.calendar import day_start
from domain.parts import Agreement
from schemas.facts import PaymentPosted, PaymentReversed
from schemas.messages import AcceptPromise
from schemas.terms import Part, PlanTerms, PromiseTerms, Terms
from tests.domain.casework import NOON, Life, whole_strategy

TODAY = date(2026, 3, 12)


def agreed(terms: Terms, paid_before: str = "0") -> Agreement:
    """An agreement made at noon of the twelfth of March."""
    return Agreement(agreement="A", terms=terms, terms_hash="h", made_at=NOON, paid_before=Decimal(paid_before))


def promise(amount: str = "1050.00", due: int = 3, tolerance: str = "1.00", days: int = 1) -> Agreement:
    """A promise to pay so much in so many days."""
    part = Part(amount=Decimal(amount), due_on=TODAY + timedelta(days=due))
    return agreed(PromiseTerms(parts=(part,), tolerance_amount=Decimal(tolerance), tolerance_days=days))


def life() -> Life:
    """A case whose account was read."""
    made = Life(strategy=whole_strategy())
    made.live(timedelta(hours=1))
    made.now = NOON
    return made


def judged(agreement: Agreement, on: Life, after_days: float) -> Judgement:
    """The judgement so many days after noon of the twelfth."""
    return judge(agreement, on.case, on.strategy, NOON + timedelta(days=after_days))


def test_a_promise_runs_until_its_day_tolerance_and_end_of_day_are_over() -> None:
    """Due on the fifteenth, one day of tolerance, judged at six in the morning of the seventeenth."""
    over = day_start(date(2026, 3, 17), "Asia/Shanghai") + timedelta(hours=6)
    assert judge(promise(), life().case, whole_strategy(), over - timedelta(seconds=1)).state == "running"
    assert judge(promise(), life().case, whole_strategy(), over).state == "broken"
    assert judged(promise(), life(), 0).at == over


@pytest.mark.parametrize(("paid", "state"), [("1050.00", "kept"), ("1049.00", "kept"), ("1048.99", "running")])
def test_a_promise_is_kept_as_soon_as_the_money_counts(paid: str, state: str) -> None:
    """A yuan short is within its tolerance."""
    made = life()
    made.pay(paid)
    assert judged(promise(), made, 1).state == state


def test_what_was_paid_before_keeps_no_promise() -> None:
    """Only what came after it was made."""
    made = life()
    made.pay("1050.00")
    assert judged(promise(), made, 1).state == "kept"
    assert judged(agreed(promise().terms, paid_before="1050.00"), made, 1).state == "running"


def test_money_that_counts_from_a_later_day_breaks_no_promise() -> None:
    """It has come; it keeps the promise when it counts."""
    made = life()
    made.pay("1050.00", on=TODAY + timedelta(days=9))
    assert judged(promise(), made, 7).state == "running"
    assert judged(promise(), made, 9).state == "kept"


def test_a_payment_taken_back_breaks_what_it_had_kept() -> None:
    """A returned debit is no payment."""
    made = life()
    made.pay("1050.00")
    made.tell(PaymentReversed(reference="R", reverses="P1", value_date=TODAY))
    assert judged(promise(), made, 5).state == "broken"


def test_an_earlier_payment_that_comes_back_breaks_no_promise() -> None:
    """The debit of the week before is returned: that is owed again, and what was promised since is paid all the same."""
    made = life()
    made.pay("300.00", "early")
    made.command(
        AcceptPromise(by="anna", amount=Decimal("750.00"), pay_by=TODAY + timedelta(days=3), identity_verified=True)
    )
    agreement = made.case.agreement
    assert agreement is not None
    made.tell(PaymentReversed(reference="R1", reverses="early", value_date=TODAY))
    assert (judged(agreement, made, 0).state, judged(agreement, made, 10).state) == ("running", "broken")
    made.pay("750.00", "promised")
    assert judged(agreement, made, 1).state == "kept"
    made.tell(PaymentReversed(reference="R2", reverses="promised", value_date=TODAY))
    assert judged(agreement, made, 10).state == "broken"


def test_an_earlier_payment_that_comes_back_is_missing_from_a_plan() -> None:
    """Its figure, and what a settlement gives up, were reckoned with that payment."""
    made = life()
    made.pay("300.00", "early")
    made.tell(PaymentReversed(reference="R1", reverses="early", value_date=TODAY))
    made.pay("2100.00", "agreed")
    whole = agreed(plan().terms, paid_before="300.00")
    assert (judged(whole, made, 1).paid, judged(whole, made, 1).state) == (Decimal("1800.00"), "running")


def plan(covers: str = "balance") -> Agreement:
    """Three monthly parts of 700."""
    parts = tuple(Part(amount=Decimal("700.00"), due_on=TODAY + timedelta(days=30 * n)) for n in (1, 2, 3))
    return agreed(PlanTerms.model_validate({"covers": covers, "parts": parts, "tolerance_days": 3}))


def test_a_plan_is_broken_by_its_first_part_that_is_not_paid() -> None:
    """The one before it may have been paid early, in one sum or in many."""
    made = life()
    made.pay("1400.00")
    assert judged(plan(), made, 65).state == "running"
    verdict = judged(plan(), made, 96)
    assert (verdict.state, verdict.due, verdict.paid) == ("broken", Decimal("2100.00"), Decimal("1400.00"))


def test_a_plan_over_the_arrears_leaves_later_instalments_to_be_paid_beside_it() -> None:
    """Instalments fall due on the tenth of April and of May: they are owed besides the parts."""
    made = life()
    made.pay("2100.00")
    assert judged(plan("balance"), made, 40).state == "kept"
    beside = judged(plan("arrears"), made, 40)
    assert (beside.state, beside.due) == ("running", Decimal("1400.00") + Decimal("2100.00"))


@given(st.data())
def test_any_order_of_payments_and_reversals_judges_the_same(data: st.DataObject) -> None:
    """Twice, backdated, taken back: one verdict."""
    facts: list[PaymentPosted | PaymentReversed] = []
    for number in range(data.draw(st.integers(1, 5))):
        amount = Decimal(data.draw(st.integers(1, 120_000))) / 100
        on = TODAY + timedelta(days=data.draw(st.integers(-5, 95)))
        facts.append(PaymentPosted(reference=f"P{number}", amount=amount, currency="CNY", value_date=on))
        if data.draw(st.booleans()):
            facts.append(PaymentReversed(reference=f"R{number}", reverses=f"P{number}", value_date=on))
    after = data.draw(st.integers(0, 100))
    verdicts = set()
    for order in (facts, data.draw(st.permutations(facts)), [*facts, *facts]):
        made = life()
        for fact in order:
            made.tell(fact)
        verdicts.add(judged(plan(), made, after))
    assert len(verdicts) == 1
