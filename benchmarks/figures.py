"""The figures of a run: of a round, of many, and the ratios of ours to a floor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Literal

from pydantic import BaseModel, ConfigDict

from benchmarks.histories import Counts
from benchmarks.plans import LifeName

Variant = Literal["ours", "bare", "calls"]
VARIANTS: tuple[Variant, ...] = ("ours", "bare", "calls")


class Figures(BaseModel):
    """Immutable, and JSON."""

    model_config = ConfigDict(frozen=True)


class Spread(Figures):
    """Several measurements of one thing."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """At least one value."""
        found = list(values)
        return cls(median=median(found), least=min(found), most=max(found))


class Round(Figures):
    """One variant carried through one life by `loans` cases at a time.

    `seconds`: wall clock. `cpu`: CPU-ms a loan by process. `foreign`: cores that other processes used meanwhile.
    `metered`: actions a loan as the server counts them, by its names.
    """

    variant: Variant
    loans: int
    seconds: float
    cpu: dict[str, float]
    foreign: float
    counts: list[Counts]
    metered: dict[str, float]

    @property
    def rate(self) -> float:
        """Loans a second."""
        return self.loans / self.seconds


class VariantFigures(Figures):
    """A variant. `alone`: one case with few others, when nothing has to be done twice; all else of the rounds.

    `events` and the like: over every case of every round; `cpu`, `rate`: over rounds. `actions`: a case, by what is
    charged, and `metered` by the server's names.
    """

    alone: Counts
    events: Spread
    tasks: Spread
    transitions: Spread
    bytes: Spread
    skips: Spread
    actions: dict[str, float]
    metered: dict[str, float]
    cpu: dict[str, Spread]
    rate: Spread

    @property
    def charged(self) -> float:
        """Actions a case."""
        return sum(self.actions.values())


class Aim(Figures):
    """A figure that was aimed at."""

    what: str
    most: float
    found: float

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.found <= self.most


class LifeFigures(Figures):
    """A life: each variant's figures, and for each floor the ratios of ours to it, round by round.

    `loans`: cases at a time. `days`: how long the life lasts on the case's own clock.
    """

    title: str
    loans: int
    days: float
    variants: dict[Variant, VariantFigures]
    ratios: dict[Variant, dict[str, Spread]]
    foreign: Spread
    aims: tuple[Aim, ...] = ()


class Machine(Figures):
    """What it ran on. `idle`: CPU-ms a second by process when nothing is asked of it."""

    cpu: str
    cores: int
    python: str
    sdk: str
    server: str
    postgresql: str
    idle: dict[str, float]


class Report(Figures):
    """What a run found."""

    command: str
    machine: Machine
    rounds: int
    lives: dict[LifeName, LifeFigures]


def of_life(title: str, days: float, alone: Mapping[Variant, Counts], rounds: Sequence[Round]) -> LifeFigures:
    """Put a life's rounds together; each variant has as many, in the order in which they were run."""
    by_variant: dict[Variant, list[Round]] = {v: [r for r in rounds if r.variant == v] for v in VARIANTS}
    variants: dict[Variant, VariantFigures] = {v: _of_variant(alone[v], by_variant[v]) for v in VARIANTS}
    ours = by_variant["ours"]
    return LifeFigures(
        title=title,
        loans=ours[0].loans,
        days=days,
        variants=variants,
        ratios={v: _ratios(ours, by_variant[v]) for v in VARIANTS if v != "ours"},
        foreign=Spread.of(r.foreign for r in rounds),
    )


def _of_variant(alone: Counts, rounds: Sequence[Round]) -> VariantFigures:
    cases = [case for r in rounds for case in r.counts]
    names = {name for case in cases for name in case.actions}
    actions = {name: median(case.actions.get(name, 0) for case in cases) for name in sorted(names)}
    meters = {name for r in rounds for name in r.metered}
    metered = {name: median(r.metered.get(name, 0) for r in rounds) for name in sorted(meters)}
    if beats := metered.get("grpc_RecordActivityTaskHeartbeat"):
        actions["heartbeats"] = beats  # they leave no event: the server's count is the only one
    return VariantFigures(
        alone=alone,
        events=Spread.of(case.events for case in cases),
        tasks=Spread.of(case.tasks for case in cases),
        transitions=Spread.of(case.transitions for case in cases),
        bytes=Spread.of(case.bytes for case in cases),
        skips=Spread.of(case.skips for case in cases),
        actions=actions,
        metered=metered,
        cpu={name: Spread.of(r.cpu[name] for r in rounds) for name in rounds[0].cpu},
        rate=Spread.of(r.rate for r in rounds),
    )


def _ratios(ours: Sequence[Round], floor: Sequence[Round]) -> dict[str, Spread]:
    def each(measure: Callable[[Round], float]) -> Spread:
        return Spread.of(measure(a) / max(measure(b), 0.001) for a, b in zip(ours, floor, strict=True))

    ratios = {name: each(lambda r, name=name: r.cpu[name]) for name in ours[0].cpu}
    return ratios | {"rate": each(lambda r: r.rate)}
