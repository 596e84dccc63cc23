"""The demo: a book of made-up loans on the real servers, carried through months of virtual time."""

from __future__ import annotations

import os
import time
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.markup import escape
from temporalio.client import Client

from domain.counting import counted
from local.home import Home
from operations import books, environment, stack
from operations.bringing_in import bring_in
from operations.connect import connect
from operations.display import Bar, listed, say
from operations.errors import UsageError
from operations.journey import travel
from operations.layouts.arrears import ArrearsLayout
from operations.places import Example, Places, example_of
from operations.verifying import verify
from reports.book import count_with_prefix
from simulation.book import SimulatedBook, make_book
from simulation.book_csv import write_csv
from simulation.control import BankControl


async def up(home: Home, console: Console) -> stack.Running:
    """The local stack, with what is being started told a line each. Raises StackError, UsageError."""
    running = await stack.up(home, tell=lambda line: say(console, f"  {line}", style="dim"))
    for warning in running.warnings:
        say(console, f"[yellow]warning:[/] {warning}")
    return running


async def demo(console: Console, loans: int, seed: int, months: int) -> int:
    """Play it all; answers the exit code: 0 if nothing failed and the ledger verifies."""
    began = time.monotonic()
    home = Home.find(os.environ)
    say(console, f"[bold]Setting up[/] in {escape(str(home.root))}")
    running = await up(home, console)
    if running.gateways is None:
        raise UsageError(
            "the demo needs the simulated bank, and the environment names other systems or another cluster: unset "
            "ARREARS_GATEWAYS, TEMPORAL_ADDRESS and TEMPORAL_PROFILE, or name an empty folder in ARREARS_HOME"
        )
    places = Places(running.info.ui_url, running.info.namespace, environment.file_of(home))
    say(console, f"Temporal's own view, while it runs: {places.cases()}")
    client = await connect(running.variables)
    async with environment.ledger(running.variables) as pool, BankControl(running.gateways) as bank:
        book, path = await _book(home, pool, loans, seed)
        say(
            console,
            f"\n[bold]Bringing in[/] {counted(len(book.loans), 'overdue loan')} of "
            f"{counted(len(book.borrowers), 'borrower')}, made up with "
            f"seed {seed}: {escape(str(path))}",
        )
        await bank.load(book.load())
        rejects = books.rejects_path(home, path)
        layout = ArrearsLayout(book.today)
        brought = await bring_in(
            client, pool, path, layout, rejects, console, today=book.today, bank_url=running.gateways
        )
        say(
            console,
            f"\n[bold]Carrying[/] each case through {counted(months, 'month')} on one virtual clock, on the real servers",
        )
        title = f"{counted(len(book.loans), 'loan')}, {counted(months, 'month')}"
        picture = home.root / "reports" / f"{path.stem}.png"
        travelled = await travel(client, pool, bank, book.loans_of(), months, console, title, picture)
        clean = await _verify(console, client, pool)
        example = await example_of(pool, [loan.loan_id for loan in book.loans])
    _farewell(console, places, example, time.monotonic() - began)
    return 0 if clean and brought.errors == 0 and travelled.went_well else 1


async def _book(home: Home, pool: asyncpg.Pool, loans: int, seed: int) -> tuple[SimulatedBook, Path]:
    """A book with loan ids that no earlier demo on this ledger used, and its file, readable by its owner alone."""
    number = books.next_demo(home)
    while await count_with_prefix(pool, f"demo{number}-"):
        number = books.next_demo(home)
    book = make_book(seed, loans, books.today(), prefix=f"demo{number}")
    path = home.root / "books" / f"demo{number}.csv"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    write_csv(book, path)
    return book, path


async def _verify(console: Console, client: Client, pool: asyncpg.Pool) -> bool:
    """Whether every chain, every contact and every case agrees with the ledger; said either way."""
    with Bar(console, "cases compared with the ledger", None) as bar:
        report = await verify(client, pool, advance=lambda done, total: bar.at(done, total=total))
    colour = "bold green" if report.sound else "bold red"
    say(
        console,
        f"\n[bold]Verified:[/] {report.counts.facts:,} facts, {report.compared:,} of {report.cases.total():,} cases compared "
        f"with the fold of their ledger: [{colour}]{counted(len(report.differences), 'difference')}[/]",
    )
    if not report.sound:
        lines = [f"{one.where}: {one.what}" for one in report.differences]
        listed(console, "See also `python3 starter.py verify`:", lines, 10, lambda n: f"… and {n} more")
    return report.sound


def _farewell(console: Console, places: Places, example: Example | None, seconds: float) -> None:
    say(console, "\n[bold]Look around:[/] the stack stays up until `python3 starter.py down`.")
    if example:
        places.tell(console, example)
    say(console, f"\n{seconds:.0f} s in all.")
