"""Points for a scorecard out of accounts whose end is known, by two plain steps that anybody can follow.

First each band of a measure gets its weight of evidence: the logarithm of its odds of default over the odds of all. Then a
logistic regression, by Newton's method, says how much of each measure's evidence is its own and not said by others already.
Points are whole: every `DOUBLES` points double the odds, and 50 are even odds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log

from schemas.scorecard import Band, MeasureName

DOUBLES = 20
EVEN = 50
LEAST = 3
"""A measure whose bands move the figure by less is not worth its line."""
_SCALE = DOUBLES / log(2)
_SMOOTHING = 0.5
"""So much of an account more of each kind in every band, so that an empty one has an opinion of its own of none."""
_RIDGE = 1e-3
_STEPS = 50
_PRECISE = 1e-9

Known = Mapping[MeasureName, int | None]
"""The measures of one account."""
Bounds = Mapping[MeasureName, tuple[int, ...]]
"""Where the bands of each measure end."""


def fit(
    accounts: Sequence[Known], defaulted: Sequence[bool], bounds: Bounds
) -> tuple[int, dict[MeasureName, list[Band]]]:
    """Where the figure begins, and the bands of each measure with their points.

    A measure that the others turn around is left out, for its points would say the opposite of what it says alone; so is one
    that says hardly anything of its own. One goes at a time, the least first, and the rest is weighed anew.
    """
    names = list(bounds)
    evidence = {name: _evidence([one[name] for one in accounts], defaulted, bounds[name]) for name in names}
    while True:
        rows = [[1.0, *(_told(one[name], bounds[name], evidence[name]) for name in names)] for one in accounts]
        begin, *weights = (_SCALE * weight for weight in newton(rows, defaulted))
        said = {name: _widest(weight, evidence[name]) for name, weight in zip(names, weights, strict=True)}
        if not said or min(said.values()) >= LEAST:
            break
        names.remove(min(names, key=lambda name: said[name]))
    return round(EVEN + begin), {
        name: _bands(weight, evidence[name], bounds[name]) for name, weight in zip(names, weights, strict=True)
    }


def newton(rows: Sequence[Sequence[float]], outcomes: Sequence[bool]) -> list[float]:
    """The weights of a logistic regression: of all that are given the ones under which the outcomes are likeliest."""
    size = len(rows[0])
    weights = [0.0] * size
    for _ in range(_STEPS):
        slope = [-_RIDGE * weight for weight in weights]
        bend = [[_RIDGE * (i == j) for j in range(size)] for i in range(size)]
        for row, outcome in zip(rows, outcomes, strict=True):
            chance = 1 / (1 + exp(-sum(w * x for w, x in zip(weights, row, strict=True))))
            for i, x in enumerate(row):
                slope[i] += (outcome - chance) * x
                for j, y in enumerate(row):
                    bend[i][j] += chance * (1 - chance) * x * y
        step = solved(bend, slope)
        weights = [weight + move for weight, move in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _PRECISE:
            break
    return weights


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """x of matrix x = right, by elimination, the largest pivot first."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for place in range(size):
        best = max(range(place, size), key=lambda n: abs(rows[n][place]))
        rows[place], rows[best] = rows[best], rows[place]
        for below in rows[place + 1 :]:
            share = below[place] / rows[place][place]
            below[place:] = [x - share * y for x, y in zip(below[place:], rows[place][place:], strict=True)]
    found = [0.0] * size
    for place in reversed(range(size)):
        known = sum(rows[place][n] * found[n] for n in range(place + 1, size))
        found[place] = (rows[place][size] - known) / rows[place][place]
    return found


def _band(value: int, bounds: tuple[int, ...]) -> int:
    return next((n for n, end in enumerate(bounds) if value < end), len(bounds))


def _evidence(values: Sequence[int | None], defaulted: Sequence[bool], bounds: tuple[int, ...]) -> list[float]:
    bads, goods = [_SMOOTHING] * (len(bounds) + 1), [_SMOOTHING] * (len(bounds) + 1)
    for value, bad in zip(values, defaulted, strict=True):
        if value is not None:
            (bads if bad else goods)[_band(value, bounds)] += 1
    return [log(bad / sum(bads)) - log(good / sum(goods)) for bad, good in zip(bads, goods, strict=True)]


def _widest(weight: float, evidence: Sequence[float]) -> float:
    """The most points of any band; negative for a measure that is turned around."""
    return weight * max(map(abs, evidence))


def _bands(weight: float, evidence: Sequence[float], bounds: tuple[int, ...]) -> list[Band]:
    ends = (*bounds, None)
    return [Band(below=end, points=round(weight * told)) for end, told in zip(ends, evidence, strict=True)]


def _told(value: int | None, bounds: tuple[int, ...], evidence: Sequence[float]) -> float:
    return 0.0 if value is None else evidence[_band(value, bounds)]
