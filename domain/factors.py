"""What speaks for or against somebody: named questions to the case, each answered yes or no. What they weigh stands in the
strategy's scorecards.

Personal traits (sex, age, marriage, schooling) are not asked for: none reach this code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from domain.stages.situation import Situation
from schemas.contact import Level
from schemas.scorecard import FactorName

Holds: TypeAlias = "Callable[[Situation], bool]"

HARDSHIP_REASONS = ("illness", "unemployment", "disaster", "bereavement")
"""Causes of being overdue, as borrowers give them, that befall people."""


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


FACTORS: dict[FactorName, Holds] = {
    # what was said, and what became of it
    "said_willing": lambda s: _heard(s, "willingness", "high"),
    "said_hesitant": lambda s: _heard(s, "willingness", "medium"),
    "said_unwilling": lambda s: _heard(s, "willingness", "low"),
    "got_in_touch": lambda s: s.case.inbound_at is not None,
    "paid_in_part": _paid_since,
    "kept_an_agreement": _kept,
    "broke_a_promise": lambda s: s.case.broken() == 1,
    "broke_promises": lambda s: s.case.broken() > 1,
    "refused": lambda s: s.case.refusals > 0,
    "first_time_overdue": lambda s: s.case.previous_episodes == 0,
    "often_overdue": lambda s: s.case.previous_episodes > 2,
    # means
    "said_able": lambda s: _heard(s, "ability", "high"),
    "said_strained": lambda s: _heard(s, "ability", "medium"),
    "said_unable": lambda s: _heard(s, "ability", "low"),
    "in_hardship": lambda s: s.case.heard is not None and s.case.heard.overdue_reason in HARDSHIP_REASONS,
    "good_credit": lambda s: s.case.credit is not None and s.case.credit.grade in ("a", "b"),
    "poor_credit": lambda s: s.case.credit is not None and s.case.credit.grade in ("d", "e"),
    "past_due_elsewhere": lambda s: s.case.credit is not None and s.case.credit.past_due_elsewhere > 0,
    "long_past_due": lambda s: s.money.days_past_due >= s.strategy.thresholds.high_dpd,
    "high_arrears": lambda s: s.money.arrears >= s.strategy.thresholds.high_arrears,
    # ways to reach them
    "answered_before": _answered,
    "has_phone": lambda s: bool(s.case.usable("phone")),
    "no_phone": lambda s: not s.case.usable("phone"),
    "has_app_or_im": lambda s: bool(s.case.usable("app", "im")),
    "wrong_numbers": lambda s: len(s.case.invalid_points) > 0,
    "no_way_left": lambda s: not s.case.usable("phone", "email", "app", "im"),
}
