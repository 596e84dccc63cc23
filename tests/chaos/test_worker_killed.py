"""`kill -9` of a worker in the middle of a contact: at most one message, and the ledger says what became of it."""

from __future__ import annotations

import pytest

from schemas.facts import AttemptReleased
from simulation.model import Fault
from tests.chaos.cases import cured, loan_of, to_contact
from tests.chaos.yard import WORKER, Yard
from tests.workflow.world import World, until

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_reserved_and_not_yet_sending(yard: Yard, world: World) -> None:
    """Killed between the reservation and the sending: the next worker finds the reservation, and sends."""
    request = await world.loan()
    async with world.pool.acquire() as conn, conn.transaction():
        # The address is looked up after the reservation and before the sending.
        await conn.execute("LOCK TABLE contact_point_value IN ACCESS EXCLUSIVE MODE")
        case = await world.start(request)
        await to_contact(world, case, "reserved")
        await yard.kill(WORKER)
    assert await world.accepted(loan_of(case)) == []
    await yard.up()
    await world.quiet(case)
    assert [taken.key for taken in await world.accepted(loan_of(case))] == [f"{loan_of(case)}:1"]
    await cured(world, case)


async def test_sending_and_taken(yard: Yard, world: World) -> None:
    """Killed when the gateway has it and the worker does not know: the next one asks by key, and sends nothing."""
    await world.bank.fault(Fault(system="messaging", mode="lose_answer", times=1))
    await world.bank.fault(Fault(system="messaging", mode="slow", times=1, delay_seconds=60))
    case = await world.start()
    await to_contact(world, case, "sending")
    await until(lambda: world.accepted(loan_of(case)))
    await yard.kill(WORKER)
    assert (await world.kinds(case))[-1] == "attempt_sending"
    await yard.up()
    await world.quiet(case)
    assert [taken.key for taken in await world.accepted(loan_of(case))] == [f"{loan_of(case)}:1"]
    await cured(world, case)


async def test_sending_and_not_taken(yard: Yard, world: World) -> None:
    """Killed while a busy gateway lets it wait: given up once that is certain, and made anew under another key."""
    await world.bank.fault(Fault(system="messaging", mode="busy", retry_after_seconds=30))
    case = await world.start()
    await to_contact(world, case, "sending")
    await yard.kill(WORKER)
    assert await world.accepted(loan_of(case)) == []
    await world.bank.heal()
    await yard.also(yard.worker(settled=2))
    await world.quiet(case)
    ends = [fact.body for fact in await world.ledger(case) if isinstance(fact.body, AttemptReleased)]
    assert [(end.attempt, end.code) for end in ends] == [(f"{loan_of(case)}:1", "not_taken")]
    assert [taken.key for taken in await world.accepted(loan_of(case))] == [f"{loan_of(case)}:2"]
    await cured(world, case)
