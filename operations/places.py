"""Where to look further: pages of the Temporal UI, and commands."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.markup import escape

from domain.calendar import bank_date
from operations.display import say
from operations.sending import known_loan
from operations.starting import workflow_id
from reports.book import known

SMALL = "10.00"
"""A payment that cures no case: the line after it is to find the case running."""


@dataclass(frozen=True)
class Example:
    """A case to try things on. `payment`: what a payment system might signal to it, as JSON; None if the case has ended."""

    loan_id: str
    payment: str | None = None


async def example_of(pool: asyncpg.Pool, loans: Sequence[str]) -> Example | None:
    """The first of these loans whose case is open, else simply the first; None if there are none."""
    there = await known(pool, loans)
    running = next((loan for loan in loans if loan in there and there[loan].is_open), None)
    loan = await known_loan(pool, running) if running else None
    if running is None or loan is None:
        return Example(loans[0]) if loans else None
    payment = {
        "reference": f"PAY-{running}",
        "amount": SMALL,
        "currency": loan.request.currency,
        "value_date": bank_date(datetime.now(UTC), loan.bank_zone).isoformat(),
    }
    return Example(running, json.dumps(payment))


@dataclass(frozen=True)
class Places:
    """The UI of a Temporal server of ours; None for a cluster that is not. `env`: the file for a shell, if any."""

    ui: str | None
    namespace: str
    env: Path | None = None

    def cases(self) -> str | None:
        """Address of the list of cases."""
        return f"{self.ui}/namespaces/{self.namespace}/workflows" if self.ui else None

    def case(self, loan_id: str) -> str | None:
        """Address of one case."""
        return f"{self.cases()}/{workflow_id(loan_id)}" if self.ui else None

    def tell(self, console: Console, example: Example) -> None:
        """Say where the cases are, and give lines to copy that try things on `example`."""
        loan_id, payment = example.loan_id, example.payment
        if self.ui:
            say(console, f"  {'all cases':<28}{self.cases()}")
            say(console, f"  {'one of them':<28}{self.case(loan_id)}")
        if payment is None:
            say(console, f"  {'its story, from the ledger':<28}python3 starter.py case {loan_id}")
            return
        say(
            console,
            f"  {loan_id} is still being collected. Its story, a payment, and a payment as another system sends it:",
        )
        source = f". {shlex.quote(str(self.env))} && " if self.env else ""
        for line in (
            f"python3 starter.py case {loan_id}",
            f"python3 starter.py pay {loan_id} {SMALL}",
            f"{source}temporal workflow signal --workflow-id {workflow_id(loan_id)} --name payment_posted "
            f"--input {shlex.quote(payment)}",
        ):
            console.print(f"    {escape(line)}", soft_wrap=True)
