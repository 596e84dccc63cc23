"""A settlement whose money is taken back after the waiver: the waiver goes, the debt is as it was, and nobody who holds a
certificate is asked for anything before a person has told them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.reviving import unmet
from schemas.account import COMPONENTS
from schemas.facts import (
    AgreementBroken,
    CertificateIssued,
    CertificateVoided,
    EpisodeOpened,
    EpisodeReopened,
    Fact,
    OutsideFailed,
    Parked,
    PaymentReversed,
    WaiverBooked,
    WaiverReversed,
)
from schemas.loan import Transaction
from schemas.messages import Resume
from schemas.steps import Act, BookWaiver, Done, ReverseWaiver, Wait
from simulation.books import balance
from tests.domain.casework import Life, request
from tests.domain.test_growing_terms import CONTRACT, accept, early, grown, offered, strategy
from tests.domain.test_negotiation import plan
from tests.domain.test_waivers import settling


def begun(days: int, *, certificate: bool = False, **plans: object) -> Life:
    """As `grown`, under a strategy that may have settlements certified."""
    policy = strategy(**plans)
    assert policy.negotiation
    talks = policy.negotiation.model_copy(update={"certificate": certificate})
    life = Life(strategy=policy.model_copy(update={"negotiation": talks}))
    life.contract = CONTRACT
    life.live(timedelta(days=days))
    return life


def settled(days: int = 100, waived: str = "200.00", *, certificate: bool = False, parts: int = 1) -> Life:
    """A case that ended with a settlement: paid in `parts`, waived, and certified where the strategy says so."""
    life = begun(days, certificate=certificate)
    terms = settling(life, waived)
    first = (terms.total / parts).quantize(Decimal("0.01"))
    for number in range(1, parts):
        life.pay(str(first), f"P{number}")
    life.pay(str(terms.total - first * (parts - 1)), f"P{parts}")
    end = life.live(timedelta(days=1))
    assert isinstance(end, Done)
    assert end.outcome == "settled"
    life.seen.clear()
    return life


def take_back(life: Life, payment: str, *, charged_back: bool = False) -> None:
    """A payment is taken back, and the case opened again if it is to be."""
    back = PaymentReversed(reference=f"R-{payment}", reverses=payment, value_date=life.today, charged_back=charged_back)
    life.tell(back)
    if life.case.status == "closed" and (
        life.case.money(life.today).overdue or unmet(life.case, life.strategy, life.now)
    ):
        life.tell(EpisodeReopened(epoch=life.case.epoch + 1))


def told(life: Life, kind: type[Fact]) -> list[Fact]:
    """The facts of this kind, in order."""
    return [fact.body for fact in life.facts if isinstance(fact.body, kind)]


def never_settled(life: Life, without: set[str]) -> dict[str, Decimal]:
    """What would be owed of each component today if neither the waiver nor these payments had ever been."""
    moved = [t for t in life.case.transactions if t.kind == "payment" and t.reference not in without]
    bank = balance(life.schedule, moved, life.today, life.contract)
    return {name: bank.components[name] for name in COMPONENTS}


def test_the_waiver_is_taken_back_with_the_money_and_the_debt_is_as_it_was() -> None:
    """Core banking is asked for it once; the settlement is broken, the whole balance is owed, and nothing is waived anew."""
    life = settled()
    take_back(life, "P1")
    life.live(timedelta(hours=1))
    (booked,) = told(life, WaiverBooked)
    (back,) = told(life, WaiverReversed)
    (broken,) = told(life, AgreementBroken)
    assert isinstance(booked, WaiverBooked)
    assert isinstance(back, WaiverReversed)
    assert isinstance(broken, AgreementBroken)
    assert (back.reverses, back.amount) == (booked.reference, booked.amount)
    assert broken.rule == "agreement.taken_back"
    assert (life.case.settled, life.case.status) == (None, "open")
    assert [past.ended for past in life.case.past_agreements] == ["broken"]
    now = life.case.money(life.today, life.strategy.account)
    assert {name: now.of(name) for name in COMPONENTS} == never_settled(life, {"P1"})
    life.live(timedelta(days=20))
    assert len(told(life, WaiverBooked)) == 1


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_whatever_is_taken_back_both_books_are_as_if_nothing_had_been_waived(data: st.DataObject) -> None:
    """Whichever of its payments, on whichever day: by component, to the cent, in any order of arrival."""
    parts = data.draw(st.integers(1, 3))
    life = settled(data.draw(st.integers(91, 130)), str(data.draw(st.integers(1, 30000)) / Decimal(100)), parts=parts)
    life.now += timedelta(days=data.draw(st.integers(0, 20)))
    gone = data.draw(st.sets(st.integers(1, parts), min_size=1))
    for number in sorted(gone):
        take_back(life, f"P{number}")
    life.live(timedelta(hours=1))
    assert len(told(life, WaiverReversed)) == len(told(life, WaiverBooked))
    now = life.case.money(life.today, life.strategy.account)
    assert {name: now.of(name) for name in COMPONENTS} == never_settled(life, {f"P{number}" for number in gone})
    mixed = data.draw(st.permutations(life.case.transactions))
    bank = balance(life.schedule, mixed, life.today, life.contract)
    assert bank.components == {name: now.of(name) for name in COMPONENTS}


def test_a_certificate_is_void_and_a_person_tells_the_borrower_before_anything_is_asked_of_them() -> None:
    """结清证明: they hold a paper that says that nothing is owed."""
    life = certified()
    take_back(life, "P1")
    rest = life.live(timedelta(days=3))
    (voided,) = told(life, CertificateVoided)
    (issued,) = told(life, CertificateIssued)
    assert isinstance(voided, CertificateVoided)
    assert isinstance(issued, CertificateIssued)
    assert voided.agreement == issued.agreement
    assert life.case.certificate is None
    assert isinstance(rest, Wait)
    assert rest.ask
    assert (rest.ask.kind, life.case.parked and life.case.parked.rule) == ("look", "certificate.void")
    assert not any(isinstance(step, Act) and step.action.kind == "make_contact" for step in life.seen)
    life.command(Resume(by="boss", reason="told_the_borrower"))
    life.live(timedelta(days=2))
    assert life.case.parked is None
    assert life.case.status == "open"


def certified() -> Life:
    """A case that ended with a settlement, certified."""
    life = settled(certificate=True)
    assert len(told(life, CertificateIssued)) == 1
    return life


def test_a_charge_back_is_looked_into_before_the_waiver_is_taken_back() -> None:
    """Whether they owe at all is for a person to find out first."""
    life = settled()
    take_back(life, "P1", charged_back=True)
    life.live(timedelta(days=2))
    assert told(life, WaiverReversed) == []
    life.command(Resume(by="boss", reason="the_payer_was_right"))
    life.live(timedelta(hours=1))
    assert len(told(life, WaiverReversed)) == len(told(life, AgreementBroken)) == 1


def test_a_case_is_opened_again_for_its_waiver_even_if_nothing_is_overdue() -> None:
    """One of several payments is taken back, and what is left has paid all that is overdue: the loan goes on, unwaived."""
    life = grown(91, months=8)
    terms = settling(life, "300.00")
    life.pay(str(terms.total - 50), "P1")
    life.pay("50.00", "P2")
    assert life.live(timedelta(days=1)).kind == "done"
    take_back(life, "P2")
    assert not life.case.money(life.today).overdue
    assert life.case.status == "open"
    life.live(timedelta(hours=1))
    assert len(told(life, WaiverReversed)) == 1
    now = life.case.money(life.today, life.strategy.account)
    assert {name: now.of(name) for name in COMPONENTS} == never_settled(life, {"P2"})


def test_an_incentive_whose_money_is_taken_back_is_no_favour_any_more() -> None:
    """What was spared of the arrears is owed again."""
    life = grown()
    made = offered(life, early(life, "10.00"))
    life.command(accept(made))
    life.pay(str(made.terms.total))
    life.live(timedelta(hours=1))
    assert len(told(life, WaiverBooked)) == 1
    take_back(life, "P1")
    life.live(timedelta(hours=1))
    assert len(told(life, WaiverReversed)) == len(told(life, AgreementBroken)) == 1
    now = life.case.money(life.today, life.strategy.account)
    assert {name: now.of(name) for name in COMPONENTS} == never_settled(life, {"P1"})


def test_a_waiver_that_core_banking_took_back_alone_is_not_booked_anew_before_a_person_has_looked() -> None:
    """The money stands, so that the settlement does; why the waiver went, the case cannot know."""
    life = grown(100)
    terms = settling(life, "200.00")
    life.pay(str(terms.total))
    while not told(life, WaiverBooked):
        life.do(life.step())
    (booked,) = told(life, WaiverBooked)
    assert isinstance(booked, WaiverBooked)
    life.tell(PaymentReversed(reference="theirs", reverses=booked.reference, value_date=life.today))
    rest = life.live(timedelta(days=2))
    assert isinstance(rest, Wait)
    assert rest.ask
    assert (rest.ask.kind, len(told(life, Parked)), len(told(life, WaiverBooked))) == ("look", 1, 1)
    life.command(Resume(by="boss", reason="their_mistake"))
    end = life.live(timedelta(hours=1))
    assert isinstance(end, Done)
    assert end.outcome == "settled"
    assert len(told(life, WaiverBooked)) == 2
    assert (
        len({step.action.key for step in life.seen if isinstance(step, Act) and isinstance(step.action, BookWaiver)})
        == 2
    )


def test_core_banking_that_does_not_answer_is_asked_again_under_the_same_key() -> None:
    """What was asked may have been done; the settlement is not said to be broken before the waiver is gone."""
    life = settled()
    take_back(life, "P1")
    keys: list[str] = []
    while len(keys) < 2:
        step = life.step()
        if isinstance(step, Wait):
            assert step.until
            life.now = step.until
        elif isinstance(step, Act) and isinstance(step.action, ReverseWaiver):
            keys.append(step.action.key)
            life.tell(OutsideFailed(system="core_banking", code="timeout"))
        else:
            life.do(step)
    assert len(set(keys)) == 1
    assert told(life, AgreementBroken) == []
    life.live(timedelta(hours=2))
    assert len(told(life, WaiverReversed)) == len(told(life, AgreementBroken)) == 1


def test_a_new_episode_still_knows_what_the_last_one_waived() -> None:
    """Opened under another due date, because the oldest unpaid instalment is another with the waiver on the books."""
    life = certified()
    life.tell(PaymentReversed(reference="R", reverses="P1", value_date=life.today))
    policy = life.case.policy
    life.tell(EpisodeOpened(request=request(overdue_since=life.schedule[1].due_on), epoch=2, policy=policy))
    life.live(timedelta(hours=1))
    assert len(told(life, WaiverReversed)) == len(told(life, CertificateVoided)) == 1


def test_a_new_episode_waives_nothing_under_what_an_earlier_one_agreed() -> None:
    """A settlement that stands is over: what is put on the account later is owed."""
    life = certified()
    policy = life.case.policy
    life.booked = (
        Transaction(reference="F1", kind="charge", amount=Decimal("30.00"), value_date=life.today, component="fees"),
    )
    life.now += timedelta(days=3)
    life.tell(EpisodeOpened(request=request(overdue_since=life.today - timedelta(days=3)), epoch=2, policy=policy))
    life.live(timedelta(days=2))
    assert life.case.money(life.today).outstanding == Decimal("30.00")
    assert len(told(life, WaiverBooked)) == 1


@pytest.mark.parametrize("revives", ["as_before", "whole_balance"])
def test_a_plan_that_was_kept_revives_what_its_terms_say(revives: str) -> None:
    """Its money taken back after what accrued was waived: with what the borrower agreed follows from a breach."""
    life = begun(10, revives=revives)
    made = offered(life, plan(life, 2))
    life.command(accept(made))
    for number, part in enumerate(made.terms.parts):
        life.live(timedelta(days=max((part.due_on - life.today).days, 0)))
        life.pay(str(part.amount), f"P{number}", on=life.today)
    life.live(timedelta(hours=1))
    assert told(life, WaiverBooked)
    take_back(life, "P1")
    life.live(timedelta(hours=1))
    assert len(told(life, WaiverReversed)) == len(told(life, WaiverBooked))
    (broken,) = told(life, AgreementBroken)
    assert isinstance(broken, AgreementBroken)
    assert (broken.revives or "as_before", life.case.accelerate) == (
        revives,
        True if revives == "whole_balance" else None,
    )
    now = life.case.money(life.today, life.strategy.account)
    assert {name: now.of(name) for name in COMPONENTS} == never_settled(life, {"P1"})
