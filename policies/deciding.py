"""What is wrong in a table of authority: rows that nothing reaches, and rows that ask somebody who may not decide."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, combinations, product
from typing import get_args

from domain.authority import Matter, asked_of, ruling
from policies.located import Document, Problem
from schemas.account import Component
from schemas.authority import AuthorityTable, Kind
from schemas.policy import Strategy
from schemas.segments import Bucket

_CENT = Decimal("0.01")


def deciding_problems(document: Document, strategy: Strategy) -> Iterator[Problem]:
    """Every row that no matter comes to, and every row that asks a role by which nothing of it can be decided."""
    table = strategy.authority
    if table is None:
        return
    reached: dict[int, bool] = {}
    for role in table.roles:
        for matter in matters(table):
            for asking in (False, True) if role == table.lowest else (False,):
                found = ruling(table, role, matter, asking=asking)
                if found is not None:
                    decided = found.asks is None or _decides(table, found.asks, matter)
                    reached[found.number] = reached.get(found.number, False) or decided
    yield from _accelerating(document, strategy, table)
    for number, row in enumerate(table.rows, start=1):
        loc = ("authority", "rows", number - 1)
        if number not in reached:
            message = f"nothing comes to this row of {row.role}: the rows above take all that fits it"
            yield document.problem(loc, "shadowed", message, "move it up, or narrow the rows of that role above it")
        elif not reached[number]:
            message = f"it asks {row.asks}, and no row lets {row.asks} or a higher role decide it"
            yield document.problem((*loc, "asks"), "authority", message, f"give {row.asks} a row that decides such")


def _accelerating(document: Document, strategy: Strategy, table: AuthorityTable) -> Iterator[Problem]:
    """A table that speaks of accelerations speaks of all of them, and of none where the strategy calls no balance due."""
    rows = [number for number, row in enumerate(table.rows) if "acceleration" in row.kinds]
    if not rows:
        return
    loc = ("authority", "rows", rows[0], "kinds")
    if strategy.litigation is None or not strategy.litigation.accelerate:
        message = "no acceleration is ever asked for: the strategy calls no balance due (litigation.accelerate)"
        yield document.problem(loc, "shadowed", message, "take the kind out")
        return
    for matter in matters(table):
        if matter.kind == "acceleration" and asked_of(table, matter) is None:
            message = f"nobody decides an acceleration of {matter.amount} in {matter.bucket}"
            yield document.problem(loc, "uncovered", message, f"end with a row of {table.highest} that decides it")
            return


def matters(table: AuthorityTable) -> Iterator[Matter]:
    """Every matter that the rows of `table` can tell apart: at and above each amount and percentage that they name."""
    amounts = _edges([row.most_amount for row in table.rows if row.most_amount is not None], _CENT)
    named = [Decimal(row.most_percent) for row in table.rows if row.most_percent is not None]
    percents = [one for one in _edges(named, _CENT) if one <= 100]
    for kind, bucket, amount in product(get_args(Kind), get_args(Bucket), amounts):
        if kind != "settlement":
            yield Matter(kind, amount, Decimal(0), bucket)
            continue
        for percent, components in product(percents, _some_of(get_args(Component))):
            yield Matter(kind, amount, percent, bucket, components)


def _decides(table: AuthorityTable, asks: str, matter: Matter) -> bool:
    higher = table.roles[table.roles.index(asks) :]
    return any((found := ruling(table, role, matter)) is not None and found.asks is None for role in higher)


def _edges(named: list[Decimal], unit: Decimal) -> list[Decimal]:
    return sorted({unit, *named, *(one + unit for one in named)} - {Decimal(0)})


def _some_of(components: tuple[Component, ...]) -> list[frozenset[Component]]:
    sizes = range(1, len(components) + 1)
    return [frozenset(some) for some in chain.from_iterable(combinations(components, n) for n in sizes)]
