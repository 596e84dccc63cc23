"""The book's clock, on a real Temporal server, over a stand-in case and the real simulated bank."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from local import stack, temporal
from local.home import Home
from schemas.messages import RecordContact
from simulation.book import SimulatedBook, make_book
from simulation.cases import Cases, Stalled, Start
from simulation.clock import CarryReport, Progress, VirtualBook
from simulation.control import BankControl
from simulation.model import Act, Character, Fault, PaymentOrder, ReversalOrder, today_at_bank
from tests.simulation.conftest import BankProcess
from tests.simulation.standin import Broken, Hands, Mute, StandIn

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A Temporal server of this module's own."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-test-"))
    home = Home.at(folder / "home")
    home.prepare()
    yield temporal.up(home).address
    stack.wipe(home)
    shutil.rmtree(folder)


class Driven:
    """A book of stand-in cases and the clock that drives it."""

    def __init__(self, client: Client, bank: BankControl, queue: str, size: int) -> None:
        self.client, self.bank, self.queue = client, bank, queue
        self.book: SimulatedBook = make_book(7, size, today_at_bank(datetime.now(UTC)), prefix=f"T{queue[-6:]}")
        self.facts: list[Act] = []
        self.requests = {request.loan_id: request for request in self.book.requests}

    def characters(self, character: Character) -> None:
        """Make all borrowers of the book behave alike."""
        alike = tuple(b.model_copy(update={"character": character}) for b in self.book.borrowers)
        self.book = self.book.model_copy(update={"borrowers": alike})

    async def start(self, workflow: str = "StandIn", *loans: str) -> None:
        """Load the book, and start a case for each of these loans, or for all."""
        await self.bank.load(self.book.load(datetime.now(UTC)))
        for loan in loans or self.requests:
            await self.client.start_workflow(
                workflow, self.requests[loan], id=f"collection-{loan}", task_queue=self.queue
            )

    def clock(self, **more: float) -> VirtualBook:
        """A clock over all of it."""

        async def take(act: Act) -> None:
            self.facts.append(act)
            for loan in self.book.loans_of()[act.borrower_id]:
                try:
                    await self.handle(loan).signal("borrower_changed", {"borrower_id": act.borrower_id})
                except RPCError:
                    continue  # closed: nothing to nudge

        return VirtualBook(
            self.client,
            self.bank,
            self.book.loans_of(),
            start=Start(task_queue=self.queue, workflow="StandIn"),
            request_of=self.requests.__getitem__,
            take_borrower_fact=take,
            patience=timedelta(seconds=more.get("patience", 30)),
        )

    def handle(self, loan: str) -> WorkflowHandle[StandIn, str]:
        """A loan's case."""
        return self.client.get_workflow_handle_for(StandIn.run, f"collection-{loan}")

    async def heard(self, loan: str) -> list[tuple[str, str, datetime]]:
        """What a case heard, and when."""
        return await self.handle(loan).query(StandIn.story)


@pytest.fixture
async def client(address: str) -> Client:
    """A client that speaks pydantic."""
    return await Client.connect(address, data_converter=pydantic_data_converter)


@pytest.fixture
async def driven(client: Client, bank: BankProcess, control: BankControl) -> AsyncIterator[Callable[[int], Driven]]:
    """Makes books with a worker for them."""
    queue = f"standin-{uuid4().hex[:8]}"
    hands = Hands(bank.url)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[StandIn, Broken, Mute],
        activities=[hands.arrears, hands.contact],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        yield lambda size: Driven(client, control, queue, size)


async def test_a_book_lives_through_months(driven: Callable[[int], Driven]):
    """Every act is delivered in order and at its time; payers end cured; who never pays stays with a person."""
    world = driven(16)
    await world.start()
    seen: list[Progress] = []
    until = datetime.now(UTC) + timedelta(days=120)
    report = await world.clock().carry(until, seen.append)
    assert report.entries == ()
    assert report.stalled == ()
    assert sorted([*report.running, *report.closed]) == sorted(world.requests)
    characters = {b.borrower_id: b.character for b in world.book.borrowers}
    cured = {characters[world.requests[loan].borrower_id] for loan in report.closed}
    left = {characters[world.requests[loan].borrower_id] for loan in report.running}
    assert {"forgets", "needs_time", "pays_unasked", "pays_then_reverses"} <= cured
    assert {"will_not_pay", "lost_contact"} <= left
    assert await world.bank.acts(until=until) == ()
    assert report.acts["reversal:reopened"] >= 1
    assert seen[-1].events == report.events
    assert seen[-1].running + seen[-1].closed == len(world.requests)
    await _in_order(world, report)


async def _in_order(world: Driven, report: CarryReport) -> None:
    """What the cases that are still running heard is what the bank delivered, none of it early, in its order."""
    for loan in report.running:
        heard = [one for one in await world.heard(loan) if one[0] != "borrower_changed"]
        delivered = [act for act in await world.bank.acts(delivered=True, limit=10_000) if act.loan_id == loan]
        acts = [act for act in delivered if act.kind != "borrower_fact"][-len(heard) :] if heard else []
        assert len(acts) == len(heard)
        for act, (_, _, at) in zip(acts, heard, strict=True):
            assert act.at <= at <= act.at + timedelta(minutes=5)


async def test_one_time_for_all_loans_of_a_borrower(driven: Callable[[int], Driven]):
    """A fact of the borrower finds all their cases at its own time, within a second of each other."""
    world = driven(6)
    borrower, loans = next((b, loans) for b, loans in world.book.loans_of().items() if len(loans) == 2)
    world.characters("opts_out")
    await world.start()
    await world.clock().carry(datetime.now(UTC) + timedelta(days=6))
    facts = [act for act in world.facts if act.borrower_id == borrower]
    assert facts
    nudges = [[at for name, _, at in await world.heard(loan) if name == "borrower_changed"] for loan in loans]
    for act, one, other in zip(facts, *nudges, strict=True):
        assert act.at <= one <= act.at + timedelta(minutes=2)
        assert abs(one - other) < timedelta(seconds=1)


async def test_a_reversal_opens_a_closed_case_at_its_time(driven: Callable[[int], Driven]):
    """Paid by hand and closed; the reversal days later starts a new run, which opens at the reversal's time."""
    world = driven(1)
    await world.start()
    (loan,) = world.requests
    now = datetime.now(UTC)
    paid_at, back_at = now + timedelta(hours=2), now + timedelta(days=3)
    order = PaymentOrder(loan_id=loan, amount=Decimal(1_000_000), posted_at=paid_at)
    paid = await world.bank.pay(order)
    await world.bank.reverse(ReversalOrder(reverses=paid.reference, posted_at=back_at))
    clock = world.clock()
    first = await clock.carry(now + timedelta(days=2))
    assert first.closed == (loan,)
    assert await world.handle(loan).result() == "cured"
    second = await clock.carry(now + timedelta(days=3, hours=1))
    assert second.running == (loan,)
    assert second.acts == {"payment:delivered": 1, "reversal:reopened": 1}
    ((name, what, _),) = await world.heard(loan)
    assert (name, what) == ("payment_reversed", paid.reference)
    agenda = await world.handle(loan).query(StandIn.agenda)
    assert agenda.until is not None
    assert back_at + timedelta(days=4) <= agenda.until <= back_at + timedelta(days=4, minutes=5)


async def test_a_payment_to_a_closed_case_is_not_sent(driven: Callable[[int], Driven]):
    """There is nothing to stop: it is marked as delivered, and no case opens."""
    world = driven(1)
    await world.start()
    (loan,) = world.requests
    now = datetime.now(UTC)
    for hours in (2, 50):
        await world.bank.pay(
            PaymentOrder(loan_id=loan, amount=Decimal(1_000_000), posted_at=now + timedelta(hours=hours))
        )
    report = await world.clock().carry(now + timedelta(days=4))
    assert report.acts == {"payment:closed": 1, "payment:delivered": 1}
    assert report.closed == (loan,)
    assert await world.bank.acts() == ()


async def test_a_gateway_that_comes_back(driven: Callable[[int], Driven]):
    """While a gateway is down the clock waits in real time; when it is back the case goes on."""
    world = driven(1)
    await world.start()
    await world.bank.fault(Fault(system="messaging", mode="down", seconds=2))
    report = await world.clock().carry(datetime.now(UTC) + timedelta(days=5))
    assert report.entries == ()
    assert len(await world.bank.accepted()) == 1


async def test_stalled_cases_are_reported_and_the_rest_goes_on(driven: Callable[[int], Driven]):
    """A case in flight for ever, one whose code is broken, one never started: three entries, nothing hangs."""
    world = driven(4)
    loans = {b: of for b, of in world.book.loans_of().items() if len(of) == 1}
    stuck, broken, *_ = [of[0] for of in loans.values()]
    rest = [loan for loan in world.requests if loan not in (stuck, broken)]
    await world.start("StandIn", stuck, *rest[1:])
    await world.start("Broken", broken)
    await world.bank.fault(Fault(system="messaging", mode="down"))
    report = await world.clock(patience=1.5).carry(datetime.now(UTC) + timedelta(days=5))
    codes = {entry.loan_id: entry.code for entry in report.entries}
    assert codes[stuck] == "not_quiet"
    assert codes[broken] == "task_failing"
    assert codes[rest[0]] == "not_started"
    assert {world.requests[stuck].borrower_id, world.requests[broken].borrower_id} <= set(report.stalled)


async def test_a_collectors_word_that_is_not_answered_or_refused(driven: Callable[[int], Driven]):
    """The clock gives up on an update that stays open, and says so; one that fails is told as failed."""
    world = driven(1)
    await world.start("Mute")
    (loan,) = world.requests
    cases = Cases(world.client, Start(task_queue=world.queue), timedelta(seconds=1))
    act = Act(
        id="record-1",
        at=datetime.now(UTC),
        loan_id=loan,
        borrower_id=world.requests[loan].borrower_id,
        kind="record_contact",
        payload=RecordContact(by="collector-1", result="promised").model_dump(mode="json"),
    )
    with pytest.raises(Stalled, match="no_answer"):
        await cases.deliver(act, True, world.requests.__getitem__)
    payload = act.payload | {"result": "refused"}
    refused = act.model_copy(update={"id": "record-2", "payload": payload})
    assert await cases.deliver(refused, True, world.requests.__getitem__) == ("failed", "not now")
    await world.handle(loan).terminate()
    assert await cases.deliver(act, True, world.requests.__getitem__) == ("closed", "")


async def test_a_terminated_case_is_closed(driven: Callable[[int], Driven]):
    """A case ended from outside is no more waited for."""
    world = driven(1)
    await world.start()
    (loan,) = world.requests
    await world.handle(loan).terminate()
    report = await world.clock().carry(datetime.now(UTC) + timedelta(days=20))
    assert report.closed == (loan,)
    assert report.entries == ()


async def test_the_bank_killed_underway(driven: Callable[[int], Driven], bank: BankProcess):
    """The bank is killed and started again while the book moves: all of it still happens, each act once."""
    world = driven(6)
    await world.start()
    killed = False

    def kill(progress: Progress) -> None:
        nonlocal killed
        if not killed and progress.acts >= 3:
            killed = True
            bank.kill()
            bank.start()

    until = datetime.now(UTC) + timedelta(days=30)
    report = await world.clock().carry(until, kill)
    assert killed
    assert report.stalled == ()
    assert await world.bank.acts(until=until) == ()
    for loan in report.running:
        results = [what for what in await world.heard(loan) if what[0] == "record_contact"]
        assert len(results) == len({at for _, _, at in results})
