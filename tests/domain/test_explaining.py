"""A difference explained: core banking's figures are quoted while they differ by just that, and nothing else is hidden."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.explaining import unexplained
from domain.money import Basis, Explained, position, quote
from schemas.account import Difference
from schemas.facts import (
    ApprovalDecided,
    ApprovalLapsed,
    ApprovalRequested,
    CommandRefused,
    DifferenceExplained,
    ExplanationLapsed,
    ExplanationWithdrawn,
    Fact,
    OfferMade,
)
from schemas.messages import (
    AcceptPlan,
    DecideApproval,
    ExplainDifference,
    OfferPlan,
    Pause,
    WithdrawExplanation,
)
from schemas.steps import Step, Wait
from schemas.terms import Part, PlanOffer
from tests.domain.accountwork import DAYS, SOME, bases, movements, payment, schedules
from tests.domain.casework import Life, whole_strategy

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEE = Decimal("50.00")


def differing(arrears: str = "50.00", outstanding: str | None = None) -> Life:
    """A case whose core banking quotes so much more than its books give; a person is asked."""
    life = Life(strategy=whole_strategy())
    life.beyond = Decimal(arrears), Decimal(outstanding or arrears)
    life.live(3 * HOUR)
    return life


def explain(life: Life, arrears: str = "50.00", outstanding: str | None = None, by: str = "recon-2") -> Fact:
    """Somebody says why; the fact it caused."""
    amounts = {"arrears": arrears, "outstanding": outstanding or arrears}
    return life.command(
        ExplainDifference.model_validate({"by": by, "reason": "late_fee", "evidence": "DOC-81", **amounts})
    )


def decide(life: Life, approve: bool = True, by: str = "boss") -> Fact:
    """Somebody's word on it."""
    asked = next(each.approval for each in life.case.approvals)
    return life.command(DecideApproval(by=by, approval=asked, approve=approve, reason="looked_at"))


def explained(arrears: str = "50.00", outstanding: str | None = None) -> Life:
    """A case whose difference was explained and approved."""
    life = differing(arrears, outstanding)
    explain(life, arrears, outstanding)
    decide(life)
    life.live(HOUR)
    assert life.case.explained
    return life


def facts(life: Life, kind: type[Fact]) -> list[Any]:
    """The facts of one kind."""
    return [fact.body for fact in life.facts if isinstance(fact.body, kind)]


def asks(step: Step) -> str | None:
    """What a person is asked for."""
    assert isinstance(step, Wait)
    return step.ask.kind if step.ask else None


def refused(fact: Fact) -> str:
    """The rule that refused it."""
    assert isinstance(fact, CommandRefused), fact
    return fact.rule


def plan(life: Life, amount: str) -> Fact:
    """An offer of one part over the arrears."""
    terms = PlanOffer(covers="arrears", parts=(Part(amount=Decimal(amount), due_on=life.today),))
    return life.command(OfferPlan(by="anna", terms=terms))


def test_an_explanation_is_given_by_one_and_approved_by_another() -> None:
    """Until then nothing is quoted, offered or sent; then core banking's figure is the one that is offered over."""
    life = differing()
    assert asks(life.step()) == "reconcile"
    assert refused(plan(life, "1100.00")) == "account.differs"
    assert isinstance(explain(life), ApprovalRequested)
    step = life.live(HOUR)
    assert (step.why.rule, asks(step)) == ("account.differs", "approval")
    assert refused(plan(life, "1100.00")) == "account.differs"
    assert refused(decide(life, by="recon-2")) == "approval.same_person"
    assert isinstance(decide(life), ApprovalDecided)
    assert refused(plan(life, "1100.00")) == "account.differs", "not carried out yet"
    step = life.live(HOUR)
    assert step.why.rule != "account.differs"
    (told,) = facts(life, DifferenceExplained)
    assert (told.explained_by, told.approved_by, told.evidence) == ("recon-2", "boss", "DOC-81")
    assert told.difference == Difference(arrears=FEE, outstanding=FEE)
    assert life.case.approvals == ()
    assert (life.case.money(life.today).arrears, life.case.money(life.today).outstanding) == (1100, 3200)
    assert refused(plan(life, "1050.00")) == "plan.sum"
    assert isinstance(plan(life, "1100.00"), OfferMade)


def test_the_case_goes_on_with_the_borrower_once_explained() -> None:
    """And reads the account again as always; the explanation stays while the difference is that one."""
    life = explained()
    life.live(10 * DAY)
    assert life.case.contacts
    assert life.case.explained
    assert facts(life, ExplanationLapsed) == []


def test_whoever_pays_what_was_quoted_owes_nothing_more() -> None:
    """The money goes to what core banking has due beyond its books, and not ahead to the next instalment."""
    life = explained()
    basis = life.case.basis(life.strategy.account)
    told = quote(life.case.instalments, life.case.transactions, life.today, basis)
    assert (told.to_cure, told.payoff) == (Decimal("1100.00"), Decimal("3200.00"))
    life.pay("1070.00")
    money = life.case.money(life.today)
    assert (money.arrears, money.overdue) == (Decimal("30.00"), True)
    life.pay("30.00", "P2")
    money = life.case.money(life.today)
    assert (money.arrears, money.outstanding, money.overdue) == (0, 2100, False)
    life.live(HOUR)
    assert life.case.cured_at


def test_less_than_the_books_give_is_all_that_is_asked_for() -> None:
    """Core banking counts a payment that its list does not have: nobody is asked for that again."""
    life = explained("-50.00")
    assert life.case.money(life.today).arrears == 1000
    life.pay("1000.00")
    life.live(HOUR)
    assert life.case.cured_at


def test_core_banking_has_overdue_what_the_books_have_paid() -> None:
    """From the day of those figures on, for nobody knows an earlier one."""
    life = Life(strategy=whole_strategy())
    life.live(3 * HOUR)
    life.pay("500.00")
    life.beyond = FEE, FEE
    life.read()
    explain(life)
    decide(life)
    life.live(HOUR)
    money = life.case.money(life.today)
    assert (money.arrears, money.overdue_since) == (Decimal("600.00"), date(2026, 3, 10))
    life.pay("550.00", "P2")
    money = life.case.money(life.today)
    assert (money.arrears, money.days_past_due) == (FEE, 1)


@pytest.mark.parametrize(
    "further", [("50.01", "50.00"), ("50.00", "49.99"), ("49.99", "49.99"), ("0.00", "50.00"), ("-50.00", "-50.00")]
)
def test_another_difference_is_asked_about_anew(further: tuple[str, str]) -> None:
    """One minor unit in one component is another difference."""
    life = explained()
    life.beyond = Decimal(further[0]), Decimal(further[1])
    life.read()
    step = life.live(HOUR)
    assert (step.why.rule, asks(step)) == ("account.differs", "reconcile")
    assert len(facts(life, ExplanationLapsed)) == 1
    assert refused(plan(life, "1100.00")) == "account.differs"


def test_the_same_sum_of_other_components_is_another_difference() -> None:
    """And the same sum of the same components is the one that was explained."""
    life = Life(strategy=whole_strategy())
    life.beyond, life.beyond_of = (FEE, FEE), {"fees": FEE}
    life.live(3 * HOUR)
    asked = explain(life)
    assert isinstance(asked, ApprovalRequested)
    assert "50.00 of fees" in asked.why
    decide(life)
    life.live(HOUR)
    life.read()
    life.live(HOUR)
    assert life.case.explained
    assert life.case.money(life.today).arrears == 1100
    life.beyond_of = {"penalty": Decimal("0.01"), "fees": FEE - Decimal("0.01")}
    life.read()
    step = life.live(HOUR)
    assert (step.why.rule, asks(step)) == ("account.differs", "reconcile")


def test_the_same_difference_that_comes_again_is_asked_about_anew() -> None:
    """In between the figures agreed: what was explained is past."""
    life = explained()
    life.beyond = None
    life.read()
    life.live(HOUR)
    (lapsed,) = facts(life, ExplanationLapsed)
    assert lapsed.rule == "account.explanation_past"
    assert life.case.money(life.today).arrears == 1050
    life.beyond = FEE, FEE
    life.read()
    step = life.live(HOUR)
    assert (step.why.rule, asks(step)) == ("account.differs", "reconcile")


def test_an_explanation_is_withdrawn() -> None:
    """In force or waiting; then it is asked for again, and another can be given."""
    life = explained()
    assert refused(explain(life)) == "explain.already"
    withdrawn = WithdrawExplanation(by="recon-9", reason="was_mistaken")
    assert isinstance(life.command(withdrawn), ExplanationWithdrawn)
    assert asks(life.live(HOUR)) == "reconcile"
    explain(life)
    assert refused(explain(life)) == "explain.waiting"
    assert isinstance(life.command(withdrawn), ExplanationWithdrawn)
    assert life.case.approvals == ()
    assert asks(life.live(HOUR)) == "reconcile"
    assert refused(life.command(withdrawn)) == "withdraw.nothing"
    explain(life)
    decide(life)
    life.live(HOUR)
    assert life.case.explained


@pytest.mark.parametrize("approve", [False, None], ids=["not approved", "nobody answered"])
def test_what_nobody_approved_explains_nothing(approve: bool | None) -> None:
    """The person is asked again."""
    life = differing()
    explain(life)
    if approve is False:
        decide(life, approve=False)
    step = life.live(10 * DAY)
    assert (step.why.rule, asks(step)) == ("account.differs", "reconcile")
    assert len(facts(life, ApprovalLapsed)) == (approve is None)
    assert facts(life, DifferenceExplained) == []


def test_an_approval_of_a_difference_that_is_gone_explains_nothing() -> None:
    """What waited is over as soon as the figures are others."""
    life = differing()
    explain(life)
    life.beyond = Decimal(60), Decimal(60)
    life.read()
    life.live(HOUR)
    (lapsed,) = facts(life, ApprovalLapsed)
    assert lapsed.rule == "account.explanation_past"
    assert life.case.approvals == ()


def test_what_cannot_be_explained_is_refused() -> None:
    """Nothing differs, or it differs by something else."""
    life = Life(strategy=whole_strategy())
    assert refused(explain(life)) == "account.unread"
    life.live(3 * HOUR)
    assert refused(explain(life)) == "explain.no_difference"
    life = differing("50.00", "20.00")
    assert refused(explain(life, "50.00", "50.00")) == "explain.other_amounts"
    assert refused(explain(life, "50.00", "20.01")) == "explain.other_amounts"
    assert isinstance(explain(life, "50.0", "20.0000"), ApprovalRequested)


def test_an_offer_from_before_is_accepted_once_explained() -> None:
    """It waits while nobody has explained the difference, and is of other terms if core banking's figure is another."""
    life = Life(strategy=whole_strategy())
    life.live(3 * HOUR)
    plan(life, "1050.00")
    assert life.case.offer
    accept = AcceptPlan(
        by="anna", offer=life.case.offer.offer, terms_hash=life.case.offer.terms_hash, identity_verified=True
    )
    life.beyond = Decimal(0), FEE
    life.read()
    assert refused(life.command(accept)) == "account.differs"
    explain(life, "0", "50.00")
    decide(life)
    life.live(HOUR)
    assert life.command(accept).kind == "agreement_made"


def test_a_paused_case_takes_an_explanation_too() -> None:
    """Whatever else it waits for."""
    life = differing()
    life.command(Pause(by="ops", reason="asked"))
    explain(life)
    decide(life)
    life.live(HOUR)
    assert life.case.explained


# --- by property -----------------------------------------------------------------------------------------------------

BEYOND = st.none() | st.tuples(*[st.sampled_from([Decimal("-50.01"), Decimal("-50.00"), Decimal("50.00")])] * 2)
ACTS = st.sampled_from(["nothing", "explained", "approved", "approved", "withdrawn"])


@given(st.lists(st.tuples(BEYOND, ACTS), max_size=6))
def test_an_explanation_never_hides_another_difference(
    rounds: list[tuple[tuple[Decimal, Decimal] | None, str]],
) -> None:
    """Whatever core banking quotes and people say, reading after reading: nothing differs unasked but by just what was
    explained and approved, and has differed by that at every reading since."""
    life, holds = Life(strategy=whole_strategy()), None
    life.live(3 * HOUR)
    for beyond, act in rounds:
        life.beyond = beyond
        life.read()
        life.live(timedelta(0))
        by = Difference(arrears=beyond[0], outstanding=beyond[1]) if beyond else None
        holds = holds if holds == by else None
        _asked_about(life, by if holds is None else None)
        if act == "withdrawn":
            life.command(WithdrawExplanation(by="recon-2", reason="was_mistaken"))
            holds = None
        elif act != "nothing" and by is not None:
            explain(life, str(by.arrears), str(by.outstanding))
            if act == "approved" and life.case.approvals:
                decide(life)
                holds = by
        life.live(timedelta(0))
        _asked_about(life, by if holds is None else None)


def _asked_about(life: Life, by: Difference | None) -> None:
    """Whether a person is asked about this difference, and nothing is quoted before; None: about none."""
    assert unexplained(life.case, life.strategy) == by
    assert (life.step().why.rule == "account.differs") == (by is not None)
    offered = life.judge(OfferPlan(by="anna", terms=_any(life)))
    assert (isinstance(offered, CommandRefused) and offered.rule == "account.differs") == (by is not None)


def _any(life: Life) -> PlanOffer:
    return PlanOffer(covers="arrears", parts=(Part(amount=Decimal("1050.00"), due_on=life.today),))


CENTS = st.integers(-20_000, 20_000).map(lambda cents: Decimal(cents) / 100)


@given(schedules(), movements(), DAYS, bases(), CENTS, CENTS)
def test_core_banking_s_figures_are_the_ones_that_hold(
    schedule: Any, moved: Any, on: date, basis: Basis, arrears: Decimal, outstanding: Decimal
) -> None:
    """Explained, the position on the day of the figures is what core banking quotes, whatever the account is like."""
    ours = position(schedule, moved, on, basis)
    whole = basis.whole_due_on is not None and basis.whole_due_on < on
    late = outstanding if whole else arrears
    quoted = (max(ours.arrears + late, Decimal(0)), max(ours.outstanding + outstanding, Decimal(0)))
    by = Difference(arrears=arrears, outstanding=outstanding)
    told = position(schedule, moved, on, _with(basis, by, on, ours.paid, ours.unapplied))
    assert (told.arrears, told.outstanding) == quoted
    assert (told.paid, told.waived, told.rows) == (ours.paid, ours.waived, ours.rows)
    assert told.overdue == (told.arrears > basis.tolerance)


@given(schedules(), DAYS, SOME, CENTS)
def test_who_pays_the_whole_quoted_balance_owes_nothing(
    schedule: Any, on: date, arrears: Decimal, outstanding: Decimal
) -> None:
    """Whatever it was made of."""
    by = Difference(arrears=arrears, outstanding=arrears + abs(outstanding))
    ours = position(schedule, (), on)
    basis = _with(Basis(), by, on, ours.paid, ours.unapplied)
    quoted = position(schedule, (), on, basis)
    paid = [payment("p", str(quoted.outstanding), on)]
    after = position(schedule, paid, on, basis)
    assert (after.arrears, after.outstanding, after.overdue) == (0, 0, False)


def _with(basis: Basis, by: Difference, on: date, paid: Decimal, unapplied: Decimal) -> Basis:
    return Basis(
        contract=basis.contract,
        rules=basis.rules,
        pauses=basis.pauses,
        whole_due_on=basis.whole_due_on,
        currency=basis.currency,
        explained=Explained(by, on, paid, unapplied),
    )
