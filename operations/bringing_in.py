"""One import from the file to the last case opened, with what it says on the way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.markup import escape
from temporalio.client import Client

from domain.counting import counted
from operations.display import Bar, listed, say
from operations.importing import Imported, Importer
from operations.layouts.arrears import ArrearsLayout
from operations.layouts.base import Layout
from operations.layouts.uci import UciLayout
from operations.opening import until_opened
from rows.reading import count_lines, open_book
from rows.rejects import Rejects
from simulation.control import BankControl

LAYOUTS: dict[str, Callable[[date], Layout]] = {"arrears": ArrearsLayout, "uci-credit-card": UciLayout}
_REJECTS_SHOWN = 20


@dataclass(frozen=True)
class BroughtIn:
    """What an import did. `not_opened`: cases that were started and that the ledger never opened, by reason."""

    imported: Imported
    rejects: Rejects
    not_opened: Counter[str]

    @property
    def errors(self) -> int:
        """Overdue loans of the book that no case carries now."""
        return self.imported.errors + self.not_opened.total()


async def bring_in(
    client: Client,
    pool: asyncpg.Pool,
    path: Path,
    layout: Layout,
    rejects_path: Path,
    console: Console,
    *,
    today: date,
    bank_url: str | None = None,
    limit: int | None = None,
) -> BroughtIn:
    """Import the book at `path` and wait until every case is open. `bank_url`: of the simulated bank, if it is one.

    Interrupted, it says how far it came and raises what interrupted it.
    """
    async with AsyncExitStack() as stack:
        bank = await stack.enter_async_context(BankControl(bank_url)) if bank_url else None
        book = stack.enter_context(open_book(path, layout))
        rejects = Rejects(rejects_path, book.columns)
        if layout.never_read:
            say(
                console, f"Dropped unread: {', '.join(sorted(layout.never_read))}, for no decision may use them.", "dim"
            )
        if book.unused:
            say(console, f"{book.unused} more columns of the file are not used.", style="dim")
        bar = stack.enter_context(
            Bar(console, "rows", count_lines(path)) if limit is None else Bar(console, "loans", limit)
        )

        def advance(done: Imported) -> None:
            bar.at(done.handled if limit is None else done.taken, _note(done))

        importer = Importer(client, pool, layout, rejects, today=today, bank=bank, advance=advance)
        try:
            imported = await importer.run(book, limit)
        except asyncio.CancelledError:
            _interrupted(console, importer.imported, rejects)
            raise
    _tell(console, imported, rejects)
    not_opened: Counter[str] = Counter()
    if imported.started:
        try:
            with Bar(console, "cases opened", len(imported.started)) as bar:
                not_opened = await until_opened(client, pool, imported.started, bar.at)
        except asyncio.CancelledError:
            say(console, "\nInterrupted: all cases are started and open by themselves; repeating starts nothing twice.")
            raise
    brought = BroughtIn(imported, rejects, not_opened)
    _tell_errors(console, brought)
    return brought


def _note(done: Imported) -> str:
    parts = [f"{len(done.started):,} started"]
    parts += [f"{count:,} {what}" for count, what in ((done.here, "here before"), (done.rejected, "rejected")) if count]
    return ", ".join(parts)


def _tell(console: Console, imported: Imported, rejects: Rejects) -> None:
    rate = len(imported.started) / max(imported.seconds, 0.001)
    overdue = len(imported.started) + imported.here + imported.errors
    took = f" in {imported.seconds:.1f} s ({rate:.0f}/s)" if imported.started else ""
    parts = [f"[bold]{counted(len(imported.started), 'case')} started[/]{took}"]
    if imported.here:
        parts.append(f"{imported.here:,} known before")
    if imported.not_overdue:
        parts.append(f"{counted(imported.not_overdue, 'row')} not overdue")
    say(console, f"{counted(imported.rows, 'row')} read, {counted(overdue, 'loan')} overdue: {', '.join(parts)}.")
    if imported.unwatched:
        say(console, "[yellow]Started cases got nowhere for a while: is a worker running?[/] See `starter.py status`.")
    if imported.unplaced:
        text = f"{imported.unplaced:,} of them give no time zone: nothing goes out where it is not known to be legal."
        say(console, f"[yellow]{text}[/] Fill the column zone in.")
    if imported.loaded:
        say(console, f"{counted(imported.loaded, 'account')} made in the simulated bank.", style="dim")
    if imported.rejected:
        say(console, f"[bold red]{counted(imported.rejected, 'row')} REJECTED, the others went on.[/]")
        lines = [str(one) for one in rejects.first]
        listed(console, "What was expected:", lines, _REJECTS_SHOWN, lambda n: f"… and {n:,} more")
        say(console, f"They are in {escape(str(rejects.path))}: mend them there and import that file.")


def _interrupted(console: Console, imported: Imported, rejects: Rejects) -> None:
    rejected = f", {imported.rejected:,} rejected (in {escape(str(rejects.path))})" if imported.rejected else ""
    say(
        console,
        f"\nInterrupted after {counted(imported.rows, 'row')}: {counted(len(imported.started), 'case')} started, "
        f"{imported.here:,} known "
        f"before{rejected}. Repeat the same command: it goes on where it stopped, and starts nothing twice.",
    )


def _tell_errors(console: Console, brought: BroughtIn) -> None:
    reasons = brought.imported.failed + brought.not_opened
    said = f" ({', '.join(f'{count:,} {reason}' for reason, count in reasons.items())})" if reasons else ""
    style = "bold red" if reasons else "bold green"
    opened = len(brought.imported.started) - brought.not_opened.total()
    done = f"{counted(opened, 'case')} opened in the ledger. " if brought.imported.started else ""
    say(console, f"{done}[{style}]errors = {brought.errors}[/]{said}")
    if brought.errors:
        say(console, "Repeat the command: what is there already is left alone. See also `starter.py status`.")
