"""Carrying cases of ours and of the floors through a life, and measuring it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus, WorkflowHandle

from benchmarks import floor_worker, plans
from benchmarks.figures import Round, Variant
from benchmarks.histories import Counts, count
from benchmarks.plans import LifeName, Plan
from benchmarks.stand import Stand
from operations.errors import UsageError
from operations.starting import launch
from schemas.loan import CollectionRequest
from schemas.messages import PaymentPostedSignal
from simulation.model import today_at_bank

Handle = WorkflowHandle[Any, Any]
T = TypeVar("T")

AT_ONCE = 32
"""Requests in flight; more of them only queue in the server."""
_LOOK = 0.05
_SETTLED = 2.0
_PATIENCE = 240.0


@dataclass(frozen=True)
class Life:
    """A life to carry cases through.

    Attributes:
        overdue_days: how long before the start the loan fell overdue.
        paid: whether a payment ends it; else it rests with a person and is then taken away.
        skipped: whether its time is skipped.
        share: cases a round, as a part of those asked for.
    """

    name: LifeName
    title: str
    overdue_days: int
    paid: bool
    skipped: bool
    share: float


CURED = Life("cured", "Cured by the first message", overdue_days=5, paid=True, skipped=False, share=1)
LADDER = Life("ladder", "Months of contact, to a person", overdue_days=1, paid=False, skipped=True, share=1 / 6)
LIVES = (CURED, LADDER)


class Carrier:
    """Carries cases of one variant through one life."""

    def __init__(self, stand: Stand, life: Life, variant: Variant, plan: Plan | None = None) -> None:
        self.life = life
        self.variant: Variant = variant
        self._stand, self._plan = stand, plan
        self._resting = 0

    async def practise(self, cases: int = 3) -> tuple[Counts, list[HistoryEvent]]:
        """Carry a few, to warm everything up and to learn how long the history of a resting case is.

        Answers the case with the shortest history: undisturbed, all have that one.
        """
        handles = await self._start(await self._stand.loans(cases, self.life.overdue_days))
        self._resting = min(await asyncio.gather(*(self._settled(handle) for handle in handles)))
        await self._finish(handles)
        found = await _each(self._told, handles)
        await self._clear(handles)
        return min(found, key=lambda told: told[0].events)

    async def measure(self, cases: int, metered: Counter[str]) -> tuple[Round, Counter[str]]:
        """Carry so many at once; wait until all have come to the end of the life.

        `metered`: the stand's meter before it. Answers the meter after it, too: reading it takes a second.
        """
        requests = await self._stand.loans(cases, self.life.overdue_days)
        spent, began = self._stand.spent(), time.monotonic()
        handles = await self._start(requests)
        for handle in handles:
            await self._rested(handle)
        await self._finish(handles)
        seconds = time.monotonic() - began
        used = self._stand.spent().since(spent)
        meter = await self._stand.metered()
        counts = [counted for counted, _ in await _each(self._told, handles)]
        await self._clear(handles)
        measured = Round(
            variant=self.variant,
            loans=cases,
            seconds=seconds,
            cpu={name: ms / cases for name, ms in used.by_name.items()},
            foreign=used.foreign / 1000 / seconds,
            counts=counts,
            metered={name: number / cases for name, number in (meter - metered).items()},
        )
        return measured, meter

    async def _start(self, requests: Sequence[CollectionRequest]) -> list[Handle]:
        client = self._stand.skipping if self.life.skipped else self._stand.client

        async def one(request: CollectionRequest) -> Handle:
            if self._plan is None:
                return await launch(client, request)
            order = f"{self.variant} {self.life.name} {request.loan_id} "
            return await client.start_workflow(
                "Floor",
                plans.padded(order, self._plan.request),
                id=f"floor-{request.loan_id}",
                task_queue=floor_worker.QUEUE,
            )

        return await _each(one, requests)

    async def _finish(self, handles: Sequence[Handle]) -> None:
        if not self.life.paid:
            return
        today = today_at_bank(datetime.now(UTC)).isoformat()

        async def pay(handle: Handle) -> None:
            if self._plan is None:
                reference = f"P-{handle.id}"
                money = {"reference": reference, "amount": "1050.00", "currency": "CNY", "value_date": today}
                await handle.signal("payment_posted", PaymentPostedSignal.model_validate(money))
            else:
                await handle.signal("posted", plans.padded("", self._plan.signal))
            await handle.result()

        await _each(pay, handles)

    async def _clear(self, handles: Sequence[Handle]) -> None:
        if not self.life.paid:
            await _each(lambda handle: handle.terminate("measured"), handles)

    async def _settled(self, handle: Handle) -> int:
        """Wait until the case has rested for a while; answers how long its history is then."""
        length, since = 0, time.monotonic()
        async for description in self._looks(handle):
            now = _length(description)
            if now != length or not _rests(description):
                length, since = now, time.monotonic()
            elif time.monotonic() - since > _SETTLED:
                return length
        raise AssertionError("it is looked at until it rests")

    async def _rested(self, handle: Handle) -> None:
        """Wait until the case rests where those rested that it was practised with."""
        async for description in self._looks(handle):
            if _length(description) >= self._resting and _rests(description):
                return

    async def _looks(self, handle: Handle) -> AsyncIterator[WorkflowExecutionDescription]:
        deadline = time.monotonic() + _PATIENCE
        while True:
            description = await handle.describe()
            if description.status != WorkflowExecutionStatus.RUNNING:
                raise UsageError(f"{handle.id} ended as {description.status} in the middle of {self.life.title!r}")
            if time.monotonic() > deadline:
                raise UsageError(
                    f"{handle.id} ({self.variant}) did not come to rest in {_PATIENCE:.0f} s: its history has "
                    f"{_length(description)} events, {self._resting} wanted. Is the machine busy with something else? "
                    f"Fewer --loans may do. Its worker says last:\n{self._stand.last_words(self.variant == 'ours')}"
                )
            yield description
            await asyncio.sleep(_LOOK)

    async def _told(self, handle: Handle) -> tuple[Counts, list[HistoryEvent]]:
        events = [event async for event in handle.fetch_history_events()]
        return count(events, await handle.describe()), events


def _length(description: WorkflowExecutionDescription) -> int:
    return description.raw_description.workflow_execution_info.history_length


def _rests(description: WorkflowExecutionDescription) -> bool:
    """Nothing is going on: whatever it waits for is a timer, a signal or a person. Asking it would be work for it."""
    raw = description.raw_description
    return not raw.pending_activities and not raw.HasField("pending_workflow_task")


async def _each(work: Callable[[Any], Awaitable[T]], items: Iterable[Any]) -> list[T]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(item: Any) -> T:
        async with gate:
            return await work(item)

    return list(await asyncio.gather(*(one(item) for item in items)))
