"""`import` and `demo`: whole books of loans."""

from __future__ import annotations

import os
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter, validators
from rich.console import Console
from rich.markup import escape

from domain.counting import counted
from local.external import external
from local.home import Home
from operations import books, environment
from operations.bringing_in import LAYOUTS, BroughtIn, bring_in
from operations.carrying import sample
from operations.commands.common import add
from operations.commands.groups import BOOKS
from operations.commands.output import Output
from operations.connect import connect
from operations.demo import demo as play
from operations.display import say
from operations.errors import UsageError
from operations.journey import travel
from operations.places import Example, Places, example_of
from operations.stack import up
from simulation.control import BankControl

LayoutName = Literal["arrears", "uci-credit-card"]
Positive = Annotated[int, Parameter(validator=validators.Number(gte=1))]
Natural = Annotated[int, Parameter(validator=validators.Number(gte=0))]
_SEED = 7
_MONTHS = 12


def register(app: App) -> None:
    """Put the commands on `app`."""
    uci = "--layout uci-credit-card ../shared/data/credit_card_clients.csv"
    add(app, BOOKS, "import", import_book, "import book.csv", f"import {uci}", f"import {uci} --carry 50", sort=2)
    add(app, BOOKS, "demo", demo, "demo", "demo --loans 100 --months 6", sort=1)


async def import_book(
    book: Path,
    /,
    *,
    layout: LayoutName = "arrears",
    limit: Positive | None = None,
    carry: Natural = 0,
    seed: int | None = None,
    months: Positive | None = None,
    rejects: Path | None = None,
) -> int:
    """Bring in a book of overdue loans: check it row by row and start a case for each.

    A bad row is reported with line, column and what was expected, and goes to a rejects file; the rest goes on. Safe
    to repeat and to interrupt. Names and addresses go to the erasable tables, ids alone to the workflows.

    Args:
        book: CSV in UTF-8 with a header line; docs/book.md lists the columns.
        layout: `arrears`, one row a loan, or `uci-credit-card`, the UCI file "Default of Credit Card Clients".
        limit: Take only so many overdue loans.
        carry: Afterwards carry so many of them through virtual time; needs the local stack with its simulated bank.
        seed: Draws the loans that are carried; 7 without one.
        months: How far they are carried; 12 without it.
        rejects: Where bad rows go; by default into the folder `rejects` of ARREARS_HOME.
    """
    began = time.monotonic()
    console = Output(highlight=False)
    home = Home.find(os.environ)
    if not book.is_file():
        raise UsageError(f"no file {book}: give the path of a CSV")
    if not carry and (named := "--months" if months else "--seed" if seed is not None else None):
        raise UsageError(f"{named} is of the loans that are carried: give --carry N too, or leave it out")
    seed, months = _SEED if seed is None else seed, months or _MONTHS
    async with AsyncExitStack() as stack:
        surroundings = await _surroundings(home, console)
        if carry and surroundings.bank_url is None:
            raise UsageError(
                "--carry moves virtual time, and that needs the local stack with its simulated bank: unset "
                "ARREARS_GATEWAYS, TEMPORAL_ADDRESS and TEMPORAL_PROFILE, or leave --carry out"
            )
        client = await connect(surroundings.variables)
        pool = await stack.enter_async_context(environment.ledger(surroundings.variables))
        today = books.book_date(home, layout) if layout == "uci-credit-card" else books.today()
        if today != books.today():
            say(console, f"This book was first read here on {today}: its dates go on being counted from then.")
        brought = await bring_in(
            client,
            pool,
            book,
            LAYOUTS[layout](today),
            rejects or books.rejects_path(home, book),
            console,
            today=today,
            bank_url=surroundings.bank_url,
            limit=limit,
        )
        went_well = brought.errors == 0
        candidates = list(brought.imported.borrowers)[:1]
        if carry and surroundings.bank_url:
            bank = await stack.enter_async_context(BankControl(surroundings.bank_url))
            loans_of = sample(brought.imported.borrowers, carry, seed)
            count = sum(map(len, loans_of.values()))
            say(
                console,
                f"\n[bold]Carrying {count}[/] of them, drawn with seed {seed}, through {counted(months, 'month')}",
            )
            title = f"{count} of {book.name}, {counted(months, 'month')}"
            picture = home.root / "reports" / f"{book.stem}-{seed}.png"
            travelled = await travel(client, pool, bank, loans_of, months, console, title, picture)
            went_well = went_well and travelled.went_well
            candidates = [loan for loans in loans_of.values() for loan in loans] or candidates
        example = await example_of(pool, candidates)
        _end(console, brought, surroundings.places, example, time.monotonic() - began)
    return 0 if went_well else 1


async def demo(*, loans: Positive = 48, seed: int = 11, months: Positive = 12) -> int:
    """Everything once: the stack set up, a book of made-up loans brought in and carried through months of virtual time.

    Shows the loans moving, then a table of what became of them, and leaves the stack running to look around in.

    Args:
        loans: How many.
        seed: Makes the book up; the same seed, the same book.
        months: How far it is carried.
    """
    return await play(Output(highlight=False), loans, seed, months)


@dataclass(frozen=True)
class _Surroundings:
    """Where to import to. `bank_url`: of the simulated bank, None where the systems outside are real."""

    variables: dict[str, str]
    bank_url: str | None
    places: Places


async def _surroundings(home: Home, console: Console) -> _Surroundings:
    """The cluster that the environment names, or else the local stack, started if it is not running."""
    named = external(environment.explicit(os.environ, home))
    if named is not None and named.temporal is not None:
        variables = environment.resolve(home=home)
        return _Surroundings(variables, None, Places(None, variables.get("TEMPORAL_NAMESPACE", "default")))
    running = await up(home, tell=lambda line: say(console, f"  {line}", style="dim"))
    for warning in running.warnings:
        say(console, f"[yellow]warning:[/] {warning}")
    places = Places(running.info.ui_url, running.info.namespace, environment.file_of(home))
    return _Surroundings(dict(running.variables), running.gateways, places)


def _end(console: Console, brought: BroughtIn, places: Places, example: Example | None, seconds: float) -> None:
    say(console)
    if brought.rejects.count:
        say(
            console,
            f"[bold red]{counted(brought.rejects.count, 'row was', 'rows were')} rejected[/]: see "
            f"{escape(str(brought.rejects.path))}",
        )
    if example:
        places.tell(console, example)
    say(console, f"{seconds:.0f} s in all.")
