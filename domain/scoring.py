"""Willingness, ability, contactability and risk as figures from 0 to 100, by points that anybody can add up.

A figure begins where its scorecard says; each factor that holds, and the band of each measure that is known, adds its points
or takes them away, and stands among the reason codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from domain.factors import FACTORS, Holds
from domain.measures import MEASURES, Measure
from domain.stages.situation import Situation
from schemas.base import Code
from schemas.contact import Level
from schemas.facts import Graded
from schemas.scorecard import Assessment, Band, RiskCard, Scorecard

BUILT_IN = Assessment(
    willingness=Scorecard(
        factors={
            "said_willing": 30,
            "said_hesitant": 10,
            "said_unwilling": -30,
            "got_in_touch": 10,
            "paid_in_part": 10,
            "kept_an_agreement": 15,
            "broke_a_promise": -15,
            "broke_promises": -30,
            "refused": -15,
            "first_time_overdue": 10,
            "often_overdue": -10,
        }
    ),
    ability=Scorecard(
        factors={
            "said_able": 25,
            "said_strained": -5,
            "said_unable": -30,
            "in_hardship": -15,
            "good_credit": 15,
            "poor_credit": -20,
            "past_due_elsewhere": -15,
            "long_past_due": -10,
            "high_arrears": -10,
        }
    ),
    contactability=Scorecard(
        factors={
            "answered_before": 30,
            "got_in_touch": 20,
            "has_phone": 10,
            "no_phone": -20,
            "has_app_or_im": 5,
            "wrong_numbers": -15,
            "no_way_left": -40,
        }
    ),
)
"""For strategies that say nothing of it: those published before scorecards were part of them decide as they always did."""

_PLAIN = Scorecard()
MIDDLE, LOW_BELOW, HIGH_FROM = _PLAIN.begins_at, _PLAIN.medium_from, _PLAIN.high_from


class Factor(NamedTuple):
    """One thing that counts: its reason code, its points, and whether it holds."""

    code: Code
    points: int
    holds: Holds


def factors_of(card: Scorecard) -> tuple[Factor, ...]:
    """All that a scorecard counts, each band of a measure as a factor of its own under the measure's name."""
    banded: list[Factor] = []
    for name, bands in card.bands.items():
        over: int | None = None
        for band in bands:
            banded.append(Factor(name, band.points, partial(_within, measure=MEASURES[name], over=over, band=band)))
            over = band.below
    return (*(Factor(name, points, FACTORS[name]) for name, points in card.factors.items()), *banded)


def _within(s: Situation, measure: Measure, over: int | None, band: Band) -> bool:
    value = measure(s)
    return value is not None and (over is None or value >= over) and (band.below is None or value < band.below)


WILLINGNESS = factors_of(BUILT_IN.willingness)
ABILITY = factors_of(BUILT_IN.ability)
CONTACTABILITY = factors_of(BUILT_IN.contactability)


def grade(s: Situation, factors: Sequence[Factor], card: Scorecard = _PLAIN) -> Graded:
    """The figure that these factors add up to in the situation `s`, with the codes and points of those that hold; `card` says
    where it begins and where the grades lie."""
    held = sorted((f for f in factors if f.points and f.holds(s)), key=lambda f: (-abs(f.points), f.code))
    figure = max(0, min(100, card.begins_at + sum(factor.points for factor in held)))
    level: Level = "low" if figure < card.medium_from else "high" if figure >= card.high_from else "medium"
    codes, points = tuple(factor.code for factor in held), tuple(factor.points for factor in held)
    return Graded(figure=figure, grade=level, reasons=codes, points=points)


def graded(s: Situation, card: Scorecard) -> Graded:
    """The figure of a scorecard in the situation `s`."""
    return grade(s, factors_of(card), card)


def risk(s: Situation, card: RiskCard | None) -> Graded | None:
    """How likely it is that the loan is not paid, higher the likelier; None where the scorecard is not for such a loan, or a
    measure that it needs is not known."""
    product = s.case.request.product if s.case.request else None
    if card is None or (card.products and product not in card.products):
        return None
    if any(MEASURES[name](s) is None for name in card.needs):
        return None
    return graded(s, card)
