"""Activities run on one loan between a real ledger and the simulated bank, and what they asked of the bank overheard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import httpx2
from temporalio.testing import ActivityEnvironment

from activities.http import Gateway
from ledger.pool import Pool
from ledger.reading import facts
from schemas.facts import Fact
from schemas.ledger import RecordedFact
from schemas.loan import Instalment
from schemas.orders import ActionOrder
from simulation.control import BankControl
from simulation.model import AcceptedContact, Act, BookLoad, SimulatedBorrower, SimulatedLoan
from tests.ledger.support import NOON, Desk

Order = TypeVar("Order", bound=ActionOrder)
Made = TypeVar("Made", bound=ActionOrder)
Answer = TypeVar("Answer")

Ids = Callable[[str], str]
"""Makes the next id of a kind ("L", "B") that a test may use."""


class Asked(NamedTuple):
    """One request that left: `key` is its Idempotency-Key, `body` its JSON."""

    method: str
    path: str
    key: str | None
    body: bytes


class Acting:
    """Loans at the bank with their cases in the ledger, and a gateway to the bank that is overheard."""

    def __init__(self, pool: Pool, bank: BankControl, url: str, http: httpx2.AsyncClient, ids: Ids) -> None:
        self.pool, self.bank, self.http, self.ids = pool, bank, http, ids
        self.url = url
        self.gateway = Gateway(http, url)
        self.asked: list[Asked] = []
        http.event_hooks = {"request": [self._overhear]}

    @classmethod
    @asynccontextmanager
    async def at(cls, pool: Pool, bank: BankControl, url: str, ids: Ids) -> AsyncIterator[Acting]:
        """With a client of its own."""
        async with httpx2.AsyncClient(trust_env=False) as http:
            yield cls(pool, bank, url, http, ids)

    async def case(self, **loan: Any) -> Desk:
        """The open case of a new loan at the bank, of a borrower who never pays; `loan`: how it differs."""
        borrower_id, loan_id = self.ids("B"), self.ids("L")
        owed = Instalment(number=1, due_on=date(2027, 2, 1), principal=Decimal("1050.00"))
        borrower = SimulatedBorrower(borrower_id=borrower_id, character="will_not_pay")
        fields = {"loan_id": loan_id, "borrower_id": borrower_id, "instalments": (owed,)} | loan
        book = BookLoad(opened_at=NOON, borrowers=(borrower,), loans=(SimulatedLoan.model_validate(fields),))
        await self.bank.load(book)
        return await Desk.open(self.pool, loan_id, borrower_id)

    def order(self, made: type[Made], desk: Desk, **fields: Any) -> Made:
        """What the workflow of `desk` would order now."""
        return made.model_validate(dict(desk.order()) | fields)

    async def run(self, method: Callable[[Order], Awaitable[Answer]], order: Order, *, at: datetime = NOON) -> Answer:
        """Carry the order out at the server's time `at`."""
        env = ActivityEnvironment()
        env.info = replace(env.info, started_time=at)
        return await env.run(method, order)

    async def recorded(self, desk: Desk) -> list[RecordedFact]:
        """What stands in the case's stream since its opening."""
        return (await facts(self.pool, desk.stream))[len(desk.opened.facts) :]

    async def bodies(self, desk: Desk) -> list[Fact]:
        """The same without numbers."""
        return [fact.body for fact in await self.recorded(desk)]

    async def acts(self, desk: Desk, kind: str | None = None) -> list[Act]:
        """What is still to happen to the loan."""
        every = await self.bank.acts(desk.borrower_id, limit=1000)
        return [act for act in every if kind in (None, act.kind)]

    async def taken(self, desk: Desk) -> list[AcceptedContact]:
        """The contacts that gateways really took."""
        return list(await self.bank.accepted(desk.loan_id))

    @property
    def ways(self) -> list[tuple[str, str]]:
        """Method and path of what was asked."""
        return [(one.method, one.path) for one in self.asked]

    async def _overhear(self, request: httpx2.Request) -> None:
        key = request.headers.get("Idempotency-Key")
        self.asked.append(Asked(request.method, request.url.path, key, request.content))
