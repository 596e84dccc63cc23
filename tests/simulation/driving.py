"""A book of stand-in cases on a real Temporal server, and the clock that drives it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from simulation.book import SimulatedBook, make_book
from simulation.cases import Start
from simulation.clock import VirtualBook
from simulation.control import BankControl
from simulation.model import Act, Character, today_at_bank
from simulation.moments import at_bank
from tests.simulation.standin import StandIn


def next_monday() -> datetime:
    """Ten in the morning of the coming Monday at the bank: what people do by then does not hang on when a test is run."""
    day = today_at_bank(datetime.now(UTC)) + timedelta(days=1)
    return at_bank(day + timedelta(days=-day.weekday() % 7), 10 * 60)


class Driven:
    """A book of stand-in cases, which open at `opens_at`, and the clock that drives it."""

    def __init__(self, client: Client, bank: BankControl, queue: str, size: int) -> None:
        self.client, self.bank, self.queue = client, bank, queue
        self.opens_at = next_monday()
        self.book: SimulatedBook = make_book(7, size, today_at_bank(self.opens_at), prefix=f"T{queue[-6:]}")
        self.facts: list[Act] = []
        self.requests = {
            request.loan_id: request.model_copy(update={"opens_at": self.opens_at}) for request in self.book.requests
        }

    def after(self, **span: float) -> datetime:
        """So long after the opening."""
        return self.opens_at + timedelta(**span)

    def characters(self, *dealt: Character) -> None:
        """Deal these characters to the borrowers of the book, in turn."""
        borrowers = tuple(
            b.model_copy(update={"character": dealt[n % len(dealt)]}) for n, b in enumerate(self.book.borrowers)
        )
        self.book = self.book.model_copy(update={"borrowers": borrowers})

    async def start(self, workflow: str = "StandIn", *loans: str) -> None:
        """Load the book, and start a case for each of these loans, or for all."""
        await self.bank.load(self.book.load(self.opens_at))
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
