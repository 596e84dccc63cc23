"""What the guard costs: `python benchmarks/conduct.py [--verdicts N] [--contacts N] [--rounds N] [--json]`.

Verdicts of the pure function, and contacts through the ledger on a PostgreSQL of its own, each beside a floor of the same
run. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # rooms are imported from the top of the tree

from rich.console import Console

from benchmarks import cpu, slots, verdicts
from benchmarks.figures import Figures
from benchmarks.slots import SlotFigures
from benchmarks.tables import WIDTH, spread, table
from benchmarks.verdicts import VerdictFigures
from local.errors import StackError
from operations.exits import leave

_WHOSE = {"many": "a borrower each", "one": "all to one borrower"}


class ConductReport(Figures):
    """What a run found."""

    command: str
    machine: str
    rounds: int
    verdicts: list[VerdictFigures]
    slots: list[SlotFigures]


def show(console: Console, report: ConductReport) -> None:
    """Print it all."""
    console.print(
        f"\n[bold]Verdicts of the pure guard[/], a second of CPU: median of {report.rounds} rounds (least to most)"
    )
    judged = table(
        "rulebook", "past attempts", "verdict", "verdicts a second", "proposals built", "a verdict costs, in them"
    )
    for row in report.verdicts:
        shown = (spread(row.rate), spread(row.floor), spread(row.times, 1))
        judged.add_row(row.book, f"{row.past}", row.verdict, *shown)
    console.print(judged)
    console.print(
        "[bold]Contacts through PostgreSQL[/], a second: reserved, begun to be sent, finished; three transactions each"
    )
    carried = table(
        "whose", "at once", "contacts", "contacts a second", "bare INSERTs of the same", "takes so many times as long"
    )
    for row in report.slots:
        shown = (spread(row.rate), spread(row.floor), spread(row.times, 1))
        carried.add_row(_WHOSE[row.whose], f"{row.workers}", f"{row.contacts}", *shown)
    console.print(carried)
    console.print(f"Machine: {report.machine}", highlight=False, soft_wrap=True)


def _main(options: argparse.Namespace) -> None:
    told = Console(stderr=options.json)

    def tell(line: str) -> None:
        told.print(f"  {line}", style="dim", highlight=False)

    tell("verdicts")
    judged = verdicts.measure(options.verdicts, options.rounds)
    reserved = asyncio.run(slots.measure(options.contacts, options.rounds, tell))
    report = ConductReport(
        command=f"python benchmarks/conduct.py --verdicts {options.verdicts} --contacts {options.contacts} "
        f"--rounds {options.rounds}",
        machine=f"{cpu.model()}, {len(os.sched_getaffinity(0))} cores; Python {platform.python_version()}",
        rounds=options.rounds,
        verdicts=judged,
        slots=reserved,
    )
    if options.json:
        print(report.model_dump_json(indent=2))
    else:
        show(Console(width=None if sys.stdout.isatty() else WIDTH), report)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: give 1 or more")
    return number


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What the guard costs, beside its floors.")
    parser.add_argument("--verdicts", type=_at_least_one, default=1000, help="of each kind a round (default 1000)")
    parser.add_argument(
        "--contacts", type=_at_least_one, default=96, help="a round, at each number of workers (default 96)"
    )
    parser.add_argument("--rounds", type=_at_least_one, default=5, help="rounds of each (default 5)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, the progress on stderr")
    try:
        _main(parser.parse_args())
    except StackError as error:
        print(f"conduct: {error}", file=sys.stderr)
        leave(2)
    except KeyboardInterrupt:
        leave(130)
    leave(0)
