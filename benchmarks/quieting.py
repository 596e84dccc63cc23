"""From a payment's signal to a quiet case, on an idle stack and a busy one, beside a bare workflow's signal and query."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from math import ceil
from statistics import median
from typing import Any, Literal
from uuid import uuid4

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from benchmarks import floor_worker, plans
from benchmarks.figures import Figures
from benchmarks.lives import CURED
from benchmarks.rounds import T, each, rests
from benchmarks.stand import Stand
from domain.calendar import bank_date
from operations.errors import UsageError
from operations.starting import launch
from reports.book import contacts_after_payment
from schemas.loan import CollectionRequest
from schemas.messages import Agenda
from simulation.model import Fault

What = Literal["waiting", "contacting"]
"""What the case does when the payment comes: waits for its next contact, or makes one."""
Load = Literal["idle", "busy"]
AT_WORK = 16
"""So many of the busy cases hear a part payment at the same time; when one is quiet, the next hears one."""
SLOW_SECONDS = 0.5
"""How long the gateway takes for a contact that the payment is to find under way."""

_LIFE = replace(CURED, policy="default")  # the case goes on watching the next instalments, and can be asked
_OWED = "1050.00"
_PLAN = plans.Plan(life="contact", request=500, seconds=0, steps=(plans.Step(kind="signal", request=130),))
_PATIENCE = 120.0
_BUSY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.RESOURCE_EXHAUSTED)
_PAUSE, _REST_PAUSE = 0.005, 0.1

Handle = WorkflowHandle[Any, Any]
Tell = Callable[[str], None]


class Times(Figures):
    """Milliseconds: the median, and that which 99 of 100 do not exceed (of fewer than 100 samples the longest)."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        """At least one value."""
        found = sorted(seconds)
        return cls(p50=median(found) * 1000, p99=found[ceil(0.99 * len(found)) - 1] * 1000)


class QuietFigures(Figures):
    """Of `samples` payments. `recorded`: until the ledger has it; `quiet`: until the case answers that it has it and plans
    no contact; `floor`: a bare workflow's signal and the query after it, in turn with ours. `gone_out`: contacts that were
    under way and had gone out, or did; the others were cancelled."""

    load: Load
    what: What
    samples: int
    recorded: Times
    quiet: Times
    floor: Times
    gone_out: int


class QuietReport(Figures):
    """What a run found. `after_payment`: contacts that began to be sent to somebody who owed nothing: must be 0."""

    command: str
    machine: str
    cases: int
    figures: list[QuietFigures]
    looked_at: int
    after_payment: int


@dataclass
class _Sample:
    recorded: float
    quiet: float
    floor: float
    gone_out: bool


async def measure(stand: Stand, samples: int, cases: int, tell: Tell) -> tuple[list[QuietFigures], list[str]]:
    """All figures, first on the idle stack; and the loans that paid."""
    await stand.start_floor([_PLAN])
    probe = _Probe(stand)
    figures: list[QuietFigures] = []
    wanted: tuple[tuple[What, int], ...] = (("waiting", samples), ("contacting", max(samples // 4, 1)))
    tell(f"starting {2 * samples} cases that are to be paid")
    ours, bare = iter(await probe.started(2 * samples)), iter(await probe.floors(2 * (samples + wanted[1][1])))
    for load in ("idle", "busy"):
        async with _busy(probe, cases if load == "busy" else 0, tell):
            for what, number in wanted:
                tell(f"{load}, {what}: {number} payments")
                found = [await probe.sample(what, ours, next(bare)) for _ in range(number)]
                figures.append(_figures(load, what, found))
    return figures, probe.paid


async def chased(stand: Stand, loans: Sequence[str]) -> int:
    """Contacts to these loans that began to be sent although all that the ledger knew of then was paid."""
    return await contacts_after_payment(stand.pool, loans)


def _figures(load: Load, what: What, found: Sequence[_Sample]) -> QuietFigures:
    return QuietFigures(
        load=load,
        what=what,
        samples=len(found),
        recorded=Times.of([s.recorded for s in found]),
        quiet=Times.of([s.quiet for s in found]),
        floor=Times.of([s.floor for s in found]),
        gone_out=sum(s.gone_out for s in found),
    )


class _Probe:
    """Starts cases and the floor's, pays, and watches. `paid`: loans that have paid all that was overdue."""

    def __init__(self, stand: Stand) -> None:
        self.paid: list[str] = []
        self._stand = stand
        self._numbers = count(1)

    async def started(self, number: int) -> list[Handle]:
        """So many new cases that have made their first contact and wait for the next; started a few at a time."""

        async def one(request: CollectionRequest) -> Handle:
            handle = await launch(self._stand.client, request)
            while not rests(await handle.describe()):  # asking the case itself would be work for it
                await asyncio.sleep(_REST_PAUSE)
            await self.until(handle, _waits, _REST_PAUSE)
            return handle

        return await each(one, await self._stand.loans(number, _LIFE))

    async def floors(self, number: int) -> list[Handle]:
        """So many of the bare workflow, each of which has answered once."""

        async def one(_: int) -> Handle:
            handle = await self._stand.client.start_workflow(
                "Floor",
                plans.padded("bare contact L ", _PLAN.request),
                id=f"floor-{uuid4().hex}",
                task_queue=floor_worker.QUEUE,
            )
            await _answer(handle, "asked", str)
            return handle

        return await each(one, range(number))

    async def sample(self, what: What, waiting: Iterator[Handle], floor: Handle) -> _Sample:
        """One payment of ours, and one signal to the floor."""
        bare = await self._floor(floor)
        if what == "waiting":
            handle = next(waiting)
        else:
            await self._stand.bank.fault(Fault(system="messaging", mode="slow", delay_seconds=SLOW_SECONDS))
            (request,) = await self._stand.loans(1, _LIFE)
            handle = await launch(self._stand.client, request)
            await self.until(handle, lambda agenda: agenda.action == "make_contact")
        began, at = time.monotonic(), datetime.now(UTC)
        reference = await self.pays(handle, _OWED)
        await self.until(handle, _is_quiet)
        quiet = time.monotonic() - began
        if what == "contacting":
            await self._stand.bank.heal("messaging")
        stream = f"loan:{_loan(handle)}"
        recorded = await self._stand.pool.fetchval(_RECORDED_AT, stream, f"payment:{reference}")
        if recorded is None:
            raise UsageError(f"{handle.id} is quiet, and its payment {reference} is not in the ledger")
        gone = bool(await self._stand.pool.fetchval(_SENT, stream)) if what == "contacting" else False
        self.paid.append(_loan(handle))
        return _Sample((recorded - at).total_seconds(), quiet, bare, gone)

    async def _floor(self, handle: Handle) -> float:
        began = time.monotonic()
        await handle.signal("told", plans.padded("", _PLAN.steps[0].request))
        await _answer(handle, "asked", str)
        return time.monotonic() - began

    async def pays(self, handle: Handle, amount: str) -> str:
        """The feed tells of a payment; answers its reference. Core banking is not told: it is not asked in between."""
        reference = f"P-{_loan(handle)}-{next(self._numbers)}"
        today = bank_date(datetime.now(UTC), "Asia/Shanghai").isoformat()
        content = {"reference": reference, "amount": amount, "currency": "CNY", "value_date": today}
        await handle.signal("payment_posted", content)
        return reference

    async def until(self, handle: Handle, wanted: Callable[[Agenda], bool], pause: float = _PAUSE) -> None:
        """Ask the case until it is so, every `pause` seconds. Each answer waits for what the case was told before it."""
        deadline = time.monotonic() + _PATIENCE
        while not wanted(agenda := await _answer(handle, "agenda", Agenda)):
            if time.monotonic() > deadline:
                raise UsageError(
                    f"{handle.id}: {agenda.why.text!r} is all that came in {_PATIENCE:.0f} s. Is the machine busy with "
                    f"something else? Fewer --cases may do. Its worker says last:\n{self._stand.last_words(True)}"
                )
            await asyncio.sleep(pause)


async def _answer(handle: Handle, query: str, kind: type[T]) -> T:
    """The answer to a query; put again if the server, having much to do, has dropped it."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return await handle.query(query, result_type=kind)
        except RPCError as error:
            if error.status not in _BUSY or time.monotonic() > deadline:
                raise
            await asyncio.sleep(_PAUSE)


_RECORDED_AT = "SELECT recorded_at FROM fact WHERE stream = $1 AND fact_id = $2"
_SENT = "SELECT count(*) FROM fact WHERE stream = $1 AND kind = 'attempt_sent'"


def _waits(agenda: Agenda) -> bool:
    return agenda.quiet and agenda.step == "wait"


def _is_quiet(agenda: Agenda) -> bool:
    return agenda.quiet and not agenda.why.rule.startswith("policy.ladder")


def _loan(handle: Handle) -> str:
    return handle.id.removeprefix("collection-")


@asynccontextmanager
async def _busy(probe: _Probe, cases: int, tell: Tell) -> AsyncIterator[None]:
    """So many cases that hear part payments all the while, `AT_WORK` at a time."""
    if not cases:
        yield
        return
    tell(f"starting {cases} cases that are to be busy")
    handles = await probe.started(cases)
    turns = (handles[n % cases] for n in count())

    async def work() -> None:
        for handle in turns:
            await probe.pays(handle, "0.01")
            await probe.until(handle, lambda agenda: agenda.quiet)

    tasks = [asyncio.create_task(work()) for _ in range(min(AT_WORK, cases))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
