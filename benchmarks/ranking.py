"""How well a ranking finds those who do not pay: figures that do not depend on its scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import sqrt
from typing import NamedTuple


class Ranked(NamedTuple):
    """An account in a ranking: the higher `score` the likelier it is that it defaults; whether it did."""

    score: float
    defaulted: bool


def auc(ranked: Sequence[Ranked]) -> float:
    """How often, of one that defaulted and one that did not, the first is ranked higher; a tie counts a half.

    Raises ValueError where all did or none: there is nothing to tell apart.
    """
    bad = sum(one.defaulted for one in ranked)
    good = len(ranked) - bad
    if not bad or not good:
        raise ValueError("accounts that defaulted and accounts that did not are both needed")
    won, below = 0.0, 0
    for _, tied in groupby(sorted(ranked), key=lambda one: one.score):
        bads = goods = 0
        for one in tied:
            bads += one.defaulted
            goods += not one.defaulted
        won += bads * (below + goods / 2)
        below += goods
    return won / (bad * good)


def found(ranked: Sequence[Ranked], share: float) -> float:
    """The part of all that defaulted that stands among the highest `share` of the ranking.

    Where ties lie across the border, as many of them are expected there as fit: their order is chance.
    """
    bad = sum(one.defaulted for one in ranked)
    if not bad:
        raise ValueError("no account defaulted: there is nothing to find")
    room, caught = share * len(ranked), 0.0
    for _, tied in groupby(sorted(ranked, reverse=True), key=lambda one: one.score):
        group = list(tied)
        taken = min(room, len(group))
        caught += sum(one.defaulted for one in group) * taken / len(group)
        room -= taken
        if room <= 0:
            break
    return caught / bad


def lift(ranked: Sequence[Ranked], share: float) -> float:
    """How many times as many defaults stand among the highest `share` as would by chance."""
    return found(ranked, share) / share


def auc_error(ranked: Sequence[Ranked]) -> float:
    """The standard error of the area, after Hanley and McNeil (Radiology 143, 1982)."""
    bad = sum(one.defaulted for one in ranked)
    good, area = len(ranked) - bad, auc(ranked)
    two_bad, two_good = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (bad - 1) * (two_bad - area**2) + (good - 1) * (two_good - area**2)
    return sqrt(spread / (bad * good))
