"""What the tests of contacts share: loans with people behind them, a delivery with a gap, a clock that can be moved."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from temporalio.testing import ActivityEnvironment

from activities.contact import ContactActivities
from activities.core_banking import CoreBanking
from activities.delivery import Delivery, House, Prepared
from activities.http import Gateway, GatewayError
from ledger.attempts import attempt_state, counted
from ledger.personal import PersonalPoint, PersonalRecord, intake
from ledger.pool import Pool
from ledger.reading import facts
from schemas.covering import Cover
from schemas.facts import AttemptReleased
from schemas.gateways import GatewayReceipt
from schemas.ledger import Appended, RecordedFact
from schemas.loan import Instalment
from schemas.orders import ContactOrder
from simulation.control import BankControl
from simulation.model import AcceptedContact, BookLoad, SimulatedBorrower, SimulatedLoan
from tests.activities.acting import Ids
from tests.ledger.support import NOON, Desk, proposal

FIELDS = {"amount": "1050.00", "currency": "CNY", "days_past_due": "28", "due_date": "2027-02-01"}


async def until(seen: Callable[[], Awaitable[bool]], patience: float = 30) -> None:
    """Look again and again until it is so."""
    async with asyncio.timeout(patience):
        while not await seen():
            await asyncio.sleep(0.01)


async def nothing(_order: ContactOrder) -> None:
    """A gap in which nothing happens."""


class Watched(Delivery):
    """The real delivery. `gap` runs between the reservation and the sending; what it does at the gateway is noted."""

    gap: Callable[[ContactOrder], Awaitable[None]] = staticmethod(nothing)

    def __init__(self, pool: Pool, messaging: Gateway, telephony: Gateway) -> None:
        super().__init__(pool, messaging, telephony, telephony, House(bank="Example Bank", hotline="400-000-0000"))
        self.did: list[str] = []
        self.said: list[str] = []
        self.turned_away = asyncio.Event()
        self.trial: asyncio.Task[Any] | None = None

    async def prepare(self, order: ContactOrder, now: datetime, covers: tuple[Cover, ...] = ()) -> Prepared | None:
        """As it is, and then the gap."""
        prepared = await super().prepare(order, now, covers)
        await self.gap(order)
        return prepared

    async def send(self, order: ContactOrder, prepared: Prepared, as_of: datetime) -> GatewayReceipt:
        """As it is."""
        self.did.append("send")
        self.said.append(prepared.text)
        self.trial = asyncio.current_task()
        try:
            return await super().send(order, prepared, as_of)
        except GatewayError:
            self.turned_away.set()
            raise

    async def ask(self, order: ContactOrder) -> GatewayReceipt:
        """As it is."""
        self.did.append("ask")
        try:
            return await super().ask(order)
        except GatewayError:
            self.turned_away.set()
            raise


@dataclass
class Running:
    """An activity that was started."""

    env: ActivityEnvironment
    task: asyncio.Task[Appended]

    async def cancelled(self) -> Appended:
        """Cancel it as the server would, and what it answers all the same."""
        self.env.cancel()
        return await self.task


class Contacts:
    """The contact activity between a real ledger and a real gateway."""

    def __init__(self, pool: Pool, bank: BankControl, url: str, http: httpx2.AsyncClient, ids: Ids) -> None:
        self.pool, self.bank, self.http, self.ids = pool, bank, http, ids
        self.core: CoreBanking | None = None
        self.delivery = self.through(url)

    def through(self, url: str) -> Watched:
        """A delivery whose gateways answer at `url`."""
        gateway = Gateway(self.http, url)
        return Watched(self.pool, gateway, gateway)

    async def cases(self, count: int) -> list[Desk]:
        """Open cases of one new borrower, known to the simulated bank, with a number in the personal tables."""
        borrower_id, loan_ids = self.ids("B"), [self.ids("L") for _ in range(count)]
        instalment = Instalment(number=1, due_on=date(2027, 2, 1), principal=Decimal("1050.00"))
        await self.bank.load(
            BookLoad(
                opened_at=NOON,
                borrowers=(SimulatedBorrower(borrower_id=borrower_id, character="will_not_pay"),),
                loans=tuple(
                    SimulatedLoan(loan_id=loan_id, borrower_id=borrower_id, instalments=(instalment,))
                    for loan_id in loan_ids
                ),
            )
        )
        point = PersonalPoint(contact_point_id=f"{borrower_id}-phone", value="+8610012345678")
        await intake(self.pool, [PersonalRecord(party_id=borrower_id, name="赵子虚", points=(point,))])
        return [await Desk.open(self.pool, loan_id, borrower_id) for loan_id in loan_ids]

    async def case(self) -> Desk:
        """One of them."""
        return (await self.cases(1))[0]

    def order(self, desk: Desk, attempt: str = "1", *, template: str = "reminder_sms") -> ContactOrder:
        """What the workflow of `desk` would order now: an SMS to its borrower."""
        wanted = proposal(f"{desk.loan_id}:{attempt}").model_copy(
            update={
                "contact_point_id": f"{desk.borrower_id}-phone",
                "party_id": desk.borrower_id,
                "template": template,
            }
        )
        order = desk.order(key=wanted.attempt)
        return ContactOrder(**dict(order), proposal=wanted, language="en", fields=FIELDS)

    def start(self, order: ContactOrder, *, at: datetime = NOON, resolve: bool = False) -> Running:
        """Start `make_contact` (or `resolve_attempt`) at the server's time `at`."""
        activities = ContactActivities(self.pool, self.delivery, self.core)
        env = ActivityEnvironment()
        env.info = replace(env.info, started_time=at)
        method = activities.resolve_attempt if resolve else activities.make_contact
        return Running(env, asyncio.create_task(env.run(method, order)))

    async def make(self, order: ContactOrder, *, at: datetime = NOON) -> Appended:
        """Make the contact; the answer."""
        return await self.start(order, at=at).task

    async def resolve(self, order: ContactOrder, *, at: datetime = NOON) -> Appended:
        """Find out about the contact; the answer."""
        return await self.start(order, at=at, resolve=True).task

    async def reaches(self, order: ContactOrder, state: str) -> None:
        """Wait until the ledger has the attempt in this state."""

        async def look() -> bool:
            return await self.state(order) == state

        await until(look)

    async def state(self, order: ContactOrder) -> str:
        """How far the attempt has come."""
        return await attempt_state(self.pool, order.proposal.attempt)

    async def stream(self, order: ContactOrder) -> list[RecordedFact]:
        """All facts of the order's case."""
        return await facts(self.pool, order.stream)

    async def kinds(self, order: ContactOrder) -> list[str]:
        """Their kinds from the reservation on."""
        kinds = [fact.body.kind for fact in await self.stream(order)]
        return kinds[kinds.index("attempt_reserved") :] if "attempt_reserved" in kinds else []

    async def counted(self, order: ContactOrder) -> list[str]:
        """The borrower's attempts that count against the caps."""
        attempts = await counted(self.pool, order.borrower_id, NOON + timedelta(hours=1), "")
        return [attempt.attempt for attempt in attempts]

    async def taken(self, order: ContactOrder) -> list[AcceptedContact]:
        """What the gateways really took for the order's loan."""
        return list(await self.bank.accepted(order.loan_id))

    async def was_not_sent(self, order: ContactOrder, answer: Appended, code: str) -> None:
        """Released for this reason, as the answer and the ledger say; its slot is free and no gateway has it."""
        released = [fact.body for fact in answer.facts if isinstance(fact.body, AttemptReleased)]
        assert released == [AttemptReleased(attempt=order.proposal.attempt, code=code)]
        assert await self.state(order) == "released"
        assert await self.counted(order) == []
        assert await self.taken(order) == []

    async def was_sent_once(self, order: ContactOrder, answer: Appended) -> None:
        """Sent, as the answer and the ledger say once, and the gateway has it once."""
        assert [fact.body.kind for fact in answer.facts].count("attempt_sent") == 1
        assert (await self.kinds(order)).count("attempt_sent") == 1
        assert await self.state(order) == "sent"
        assert await self.counted(order) == [order.proposal.attempt]
        assert [contact.key for contact in await self.taken(order)] == [order.proposal.attempt]


class Skew:
    """Stands in for the module `time` where the activities' clock reads it: `ahead` seconds are added."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monotonic = time.monotonic
        self.ahead = 0.0
        monkeypatch.setattr("activities.clock.time", self)

    def monotonic(self) -> float:
        """Seconds."""
        return self._monotonic() + self.ahead


def at_shanghai(hour: int, minute: int = 0, second: float = 0) -> datetime:
    """A moment of the day of NOON on the borrower's clock, in UTC."""
    return datetime(2027, 3, 1, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute, seconds=second)
