"""A limit freeze and the watch list: approved by somebody else, told to core banking, lifted once cured or by a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from domain.artefacts import canonical
from schemas.facts import (
    ApprovalLapsed,
    ApprovalRequested,
    CaseClosed,
    CommandRefused,
    Cured,
    Fact,
    OutsideFailed,
    RestrictionLiftAsked,
    RestrictionSet,
)
from schemas.messages import DecideApproval, LiftRestriction, OpenHold, Restrict
from schemas.policy import Strategy
from schemas.restrictions import Restrictions
from schemas.steps import Act, SetRestriction, Step, Wait
from tests.domain.casework import Life, whole_strategy

DAY = timedelta(days=1)


def freezing(days: int | None = 20) -> Strategy:
    """The whole strategy of a bank that freezes limits."""
    return whole_strategy().model_copy(update={"restrictions": Restrictions(freeze_from_dpd=days)})


def card(strategy: Strategy | None = None, days: float = 0) -> Life:
    """A credit card's case, so many days on."""
    life = Life(strategy=strategy or freezing(), product="credit_card")
    life.live(timedelta(days=days))
    return life


def facts(life: Life, kind: type[Fact]) -> list[Any]:
    """The facts of one kind."""
    return [fact.body for fact in life.facts if isinstance(fact.body, kind)]


def told(life: Life) -> list[tuple[str, str, str]]:
    """What core banking took: restriction, change, reason."""
    return [(body.restriction, body.change, body.reason) for body in facts(life, RestrictionSet)]


def asked(life: Life) -> str:
    """The approval that is waited for."""
    return next(each.approval for each in life.case.approvals if each.approved is None)


def decided(life: Life, approve: bool = True, by: str = "boss") -> Fact:
    """Somebody's word on it."""
    return life.command(DecideApproval(by=by, approval=asked(life), approve=approve, reason="looked_at"))


def restricted(kind: Literal["freeze", "watch_list"] = "freeze") -> Life:
    """A case with a restriction that a person asked for, in force."""
    life = card(days=5)
    life.command(Restrict(by="risk-2", restriction=kind, reason="overdrawn"))
    decided(life)
    life.live(timedelta(hours=1))
    assert told(life) == [(kind, "imposed", "overdrawn")]
    return life


def test_a_freeze_is_asked_for_from_its_day_on_and_in_force_once_approved() -> None:
    """Neither before the day, nor before somebody's word; the case goes on with the borrower meanwhile."""
    life = card(days=17)
    assert facts(life, ApprovalRequested) == []
    life.live(DAY)
    (request,) = facts(life, ApprovalRequested)
    assert (request.subject, request.asked_by, request.reason) == ("freeze", "arrears", "past_due")
    made = life.case.contacts_made
    step = life.live(DAY)
    assert isinstance(step, Wait)
    assert step.ask
    assert told(life) == []
    assert life.case.stage == "contact"
    decided(life)
    life.live(timedelta(hours=1))
    assert told(life) == [("freeze", "imposed", "past_due")]
    (there,) = life.case.restrictions
    assert there.approval == request.approval
    assert life.case.approvals == ()
    life.live(20 * DAY)
    assert life.case.contacts_made > made
    assert len(facts(life, ApprovalRequested)) == 1


def test_the_approval_is_asked_of_somebody_while_the_case_waits() -> None:
    """And whoever asked may not decide."""
    life = card(freezing(None), days=5)
    life.command(Restrict(by="risk-2", restriction="watch_list", reason="assets_are_moved"))
    step = life.live(timedelta(hours=1))
    assert isinstance(step, Wait)
    assert step.ask
    assert (step.ask.kind, step.ask.about) == ("approval", asked(life))
    own = decided(life, by="risk-2")
    assert isinstance(own, CommandRefused)
    assert own.rule == "approval.same_person"


@pytest.mark.parametrize("approve", [False, None], ids=["not approved", "nobody answered"])
def test_a_freeze_that_was_not_approved_is_not_asked_for_again(approve: bool | None) -> None:
    """In this episode; nothing is told."""
    life = card(days=18)
    if approve is False:
        decided(life, approve=False)
    life.live(20 * DAY)
    assert len(facts(life, ApprovalLapsed)) == (approve is None)
    assert len(facts(life, ApprovalRequested)) == 1
    assert told(life) == []
    assert life.case.restrictions == ()


def test_only_a_credit_cards_limit_is_frozen() -> None:
    """By the strategy or by a person; the watch list is for every loan."""
    life = Life(strategy=freezing())
    life.live(30 * DAY)
    assert facts(life, ApprovalRequested) == []
    refused = life.command(Restrict(by="risk-2", restriction="freeze", reason="overdrawn"))
    assert isinstance(refused, CommandRefused)
    assert refused.rule == "restrict.no_limit"
    listed = life.command(Restrict(by="risk-2", restriction="watch_list", reason="assets_are_moved"))
    assert isinstance(listed, ApprovalRequested)


@pytest.mark.parametrize("kind", ["freeze", "watch_list"])
def test_a_restriction_is_lifted_before_a_cured_case_goes_on(kind: Literal["freeze", "watch_list"]) -> None:
    """Told to core banking first, then cured."""
    life = restricted(kind)
    life.pay("1050.00")
    life.live(timedelta(hours=1))
    assert told(life)[1:] == [(kind, "lifted", "cured")]
    assert life.case.restrictions == ()
    order = [type(fact.body) for fact in life.facts]
    assert order.index(Cured) > max(at for at, body in enumerate(order) if body is RestrictionSet)


def test_a_restriction_is_lifted_before_a_paid_case_closes() -> None:
    """All that is owed was paid."""
    life = restricted()
    life.pay("3150.00")
    life.live(timedelta(hours=1))
    assert told(life)[1:] == [("freeze", "lifted", "paid")]
    assert [body.outcome for body in facts(life, CaseClosed)] == ["paid_off"]


def test_what_was_approved_and_may_have_been_told_is_lifted_too() -> None:
    """Core banking did not answer, then the money came: under a key of its own, so that no other answer is taken for it."""
    life = card(days=5)
    life.command(Restrict(by="risk-2", restriction="freeze", reason="overdrawn"))
    decided(life)
    first = action(life.step())
    life.tell(OutsideFailed(system="core_banking", code="timeout"))
    life.pay("1050.00")
    life.live(timedelta(hours=2))
    assert told(life) == [("freeze", "lifted", "cured")]
    keys = [action(step).key for step in life.seen if isinstance(step, Act) and step.action.kind == "set_restriction"]
    assert first.key not in keys


def test_core_banking_that_does_not_answer_is_told_again_and_the_case_goes_on() -> None:
    """Under the same key, an hour later."""
    life = card(days=5)
    life.command(Restrict(by="risk-2", restriction="watch_list", reason="overdrawn"))
    decided(life)
    first = action(life.step())
    life.tell(OutsideFailed(system="core_banking", code="unavailable"))
    assert isinstance(life.step(), Wait) or action_kind(life.step()) != "set_restriction"
    life.live(timedelta(hours=2))
    assert told(life) == [("watch_list", "imposed", "overdrawn")]
    assert first.key in [step.action.key for step in life.seen if isinstance(step, Act)]


def test_a_lift_that_core_banking_refuses_for_good_is_looked_at_by_a_person() -> None:
    """The case does not end with the limit frozen, and does not ask without an end."""
    life = restricted()
    life.pay("1050.00")
    for _ in range(len(life.strategy.patience.minutes) + 1):
        while action_kind(step := life.step()) != "set_restriction":
            assert isinstance(step, Wait)
            assert step.until
            life.now = step.until
        life.tell(OutsideFailed(system="core_banking", code="refused"))
    rest = life.live(30 * DAY)
    assert isinstance(rest, Wait)
    assert rest.ask
    assert rest.ask.kind == "look"
    assert facts(life, Cured) == []


def test_a_person_lifts_what_is_in_force() -> None:
    """Without an approval, for it is in the borrower's favour; nothing can be lifted twice."""
    life = restricted()
    lift = LiftRestriction(by="risk-3", restriction="freeze", reason="agreed")
    assert isinstance(life.command(lift), RestrictionLiftAsked)
    again = life.command(lift)
    assert isinstance(again, CommandRefused)
    assert again.rule == "lift.already"
    life.live(timedelta(hours=1))
    assert told(life)[1:] == [("freeze", "lifted", "agreed")]
    none = life.command(lift)
    assert isinstance(none, CommandRefused)
    assert none.rule == "lift.nothing"
    life.live(30 * DAY)
    assert len(told(life)) == 2


def test_what_cannot_be_asked_for() -> None:
    """Twice the same, or on a loan that owes nothing."""
    life = restricted()
    ask = Restrict(by="risk-2", restriction="freeze", reason="overdrawn")
    life.command(Restrict(by="risk-2", restriction="watch_list", reason="overdrawn"))
    rules = [life.command(each) for each in (ask, ask.model_copy(update={"restriction": "watch_list"}))]
    assert [rule.rule for rule in rules if isinstance(rule, CommandRefused)] == ["restrict.already", "restrict.waiting"]
    life.pay("1050.00")
    life.live(timedelta(hours=1))
    refused = life.command(ask)
    assert isinstance(refused, CommandRefused)
    assert refused.rule == "restrict.nothing_due"


def test_a_hold_does_not_stop_it() -> None:
    """It demands nothing of the borrower."""
    life = card(days=10)
    life.command(OpenHold(by="ops", hold_kind="dispute", reason="amount"))
    life.live(8 * DAY)
    decided(life)
    life.live(timedelta(hours=1))
    assert told(life) == [("freeze", "imposed", "past_due")]


def test_a_freeze_names_a_day_after_the_first() -> None:
    """Nobody's limit is frozen on the day on which a payment is due; and strategies without the part keep their digest."""
    with pytest.raises(ValidationError, match="greater than 0"):
        Restrictions(freeze_from_dpd=0)
    assert b"restrictions" not in canonical(whole_strategy())


def action(step: Step) -> SetRestriction:
    """What core banking is told."""
    assert isinstance(step, Act)
    assert isinstance(step.action, SetRestriction)
    return step.action


def action_kind(step: Step) -> str:
    """What is done, if anything is."""
    return step.action.kind if isinstance(step, Act) else ""
