"""Willingness, ability, contactability: figures anybody can add up, from what is known, never from who somebody is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.scoring import ABILITY, CONTACTABILITY, HIGH_FROM, LOW_BELOW, MIDDLE, WILLINGNESS, Factor, grade
from domain.stages.situation import Situation
from schemas.facts import Assessed, ContactPointInvalid, ContactRecorded, CreditRecordRead
from schemas.loan import CreditRecord
from tests.domain.casework import NOON, Life, rules, whole_strategy


def assessed(life: Life) -> Assessed:
    """The newest view."""
    life.live(timedelta(minutes=1))
    assert life.case.assessed
    return life.case.assessed


def met() -> Life:
    """A first-time borrower whose account was read."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(minutes=1))
    return life


def test_the_first_view_is_provisional_and_knows_no_reason() -> None:
    """Nobody has spoken with them."""
    view = assessed(met())
    assert view.provisional
    assert view.overdue_reason == "unknown"
    assert view.willingness
    assert view.willingness.reasons == ("first_time_overdue",)
    assert view.willingness.figure == MIDDLE + 10


def test_after_a_conversation_it_is_made_anew_on_what_was_heard() -> None:
    """Ill, willing, unable."""
    life = met()
    talk = ContactRecorded(
        collector="anna",
        result="needs_time",
        identity_verified=True,
        willingness="high",
        ability="low",
        overdue_reason="illness",
    )
    life.tell(talk)
    view = assessed(life)
    assert not view.provisional
    assert view.overdue_reason == "illness"
    assert view.willingness
    assert view.ability
    assert (view.willingness.grade, view.ability.grade) == ("high", "low")
    assert view.ability.reasons == ("said_unable", "in_hardship")


def test_credit_elsewhere_speaks_of_ability() -> None:
    """Not of willingness."""
    life = Life(strategy=whole_strategy(), credit_authorisation="AUTH")
    life.do(life.step())
    record = CreditRecord(as_of=NOON, grade="e", lenders=4, past_due_elsewhere=2)
    life.tell(CreditRecordRead(record=record, authorisation="AUTH"))
    view = assessed(life)
    assert view.ability
    assert set(view.ability.reasons) == {"poor_credit", "past_due_elsewhere"}
    assert view.ability.figure == MIDDLE - 35


def test_contactability_falls_with_every_way_that_is_lost() -> None:
    """Wrong numbers, then none."""
    life = met()
    figures = []
    for kind in ("phone", "email", "app"):
        life.tell(ContactPointInvalid(contact_point_id=f"L1-{kind}"))
        s = Situation.of(life.case, life.strategy, rules()[1], life.now)
        figures.append(grade(s, CONTACTABILITY).figure)
    assert figures == sorted(figures, reverse=True)
    assert figures[-1] < LOW_BELOW


@pytest.mark.parametrize(
    ("points", "level"), [(-16, "low"), (-15, "medium"), (14, "medium"), (15, "high"), (90, "high")]
)
def test_grades_have_fixed_bounds(points: int, level: str) -> None:
    """Below 35 low, from 65 high, never outside 0 to 100."""
    s = Situation.of(met().case, whole_strategy(), rules()[1], NOON)
    graded = grade(s, (Factor("x", points, lambda _: True), Factor("y", 99, lambda _: False)))
    assert graded.grade == level
    assert 0 <= graded.figure <= 100
    assert graded.reasons == ("x",)
    assert (LOW_BELOW, HIGH_FROM) == (35, 65)


def test_no_personal_trait_is_a_factor() -> None:
    """Sex, age, marriage, schooling, nationality, faith: no decision uses them, and no model here has them."""
    codes = {factor.code for factor in (*WILLINGNESS, *ABILITY, *CONTACTABILITY)}
    for trait in ("sex", "gender", "age", "marriage", "education", "school", "nation", "faith", "religion", "ethnic"):
        assert not any(trait in code.split("_") for code in codes)
        assert not any(trait in name.split("_") for name in type(met().case).model_fields)
