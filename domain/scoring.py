"""Willingness, ability and contactability as figures from 0 to 100, by points that anybody can add up.

Every figure begins at 50; each factor that holds adds its points or takes them away, and stands among the reason codes.
Personal traits (sex, age, marriage, schooling) are not looked at: none reach this code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from domain.stages.situation import Situation
from schemas.contact import Level
from schemas.facts import Graded

MIDDLE = 50
LOW_BELOW, HIGH_FROM = 35, 65

HARDSHIP_REASONS = ("illness", "unemployment", "disaster", "bereavement")
"""Causes of being overdue, as borrowers give them, that befall people."""


class Factor(NamedTuple):
    """One thing that counts: its reason code, its points, and whether it holds."""

    code: str
    points: int
    holds: Callable[[Situation], bool]


def _heard(s: Situation, what: str, level: Level) -> bool:
    return s.case.heard is not None and getattr(s.case.heard, what) == level


def _paid_since(s: Situation) -> bool:
    """Whether anything was paid after the oldest open instalment fell due."""
    since = s.money.overdue_since
    return since is not None and any(t.kind == "payment" and t.value_date > since for t in s.case.transactions)


def _kept(s: Situation) -> bool:
    return any(past.ended == "kept" for past in s.case.past_agreements)


def _answered(s: Situation) -> bool:
    return any(contact.result in ("answered", "right_party", "promised") for contact in s.case.contacts)


WILLINGNESS: tuple[Factor, ...] = (
    Factor("said_willing", 30, lambda s: _heard(s, "willingness", "high")),
    Factor("said_hesitant", 10, lambda s: _heard(s, "willingness", "medium")),
    Factor("said_unwilling", -30, lambda s: _heard(s, "willingness", "low")),
    Factor("got_in_touch", 10, lambda s: s.case.inbound_at is not None),
    Factor("paid_in_part", 10, _paid_since),
    Factor("kept_an_agreement", 15, _kept),
    Factor("broke_a_promise", -15, lambda s: s.case.broken() == 1),
    Factor("broke_promises", -30, lambda s: s.case.broken() > 1),
    Factor("refused", -15, lambda s: s.case.refusals > 0),
    Factor("first_time_overdue", 10, lambda s: s.case.previous_episodes == 0),
    Factor("often_overdue", -10, lambda s: s.case.previous_episodes > 2),
)

ABILITY: tuple[Factor, ...] = (
    Factor("said_able", 25, lambda s: _heard(s, "ability", "high")),
    Factor("said_strained", -5, lambda s: _heard(s, "ability", "medium")),
    Factor("said_unable", -30, lambda s: _heard(s, "ability", "low")),
    Factor("in_hardship", -15, lambda s: s.case.heard is not None and s.case.heard.overdue_reason in HARDSHIP_REASONS),
    Factor("good_credit", 15, lambda s: s.case.credit is not None and s.case.credit.grade in ("a", "b")),
    Factor("poor_credit", -20, lambda s: s.case.credit is not None and s.case.credit.grade in ("d", "e")),
    Factor("past_due_elsewhere", -15, lambda s: s.case.credit is not None and s.case.credit.past_due_elsewhere > 0),
    Factor("long_past_due", -10, lambda s: s.money.days_past_due >= s.strategy.thresholds.high_dpd),
    Factor("high_arrears", -10, lambda s: s.money.arrears >= s.strategy.thresholds.high_arrears),
)

CONTACTABILITY: tuple[Factor, ...] = (
    Factor("answered_before", 30, _answered),
    Factor("got_in_touch", 20, lambda s: s.case.inbound_at is not None),
    Factor("has_phone", 10, lambda s: bool(s.case.usable("phone"))),
    Factor("no_phone", -20, lambda s: not s.case.usable("phone")),
    Factor("has_app_or_im", 5, lambda s: bool(s.case.usable("app", "im"))),
    Factor("wrong_numbers", -15, lambda s: len(s.case.invalid_points) > 0),
    Factor("no_way_left", -40, lambda s: not s.case.usable("phone", "email", "app", "im")),
)


def grade(s: Situation, factors: Sequence[Factor]) -> Graded:
    """The figure that these factors add up to in the situation `s`, with the codes of those that hold."""
    held = sorted((f for f in factors if f.holds(s)), key=lambda f: (-abs(f.points), f.code))
    figure = max(0, min(100, MIDDLE + sum(factor.points for factor in held)))
    level: Level = "low" if figure < LOW_BELOW else "high" if figure >= HIGH_FROM else "medium"
    return Graded(figure=figure, grade=level, reasons=tuple(factor.code for factor in held))
