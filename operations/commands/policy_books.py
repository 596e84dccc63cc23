"""`policy diff` and `policy impact`: what a strategy, or a rule, changes for many loans."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from domain.artefacts import register_rulebook
from domain.counting import counted
from operations import books, environment
from operations.bringing_in import LAYOUTS
from operations.commands.book import LayoutName
from operations.commands.common import Days, add, progress
from operations.commands.groups import POLICIES
from operations.commands.output import console, messages
from operations.errors import UsageError
from operations.strategies import impact as impacts
from operations.strategies.comparing import KINDS, Comparison, compare
from operations.strategies.sources import find, rulebook_file

_SHOWN = 20


def register(app: App) -> None:
    """Put the commands on the app `policy`."""
    add(
        app,
        POLICIES,
        "diff",
        diff,
        "policy diff default cn-consumer-loan --book book.csv --out differences.csv",
        "policy diff default@2 mine.yaml --book cards.csv --layout uci-credit-card",
        sort=3,
    )
    add(app, POLICIES, "impact", impact, "policy impact CN.HOURS", "policy impact CN.NEW --law draft.yaml", sort=7)


async def diff(
    a: str,
    b: str,
    /,
    *,
    book: Path,
    layout: LayoutName = "arrears",
    out: Path | None = None,
    days: Days = 60,
    law: str = "cn",
) -> int:
    """Which loans of a book two strategies would treat differently, counted by segment and by what differs. Each loan is
    played under both, with nothing happening meanwhile; the layout `arrears` has no amounts, so accounts are drawn for it as
    the simulated bank draws them.

    Args:
        a: A strategy: a file, a shipped name, name@version.
        b: The other one.
        book: CSV as `import` reads it.
        layout: Its columns, as `import` has it.
        out: A CSV for the loans that differ, with both sides.
        days: How far each loan is played.
        law: A rulebook: one of the shipped, or a file.
    """
    if not book.is_file():
        raise UsageError(f"no file {book}: give the path of a CSV")
    one, other = await find(a), await find(b)
    rules = rulebook_file(law)
    now = datetime.now(UTC)
    with progress("loans compared") as advance:
        made = compare(
            one,
            other,
            book,
            LAYOUTS[layout](books.today(now)),
            (register_rulebook(rules), rules),
            now,
            days,
            out,
            advance,
        )
    _show(made, one.name, other.name, days)
    if out:
        console.print(f"{counted(made.different, 'loan')} in {escape(str(out))}")
    return 0


def _show(made: Comparison, a: str, b: str, days: int) -> None:
    rejected = f"; {counted(made.rejected, 'row')} could not be read (`import` says why)" if made.rejected else ""
    console.print(
        f"[bold]{made.different:,} of {made.loans:,}[/] overdue loans are treated differently within "
        f"{counted(days, 'day')}{rejected}"
    )
    if not made.different:
        return
    table = Table(box=None, padding=(0, 1))
    table.add_column(escape(a), overflow="fold")
    table.add_column(escape(b), overflow="fold")
    for heading in ("loans", *KINDS):
        table.add_column(heading, justify="right")
    for (left, right), count in made.pairs.most_common():
        kinds = [f"{made.kinds[left, right, kind]:,}" for kind in KINDS]
        table.add_row(left, right, f"{count:,}", *kinds)
    console.print(table, soft_wrap=False)


async def impact(rule: str, /, *, law: str | None = None) -> int:
    """What a rule of conduct changes for the open cases of the ledger: the next contact of each within 30 days, with the
    rule and without it. With `--law` the rule is taken from a draft and laid over the law in force.

    Args:
        rule: The rule's id, such as CN.HOURS.
        law: A draft of a rulebook: a file.
    """
    book = rulebook_file(law) if law else None
    async with environment.ledger(environment.resolve(need=("database",))) as pool:
        with progress("cases looked at") as advance:
            seen = await impacts.impact(pool, rule, book, datetime.now(UTC), advance)
    state = "in force" if seen.known else "not in force yet"
    console.print(f"[bold]{escape(rule)}[/] ({state}; {seen.rule.strength}): {escape(seen.rule.source)}")
    console.print(f"  open cases: {seen.open:,}")
    console.print(f"  with a next contact on a channel that it binds: {seen.bound:,}")
    console.print(f"  whose next contact it changes: {len(seen.touched):,}")
    table = Table(box=None, padding=(0, 1))
    for heading in ("loan", "stage", "before", "under the rule"):
        table.add_column(heading)
    for touched in seen.touched[:_SHOWN]:
        table.add_row(touched.loan_id, touched.stage, _next(touched.without), _next(touched.under))
    if seen.touched:
        console.print(table, soft_wrap=False)
    if len(seen.touched) > _SHOWN:
        messages.print(f"and {len(seen.touched) - _SHOWN:,} more", style="dim")
    return 0


def _next(contact: impacts.Next | None) -> str:
    return f"{contact.at:%Y-%m-%d %H:%M} UTC {contact.channel.replace('_', ' ')}" if contact else "none within 30 days"
