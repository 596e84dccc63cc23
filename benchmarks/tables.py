"""The report for people: tables, the aims, and a line on the machine."""

from __future__ import annotations

from collections.abc import Callable

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.cpu import OWN
from benchmarks.figures import LifeFigures, Machine, Report, Spread, Variant, VariantFigures
from benchmarks.totals import FLOORS, NET, SERVER, TOTAL, WORKER

WIDTH = 160
"""Columns where there is no terminal that says how many it has."""
_SHOWN: tuple[Variant, ...] = ("ours", *FLOORS)
_PROCESSES = {
    SERVER: "Temporal server",
    WORKER: "worker",
    TOTAL: "server and worker",
    NET: "  above idle",
    "postgres": "PostgreSQL",
    "bank": "simulated bank",
    OWN: "this benchmark",
}
_NO_RATIO = ("bank", OWN)
_LEAST_MS = 0.5
"""Less than this a loan is a clock tick here and there, and a ratio to it means nothing."""


def show(console: Console, report: Report) -> None:
    """Print it all."""

    def say(text: str) -> None:
        console.print(text, soft_wrap=True, highlight=False)

    for life in report.lives.values():
        say(f"\n[bold]{life.title}[/]")
        if life.days >= 1:
            skips = life.variants["ours"].alone.skips
            say(
                f"{life.days:.0f} days of skipped time. Left out of events and bytes: "
                f"{skips:g} events that skipping it added, alike in ours and the floors."
            )
        console.print(_counts(life))
        for variant in _SHOWN:
            say(_actions(variant, life.variants[variant]))
        console.print(_cpu(life))
        say(
            f"{life.loans} loans at a time, {report.rounds} rounds of each in turn: median (least to most). "
            f"Other processes used {life.foreign.median:.2f} of {report.machine.cores} cores "
            f"({life.foreign.least:.2f} to {life.foreign.most:.2f})."
        )
        for aim in life.aims:
            verdict = "[green]met[/]" if aim.met else "[yellow]missed[/]"
            say(f"Aim: {aim.what} at most {aim.most:g}: {aim.found:.4g}, {verdict}")
    say("\n" + _machine(report.machine))


def table(*headings: str) -> Table:
    """Without rows as yet; the first column is words, the others are figures."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    made.add_column(headings[0], no_wrap=True)
    for heading in headings[1:]:
        made.add_column(heading, justify="right", no_wrap=True)
    return made


def _counts(life: LifeFigures) -> Table:
    shown = table("of one case", "ours", *FLOORS, *(f"ours/{floor}" for floor in FLOORS))
    rows: dict[str, Callable[[VariantFigures], float]] = {
        "history events": lambda v: v.alone.events,
        "workflow tasks": lambda v: v.alone.tasks,
        "state transitions": lambda v: v.alone.transitions,
        "history bytes": lambda v: v.alone.bytes,
        "Temporal Cloud actions": lambda v: v.charged,
    }
    for row, of in rows.items():
        found = {variant: of(life.variants[variant]) for variant in _SHOWN}
        ratios = (f"{found['ours'] / found[floor]:.2f}" for floor in FLOORS)
        shown.add_row(row, *(f"{value:,.0f}" for value in found.values()), *ratios)
    crowded = (spread(life.variants[variant].events) for variant in _SHOWN)
    shown.add_section()
    shown.add_row(f"events, {life.loans} at a time", *crowded, *("" for _ in FLOORS))
    return shown


def _actions(variant: Variant, figures: VariantFigures) -> str:
    parts = ", ".join(f"{number:g} {name}" for name, number in figures.actions.items())
    meter = sum(figures.metered.values())
    return f"Actions, {variant}: {figures.charged:g} = {parts}. The server's own counter: {meter:.3g}"


def _cpu(life: LifeFigures) -> Table:
    shown = table("CPU-ms a loan", "ours", *FLOORS, *(f"ours/{floor}" for floor in FLOORS))
    for name, row in _PROCESSES.items():
        found = [life.variants[variant].cpu[name] for variant in _SHOWN]
        ratios = [
            spread(life.ratios[floor][name], 2)
            if name not in _NO_RATIO and life.variants[floor].cpu[name].least >= _LEAST_MS
            else ""
            for floor in FLOORS
        ]
        shown.add_row(row, *(spread(each, 1) for each in found), *ratios)
    rates = (spread(life.variants[variant].rate, 1) for variant in _SHOWN)
    shown.add_section()
    shown.add_row("loans a second", *rates, *(spread(life.ratios[floor]["rate"], 2) for floor in FLOORS))
    return shown


def spread(found: Spread, digits: int = 0) -> str:
    """The median, with the extremes if there is more than one value."""
    form = f",.{digits}f"
    if found.least == found.most:
        return f"{found.median:{form}}"
    return f"{found.median:{form}} ({found.least:{form}} to {found.most:{form}})"


def _machine(machine: Machine) -> str:
    idle = ", ".join(f"{name} {ms:.0f}" for name, ms in machine.idle.items() if name != OWN)
    return (
        f"Machine: {machine.cpu}, {machine.cores} cores; Python {machine.python}, Temporal SDK {machine.sdk}, "
        f"Temporal server {machine.server}, PostgreSQL {machine.postgresql}. "
        f"CPU-ms a second when nothing is asked of them: {idle}."
    )
