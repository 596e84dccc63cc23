"""A book's way through virtual time, from the first look to the table and the picture at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.markup import escape
from temporalio.client import Client

from domain.counting import counted
from operations import summary
from operations.carrying import carry, until_at_rest
from operations.display import listed, say
from simulation.clock import CarryReport
from simulation.control import BankControl
from simulation.schedule import add_months


@dataclass(frozen=True)
class Travelled:
    """What came of it: the clock's report, and the ledger's figures afterwards."""

    report: CarryReport
    summary: summary.Summary

    @property
    def went_well(self) -> bool:
        """No case stalled, and none was contacted after a payment."""
        return not self.report.stalled and not self.report.entries and self.summary.after_payment == 0


async def travel(
    client: Client,
    pool: asyncpg.Pool,
    bank: BankControl,
    loans_of: Mapping[str, Sequence[str]],
    months: int,
    console: Console,
    title: str,
    picture: Path,
) -> Travelled:
    """Carry the cases of `loans_of` (loan ids by borrower) `months` ahead of today; print the table, draw the picture."""
    # Half a second of matplotlib, which no other command is to pay for.
    from reports.chart import cases_by_state
    from reports.flow_chart import stage_flow

    loans = [loan for of_one in loans_of.values() for loan in of_one]
    await until_at_rest(client, loans, console)
    began = datetime.now(UTC)
    until = datetime.combine(add_months(began.date(), months), began.time(), tzinfo=UTC)
    report = await carry(client, pool, bank, loans_of, began, until, console, title)
    figures = await summary.summarise(pool, loans, until)
    say(console)
    summary.show(console, figures, title)
    say(
        console,
        f"\n{counted(report.events, 'event')} of virtual time in {report.seconds:.0f} s: "
        f"{counted(sum(report.acts.values()), 'act')} of "
        f"borrowers and gateways delivered, {counted(report.skips, 'skip')} on the server's clock.",
    )
    troubles = summary.troubles(report)
    if troubles:
        listed(console, "[bold red]What did not go as it should:[/]", troubles, 10, lambda n: f"… and {n} more")
    currency = figures.money[0].currency if len(figures.money) == 1 else ""
    flowing = picture.with_name(f"{picture.stem}-stages.png")
    for drawn in (
        stage_flow(figures.flow, flowing, f"{title}: through the stages", currency),
        cases_by_state(figures.lives.turns, picture, f"{title}: cases by state, virtual time", until),
    ):
        if drawn:
            say(console, f"Picture of it: {escape(str(drawn))}")
    return Travelled(report, figures)
