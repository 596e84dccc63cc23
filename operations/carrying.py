"""Carrying a book through virtual time, watched: the clock moves the cases, what is shown is read from the ledger."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
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
from schemas.facts import BorrowerFact
from schemas.ledger import NewFact
from schemas.messages import BorrowerChangedSignal
from simulation.cases import Cases, Stalled, Start
from simulation.clock import CarryReport, Progress, VirtualBook
from simulation.control import BankControl
from simulation.model import Act

STATES: tuple[tuple[str, str], ...] = (
    ("assessment", "white"),
    ("contact", "blue"),
    ("person", "yellow"),
    ("cured", "green"),
    ("paid_off", "bright_green"),
    ("nothing_due", "green"),
    ("closed_by_bank", "white"),
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

    seen: Counter[str] = Counter()
    with Board(console, state, STATES, title) as board:
        await _look(pool, loans, state, seen)
        looking = asyncio.create_task(_keep_looking(pool, loans, state, seen))
        try:
            return await driver.carry(until, progress)
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking


async def _keep_looking(pool: asyncpg.Pool, loans: Sequence[str], state: BoardState, seen: Counter[str]) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await _look(pool, loans, state, seen)


async def _look(pool: asyncpg.Pool, loans: Sequence[str], state: BoardState, seen: Counter[str]) -> None:
    """Bring the board up to what the ledger says. `seen`: how many turns of each loan the board knows."""
    turns = await book.turns(pool, loans)
    contacts = await book.contacts(pool, loans)
    money = await book.money(pool, loans)
    state.counts = {str(state): count for state, count in book.outcomes(turns).items()}
    state.money = [f"{m.collected:,.2f} {m.currency}; {m.arrears:,.2f} overdue at first" for m in money]
    state.contacts = ", ".join(f"{c.count} {c.fate}" for c in contacts if c.reason is None) or "none yet"
    counted: Counter[str] = Counter()
    news: list[book.Turn] = []
    for turn in turns:
        counted[turn.loan_id] += 1
        if counted[turn.loan_id] > seen[turn.loan_id]:
            news.append(turn)
    if seen:  # what had happened before the book set out is no news
        state.last.extend(_event(turn) for turn in sorted(news, key=lambda turn: turn.at))
    seen.clear()
    seen.update(counted)


def _event(turn: book.Turn) -> str:
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
