"""A picture of a flow: a bar for each state, ribbons between them as wide as many cases went that way."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")  # before pyplot: there may be no screen

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Curve

from reports.chart import COLOURS
from reports.flow import Flow, Node
from reports.lives import State

_COLUMNS: tuple[tuple[State, ...], ...] = (
    ("assessment",),
    ("contact",),
    ("negotiation", "held", "person"),
    ("field_visit",),
    ("litigation",),
    ("watched",),
    ("cured", "paid_off", "settled", "sold", "extinguished", "closed_by_bank", "nothing_due"),
)
_WIDTH, _GAP = 0.16, 0.11


def stage_flow(flow: Flow, path: Path, title: str, currency: str) -> Path | None:
    """Draw the flow into a PNG at `path`; None, and no picture, of a flow without cases. `currency` of what was paid."""
    if not flow.nodes:
        return None
    figure, axes = pyplot.subplots(figsize=(14, 7.5), layout="constrained")
    places = _places(flow)
    _ribbons(axes, flow, places)
    for node in flow.nodes:
        _bar(axes, node, places[node.state], currency)
    axes.set(title=title, xlim=(-0.3, len(_COLUMNS) - 0.2), ylim=(-0.04, 1.08))
    axes.axis("off")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path


Place = tuple[float, float, float]
"""Column, lower edge and height of a state's bar."""


def _places(flow: Flow) -> dict[State, Place]:
    nodes = {node.state: node for node in flow.nodes}
    columns: list[list[State]] = [[state for state in column if state in nodes] for column in _COLUMNS]
    most = max(sum(nodes[state].entered for state in column) for column in columns)
    room = 1 - _GAP * max(len(column) for column in columns)
    places: dict[State, Place] = {}
    for x, column in enumerate(columns):
        heights = [max(room * nodes[state].entered / most, 0.008) for state in column]
        y = (1 + sum(heights) + _GAP * (len(column) - 1)) / 2
        for state, height in zip(column, heights, strict=True):
            places[state] = (x, y - height, height)
            y -= height + _GAP
    return places


def _ribbons(axes: Axes, flow: Flow, places: dict[State, Place]) -> None:
    scale = {node.state: places[node.state][2] / node.entered for node in flow.nodes}
    left: defaultdict[State, float] = defaultdict(float)
    come: defaultdict[State, float] = defaultdict(float)
    order = sorted(flow.moves.items(), key=lambda item: (-places[item[0][1]][1], places[item[0][0]][0]))
    for (source, target), count in order:
        begin, end = places[source], places[target]
        out, into = count * scale[source], count * scale[target]
        from_y = begin[1] + begin[2] - left[source] - out
        to_y = end[1] + end[2] - come[target] - into
        left[source] += out
        come[target] += into
        forward = end[0] > begin[0]
        x0, x1 = begin[0] + _WIDTH, end[0] if forward else end[0] + _WIDTH
        _ribbon(axes, (x0, from_y, out), (x1, to_y, into), COLOURS[source], 0.42 if forward else 0.22, forward)


def _ribbon(axes: Axes, begin: Place, end: Place, colour: str, alpha: float, forward: bool) -> None:
    (x0, y0, h0), (x1, y1, h1) = begin, end
    # Forward a ribbon swings through the middle; back it leaves to the right and comes home from the right.
    bend = (x1 - x0) / 2 if forward else 0.35
    reach = x1 - bend if forward else x1 + bend
    corners = [
        (x0, y0),
        (x0 + bend, y0),
        (reach, y1),
        (x1, y1),
        (x1, y1 + h1),
        (reach, y1 + h1),
        (x0 + bend, y0 + h0),
        (x0, y0 + h0),
        (x0, y0),
    ]
    codes = [Curve.MOVETO, *[Curve.CURVE4] * 3, Curve.LINETO, *[Curve.CURVE4] * 3, Curve.CLOSEPOLY]
    axes.add_patch(PathPatch(Curve(corners, codes), facecolor=colour, alpha=alpha, linewidth=0))


def _bar(axes: Axes, node: Node, place: Place, currency: str) -> None:
    x, y, height = place
    axes.add_patch(Rectangle((x, y), _WIDTH, height, facecolor=COLOURS[node.state], linewidth=0))
    stay = f", {node.stay.days} d" if node.stay is not None else ""
    paid = f"\n{node.paid:,.0f} {currency} paid" if node.paid else ""
    text = f"{node.state.replace('_', ' ')}\n{node.loans} {'loan' if node.loans == 1 else 'loans'}{stay}{paid}"
    last = x >= len(_COLUMNS) - 1
    where = (x + _WIDTH + 0.03, y + height / 2) if last else (x, y + height + 0.012)
    axes.text(*where, text, fontsize=8.5, va="center" if last else "bottom", ha="left")
