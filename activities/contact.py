"""Contact: reserve, send and record one message or call, or find out what became of one that had begun.

An attempt goes reserved → sending → sent | unknown, or released. Up to `sending` it can be taken back; from then on it is
shielded until its fate is written down, for the message may be out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Literal, TypeVar

import asyncpg
from temporalio import activity

from activities.clock import ActivityClock
from activities.core_banking import CoreBanking
from activities.covering import Covering
from activities.delivery import Delivery, Prepared, Unsayable
from activities.http import Ambiguous, Busy, GatewayError, NotFound, NotTaken, Refused
from activities.ledger import lean
from domain.wording import WITHHELD
from ledger.append import append
from ledger.outcomes import finish
from ledger.reading import facts as read_facts
from ledger.reservations import attempt_state, begin_sending, guard_code, reserve
from schemas.covering import Cover
from schemas.facts import (
    AttemptReleased,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    ContactPointInvalid,
    Fact,
    OutsideFailed,
)
from schemas.ledger import Append, Appended, NewFact
from schemas.orders import ContactOrder

PATIENCE = 45.0
"""Seconds that one activity goes on trying; longer waiting is the case's own, where people can see it."""
PAUSE = 1.0
SETTLED = PATIENCE + 60.0
"""Seconds after the sending began from which a gateway that knows no such key certainly never took the request: tries went on
for `PATIENCE`, and the last may have been under way for six request timeouts."""
BEAT = 0.5
UNREACHABLE = ("invalid_address",)
"""Final refusals that speak of the address, not of us: the case goes on with another."""

T = TypeVar("T")


class ContactActivities:
    """Holds the pool and the gateways that carry contacts; `core` reads the accounts of debts that a message covers."""

    def __init__(self, pool: asyncpg.Pool, delivery: Delivery, core: CoreBanking | None = None) -> None:
        self._pool = pool
        self._delivery = delivery
        self._covering = Covering(pool, core)

    @activity.defn(name="make_contact")
    async def make_contact(self, order: ContactOrder) -> Appended:
        """Make the contact if the guard lets it; answers the facts above `order.after`, whatever came of it."""
        async with beating():
            clock = ActivityClock()
            together = await self._covering.together(order, clock)
            reserved = await reserve(self._pool, order, order.proposal, clock.now(), together)
            if reserved.state in ("sending", "unknown"):
                return await self._settle(order, clock)
            if reserved.state != "reserved":
                return reserved.appended
            return await self._deliver(order, reserved.covers, clock)

    @activity.defn(name="resolve_attempt")
    async def resolve_attempt(self, order: ContactOrder) -> Appended:
        """What became of an attempt that was begun by somebody who is gone. Raises GatewayError if nobody can say."""
        async with beating():
            clock = ActivityClock()
            state = await attempt_state(self._pool, order.proposal.attempt)
            if state == "reserved":
                return await self._record(order, AttemptReleased(**_of(order, "abandoned")), clock)
            if state in ("sending", "unknown"):
                return await self._settle(order, clock)
            return await self._since(order)

    async def _deliver(self, order: ContactOrder, covers: tuple[Cover, ...], clock: ActivityClock) -> Appended:
        try:
            prepared = await self._delivery.prepare(order, clock.now(), covers)
        except asyncio.CancelledError:
            return await self._release(order, "cancelled", clock)
        except Unsayable as forbidden:
            code = guard_code(forbidden.rule)
            await self._note(order, "failed", OutsideFailed(system=WITHHELD, code=code), clock)
            return await self._release(order, code, clock)
        if prepared is None:
            gone = ContactPointInvalid(contact_point_id=order.proposal.contact_point_id)
            await self._note(order, "no_address", gone, clock)
            return await self._release(order, "no_address", clock)
        loop = asyncio.get_running_loop()
        give_up = loop.time() + PATIENCE
        not_taken = False
        while True:
            trial = asyncio.create_task(self._try(order, prepared, clock, not_taken))
            try:
                result = await asyncio.shield(trial)
            except asyncio.CancelledError:
                result = await uninterrupted(trial)
                if isinstance(result, Appended):
                    return result
                return await self._release(order, "cancelled", clock)
            if isinstance(result, Appended):
                return result
            not_taken = True
            pause = result.retry_after if isinstance(result, Busy) else PAUSE
            if loop.time() + pause > give_up:
                await self._failed(order, result.code, clock)
                return await self._release(order, "gateway_failed", clock)
            try:
                await asyncio.sleep(pause)
            except asyncio.CancelledError:
                return await self._release(order, "cancelled", clock)

    async def _try(
        self, order: ContactOrder, prepared: Prepared, clock: ActivityClock, not_taken: bool
    ) -> Appended | NotTaken:
        """One try, never interrupted: the outcome if there is one, or why the gateway certainly did not take it."""
        sending = await begin_sending(self._pool, order, order.proposal, clock.now(), not_taken=not_taken)
        if sending.go == "no" and sending.state in ("sending", "unknown"):
            return await self._settle(order, clock)
        if sending.go == "no":
            return sending.appended
        if sending.go == "shadow":
            return await self._record(order, AttemptSent(attempt=order.proposal.attempt, shadow=True), clock)
        prepared = self._delivery.narrowed(order, prepared, sending.covers)
        try:
            receipt = await self._delivery.send(order, prepared, clock.now())
        except NotTaken as problem:
            return problem
        except Refused as problem:
            if problem.code == "idempotency_conflict":
                # The key is this attempt's alone: it went out before, and the ledger was restored to an earlier moment.
                return await self._ask_or_unknown(order, problem, clock)
            if problem.code in UNREACHABLE:
                gone = ContactPointInvalid(contact_point_id=order.proposal.contact_point_id)
                await self._note(order, "invalid_address", gone, clock)
            else:
                await self._failed(
                    order, problem.code, clock
                )  # nothing wrong with the borrower: an operator is to look
            return await self._record(order, AttemptReleased(**_of(order, "refused_by_gateway")), clock)
        except Ambiguous as problem:
            return await self._ask_or_unknown(order, problem, clock)
        sent = AttemptSent(attempt=order.proposal.attempt, gateway_reference=receipt.reference)
        return await self._record(order, sent, clock)

    async def _ask_or_unknown(self, order: ContactOrder, problem: GatewayError, clock: ActivityClock) -> Appended:
        for _ in range(3):
            try:
                receipt = await self._delivery.ask(order)
            except GatewayError:
                await asyncio.sleep(PAUSE)
                continue
            sent = AttemptSent(attempt=order.proposal.attempt, gateway_reference=receipt.reference)
            return await self._record(order, sent, clock)
        await self._failed(order, problem.code, clock)
        return await self._record(order, AttemptUnknown(**_of(order, problem.code)), clock)

    async def _settle(self, order: ContactOrder, clock: ActivityClock) -> Appended:
        """Ask the gateway by key, until it knows or so long after the sending that it never will."""
        sent_at = await self._sending_since(order)
        while await attempt_state(self._pool, order.proposal.attempt) in ("sending", "unknown"):
            try:
                receipt = await self._delivery.ask(order)
            except NotFound:
                age = (clock.now() - sent_at.occurred_at).total_seconds() if sent_at else SETTLED
                if age >= SETTLED:
                    return await self._record(order, AttemptReleased(**_of(order, "not_taken")), clock)
                await asyncio.sleep(PAUSE)
                continue
            sent = AttemptSent(attempt=order.proposal.attempt, gateway_reference=receipt.reference)
            return await self._record(order, sent, clock)
        return await self._since(order)  # whoever had begun it has come to an end meanwhile

    async def _sending_since(self, order: ContactOrder) -> NewFact | None:
        stream = await read_facts(self._pool, order.stream)
        mine = (f for f in stream if isinstance(f.body, AttemptSending))
        return next((f for f in mine if f.fact_id.startswith(f"{order.proposal.attempt}:")), None)

    async def _release(self, order: ContactOrder, code: str, clock: ActivityClock) -> Appended:
        return await uninterrupted(self._record(order, AttemptReleased(**_of(order, code)), clock))

    async def _record(self, order: ContactOrder, fact: Fact, clock: ActivityClock) -> Appended:
        system = self._delivery.system(order.proposal.channel)
        return lean(order, await finish(self._pool, order, order.proposal, fact, clock.now(), system))

    async def _failed(self, order: ContactOrder, code: str, clock: ActivityClock) -> None:
        system = self._delivery.system(order.proposal.channel)
        await self._note(order, "failed", OutsideFailed(system=system, code=code), clock)

    async def _note(self, order: ContactOrder, suffix: str, body: Fact, clock: ActivityClock) -> None:
        fact = NewFact(
            fact_id=f"{order.proposal.attempt}:{suffix}",
            occurred_at=clock.now(),
            source=self._delivery.system(order.proposal.channel),
            body=body,
        )
        await uninterrupted(append(self._pool, _write(order, fact)))

    async def _since(self, order: ContactOrder) -> Appended:
        return lean(order, await append(self._pool, _write(order)))


def _of(order: ContactOrder, code: str) -> dict[Literal["attempt", "code"], str]:
    return {"attempt": order.proposal.attempt, "code": code}


def _write(order: ContactOrder, *facts: NewFact) -> Append:
    return Append(stream=order.stream, epoch=order.epoch, after=order.after, facts=facts, build=order.build)


async def uninterrupted(work: Awaitable[T]) -> T:
    """Finish `work` even if this activity is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    while True:
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.done():
                return task.result()


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Heartbeat while the body runs: how a cancellation finds this activity, and how a dead worker is noticed."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(BEAT)  # first: a contact that is over by then needs no heartbeat, which costs an action
            activity.heartbeat()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
