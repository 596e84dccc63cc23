"""Commands about the whole: up, down, status, deploy, recover, switch, verify."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.table import Table

from domain.counting import counted
from ledger import switches
from local.home import Home
from local.stack import Ports
from operations import environment, services, stack
from operations.build import build_id
from operations.commands.common import AtOnce, add, identifier, progress
from operations.commands.groups import WHOLE
from operations.commands.output import console, messages
from operations.conduct import verify_conduct
from operations.deploying import RATE
from operations.deploying import deploy as make_and_wake
from operations.errors import UsageError
from operations.examining import Report
from operations.starting import recover as recover_cases
from operations.verifying import verify as verify_all

_COLOURS = {"running": "green", "external": "cyan", "starting": "yellow", "dead": "red", "stopped": "dim"}


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(app, WHOLE, "up", up, "up", "up --ui-port 8233", "up --seed 7", sort=1)
    add(app, WHOLE, "status", status, "status", sort=2)
    add(app, WHOLE, "down", down, "down", sort=3)
    add(app, WHOLE, "deploy", deploy, "deploy", "deploy --rate 200", sort=4)
    add(app, WHOLE, "recover", recover, "recover", sort=5)
    add(
        app,
        WHOLE,
        "switch",
        switch,
        'switch stop-all on --by ops-wang --why "complaint wave"',
        'switch shadow off --by ops-wang --why "trial over"',
        sort=6,
    )
    add(app, WHOLE, "verify", verify, "verify", "verify --conduct", sort=7)


async def up(
    *,
    seed: int | None = None,
    temporal_port: int = 0,
    ui_port: int = 0,
    postgres_port: int = 0,
    services: Annotated[bool | None, Parameter(negative="--no-services")] = None,
) -> int:
    """Start PostgreSQL, Temporal with its UI, the simulated bank and a worker; what runs is left alone.

    With TEMPORAL_ADDRESS, a profile or DATABASE_URL set, those are used instead. Code that changed restarts the
    worker, and cases whose build nobody runs any more are taken over. State is in ARREARS_HOME (default: .arrears).

    Args:
        seed: By which simulated borrowers act; only when the home is new.
        temporal_port: Port for Temporal; 0 for that of last time or a free one.
        ui_port: Port for Temporal's Web UI; likewise.
        postgres_port: Port for PostgreSQL; likewise.
        services: Whether to start worker and simulated bank; by default only with a Temporal server of our own.
    """
    ports = Ports(postgres=postgres_port, temporal=temporal_port, ui=ui_port)
    running = await stack.up(
        seed=seed, ports=ports, with_services=services, tell=lambda line: messages.print(line, style="dim")
    )
    for warning in running.warnings:
        messages.print(f"warning: {warning}", style="yellow")
    table = Table(show_header=False, box=None)
    info, written = running.info, environment.written(running.home)
    rows = {
        "Web UI": info.ui_url,
        "Temporal": f"{info.temporal_address}, namespace {info.namespace}",
        "HTTP API": info.http_url,
        "simulated bank": running.gateways,
        "worker's build": running.build and f"{running.build} (current)",
        "for your shell": f". {environment.file_of(running.home)}" if "TEMPORAL_ADDRESS" in written else None,
        "logs": str(running.home.logs) if running.build or info.ui_url else None,
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, f"[bold]{value}[/]" if name == "Web UI" else value)
    console.print(table)
    if running.build is None:
        console.print("The ledger is ready. Start workers (`python3 worker.py --role all`), then `starter.py deploy`.")
    if running.taken_over:
        console.print(f"{counted(running.taken_over, 'case')} of other builds taken over")
    if running.recovered:
        console.print(f"{running.recovered} open cases without a workflow started again")
    return 0


async def down() -> int:
    """Stop all that runs in the home. Data stay: `up` goes on with every case."""
    await stack.down(tell=lambda line: messages.print(line, style="dim"))
    console.print("stopped; the data stay, `starter.py up` goes on")
    return 0


def status() -> int:
    """Show how each part of the stack is. Exit code 1 if one of them is not up."""
    home = Home.find()
    table = Table("part", "state", "pid", "address", "detail", title=f"stack in {home.root}", title_justify="left")
    listed = stack.status(home)
    for part in listed:
        colour = _COLOURS[part.state]
        pid = str(part.pid) if part.pid else ""
        table.add_row(
            part.name, f"[{colour}]{part.state}[/]", pid, part.address, part.detail.replace(f"{home.root}/", "")
        )
    console.print(table)
    names = {part.name for part in listed}
    known = environment.written(home)
    missing = [services.WORKER] if services.WORKER not in names and "TEMPORAL_ADDRESS" in known else []
    if missing:
        messages.print("no worker has been started here: `starter.py up`", style="yellow")
    return 0 if all(part.state in ("running", "external") for part in listed) and not missing else 1


async def deploy(*, rate: float = RATE, patience: float = 30, build: str | None = None) -> int:
    """Make this checkout's build current, then wake running cases so that quiet ones hand over to it.

    A worker with this code must be running (`python3 worker.py --role workflows`, or `starter.py up` locally).

    Args:
        rate: Cases woken in a second.
        patience: Seconds to wait for a worker of the build.
        build: Another build than this checkout's.
    """
    if rate <= 0:
        raise UsageError("--rate must be more than 0")
    async with environment.session() as session:
        wanted = build or session.variables.get("ARREARS_BUILD") or build_id()
        with progress("waking") as advance:
            done = await make_and_wake(session.client, wanted, rate=rate, patience=patience, advance=advance)
    console.print(
        f"build [bold]{done.build}[/] is current; "
        f"{counted(done.woken, 'case of another build was', 'cases of other builds were')} woken"
    )
    table = Table("build", "running cases", box=None)
    for name, count in done.builds.items():
        table.add_row(f"{name} (current)" if name == done.build else name, str(count))
    if done.builds:
        console.print(table)
    if set(done.builds) - {done.build, "(not begun)"}:
        console.print("some cases are busy: keep the workers of their builds running, and deploy again later")
    return 0


async def recover(*, at_once: AtOnce = 32) -> int:
    """Start every case that the ledger has open and that no workflow carries. Safe to repeat.

    Args:
        at_once: Starts in flight.
    """
    async with environment.session(connections=16) as session:
        with progress("looking at open cases") as advance:
            done = await recover_cases(session.client, session.pool, at_once=at_once, advance=advance)
    resent = f", {done.signals} unheard signals sent again" if done.signals else ""
    console.print(f"{done.open} open cases: {done.running} were running, {done.started} started again{resent}")
    return 0


async def switch(name: Literal["stop-all", "shadow"], state: Literal["on", "off"], /, *, by: str, why: str) -> int:
    """Turn a switch of the whole house: stop-all (no contact goes out) or shadow (decide and record, send nothing).

    Args:
        name: Which switch.
        state: on or off; from the next contact on.
        by: Who does it: an operator's id.
        why: The reason, for the record.
    """
    if not why.strip():
        raise UsageError("--why: say why, for the record")
    variables = environment.resolve(need=("database",))
    async with environment.ledger(variables) as pool:
        which: switches.Switch = "stop_all" if name == "stop-all" else "shadow"
        await switches.flip(pool, which, state == "on", identifier("--by", by), why)
        now = await switches.state(pool)
    console.print(f"stop-all is {_on(now.stop_all)}, shadow is {_on(now.shadow)}")
    return 0


def _on(value: bool) -> str:
    return "[bold red]on[/]" if value else "off"


async def verify(
    *,
    build: str | None = None,
    at_once: AtOnce = 24,
    conduct: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Check that everything agrees: chains, rows, mirrors, reservations, texts, and every workflow with its ledger.

    Exit code 1 if anything differs, each difference named; and if all cases are of other builds, so that none could be
    compared.

    Args:
        build: Compare cases of this build instead of this checkout's.
        at_once: Cases asked at a time.
        conduct: Look at the contacts instead: judge every verdict again from the facts recorded before it, and count
            every cap from scratch. Exit code 1 for a contact that should not have been.
    """
    if conduct:
        return await _verify_conduct()
    async with environment.session(connections=16) as session:
        wanted = build or session.variables.get("ARREARS_BUILD") or build_id()
        with progress("comparing cases") as advance:
            report = await verify_all(session.client, session.pool, build=wanted, at_once=at_once, advance=advance)
    _show(report, wanted)
    return 0 if report.sound else 1


async def _verify_conduct() -> int:
    async with environment.session(connections=4) as session:
        with progress("judging again") as advance:
            found = await verify_conduct(session.pool, advance=advance)
    table = Table(show_header=False, box=None)
    table.add_row("borrowers", str(found.borrowers))
    table.add_row("contacts allowed, judged again", str(found.allowed))
    table.add_row("contacts refused, judged again", str(found.refused))
    table.add_row("contacts that went out, counted again", str(found.sent))
    table.add_row("  of them after the payment was in the ledger", str(found.after_payment))
    for rule, times in sorted(found.by_rule.items()):
        table.add_row(f"breaches of {rule}", str(times), style="red")
    console.print(table)
    for breach in found.breaches:
        console.print(f"[red]{breach.stream}/{breach.seq}[/] {', '.join(breach.rules)}: {breach.what}", soft_wrap=True)
    console.print(counted(len(found.breaches), "breach", "breaches"), style="red" if found.breaches else "green")
    return 1 if found.breaches else 0


def _show(report: Report, build: str) -> None:
    counts, cases = report.counts, report.cases
    table = Table(show_header=False, box=None)
    rows = {
        "facts, chains followed": f"{counts.facts:,} in {counted(counts.loans, 'loan')} and "
        f"{counted(counts.borrowers, 'borrower')}",
        "mirrors of borrowers' facts": str(counts.mirrors),
        "contacts and their reservations": str(counts.contacts),
        "cases that agree with their ledger": str(cases["agrees"]),
        "cases behind their ledger": str(cases["behind"]),
        f"cases of other builds than {build}": str(cases["other_build"]),
        "running, not yet open": str(cases["not_opened"]),
        "ended, no longer kept by the server": str(cases["not_kept"]),
        "ended, then stopped from outside": str(cases["ended_otherwise"]),
    }
    for name, value in rows.items():
        if value != "0" or name.startswith(("mirrors", "contacts", "cases that")):
            table.add_row(name, value)
    console.print(table)
    for found in report.differences:
        console.print(f"[red]{found.where}[/]: {found.what}")
    if report.restored:
        console.print("[yellow]contacts of before a restore[/], recorded and counted (docs/operations.md, Verify):")
    for found in report.restored:
        console.print(f"  {found.where}: {found.what}")
    if cases["other_build"]:
        console.print(f"{report.compared:,} of {counted(cases.total(), 'case')} compared")
    if report.blind:
        console.print("[bold red]no case was compared[/]: run verify from their checkout, or `starter.py deploy` first")
    elif report.sound:
        console.print(f"[green]{'all that was compared agrees' if cases['other_build'] else 'all agrees'}[/]")
    if report.differences:
        console.print(f"[bold red]differences: {len(report.differences)}[/]")
