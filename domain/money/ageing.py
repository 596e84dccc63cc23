"""How old arrears are: buckets of thirty days."""

from __future__ import annotations


def bucket(days_past_due: int) -> str:
    """The ageing bucket: M0 on time, M1 for 1-30 days past due, M2 for 31-60, to M6 for 151-180, then M6+."""
    months = months_past_due(days_past_due)
    return f"M{months}" if months <= 6 else "M6+"


def months_past_due(days_past_due: int) -> int:
    """Months past due, of thirty days each, begun ones counted: 1 for 1-30 days, 0 on time."""
    return (max(days_past_due, 0) + 29) // 30
