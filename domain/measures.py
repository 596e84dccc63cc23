"""What is counted of an account: named functions of the case, whole numbers, None where what they need is not known."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import TypeAlias

from domain.money import months_past_due
from domain.stages.situation import Situation
from schemas.scorecard import MeasureName

Measure: TypeAlias = "Callable[[Situation], int | None]"

LONG = 2
"""From so many months past due on a month counts as long overdue."""


def _months(s: Situation, count: int) -> tuple[int, ...] | None:
    """Months past due at the end of the last `count` months, newest first; None if the record is shorter."""
    kept = s.case.behaviour.months_past_due[:count] if s.case.behaviour else ()
    return kept if len(kept) == count else None


def _late(s: Situation, count: int, at_least: int = 1) -> int | None:
    """In how many of the last `count` months the account was `at_least` so many months past due."""
    months = _months(s, count)
    return None if months is None else sum(month >= at_least for month in months)


def _worst(s: Situation, count: int) -> int | None:
    """The most months past due in the last `count` months."""
    months = _months(s, count)
    return None if months is None else max(months)


def _trend(s: Situation) -> int | None:
    """How many months past due more than three months before: above 0 it is getting worse."""
    months = _months(s, 4)
    return None if months is None else months[0] - months[3]


def _utilisation(s: Situation) -> int | None:
    """What is outstanding, in whole percent of the limit."""
    limit = s.case.behaviour.limit if s.case.behaviour else None
    return None if limit is None else int(max(s.money.outstanding, Decimal(0)) * 100 / limit)


def _quoted(s: Situation, what: str) -> int | None:
    return getattr(s.case.behaviour, what) if s.case.behaviour else None


def _elsewhere(s: Situation, what: str) -> int | None:
    return getattr(s.case.credit, what) if s.case.credit else None


MEASURES: dict[MeasureName, Measure] = {
    "months_past_due": lambda s: months_past_due(s.money.days_past_due),
    "late_6": partial(_late, count=6),
    "late_12": partial(_late, count=12),
    "long_late_6": partial(_late, count=6, at_least=LONG),
    "worst_6": partial(_worst, count=6),
    "worst_12": partial(_worst, count=12),
    "trend_3": _trend,
    "utilisation": _utilisation,
    "spent": partial(_quoted, what="spent_percent"),
    "paid": partial(_quoted, what="paid_percent"),
    "lenders": partial(_elsewhere, what="lenders"),
    "accounts_past_due_elsewhere": partial(_elsewhere, what="past_due_elsewhere"),
    "external_score": partial(_quoted, what="external_score"),
}
