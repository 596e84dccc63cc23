"""The world around one case: the real servers, a simulated bank over HTTP, a worker, and a hand on the clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from activities import queues
from domain.calendar import bank_date
from domain.case import Case
from domain.money import Position
from ledger.artefacts import publish_policy
from ledger.personal import PersonalPoint, PersonalRecord, intake
from ledger.reading import facts
from policies.loader import load_strategy
from schemas.court import Piece
from schemas.facts import Stage
from schemas.ledger import RecordedFact
from schemas.loan import CollectionRequest, ContactPoint, Instalment, Party
from schemas.messages import Agenda, CaseView, CommandOutcome
from schemas.steps import AskKind
from simulation import chance
from simulation.control import BankControl
from simulation.model import AcceptedContact, BookLoad, PaymentOrder, SimulatedBorrower, SimulatedLoan
from tests.domain.casework import whole_strategy
from workflows import visibility

ZONE = "Asia/Shanghai"


SPINE = Path(__file__).resolve().parents[1] / "strategies" / "spine.yaml"
"""A ladder, a person at its end, and no other stage: the strategy of a test that names no other."""


async def publish_spine(pool: asyncpg.Pool) -> None:
    """Make it known to a ledger, beside the shipped ones, and `limits`: the shipped stages with limits alone, no table of
    authority, and nobody reminded; and `rated`, the same, whose plans bear 7.2 % a year and whose end is certified."""
    limits = whole_strategy().model_copy(update={"name": "limits"})
    assert limits.negotiation
    plan = limits.negotiation.plan.model_copy(update={"annual_percent": Decimal("7.2")})
    talks = limits.negotiation.model_copy(update={"plan": plan, "certificate": True})
    for strategy in (load_strategy(SPINE), limits, limits.model_copy(update={"name": "rated", "negotiation": talks})):
        await publish_policy(pool, strategy, "tests")


@dataclass
class World:
    """What a test holds. Loans are in CNY, three instalments of 1,050.00; the first fell due `overdue_days` ago."""

    client: Client
    pool: asyncpg.Pool
    bank: BankControl
    skipper: TimeSkipper = field(init=False)
    numbers: Iterator[int] = field(default_factory=lambda: count(1), init=False)

    def __post_init__(self) -> None:
        self.skipper = TimeSkipper(self.client, config=TimeSkippingConfig(enabled=False))

    async def loan(
        self,
        overdue_days: int = 5,
        *,
        previous_episodes: int = 1,
        instalments: int = 3,
        principal: str = "1000.00",
        missing: tuple[Piece, ...] = (),
        off_books: str = "0",
        **changes: Any,
    ) -> CollectionRequest:
        """A loan that core banking knows, with its people in the personal tables; nothing is started.

        missing: papers that the archive does not have. off_books: by how much core banking quotes more than its books give.
        """
        # Not by chance: by its id a loan has its turn within the hours of contact, and by it the bank's dice fall.
        name = f"T{chance.name('loan of a test', next(self.numbers))[:10]}"
        borrower_id = changes.pop("borrower_id", f"B-{name}")
        today = bank_date(datetime.now(UTC), ZONE)
        due = today - timedelta(days=overdue_days)
        await self.bank.load(
            BookLoad(
                opened_at=datetime.now(UTC),
                borrowers=(SimulatedBorrower(borrower_id=borrower_id, character="will_not_pay"),),
                loans=(
                    SimulatedLoan(
                        loan_id=name,
                        borrower_id=borrower_id,
                        product=changes.get("product", "consumer_loan"),
                        instalments=schedule(due, instalments, principal),
                        previous_episodes=previous_episodes,
                        missing=missing,
                        off_books=Decimal(off_books),
                    ),
                ),
            )
        )
        points = {
            "phone": f"+86199{int(name[1:], 16) % 10**8:08d}",
            "email": f"li.lei.{name}@example.com",
            "app": f"app-{name}",
            "postal": f"示例路 {name} 号",
        }
        await intake(
            self.pool,
            [
                PersonalRecord(
                    party_id=f"{name}-P",
                    name="李雷",
                    points=tuple(
                        PersonalPoint(contact_point_id=f"{name}-{kind}", value=value) for kind, value in points.items()
                    ),
                )
            ],
        )
        party = Party(
            party_id=f"{name}-P",
            zone=ZONE,
            contact_points=tuple(ContactPoint(contact_point_id=f"{name}-{kind}", kind=kind) for kind in points),  # pyright: ignore[reportArgumentType]
        )
        values: dict[str, Any] = {
            "loan_id": name,
            "borrower_id": borrower_id,
            "overdue_since": due,
            "parties": (party,),
            "policy": "spine",
        }
        return CollectionRequest.model_validate(values | changes)

    async def start(self, request: CollectionRequest | None = None, **changes: Any) -> WorkflowHandle[Any, Any]:
        """Start a case as a banking platform does: by type name, id and JSON."""
        request = request or await self.loan(**changes)
        return await self.client.start_workflow(
            "CollectionWorkflow",
            request.model_dump(mode="json"),
            id=f"collection-{request.loan_id}",
            task_queue=queues.WORKFLOWS,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=visibility.at_start(request),
        )

    async def agenda(self, handle: WorkflowHandle[Any, Any]) -> Agenda:
        """What the case says it does."""
        return await handle.query("agenda", result_type=Agenda)

    async def view(self, handle: WorkflowHandle[Any, Any]) -> CaseView:
        """What the case says it is."""
        return await handle.query("case", result_type=CaseView)

    async def until(
        self, handle: WorkflowHandle[Any, Any], wanted: Callable[[Agenda], bool], patience: float = 60
    ) -> Agenda:
        """Wait until the case's agenda is as wanted."""

        last: Agenda | None = None

        async def look() -> Agenda | None:
            nonlocal last
            try:
                last = await self.agenda(handle)
            except RPCError:
                return None
            return last if wanted(last) else None

        try:
            return await until(look, patience)
        except AssertionError as never:
            raise AssertionError(f"{never}; the case says {last}") from None

    async def quiet(self, handle: WorkflowHandle[Any, Any], patience: float = 60) -> Agenda:
        """Wait until the case has nothing in flight and nothing queued, and rests on a step."""
        return await self.until(handle, lambda a: a.quiet and a.step in ("wait", "done"), patience)

    async def forward(self, handle: WorkflowHandle[Any, Any], to: datetime | timedelta | None = None) -> Agenda:
        """Skip the case's time: by so much, to a moment, or (default) to the next thing on its agenda; then quiet."""
        agenda = await self.quiet(handle)
        now = await self.skipper.get_current_time(handle)
        target = to if isinstance(to, datetime) else now + to if to else agenda.until
        assert target is not None, agenda
        await self.skip_to(handle, target)
        return await self.until(
            handle, lambda a: a.quiet and a.step in ("wait", "done") and (a.until is None or a.until > target)
        )

    async def skip_to(self, handle: WorkflowHandle[Any, Any], moment: datetime) -> None:
        """Bring the case's clock to `moment`, if it is not there yet."""
        now = await self.skipper.get_current_time(handle)
        if moment - now > timedelta(milliseconds=50):
            await self.skipper.fast_forward(handle, moment - now)

    async def until_asked(self, handle: WorkflowHandle[Any, Any], kind: AskKind) -> Agenda:
        """Skip time until the case asks a person for this."""
        agenda = await self.quiet(handle)
        while agenda.ask is None or agenda.ask.kind != kind:
            agenda = await self.forward(handle)  # fails where there is nothing to wait for any more
        return agenda

    async def in_stage(self, handle: WorkflowHandle[Any, Any], stage: Stage) -> Agenda:
        """Skip time until the case is in a stage."""
        agenda = await self.quiet(handle)
        while agenda.stage != stage:
            agenda = await self.forward(handle)
        return agenda

    async def tell(
        self, handle: WorkflowHandle[Any, Any], update: str, by: str = "anna", **command: Any
    ) -> CommandOutcome:
        """Command something of the case; it must be accepted."""
        outcome = await handle.execute_update(
            update, {"by": by, **command}, id=f"u-{uuid4().hex}", result_type=CommandOutcome
        )
        assert outcome.accepted, outcome
        return outcome

    async def today(self, handle: WorkflowHandle[Any, Any]) -> date:
        """The bank's date by the case's clock."""
        return bank_date(await self.skipper.get_current_time(handle), ZONE)

    async def until_it_contacts(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Skip time, without waiting for what comes of it, until the case is making a contact."""

        async def look() -> bool:
            agenda = await self.agenda(handle)
            if agenda.quiet and agenda.until:
                await self.skip_to(handle, agenda.until)
            return agenda.action == "make_contact"

        await until(look)

    async def forward_opening(self, handle: WorkflowHandle[Any, Any], opens_at: datetime) -> Agenda:
        """Skip a case that waits for its opening to just after it."""
        await self.skip_to(handle, opens_at + timedelta(seconds=1))
        return await self.until(handle, lambda a: a.quiet and a.step == "wait")

    async def contacted(self, handle: WorkflowHandle[Any, Any], times: int = 1) -> list[AcceptedContact]:
        """Skip time until so many contacts of this case were taken by the gateways."""
        loan_id = handle.id.removeprefix("collection-")
        await self.quiet(handle)
        while len(taken := await self.accepted(loan_id)) < times:
            await self.forward(handle)  # fails where there is nothing to wait for any more
        return taken

    async def accepted(self, loan_id: str) -> list[AcceptedContact]:
        """What the gateways really took for a loan."""
        return list(await self.bank.accepted(loan_id))

    async def pay(self, handle: WorkflowHandle[Any, Any], amount: str = "1050.00", reference: str | None = None) -> str:
        """Money arrives at core banking as of the case's time, and the payment system signals it."""
        loan_id = handle.id.removeprefix("collection-")
        now = await self.skipper.get_current_time(handle)
        reference = reference or f"P{uuid4().hex[:10]}"
        order = PaymentOrder(
            loan_id=loan_id, amount=Decimal(amount), posted_at=now, reference=reference, signalled=False
        )
        await self.bank.pay(order)
        await handle.signal("payment_posted", payment(reference, amount, bank_date(now, ZONE)))
        return reference

    async def position(self, handle: WorkflowHandle[Any, Any]) -> Position:
        """What is owed by what the case knows, on its own day."""
        state = Case.model_validate((await self.view(handle)).state)
        return state.money(await self.today(handle))

    async def ledger(self, handle: WorkflowHandle[Any, Any]) -> list[RecordedFact]:
        """The case's facts."""
        return await facts(self.pool, f"loan:{handle.id.removeprefix('collection-')}")

    async def kinds(self, handle: WorkflowHandle[Any, Any]) -> list[str]:
        """The kinds of the case's facts, in order."""
        return [fact.body.kind for fact in await self.ledger(handle)]

    async def ended_agrees(self, handle: WorkflowHandle[Any, Any]) -> None:
        """What the ended case answered is the fold of its ledger."""
        summary = await handle.result()
        known = [fact for fact in await self.ledger(handle) if fact.seq <= summary["head"]["seq"]]
        assert Case.fold(handle.id.removeprefix("collection-"), known).digest() == summary["digest"]

    async def agrees(self, handle: WorkflowHandle[Any, Any]) -> None:
        """What the workflow holds is the fold of its ledger."""
        loan_id = handle.id.removeprefix("collection-")
        view = await self.view(handle)
        known = [fact for fact in await self.ledger(handle) if fact.seq <= view.head.seq]
        folded = Case.fold(loan_id, known)
        assert folded.head == view.head
        assert json.loads(folded.model_dump_json()) == view.state
        assert folded.digest() == view.digest


def schedule(first_due: date, count: int = 3, principal: str = "1000.00") -> tuple[Instalment, ...]:
    """Instalments of so much principal and 50.00 of interest, thirty days apart."""
    return tuple(
        Instalment(
            number=n + 1,
            due_on=first_due + timedelta(days=30 * n),
            principal=Decimal(principal),
            interest=Decimal("50.00"),
        )
        for n in range(count)
    )


def payment(reference: str, amount: str, value_date: date, **more: Any) -> dict[str, Any]:
    """The JSON of signal payment_posted."""
    return {"reference": reference, "amount": amount, "currency": "CNY", "value_date": value_date.isoformat(), **more}


async def until(look: Callable[[], Awaitable[Any]], patience: float = 60) -> Any:
    """Look again and again until there is something to see."""
    deadline = asyncio.get_running_loop().time() + patience
    while asyncio.get_running_loop().time() < deadline:
        seen = await look()
        if seen:
            return seen
        await asyncio.sleep(0.03)
    raise AssertionError(f"waited {patience} seconds for a condition that did not come")
