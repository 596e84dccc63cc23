"""What a case will do if nothing happens is what it then does."""

from __future__ import annotations

from datetime import timedelta

from domain.quiet import account_of, foresee
from schemas.steps import Act, MakeContact
from tests.domain.casework import Life, rules, whole_strategy


def contacts(steps: list[tuple[object, object]]) -> list[tuple[object, str]]:
    """The moments and channels of the contacts among steps."""
    return [
        (at, step.action.proposal.channel)
        for at, step in steps
        if isinstance(step, Act) and isinstance(step.action, MakeContact)
    ]


def test_what_is_foreseen_is_what_happens() -> None:
    """The same contacts at the same moments, from the middle of a life on."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(days=8))
    told = account_of(life.case, "CNY", life.strategy.bank_zone)
    until = life.now + timedelta(days=40)
    foreseen = [(f.at, f.step) for f in foresee(life.case, life.strategy, rules()[1], life.now, until, told)]
    lived: list[tuple[object, object]] = []
    life.observers.append(lambda step, _case: lived.append((life.now, step)))
    life.live(until)
    assert len(contacts(lived)) > 3
    assert contacts(list(foreseen)) == contacts(lived)


def test_looking_ahead_changes_nothing() -> None:
    """The case that was asked about stands where it stood."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(days=8))
    before = life.case.digest()
    told = account_of(life.case, "CNY", life.strategy.bank_zone)
    steps = list(foresee(life.case, life.strategy, rules()[1], life.now, life.now + timedelta(days=300), told))
    assert life.case.digest() == before
    last = steps[-1].step
    assert last.kind == "wait"


def test_a_case_that_has_ended_does_nothing_more() -> None:
    """One step: that it is done."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(days=8))
    life.pay("3150.00")
    life.live(timedelta(days=3))
    told = account_of(life.case, "CNY", life.strategy.bank_zone)
    steps = list(foresee(life.case, life.strategy, rules()[1], life.now, life.now + timedelta(days=9), told))
    assert [f.step.kind for f in steps] == ["done"]
