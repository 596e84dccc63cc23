"""A picture of a book: how many cases were where, over the book's own time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")  # before pyplot: there may be no screen

from matplotlib import pyplot
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from reports.lives import STATES, State, Turn

COLOURS: dict[State, str] = {
    "assessment": "#b8c4d6",
    "contact": "#4c78a8",
    "negotiation": "#72b7b2",
    "field_visit": "#b279a2",
    "litigation": "#8a5a44",
    "held": "#eeca3b",
    "person": "#f2a541",
    "watched": "#a5cf9f",
    "cured": "#54a24b",
    "paid_off": "#2f6b2a",
    "settled": "#88a84c",
    "sold": "#bab0ac",
    "extinguished": "#79706e",
    "closed_by_bank": "#9d9d9d",
    "nothing_due": "#d3e8d0",
}
_STEPS = 400


def cases_by_state(turns: Sequence[Turn], path: Path, title: str, until: datetime | None = None) -> Path | None:
    """Draw the cases of `turns` by state over time into a PNG at `path`; None, and no picture, without any turn.

    `until` (aware): where the time axis ends; by default at the last turn.
    """
    if not turns:
        return None
    begin = min(turn.at for turn in turns)
    end = max([turn.at for turn in turns] + ([until] if until else []))
    moments, counts = sampled(turns, begin, max(end, begin + timedelta(hours=1)))
    shown: list[State] = [state for state in STATES if any(count[state] for count in counts)]
    figure, axes = pyplot.subplots(figsize=(10, 5), layout="constrained")
    axes.stackplot(
        moments,  # pyright: ignore[reportArgumentType] (dates are drawn as well as numbers)
        *([count[state] for count in counts] for state in shown),
        labels=[state.replace("_", " ") for state in shown],
        colors=[COLOURS[state] for state in shown],
        step="post",
    )
    axes.set(title=title, ylabel="cases", xlim=(moments[0], moments[-1]), ylim=(0, sum(counts[-1].values())))
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    figure.legend(loc="outside right upper", reverse=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return path


def sampled(
    turns: Sequence[Turn], begin: datetime, end: datetime, steps: int = _STEPS
) -> tuple[list[datetime], list[Counter[State]]]:
    """`steps` + 1 moments from `begin` to `end`, and at each how many cases are in each state."""
    moments = [begin + (end - begin) * i / steps for i in range(steps + 1)]
    # Stable: turns of one loan at one moment keep the ledger's order.
    ordered = sorted(turns, key=lambda turn: turn.at)
    where: dict[str, State] = {}
    counts: list[Counter[State]] = []
    place = 0
    for moment in moments:
        while place < len(ordered) and ordered[place].at <= moment:
            where[ordered[place].loan_id] = ordered[place].state
            place += 1
        counts.append(Counter(where.values()))
    return moments, counts
