"""Carrying a book through virtual time, watched: the clock moves the cases, what is shown is read from the ledger."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import asyncpg
from pydantic import TypeAdapter
from rich.console import Console
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.queues import WORKFLOWS
from ledger.borrowers import record_borrower_fact
from operations.display import Bar, Board, BoardState
from operations.starting import workflow_id
from reports import book
from reports.lives import Lives, State, Turn
from schemas.facts import BorrowerFact
from schemas.ledger import NewFact
from schemas.messages import BorrowerChangedSignal
from simulation.cases import Cases, Stalled, Start
from simulation.clock import CarryReport, Progress, VirtualBook
from simulation.control import BankControl
from simulation.model import Act

COLOURS: tuple[tuple[State, str], ...] = (
    ("assessment", "white"),
    ("contact", "blue"),
    ("negotiation", "cyan"),
    ("field_visit", "magenta"),
    ("litigation", "red"),
    ("held", "bright_yellow"),
    ("person", "yellow"),
    ("watched", "green"),
    ("cured", "green"),
    ("paid_off", "bright_green"),
    ("settled", "bright_green"),
    ("sold", "white"),
    ("extinguished", "white"),
    ("closed_by_bank", "white"),
    ("nothing_due", "green"),
)
_LOOK_EVERY = 0.7
_AT_ONCE = 6
_BUSY = timedelta(minutes=15)
_FACT: TypeAdapter[BorrowerFact] = TypeAdapter(BorrowerFact)


def sample(borrowers: Mapping[str, str], count: int, seed: int) -> dict[str, list[str]]:
    """Loans by borrower, of borrowers drawn by `seed` until there are at least `count` loans; fewer if there are.

    `borrowers` names the borrower of each loan. A borrower is drawn whole: contact caps hold over all their loans.
    """
    by_borrower: defaultdict[str, list[str]] = defaultdict(list)
    for loan_id in sorted(borrowers):
        by_borrower[borrowers[loan_id]].append(loan_id)
    drawn = sorted(by_borrower)
    Random(seed).shuffle(drawn)
    taken: dict[str, list[str]] = {}
    loans = 0
    for borrower_id in drawn:
        if loans >= count:
            break
        taken[borrower_id] = by_borrower[borrower_id]
        loans += len(taken[borrower_id])
    return taken


async def until_at_rest(client: Client, loans: Sequence[str], console: Console) -> None:
    """Wait until each case has done what it can do today; a book that was just started keeps the worker busy for a while.

    A case that does not come to rest is left to the clock, which says so.
    """
    cases = Cases(client, Start(task_queue=WORKFLOWS), _BUSY)
    gate = asyncio.Semaphore(_AT_ONCE)
    rested = 0

    async def one(loan_id: str) -> None:
        nonlocal rested
        async with gate:
            with suppress(Stalled):
                await cases.rest(loan_id, datetime.now(UTC))
        rested += 1
        bar.at(rested)

    with Bar(console, "cases at rest", len(loans)) as bar:
        async with asyncio.TaskGroup() as group:
            for loan_id in loans:
                group.create_task(one(loan_id))


async def carry(
    client: Client,
    pool: asyncpg.Pool,
    bank: BankControl,
    loans_of: Mapping[str, Sequence[str]],
    began: datetime,
    until: datetime,
    console: Console,
    title: str,
) -> CarryReport:
    """Carry every case of `loans_of` (loan ids by borrower) from `began` to `until` (aware), showing how they move."""
    loans = [loan for of_one in loans_of.values() for loan in of_one]
    requests = await book.requests(pool, loans)

    async def take(act: Act) -> None:
        await _take_borrower_fact(client, pool, act)

    driver = VirtualBook(
        client,
        bank,
        loans_of,
        start=Start(task_queue=WORKFLOWS),
        request_of=lambda loan_id: requests[loan_id],
        take_borrower_fact=take,
    )
    state = BoardState(began=began, now=began, until=until, loans=len(loans))

    def progress(step: Progress) -> None:
        state.now = max(state.now, step.now)
        board.tell()

    lives = Lives(loans)
    await lives.look(pool)  # what had happened before the book set out is no news
    with Board(console, state, COLOURS, title) as board:
        await _look(pool, lives, state)
        looking = asyncio.create_task(_keep_looking(pool, lives, state))
        try:
            return await driver.carry(until, progress)
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking


async def _keep_looking(pool: asyncpg.Pool, lives: Lives, state: BoardState) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await _look(pool, lives, state)


async def _look(pool: asyncpg.Pool, lives: Lives, state: BoardState) -> None:
    """Bring the board up to what the ledger says."""
    news = await lives.look(pool)
    loans = list(lives.of)
    contacts = await book.contacts(pool, loans)
    money = await book.money(pool, loans)
    state.counts = {str(name): count for name, count in book.outcomes(lives.turns).items()}
    state.money = [f"{m.collected:,.2f} {m.currency}; {m.arrears:,.2f} overdue at first" for m in money]
    state.contacts = ", ".join(f"{c.count} {c.fate}" for c in contacts if c.reason is None) or "none yet"
    state.last.extend(_event(turn) for turn in news)


def _event(turn: Turn) -> str:
    return f"{turn.at:%Y-%m-%d} {turn.loan_id}: {turn.state.replace('_', ' ')} ({turn.why})"


async def _take_borrower_fact(client: Client, pool: asyncpg.Pool, act: Act) -> None:
    """Write down what a borrower said in virtual time, and tell their cases at once: the clock waits for them."""
    fact = NewFact(
        fact_id=act.id,
        occurred_at=act.at,
        source="borrower",
        actor=act.borrower_id,
        body=_FACT.validate_python(act.payload),
    )
    for loan_id in await record_borrower_fact(pool, act.borrower_id, fact):
        handle = client.get_workflow_handle(workflow_id(loan_id))
        try:
            await handle.signal("borrower_changed", BorrowerChangedSignal(borrower_id=act.borrower_id))
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
