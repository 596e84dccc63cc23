"""How soon a payment is heard: `python benchmarks/payment_to_quiet.py [--samples N] [--cases N] [--json]`.

From a payment's signal to the payment standing in the ledger and the case planning no contact any more, on an idle stack and
beside busy cases. Starts a stack of its own in a temporary folder, wipes it, and ends. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # rooms are imported from the top of the tree

from rich.console import Console

from benchmarks import cpu
from benchmarks.quieting import SLOW_SECONDS, QuietReport, Tell, Times, chased, measure
from benchmarks.stand import stand
from benchmarks.tables import WIDTH, table
from local.errors import StackError
from operations.errors import UsageError
from operations.exits import leave

_WHAT = {"waiting": "it waits for its next contact", "contacting": f"a contact is under way, of {SLOW_SECONDS:g} s"}


async def run(samples: int, cases: int, tell: Tell) -> QuietReport:
    """Bring up a stand, measure, and take it down."""
    async with stand(tell) as running:
        figures, loans = await measure(running, samples, cases, tell)
        return QuietReport(
            command=f"python benchmarks/payment_to_quiet.py --samples {samples} --cases {cases}",
            machine=f"{cpu.model()}, {len(os.sched_getaffinity(0))} cores; Python {platform.python_version()}",
            cases=cases,
            figures=figures,
            looked_at=len(loans),
            after_payment=await chased(running, loans),
        )


def show(console: Console, report: QuietReport) -> None:
    """Print it all."""
    console.print("\n[bold]From a payment's signal to a quiet case[/], ms: p50 / p99")
    shown = table("when it comes", "stack", "payments", "in the ledger", "quiet", "floor", "quiet/floor, p50")
    for row in report.figures:
        load = f"{report.cases} busy cases" if row.load == "busy" else "idle"
        ratio = f"{row.quiet.p50 / row.floor.p50:.1f}"
        times = (_times(row.recorded), _times(row.quiet), _times(row.floor))
        shown.add_row(_WHAT[row.what], load, f"{row.samples}", *times, ratio)
    console.print(shown)
    for row in report.figures:
        if row.what == "contacting":
            kept = f"{row.gone_out} went out, {row.samples - row.gone_out} were cancelled"
            console.print(f"Of {row.samples} contacts under way ({row.load}): {kept}", highlight=False)
    console.print(
        f"Contacts that began to be sent after the payment, of {report.looked_at} loans: {report.after_payment} (must be 0)",
        highlight=False,
    )
    console.print(f"Machine: {report.machine}", highlight=False, soft_wrap=True)


def _times(times: Times) -> str:
    return f"{times.p50:,.0f} / {times.p99:,.0f}"


async def _main(options: argparse.Namespace) -> int:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    told = Console(stderr=options.json)
    report = await run(
        options.samples, options.cases, lambda line: told.print(f"  {line}", style="dim", highlight=False)
    )
    if options.json:
        print(report.model_dump_json(indent=2))
    else:
        show(Console(width=None if sys.stdout.isatty() else WIDTH), report)
    return int(report.after_payment > 0)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: give 1 or more")
    return number


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="From a payment's signal to a quiet case.")
    parser.add_argument("--samples", type=_at_least_one, default=100, help="payments of each kind (default 100)")
    parser.add_argument("--cases", type=_at_least_one, default=500, help="busy cases beside them (default 500)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, the progress on stderr")
    given = parser.parse_args()
    for name in [n for n in os.environ if n.startswith(("TEMPORAL_", "ARREARS_")) or n == "DATABASE_URL"]:
        del os.environ[name]  # its stack is its own, whatever the shell names
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # workers in production do not compile their source each time
    try:
        code = asyncio.run(_main(given))
    except (StackError, UsageError) as error:
        print(f"payment_to_quiet: {error}", file=sys.stderr)
        leave(2)
    except (KeyboardInterrupt, asyncio.CancelledError):
        leave(130)
    leave(code)
