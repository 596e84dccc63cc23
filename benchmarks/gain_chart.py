"""Gain curves: what part of all defaults stands among the highest part of a ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")  # before pyplot: there may be no screen

from matplotlib import pyplot

from benchmarks.ranking import Ranked, auc, found

_STEPS = 100


def gain_curves(rankings: Mapping[str, Sequence[Ranked]], path: Path, title: str) -> None:
    """Draw the curve of each ranking into a PNG at `path`, beside that of chance and that of who knows all."""
    shares = [step / _STEPS for step in range(_STEPS + 1)]
    figure, axes = pyplot.subplots(figsize=(7, 5), layout="constrained")
    for name, ranked in rankings.items():
        gains = [found(ranked, share) if share else 0.0 for share in shares]
        axes.plot(shares, gains, label=f"{name} (AUC {auc(ranked):.3f})")
    first = next(iter(rankings.values()))
    bad = sum(one.defaulted for one in first) / len(first)
    axes.plot([0, bad, 1], [0, 1, 1], color="#bbbbbb", linestyle=":", label="all known beforehand")
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linestyle="--", label="chance")
    axes.set(title=title, xlabel="part of the accounts, highest first", ylabel="part of all defaults among them")
    axes.set(xlim=(0, 1), ylim=(0, 1.01))
    axes.legend(loc="lower right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
