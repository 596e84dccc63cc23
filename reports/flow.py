"""How a book flowed through its stages: how many came into each, how long they stayed, what was paid, where they went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from reports.lives import ENDS, STATES, Life, State


@dataclass(frozen=True)
class Node:
    """One state of a book.

    Attributes:
        loans: how many were ever in it; `entered`: how often it was come into.
        stay: the median time of one stay, those that go on included up to the flow's end; None for an end.
        paid: what was paid while cases were in it, in the loan's currency, whatever was taken back later.
        now: how many are in it at the flow's end.
    """

    state: State
    loans: int
    entered: int
    stay: timedelta | None
    paid: Decimal
    now: int


@dataclass(frozen=True)
class Flow:
    """The nodes in the order of `STATES`, without those nobody came into, and how often a case went from one to another."""

    nodes: tuple[Node, ...]
    moves: Counter[tuple[State, State]]

    def towards(self, state: State) -> list[tuple[State, int]]:
        """Where cases went from `state`, the commonest first."""
        found: list[tuple[State, int]] = [
            (target, count) for (source, target), count in self.moves.items() if source == state
        ]
        return sorted(found, key=lambda item: (-item[1], STATES.index(item[0])))


def flow(lives: Iterable[Life], until: datetime) -> Flow:
    """The flow of these lives up to `until` (aware): stays that go on are counted until then."""
    moves: Counter[tuple[State, State]] = Counter()
    entered: Counter[State] = Counter()
    loans: Counter[State] = Counter()
    now: Counter[State] = Counter()
    stays: dict[State, list[timedelta]] = {}
    paid: dict[State, Decimal] = {}
    for life in lives:
        if not life.turns:
            continue
        states: list[State] = [turn.state for turn in life.turns]
        entered.update(states)
        loans.update(list(dict.fromkeys(states)))
        now[states[-1]] += 1
        hops: list[tuple[State, State]] = list(pairwise(states))
        moves.update(hops)
        ends = [*(turn.at for turn in life.turns[1:]), max(until, life.turns[-1].at)]
        for turn, end in zip(life.turns, ends, strict=True):
            if turn.state not in ENDS:
                stays.setdefault(turn.state, []).append(end - turn.at)
        for state, amount in life.paid.items():
            paid[state] = paid.get(state, Decimal(0)) + amount
    nodes = [
        Node(
            state=state,
            loans=loans[state],
            entered=entered[state],
            stay=median(stays[state]) if state in stays else None,  # pyright: ignore[reportArgumentType]
            paid=paid.get(state, Decimal(0)),
            now=now[state],
        )
        for state in STATES
        if entered[state]
    ]
    return Flow(tuple(nodes), moves)
