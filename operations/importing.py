"""Bringing a book in: each row checked, what is personal put away first, a case started for each overdue loan.

Safe to repeat and to interrupt: loans whose episode the ledger knows are passed over, and a workflow that runs already
is left alone.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as time_of_day

import asyncpg
from temporalio.client import Client
from temporalio.service import RPCError

from domain.calendar import zone
from ledger.artefacts import resolve_policy
from ledger.personal import intake, strangers
from operations.layouts.base import Entry, Layout
from operations.pacing import Pace
from operations.starting import launch
from reports.book import known
from rows.problems import BadRow, Problem
from rows.reading import BookFile, Row
from rows.rejects import Rejects
from schemas.loan import CollectionRequest
from simulation.control import BankControl
from simulation.model import BANK_ZONE, BookLoad, SimulatedBorrower, SimulatedLoan

CONCURRENCY = 50
"""Starts in flight: more only queue in the server."""
BATCH = 200

Advance = Callable[["Imported"], None]


@dataclass
class Imported:
    """How far an import came.

    Attributes:
        rows: read, of which `rejected` could not be taken and `not_overdue` need no case.
        here: loans whose case the ledger knew already.
        started: loan ids of the cases started now; `failed` counts what the server said of the others.
        borrowers: borrower ids by loan id, of all loans taken, new or here.
        loaded: accounts made in the simulated bank.
        unplaced: of the cases started now, those whose borrower's zone is not known: nothing may go out to them.
        unwatched: started cases got nowhere for a while, so the last ones were started without waiting for them.
    """

    rows: int = 0
    not_overdue: int = 0
    rejected: int = 0
    here: int = 0
    started: list[str] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    borrowers: dict[str, str] = field(default_factory=dict)
    loaded: int = 0
    unplaced: int = 0
    unwatched: bool = False
    seconds: float = 0
    complete: bool = False

    @property
    def errors(self) -> int:
        """Cases that could not be started."""
        return self.failed.total()

    @property
    def taken(self) -> int:
        """Overdue loans that are done with, started or not."""
        return self.here + len(self.started) + self.errors

    @property
    def handled(self) -> int:
        """Rows that are done with."""
        return self.not_overdue + self.rejected + self.taken


@dataclass(frozen=True)
class _Candidate:
    row: Row
    entry: Entry


class Importer:
    """Brings books in. `bank`: the simulated bank, where accounts are made for loans it does not know; None for a real one.

    `today` is the book's date at the bank. `advance` is called whenever something has been done with a row.
    """

    def __init__(
        self,
        client: Client,
        pool: asyncpg.Pool,
        layout: Layout,
        rejects: Rejects,
        *,
        today: date,
        bank: BankControl | None = None,
        concurrency: int = CONCURRENCY,
        advance: Advance = lambda _imported: None,
    ) -> None:
        self.imported = Imported()
        self._client, self._pool, self._layout, self._rejects, self._bank = client, pool, layout, rejects, bank
        self._opened_at = datetime.combine(today, time_of_day(), tzinfo=zone(BANK_ZONE)).astimezone(UTC)
        self._advance = advance
        self._gate, self._pace = asyncio.Semaphore(concurrency), Pace(pool)
        self._lines: dict[str, int] = {}
        self._policies: dict[str | None, bool] = {}
        self._in_bank: set[str] = set()
        self._borrowers_in_bank: set[str] = set()
        self._seed = 0

    async def run(self, book: BookFile, limit: int | None = None) -> Imported:
        """Bring in all overdue loans of `book`, or the first `limit` of them. Cancelled, it ends in good order.

        Raises FileError if the rejects cannot be written, ControlError if the simulated bank refuses.
        """
        began = time.monotonic()
        try:
            if self._bank is not None:
                self._seed = (await self._bank.health()).seed
                for loan in await self._bank.loans():
                    self._in_bank.add(loan.loan_id)
                    self._borrowers_in_bank.add(loan.borrower_id)
            async with asyncio.TaskGroup() as starts:
                await self._read(book, limit, starts)
            self.imported.complete = True
        finally:
            self._rejects.close()
            self.imported.unwatched = self._pace.given_up
            self.imported.seconds = time.monotonic() - began
        return self.imported

    async def _read(self, book: BookFile, limit: int | None, starts: asyncio.TaskGroup) -> None:
        batch: list[_Candidate] = []
        room = limit
        for item in book.rows():
            if room is not None and room <= len(batch):
                room -= await self._take(batch, starts)
                batch = []
                if room <= 0:
                    return
            self.imported.rows += 1
            if isinstance(item, Row):
                self._check(item, batch)
            else:
                self._reject(item[0], item[1].problems, ())
            if len(batch) >= BATCH:
                taken = await self._take(batch, starts)
                room = None if room is None else room - taken
                batch = []
            elif self.imported.rows % BATCH == 0:
                self._advance(self.imported)
                await asyncio.sleep(0)  # rows are cheap: starts under way and the display must not wait for them
        await self._take(batch, starts)

    def _check(self, row: Row, batch: list[_Candidate]) -> None:
        try:
            entry = self._layout.entry(row.cells())
            if entry is None:
                self.imported.not_overdue += 1
                return
            first = self._lines.setdefault(entry.request.loan_id, row.line)
            if first != row.line:
                raise BadRow(Problem(self._layout.required[0], f"a loan once: it stands in line {first} already"))
        except BadRow as bad:
            self._reject(row.line, bad.problems, row.raw)
        else:
            batch.append(_Candidate(row, entry))

    async def _take(self, batch: list[_Candidate], starts: asyncio.TaskGroup) -> int:
        """Put a batch away and start its cases; answers how many loans were good."""
        good = await self._judged(batch)
        if good:
            await self._load([one.entry for one in good])
            await intake(self._pool, [person for one in good for person in one.entry.people])
        for one in good:
            await self._pace.room()
            await self._gate.acquire()
            self._pace.begin(one.entry.request.loan_id)
            starts.create_task(self._start(one.entry.request))
        self._advance(self.imported)
        return sum(one.entry.request.loan_id in self.imported.borrowers for one in batch)

    async def _judged(self, batch: list[_Candidate]) -> list[_Candidate]:
        """Those whose case is to be started: not known to the ledger, and nothing in them that it would refuse."""
        before = await known(self._pool, [one.entry.request.loan_id for one in batch])
        others = await strangers(self._pool, [person for one in batch for person in one.entry.people])
        good: list[_Candidate] = []
        for one in batch:
            request = one.entry.request
            there = before.get(request.loan_id)
            if there is not None and there.borrower_id != request.borrower_id:
                problem = Problem("borrower_id", "the borrower whose loan it is in the ledger")
            elif others & {point.contact_point_id for person in one.entry.people for point in person.points}:
                problem = Problem("borrower_id", "parties whose contact points are not another party's in the ledger")
            elif not await self._has_policy(request.policy):
                problem = Problem("policy", "a strategy published to this ledger")
            else:
                problem = None
            if problem is not None:
                self._reject(one.row.line, (problem,), one.row.raw)
                continue
            self.imported.borrowers[request.loan_id] = request.borrower_id
            if there is not None and (there.is_open or f"episode:{request.overdue_since}" in there.episodes):
                self.imported.here += 1
                continue
            good.append(one)
        return good

    async def _has_policy(self, policy: str | None) -> bool:
        if policy not in self._policies:
            self._policies[policy] = await resolve_policy(self._pool, policy) is not None
        return self._policies[policy]

    async def _load(self, entries: list[Entry]) -> None:
        """Make accounts in the simulated bank for loans that it has never heard of."""
        if self._bank is None:
            return
        borrowers: dict[str, SimulatedBorrower] = {}
        loans: list[SimulatedLoan] = []
        for entry in entries:
            if entry.request.loan_id in self._in_bank:
                continue
            borrower, loan = entry.account(self._seed)
            if borrower.borrower_id not in self._borrowers_in_bank:
                borrowers.setdefault(borrower.borrower_id, borrower)
            loans.append(loan)
        if not loans:
            return
        await self._bank.load(
            BookLoad(opened_at=self._opened_at, borrowers=tuple(borrowers.values()), loans=tuple(loans))
        )
        self._borrowers_in_bank |= borrowers.keys()
        self._in_bank |= {loan.loan_id for loan in loans}
        self.imported.loaded += len(loans)

    async def _start(self, request: CollectionRequest) -> None:
        try:
            await launch(self._client, request)
        except RPCError as error:
            # The server's words may repeat what it was sent; its status does not.
            self.imported.failed[error.status.name] += 1
            self._pace.end(request.loan_id)
        else:
            self.imported.started.append(request.loan_id)
            self.imported.unplaced += all(party.zone is None for party in request.parties)
        finally:
            self._gate.release()
        self._advance(self.imported)

    def _reject(self, line: int, problems: tuple[Problem, ...], raw: tuple[str, ...]) -> None:
        self.imported.rejected += 1
        self._rejects.add(line, problems, raw)
