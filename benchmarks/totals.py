"""Names of what is measured, the sum that the aim is about, and the aims."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks import stand
from benchmarks.figures import Aim, Round, Spread, Variant, VariantFigures
from local import temporal
from operations import services

SERVER = temporal.NAME
WORKER = services.WORKER
TOTAL = "server and worker"
NET = "above idle"
"""The same without what both use when nothing is asked of them: a slower round has more of that in it."""
FLOORS: tuple[Variant, ...] = ("bare", "calls")
MOST_EVENTS, MOST_TASKS, MOST_CPU = 40, 7, 1.3


def told_apart(measured: Round, idle: Mapping[str, float]) -> Round:
    """The round with its own variant's worker as the worker, and the sums of server and worker added.

    `idle`: CPU-ms a second by process.
    """
    cpu = dict(measured.cpu)
    name = WORKER if measured.variant == "ours" else stand.FLOOR
    cpu[WORKER] = cpu[name]
    del cpu[stand.FLOOR]
    cpu[TOTAL] = cpu[SERVER] + cpu[WORKER]
    cpu[NET] = cpu[TOTAL] - (idle[SERVER] + idle[name]) * measured.seconds / measured.loans
    return measured.model_copy(update={"cpu": cpu})


def aims(ours: VariantFigures, ratios: dict[Variant, dict[str, Spread]]) -> tuple[Aim, ...]:
    """What "cured by the first message" should cost at most."""
    return (
        Aim(what="history events", most=MOST_EVENTS, found=ours.alone.events),
        Aim(what="workflow tasks", most=MOST_TASKS, found=ours.alone.tasks),
        *(
            Aim(what=f"CPU of {TOTAL}, times that of the floor {floor!r}", most=MOST_CPU, found=found[TOTAL].median)
            for floor, found in ratios.items()
        ),
    )
