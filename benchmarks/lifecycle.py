"""What a case costs, beside its floor: `python benchmarks/lifecycle.py [--loans N] [--rounds N] [--json]`.

Starts a stack of its own in a temporary folder, measures, wipes it, and ends. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # rooms are imported from the top of the tree

from rich.console import Console
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest

from benchmarks import cpu, plans, tables
from benchmarks.figures import VARIANTS, Machine, Report, Round, Variant, of_life
from benchmarks.histories import Counts
from benchmarks.lives import CURED, LIVES, Life
from benchmarks.plans import LifeName
from benchmarks.rounds import Carrier
from benchmarks.stand import Stand, stand
from benchmarks.totals import FLOORS, aims, told_apart
from local.errors import StackError
from operations.errors import UsageError
from operations.exits import leave

_IDLE_SECONDS = 4.0
Tell = Callable[[str], None]


async def run(loans: int, rounds: int, command: str, tell: Tell) -> Report:
    """Bring up a stand, measure `rounds` times every variant of every life, and take the stand down."""
    async with stand(tell) as running:
        carriers: dict[LifeName, dict[Variant, Carrier]] = {}
        drawn: dict[LifeName, plans.Plan] = {}
        alone: dict[LifeName, dict[Variant, Counts]] = {}
        days: dict[LifeName, list[float]] = {}
        for life in LIVES:
            tell(f"practising: {life.title}")
            days[life.name] = await Carrier.find_out(running, life)
            ours = Carrier(running, life, "ours", days[life.name])
            counts, history = await ours.practise()
            carriers[life.name] = {"ours": ours}
            alone[life.name] = {"ours": counts}
            drawn[life.name] = plans.drawn(life.name, history)
        await running.start_floor(list(drawn.values()))
        for life in LIVES:
            for floor in FLOORS:
                tell(f"practising: {life.title}, {floor}")
                carriers[life.name][floor] = Carrier(running, life, floor, days[life.name], drawn[life.name])
                alone[life.name][floor], _ = await carriers[life.name][floor].practise()
        meter = await running.metered()
        machine = await _machine(running)
        lives = {}
        for life in LIVES:
            cases = max(1, round(loans * life.share))
            measured, meter = await _measure(carriers[life.name], life, cases, rounds, meter, machine.idle, tell)
            figures = of_life(life.title, drawn[life.name].seconds / 86_400, alone[life.name], measured)
            if life is CURED:
                figures = figures.model_copy(update={"aims": aims(figures.variants["ours"], figures.ratios)})
            lives[life.name] = figures
    return Report(command=command, machine=machine, rounds=rounds, lives=lives)


async def _measure(
    carriers: dict[Variant, Carrier],
    life: Life,
    cases: int,
    rounds: int,
    meter: Counter[str],
    idle: Mapping[str, float],
    tell: Tell,
) -> tuple[list[Round], Counter[str]]:
    """The variants in turn, again and again: what else the machine does meanwhile falls on all alike."""
    measured: list[Round] = []
    for number in range(1, rounds + 1):
        for variant in VARIANTS:
            found, meter = await carriers[variant].measure(cases, meter)
            measured.append(told_apart(found, idle))
            tell(f"{life.title}, round {number} of {rounds}, {variant}: {cases} loans in {found.seconds:.1f} s")
    return measured, meter


async def _machine(running: Stand) -> Machine:
    before = running.spent()
    await asyncio.sleep(_IDLE_SECONDS)
    idle = running.spent().since(before)
    server = await running.client.workflow_service.get_system_info(GetSystemInfoRequest())
    return Machine(
        cpu=cpu.model(),
        cores=len(os.sched_getaffinity(0)),
        python=platform.python_version(),
        sdk=version("temporalio"),
        server=server.server_version,
        postgresql=str(await running.pool.fetchval("SHOW server_version")),
        idle={name: ms / _IDLE_SECONDS for name, ms in idle.by_name.items()},
    )


async def _main(loans: int, rounds: int, as_json: bool) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    told = Console(stderr=as_json)
    command = f"python benchmarks/lifecycle.py --loans {loans} --rounds {rounds}"
    report = await run(loans, rounds, command, lambda line: told.print(f"  {line}", style="dim", highlight=False))
    if as_json:
        print(report.model_dump_json(indent=2))
    else:
        tables.show(Console(width=None if sys.stdout.isatty() else tables.WIDTH), report)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: give 1 or more")
    return number


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What a case costs, beside its floor.")
    parser.add_argument(
        "--loans", type=_at_least_one, default=48, help="cases at a time (default 48; a sixth of long ones)"
    )
    parser.add_argument("--rounds", type=_at_least_one, default=5, help="rounds of each variant (default 5)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, the progress on stderr")
    options = parser.parse_args()
    for name in [n for n in os.environ if n.startswith(("TEMPORAL_", "ARREARS_")) or n == "DATABASE_URL"]:
        del os.environ[name]  # its stack is its own, whatever the shell names
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # workers in production do not compile their source each time
    try:
        asyncio.run(_main(options.loans, options.rounds, options.json))
    except (StackError, UsageError) as error:
        print(f"lifecycle: {error}", file=sys.stderr)
        leave(2)
    except (KeyboardInterrupt, asyncio.CancelledError):
        leave(130)
    leave(0)
