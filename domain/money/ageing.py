"""How old arrears are: buckets of thirty days."""

from __future__ import annotations

_LAST = 7
"""The rank of M6+, after which there is no other bucket."""


def bucket(days_past_due: int) -> str:
    """The ageing bucket: M0 on time, M1 for 1-30 days past due, M2 for 31-60, to M6 for 151-180, then M6+."""
    rank = bucket_rank(days_past_due)
    return f"M{rank}" if rank < _LAST else "M6+"


def bucket_rank(days_past_due: int) -> int:
    """Where a bucket stands among all: 0 for M0, 6 for M6, 7 for M6+."""
    return min(months_past_due(days_past_due), _LAST)


def months_past_due(days_past_due: int) -> int:
    """Months past due, of thirty days each, begun ones counted: 1 for 1-30 days, 0 on time."""
    return (max(days_past_due, 0) + 29) // 30
