"""Carrying cases of ours and of the floors through a life, and measuring it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus, WorkflowHandle

from benchmarks import floor_worker, plans
from benchmarks.figures import Round, Variant
from benchmarks.histories import Counts, count
from benchmarks.lives import Beat, Life, Scene
from benchmarks.plans import Plan
from benchmarks.stand import Stand
from operations.errors import UsageError
from operations.starting import launch
from schemas.loan import CollectionRequest
from schemas.messages import Agenda

Handle = WorkflowHandle[Any, Any]
T = TypeVar("T")

AT_ONCE = 32
"""Requests in flight; more of them only queue in the server."""
_LOOK = 0.05
_PATIENCE = 240.0


@dataclass
class Case:
    """A case that is carried: ours or a floor's. `answer`: to its last update. `told`: how many messages it got."""

    request: CollectionRequest
    handle: Handle
    began: datetime
    answer: Mapping[str, Any] = field(default_factory=dict)
    told: int = 0


class Carrier:
    """Carries cases of one variant through one life."""

    def __init__(
        self, stand: Stand, life: Life, variant: Variant, days: Sequence[float], plan: Plan | None = None
    ) -> None:
        """`days`: on which day of a case's clock each beat comes, and on which it is over (see `find_out`)."""
        self.life = life
        self.variant: Variant = variant
        self._stand, self._days, self._plan = stand, days, plan

    @classmethod
    async def find_out(cls, stand: Stand, life: Life) -> list[float]:
        """The days: one case of ours is carried from one thing on its agenda to the next where a beat waits for something.

        The beat then comes half a day after that, for cases that begin at another hour.
        """
        carrier, days = cls(stand, life, "ours", ()), [0.0]
        carried = await carrier._start(await stand.loans(1, life))
        for beat in life.beats:
            await carrier._rested(carried)
            if beat.days is None:
                days.append(await carrier._awaited(carried[0], beat) + 0.5)
            else:
                days.append(days[-1] + beat.days)
            await carrier._forward(carried, days[-1])
            await carrier._rested(carried)
            await carrier._tell(carried, beat)
        if not life.ends:
            await carrier._clear(carried)
        return [*days[1:], days[-1] + life.last_days]

    async def _awaited(self, case: Case, beat: Beat) -> float:
        """Carry a case to where it rests on what the beat answers; on which day of its clock that is."""
        while True:
            await self._rested([case])
            agenda = await case.handle.query("agenda", result_type=Agenda)
            if beat.awaited(agenda):
                return (agenda.now - case.began) / timedelta(days=1)
            if not agenda.quiet:  # its timer fired between the two looks
                continue
            if agenda.until is None:
                raise UsageError(f"{case.handle.id} waits for {agenda.why.text!r}, and not for {beat.awaits!r}")
            await self._forward([case], (agenda.until - case.began) / timedelta(days=1))

    async def practise(self, cases: int = 3) -> tuple[Counts, list[HistoryEvent]]:
        """Carry a few, to warm everything up. Answers the one with the shortest history: undisturbed, all have that one."""
        carried = await self._start(await self._stand.loans(cases, self.life))
        await self._live(carried)
        found = await each(self._told, carried)
        await self._clear(carried)
        return min(found, key=lambda told: told[0].events)

    async def measure(self, cases: int, metered: Counter[str]) -> tuple[Round, Counter[str]]:
        """Carry so many at once; wait until all have come to the end of the life.

        `metered`: the stand's meter before it. Answers the meter after it, too: reading it takes a second.
        """
        requests = await self._stand.loans(cases, self.life)
        spent, began = self._stand.spent(), time.monotonic()
        carried = await self._start(requests)
        await self._live(carried)
        seconds = time.monotonic() - began
        used = self._stand.spent().since(spent)
        meter = await self._stand.metered()
        counts = [counted for counted, _ in await each(self._told, carried)]
        await self._clear(carried)
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

    async def _live(self, carried: Sequence[Case]) -> None:
        for day, beat in zip(self._days, (*self.life.beats, None), strict=True):
            await self._forward(carried, day)
            if beat or not self.life.ends:
                await self._rested(carried)
            if beat:
                await self._tell(carried, beat)
        if self.life.ends:
            await each(lambda case: asyncio.wait_for(case.handle.result(), _PATIENCE), carried)

    async def _start(self, requests: Sequence[CollectionRequest]) -> list[Case]:
        async def one(request: CollectionRequest) -> Case:
            if self._plan is None:
                handle = await launch(self._stand.skipper.client, request)
            else:
                order = f"{self.variant} {self.life.name} {request.loan_id} "
                handle = await self._stand.skipper.client.start_workflow(
                    "Floor",
                    plans.padded(order, self._plan.request),
                    id=f"floor-{request.loan_id}",
                    task_queue=floor_worker.QUEUE,
                )
            return Case(request, handle, (await handle.describe()).start_time)

        return await each(one, requests)

    async def _forward(self, carried: Sequence[Case], day: float) -> None:
        """Bring every case's clock to that day of its life."""

        async def one(case: Case) -> None:
            wanted = case.began + timedelta(days=day)
            ahead = wanted - await self._stand.skipper.get_current_time(case.handle)
            if ahead > timedelta(seconds=1):
                await self._stand.skipper.fast_forward(case.handle, ahead)

        if self.life.skipped:
            await each(one, carried)

    async def _tell(self, carried: Sequence[Case], beat: Beat) -> None:
        async def one(case: Case) -> None:
            now = await self._stand.skipper.get_current_time(case.handle)
            if beat.pays:
                await self._stand.paid(case.request.loan_id, beat.pays, now)
            if self._plan is not None:
                await self._tell_floor(case, beat, self._plan)
                return
            about = await _asked_about(case.handle) if beat.about else ""
            content = beat.content(Scene(case.request, now, about, case.answer))
            if beat.kind == "signal":
                await case.handle.signal(beat.name, content)
                return
            case.answer = await case.handle.execute_update(beat.name, content, id=f"{beat.name}-{case.handle.id}")
            if not case.answer["accepted"]:
                raise UsageError(f"{case.handle.id} refused {beat.name}: {case.answer['why']}")

        await each(one, carried)

    async def _tell_floor(self, case: Case, beat: Beat, plan: Plan) -> None:
        size = plan.told[case.told].request
        case.told += 1
        if beat.about:
            await case.handle.query("asked")
        if beat.kind == "signal":
            await case.handle.signal("told", plans.padded("", size))
        else:
            await case.handle.execute_update("commanded", plans.padded("", size))

    async def _clear(self, carried: Sequence[Case]) -> None:
        if not self.life.ends:
            await each(lambda case: case.handle.terminate("measured"), carried)

    async def _rested(self, carried: Sequence[Case]) -> None:
        """Wait until nothing goes on in any of them: whatever each waits for is a timer, a signal or a person.

        Asking the cases themselves would be work for them.
        """
        deadline = time.monotonic() + _PATIENCE
        for case in carried:
            while not rests(description := await case.handle.describe()):
                if time.monotonic() > deadline:
                    raise UsageError(
                        f"{case.handle.id} ({self.variant}) did not come to rest in {_PATIENCE:.0f} s. Is the machine busy "
                        "with something else? Fewer --loans may do. Its worker says last:\n"
                        f"{self._stand.last_words(self.variant == 'ours')}"
                    )
                await asyncio.sleep(_LOOK)
            if description.status != WorkflowExecutionStatus.RUNNING:
                raise UsageError(f"{case.handle.id} ended in the middle of {self.life.title!r}")

    async def _told(self, case: Case) -> tuple[Counts, list[HistoryEvent]]:
        events = [event async for event in case.handle.fetch_history_events()]
        return count(events, await case.handle.describe()), events


async def _asked_about(handle: Handle) -> str:
    agenda = await handle.query("agenda", result_type=Agenda)
    assert agenda.ask is not None
    return agenda.ask.about


def rests(description: WorkflowExecutionDescription) -> bool:
    """Whether nothing goes on in a case: what it waits for is a timer, a signal or a person."""
    raw = description.raw_description
    return not raw.pending_activities and not raw.HasField("pending_workflow_task")


async def each(work: Callable[[Any], Awaitable[T]], items: Iterable[Any]) -> list[T]:
    """`work` on each of `items`, `AT_ONCE` at a time; the answers in their order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(item: Any) -> T:
        async with gate:
            return await work(item)

    return list(await asyncio.gather(*(one(item) for item in items)))
