"""Of what a waiver is made: as it was agreed, told to core banking, and the same in both books afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.calendar import bank_date
from domain.money import where_it_went
from schemas.account import COMPONENTS, Component, Difference, MadeOf, Waived
from schemas.facts import AgreementMade, OutsideFailed, Parked, WaiverBooked
from schemas.gateways import WaiverReceipt
from schemas.loan import Transaction
from schemas.messages import OfferPlan
from schemas.steps import Act, BookWaiver, Decide, Wait
from schemas.terms import SettlementOffer, SettlementTerms
from simulation.books import balance
from tests.domain.casework import Life
from tests.domain.test_growing_terms import accept, early, grown, offered


def settling(life: Life, waived: str) -> SettlementTerms:
    """A settlement of the balance that gives up so much, agreed on."""
    amount = life.case.money(life.today).outstanding - Decimal(waived)
    terms = SettlementOffer(amount=amount, pay_by=life.today + timedelta(days=20))
    made = offered(life, OfferPlan(by="anna", terms=terms))
    assert isinstance(life.command(accept(made)), AgreementMade)
    assert isinstance(made.terms, SettlementTerms)
    return made.terms


def asked(life: Life) -> BookWaiver:
    """The waiver that the case asks for, once the money is there."""
    while True:
        step = life.step()
        if isinstance(step, Act) and isinstance(step.action, BookWaiver):
            return step.action
        assert not isinstance(step, Wait), step
        life.do(step)


def made_of(action: BookWaiver) -> dict[str, Decimal]:
    """Its components."""
    assert action.made_of
    assert action.made_of.fault(action.amount) is None
    return {part.component: part.amount for part in action.made_of.components}


def test_a_waiver_of_interest_is_booked_as_interest_though_the_money_paid_interest_first() -> None:
    """先还后减: 3,150.00 and penalties are owed, all but 200.00 is paid, and what is left open is principal. The 200.00 are
    given up as they were agreed and approved: penalty first, then interest, with the penalty that accrued until then."""
    life = grown(100)
    terms = settling(life, "200.00")
    life.live(timedelta(days=2))
    life.pay(str(terms.total))
    action = asked(life)
    agreed = {part.component: part.amount for part in terms.components}
    assert set(agreed) == {"penalty", "interest"}
    assert life.case.money(life.today).of("principal") == action.amount == Decimal("203.00")
    assert made_of(action) == {"penalty": agreed["penalty"] + Decimal("3.00"), "interest": agreed["interest"]}
    life.live(timedelta(hours=1))
    went = where_it_went(
        life.case.instalments, life.case.transactions, life.today, life.case.basis(life.strategy.account)
    )
    waived = {
        name: sum((w.amount for w in went if (w.kind, w.component) == ("waiver", name)), Decimal(0)) for name in agreed
    }
    assert waived == made_of(action)
    assert sum(w.amount for w in went if (w.kind, w.component) == ("payment", "principal")) == Decimal("3000.00")
    assert life.case.outcome == "settled"


def test_an_incentive_gives_up_interest_of_what_was_overdue_and_leaves_the_next_instalment_alone() -> None:
    """Ten of the interest: the overdue instalment is closed, whatever of interest is still to come."""
    life = grown()
    made = offered(life, early(life, "10.00"))
    life.command(accept(made))
    life.pay(str(made.terms.total))
    action = asked(life)
    assert made_of(action) == {"penalty": Decimal("6.00"), "interest": Decimal("4.00")}
    life.live(timedelta(hours=1))
    money = life.case.money(life.today)
    assert (money.arrears, money.of("interest"), money.of("principal")) == (0, Decimal("100.00"), Decimal("2000.00"))


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_core_banking_may_book_what_is_asked_and_both_books_agree_to_the_cent_by_component(data: st.DataObject) -> None:
    """Whatever was paid before, is waived and accrues: its own books owe as much of each component, before and after."""
    life = grown(data.draw(st.integers(91, 130)), months=data.draw(st.integers(3, 8)))
    if data.draw(st.booleans()):
        life.pay(str(data.draw(st.integers(1, 90000)) / Decimal(100)), "P0")
    owed = life.case.money(life.today).outstanding
    most = (
        int(owed * 100 * life.strategy.negotiation.settlement.most_waived_percent / 100)
        if life.strategy.negotiation
        else 1
    )
    terms = settling(life, str(data.draw(st.integers(1, most)) / Decimal(100)))
    life.live(timedelta(days=data.draw(st.integers(0, 15))))
    life.pay(str(terms.total))
    action = asked(life)
    bank = balance(life.schedule, life.case.transactions, life.today, life.contract)
    assert action.amount == bank.outstanding
    assert action.made_of
    for part in action.made_of.components:
        assert part.amount <= bank.may_waive(part.component, action.made_of.agreed_on)
    later = life.today + timedelta(days=data.draw(st.integers(0, 2)))
    life.tell(WaiverBooked(reference="W", amount=action.amount, value_date=later, made_of=action.made_of))
    bank = balance(life.schedule, life.case.transactions, later, life.contract)
    ours = life.case.money(later, life.strategy.account)
    assert bank.components == {name: ours.of(name) for name in COMPONENTS}
    assert bank.outstanding == ours.outstanding


@pytest.mark.parametrize("code", ["components_do_not_add_up", "more_than_owed_of_component"])
def test_a_waiver_that_is_refused_for_what_it_is_made_of_goes_to_a_person_at_once(code: str) -> None:
    """Asking again mends nothing; once somebody has looked and resumed, it is asked for again."""
    life = grown(100)
    terms = settling(life, "100.00")
    life.pay(str(terms.total))
    asked(life)
    life.tell(OutsideFailed(system="core_banking", code=code))
    step = life.step()
    assert isinstance(step, Decide)
    (parked,) = step.facts
    assert isinstance(parked, Parked)
    assert parked.rule == "settlement.refused"
    assert code in parked.why
    life.do(step)
    waiting = life.step()
    assert isinstance(waiting, Wait)
    assert waiting.ask
    assert waiting.ask.kind == "look"


def test_a_refused_waiver_of_what_is_not_overdue_waits_for_its_person_too() -> None:
    """The arrears are paid, and all that is open are instalments to come: it is parked once."""
    life = grown(91, months=8)
    terms = settling(life, "300.00")
    life.pay(str(terms.total))
    asked(life)
    assert not life.case.money(life.today).overdue
    life.tell(OutsideFailed(system="core_banking", code="more_than_owed_of_component"))
    waiting = life.live(timedelta(hours=1))
    assert isinstance(waiting, Wait)
    assert waiting.ask
    assert waiting.ask.kind == "look"
    assert sum(isinstance(fact.body, Parked) for fact in life.facts) == 1


def test_figures_that_agree_in_all_and_not_by_component_are_a_difference() -> None:
    """A bank that booked the waiver as principal where it was of interest is asked about."""
    life = grown(100)
    quoted = life.case.quoted
    assert quoted is not None
    on = bank_date(quoted.as_of, life.strategy.bank_zone)
    money = life.case.money(on, life.strategy.account)
    told = {name: money.of(name) for name in COMPONENTS if money.of(name)}

    def differs(more: dict[Component, Decimal]) -> Difference | None:
        components = told | {name: told[name] + amount for name, amount in more.items()}
        case = life.case.model_copy(update={"quoted": quoted.model_copy(update={"components": components})})
        return case.differs(on, life.strategy.account)

    assert differs({}) is None
    by = differs({"interest": Decimal(-5), "principal": Decimal(5)})
    assert by
    assert [(part.component, part.amount) for part in by.components] == [("interest", -5), ("principal", 5)]


def test_components_that_are_not_the_amount_are_refused_where_they_are_read() -> None:
    """By their sum, which is told, and each once; only a waiver is made of components."""
    five = MadeOf(agreed_on=date(2026, 3, 1), components=(Waived(component="interest", amount=Decimal(5)),))
    receipt = {"reference": "W", "value_date": date(2026, 3, 2), "as_of": "2026-03-02T10:00:00Z", "made_of": five}
    assert WaiverReceipt.model_validate(receipt | {"amount": "5"}).made_of == five
    with pytest.raises(ValidationError, match="the components add up to 5, and 6 is waived"):
        WaiverReceipt.model_validate(receipt | {"amount": "6"})
    for kind, said in (("waiver", "add up to 5"), ("payment", "only a waiver is made of components")):
        with pytest.raises(ValidationError, match=said):
            Transaction.model_validate(
                {"reference": "W", "kind": kind, "amount": "6", "value_date": "2026-03-02", "made_of": five}
            )
    with pytest.raises(ValidationError, match="interest stands twice"):
        MadeOf(agreed_on=five.agreed_on, components=five.components * 2)
