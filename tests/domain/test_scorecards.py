"""Scorecards: what counts is counted as the strategy says, and nothing that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.artefacts import canonical
from domain.factors import FACTORS
from domain.measures import MEASURES
from domain.money import months_past_due
from domain.scoring import BUILT_IN, factors_of, graded, risk
from domain.stages.situation import Situation
from schemas.behaviour import Behaviour
from schemas.facts import Assessed
from schemas.policy import Strategy
from schemas.scorecard import Band, FactorName, MeasureName, RiskCard, Scorecard
from tests.domain.casework import NOON, Life, instalments, rules, whole_strategy

SIX = (2, 1, 0, 3, 0, 1)
"""Months past due, newest first."""


def behaved(*months: int, **more: object) -> Behaviour:
    """A repayment record that ends in February."""
    return Behaviour.model_validate({"as_of": date(2026, 2, 28), "months_past_due": months} | more)


def read(behaviour: Behaviour | None = None, product: str = "credit_card", **changes: object) -> Life:
    """A case whose account was read, with this record."""
    life = Life(strategy=whole_strategy().model_copy(update=changes), product=product)
    life.behaviour = behaviour
    life.live(timedelta(minutes=1))
    return life


def situation(life: Life) -> Situation:
    """Its moment."""
    return Situation.of(life.case, life.strategy, rules()[1], life.now)


def view(life: Life) -> Assessed:
    """How it was assessed."""
    assert life.case.assessed
    return life.case.assessed


def card(**values: object) -> RiskCard:
    """A scorecard for risk."""
    return RiskCard.model_validate(values)


# --- where points come from ----------------------------------------------------------------------------------------


def test_the_shipped_points_are_those_that_were_built_in() -> None:
    """So that a strategy of before decides as it did, and the new default as well but for risk."""
    shipped = whole_strategy().assessment
    assert shipped
    assert shipped.model_copy(update={"risk": None}) == BUILT_IN
    assert rules()[0].assessment is None
    before, now = read(assessment=None), read()
    assert view(before) == view(now)


def test_every_name_has_its_function() -> None:
    """And no function is without a name that a file may use."""
    assert tuple(FACTORS) == get_args(FactorName)
    assert tuple(MEASURES) == get_args(MeasureName)


def test_other_points_in_the_strategy_are_another_figure() -> None:
    """Where it begins, what counts, where the grades lie."""
    shipped = whole_strategy().assessment
    assert shipped
    strict = Scorecard(begins_at=20, medium_from=40, high_from=90, factors={"first_time_overdue": 5})
    willingness = view(read(assessment=shipped.model_copy(update={"willingness": strict}))).willingness
    assert willingness
    assert (willingness.figure, willingness.grade) == (25, "low")
    assert (willingness.reasons, willingness.points) == (("first_time_overdue",), (5,))


@given(
    bounds=st.lists(st.integers(-5, 12), max_size=4, unique=True).map(sorted),
    points=st.lists(st.integers(-20, 20).filter(bool), min_size=5, max_size=5),
    month=st.integers(0, 9),
)
def test_a_known_measure_has_one_band(bounds: list[int], points: list[int], month: int) -> None:
    """The first whose bound lies above it; the points add up to the figure."""
    ends = [*bounds, None]
    bands = [Band(below=end, points=p) for end, p in zip(ends, points, strict=False)]
    made = card(bands={"worst_6": bands})
    s = _with(behaved(*([month] * 6)))
    expected = next(p for end, p in zip(ends, points, strict=False) if end is None or month < end)
    assert graded(s, made).points == (expected,)
    assert graded(s, made).figure == 50 + expected
    assert sum(factor.holds(s) for factor in factors_of(made)) == 1


def _with(behaviour: Behaviour | None) -> Situation:
    """The same case, with this record instead of its own."""
    s = situation(_read_once())
    return replace(s, case=s.case.model_copy(update={"behaviour": behaviour}))


@lru_cache(maxsize=1)
def _read_once() -> Life:
    return read()


# --- what is counted -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("late_6", 4),
        ("late_12", None),
        ("long_late_6", 2),
        ("worst_6", 3),
        ("worst_12", None),
        ("trend_3", -1),
        ("utilisation", 63),
        ("spent", 12),
        ("paid", 34),
        ("lenders", None),
        ("external_score", 640),
    ],
)
def test_measures_of_a_record_of_six_months(name: MeasureName, value: int | None) -> None:
    """3,150 outstanding of a limit of 5,000; what needs twelve months, or the bureau, is not known."""
    record = behaved(*SIX, limit="5000.00", spent_percent=12, paid_percent=34, external_score=640)
    assert MEASURES[name](_with(record)) == value


def test_without_a_record_nothing_of_it_is_known() -> None:
    """None, never nought: nought would be a good record."""
    known = {name for name, measure in MEASURES.items() if measure(_with(None)) is not None}
    assert known == {"months_past_due"}


@pytest.mark.parametrize(("days", "months"), [(-3, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (200, 7)])
def test_a_month_past_due_has_thirty_days(days: int, months: int) -> None:
    """A month that has begun counts, as in the buckets."""
    assert months_past_due(days) == months


# --- risk ----------------------------------------------------------------------------------------------------------


def test_a_bad_record_raises_the_tier_and_says_why() -> None:
    """Two months overdue in all of the last six, hardly anything paid."""
    life = read(behaved(2, 2, 2, 2, 2, 2, paid_percent=3))
    assessed = view(life)
    assert assessed.risk
    assert assessed.risk.reasons[0] == "months_past_due"
    assert assessed.risk.figure == 50 + sum(assessed.risk.points)
    assert (assessed.tier, assessed.reasons[-1]) == ("medium", f"risk_{assessed.risk.grade}")
    assert view(read()).tier == "low"


def test_a_good_record_lowers_no_tier() -> None:
    """Ninety days past due are a high tier whatever was paid before."""
    life = Life(strategy=whole_strategy(), product="credit_card", overdue_since=date(2025, 12, 1))
    life.schedule = instalments(date(2025, 12, 1), months=1)
    life.behaviour = behaved(0, 0, 0, 0, 0, 0, paid_percent=90)
    life.live(timedelta(minutes=1))
    assessed = view(life)
    assert assessed.risk
    assert (assessed.risk.grade, assessed.tier) == ("medium", "high")


@pytest.mark.parametrize(
    ("product", "record"), [("consumer_loan", behaved(*SIX)), ("credit_card", behaved(1, 0)), ("credit_card", None)]
)
def test_no_risk_figure_where_the_scorecard_does_not_fit(product: str, record: Behaviour | None) -> None:
    """Another product, too short a record, none at all: no figure is better than one that means nothing."""
    assert view(read(record, product=product)).risk is None


def test_an_external_score_has_points_by_band() -> None:
    """Of whoever scores for the bank."""
    made = card(bands={"external_score": [{"below": 550, "points": 12}, {"points": -8}]}, needs=["external_score"])
    figures = [risk(_with(behaved(external_score=score)), made) for score in (549, 550)]
    assert [figure.figure for figure in figures if figure] == [62, 42]
    assert risk(_with(behaved()), made) is None


def test_a_reading_without_a_record_ends_it() -> None:
    """The newest reading is what is known."""
    life = read(behaved(*SIX, limit="5000.00"))
    assert life.case.behaviour
    assert life.case.behaviour.limit == Decimal(5000)
    life.behaviour = None
    life.now = NOON + timedelta(days=2)
    life.do(next(step for step in life.seen if step.kind == "act"))
    assert life.case.behaviour is None


def test_a_strategy_without_the_part_keeps_its_digest() -> None:
    """Those published before it stand in ledgers under that: the same file published again is no other text."""
    assert b'"assessment"' not in canonical(rules()[0])
    assert b'"assessment"' in canonical(whole_strategy())
    assert Strategy.model_validate_json(canonical(whole_strategy())) == whole_strategy()
