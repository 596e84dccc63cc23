"""`policy`: strategy files checked, explained, compared, published and listed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from domain.counting import counted
from ledger import approvals
from ledger.errors import ApprovalRefused
from operations import environment
from operations.commands import policy_books
from operations.commands.common import AS_TYPED, Days, add, identifier
from operations.commands.connecting import client_if_any
from operations.commands.groups import POLICIES
from operations.commands.output import console, messages
from operations.errors import UsageError
from operations.requests import check_id
from operations.strategies import explaining
from operations.strategies.sources import find, from_file, rulebook_file
from policies.checking import check as problems_of
from policies.loader import is_rulebook, load_rulebook, load_templates
from policies.located import PolicyError, Problem
from schemas.rulebook import Rulebook


def register(app: App) -> None:
    """Put the commands on `app`, under `policy`."""
    group = App(
        name="policy",
        help="Strategies: who is treated how. docs/policy.md explains the file.",
        help_epilogue=f"Examples:\n\n```\n{AS_TYPED} policy check policies/*.yaml\n```",
        help_format="markdown",
        group=POLICIES,
        sort_key=1,
    )
    app.command(group)
    add(group, POLICIES, "check", check, "policy check policies/*.yaml", "policy check mine.yaml --law cn", sort=1)
    add(
        group,
        POLICIES,
        "explain",
        explain,
        "policy explain LN-1",
        "policy explain case.json --policy cn-consumer-loan --days 120",
        sort=2,
    )
    add(
        group,
        POLICIES,
        "publish",
        publish,
        "policy publish mine.yaml --by maker-li --why 'calls a week earlier for large sums'",
        sort=4,
    )
    add(
        group,
        POLICIES,
        "approve",
        approve,
        "policy approve mine@1 --by chief-zhao --why 'looked at with legal'",
        sort=5,
    )
    add(group, POLICIES, "list", show_published, "policy list", sort=6)
    policy_books.register(group)


def check(*files: Path, law: str = "cn") -> int:
    """Find everything wrong in strategy files, without a server: fields, names, order, rows that no loan reaches,
    loans that no row covers, steps that the rulebook could never allow, consequences that never apply. In a rulebook: what
    cannot be read, and of one that overlays another every rule that is laxer than the one it replaces.

    Ends with 0 if all is well, 1 if there are problems, 2 if a file cannot be read.

    Args:
        files: Files of strategies, or of rulebooks.
        law: The rulebook that strategies are asked under: one of the shipped, or a file.
    """
    if not files:
        raise UsageError(f"name at least one file: {AS_TYPED} policy check policies/*.yaml")
    book = rulebook_file(law)
    code = 0
    for file in files:
        found, said = _checked(file, book)
        for problem in found:
            console.print(escape(str(problem)))
        if not found:
            console.print(f"[green]{escape(str(file))}: nothing wrong[/], {said}")
        unread = any(problem.rule == "file" for problem in found)
        code = max(code, 2 if unread else 1 if found else 0)
    return code


def _checked(file: Path, book: Rulebook) -> tuple[tuple[Problem, ...], str]:
    """What is wrong in a file, and what it was held against."""
    try:
        if not is_rulebook(file):
            return problems_of(file, book, datetime.now(UTC)), f"asked under {book.name}@{book.version}"
        rules = load_rulebook(file)
    except PolicyError as error:
        return error.problems, ""
    over = f", over {rules.base.name}@{rules.base.version}" if rules.base else ""
    return (), f"a rulebook of {counted(len(rules.rules), 'rule')}{over}"


async def explain(loan: str, /, *, policy: str | None = None, days: Days = 120, law: str = "cn") -> int:
    """Say in which segment a loan is, what treatment and arm it gets, and what comes next if nothing happens: every contact
    arrives, nobody answers, nobody pays. Each with the line of the file that decided it.

    Args:
        loan: A loan's id (its case is read from the ledger), or FILE.json: what `start` takes, optionally with an `account`.
        policy: Another strategy than the case's own: a file, a shipped name, name@version (of a FILE.json: default).
        days: How far to look.
        law: For a FILE.json: a rulebook, one of the shipped or a file. A case of the ledger is told under its law in force.
    """
    now = datetime.now(UTC)
    if loan.endswith(".json"):
        source, book = await find(policy or "default"), rulebook_file(law)
        asked = explaining.from_file(Path(loan), source, now)
        digest = explaining.artefacts.register_rulebook(book)
        told = explaining.explain(asked, source, (digest, book), days)
    else:
        variables = environment.resolve(need=("database",))
        client = await client_if_any(variables)
        async with environment.ledger(variables) as pool:
            asked, source, in_force = await explaining.from_ledger(client, pool, identifier("LOAN", loan), now)
        if policy:
            source = await find(policy)
            asked = explaining.under(asked, source)
        told = explaining.explain(asked, source, in_force, days)
    _show(told, source.name)
    return 0


async def publish(file: Path, /, *, by: str, why: str, law: str = "cn") -> int:
    """Publish a strategy for approval: its text and the texts it names are fixed by their sha256. No case is pinned to it,
    and none may adopt it, before somebody else approves it.

    Args:
        file: The strategy file; it must pass `policy check`.
        by: Who publishes it: the maker's id.
        why: Why, for the record.
        law: The rulebook to check it against: one of the shipped, or a file.
    """
    found = problems_of(file, rulebook_file(law), datetime.now(UTC))
    if found:
        for problem in found:
            messages.print(escape(str(problem)))
        raise UsageError(f"{file} has {counted(len(found), 'problem')}, and nothing was published: mend that first")
    source, maker = from_file(file), identifier("--by", by)
    async with environment.ledger(environment.resolve(need=("database",))) as pool:
        await approvals.submit(pool, source.strategy, load_templates().digest(source.strategy), maker, _reason(why))
    console.print(f"published {source.name}, sha256 {source.digest[:12]}: [yellow]it waits for its approval[/]")
    console.print(f"  somebody other than {maker}: {AS_TYPED} policy approve {source.name} --by WHO --why TEXT")
    return 0


async def approve(policy: str, /, *, by: str, why: str) -> int:
    """Approve a published strategy, as somebody other than who published it. From then on cases may be pinned to it.

    Args:
        policy: The strategy as name@version.
        by: Who approves it: the checker's id.
        why: Why, for the record.
    """
    name, at, version = policy.rpartition("@")
    if not at:
        raise UsageError(f"{policy}: name the version too, as {policy}@1; `policy list` shows them")
    checker = identifier("--by", by)
    async with environment.ledger(environment.resolve(need=("database",))) as pool:
        waiting = await approvals.submitted(pool, name, version)
        texts = load_templates().digest(waiting) if waiting else ""
        try:
            digest = await approvals.approve(pool, name, version, texts, checker, _reason(why))
        except ApprovalRefused as refused:
            console.print(f"[red]refused[/]: {escape(str(refused))}")
            return 1
    console.print(f"[green]approved[/] {policy}, sha256 {digest[:12]}: cases may be started under it, or adopt it")
    return 0


async def show_published() -> int:
    """What is published in this ledger: by whom, approved by whom, and how many open cases are pinned to each."""
    async with environment.ledger(environment.resolve(need=("database",))) as pool:
        rows = await approvals.published(pool)
    table = Table(box=None, padding=(0, 1))
    for heading in ("strategy", "sha256", "published by", "on", "why", "approved by", "why"):
        table.add_column(heading, overflow="fold")
    table.add_column("open cases", justify="right")
    for row in rows:
        approved = row.approved_by or ("comes with the code" if row.usable else "[yellow]waits for approval[/]")
        cells = (f"{row.name}@{row.version}", row.digest[:12], row.published_by, f"{row.published_at:%Y-%m-%d}")
        whys = escape(row.submitted_why or ""), approved, escape(row.approved_why or "")
        table.add_row(*cells, *whys, f"{row.open_cases:,}")
    console.print(table, soft_wrap=False)
    return 0


def _reason(why: str) -> str:
    """A reason for the record. Raises UsageError for none, and for one that holds what looks like a person's number."""
    if not why.strip():
        raise UsageError("--why: say why, for the record")
    check_id("--why", why)
    return why.strip()


def _show(told: explaining.Explanation, name: str) -> None:
    console.print(f"[bold]{told.loan_id}[/] under {escape(name)}: {told.profile}")
    if told.assumed:
        messages.print(told.assumed, style="yellow")
    for what, value, where in told.placed:
        console.print(f"  {what}: [bold]{escape(value)}[/]  [dim]{escape(where)}[/]")
    console.print("\n[bold]If nothing happens[/]")
    table = Table(box=None, padding=(0, 1))
    for heading in ("when", "what", "why", "where"):
        table.add_column(heading, overflow="fold")
    for line in told.steps:
        table.add_row(line.at, escape(line.what), escape(f"{line.why} [{line.rule}]"), escape(line.where))
    console.print(table, soft_wrap=False)
