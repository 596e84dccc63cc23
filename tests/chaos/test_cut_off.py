"""A worker that the server has lost sight of still reaches the ledger and the gateways: it must contact nobody."""

from __future__ import annotations

import pytest

from schemas.facts import AttemptReleased
from tests.chaos.cases import cured, loan_of, to_contact
from tests.chaos.relay import Relay
from tests.chaos.yard import WORKER, Yard
from tests.workflow.world import World

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_the_run_before_is_still_at_work(yard: Yard, world: World) -> None:
    """Its contact is reserved when the network breaks; the case is terminated and started again on another worker.

    The new run takes over under the next epoch, gives that reservation up, and makes a contact of its own. The old
    worker then goes on where it was, and finds that it may not.
    """
    await yard.stop(WORKER)
    async with Relay(yard.running.info.temporal_address) as relay:
        await yard.also(yard.worker("worker-cut-off", TEMPORAL_ADDRESS=relay.address))
        request = await world.loan()
        async with world.pool.acquire() as conn, conn.transaction():
            # The address is looked up after the reservation and before the sending.
            await conn.execute("LOCK TABLE contact_point_value IN ACCESS EXCLUSIVE MODE")
            case = await world.start(request)
            await to_contact(world, case, "reserved")
            relay.cut()
            await yard.up()
            await case.terminate("test")
            again = await world.start(request)
            await to_contact(world, again, "reserved", attempt=2)
        await world.quiet(again)
        relay.mend()
        await yard.stop("worker-cut-off")  # waits until its contact has ended
    ends = [fact.body for fact in await world.ledger(again) if isinstance(fact.body, AttemptReleased)]
    assert [(end.attempt, end.code) for end in ends] == [(f"{loan_of(case)}:1", "abandoned")]
    assert [taken.key for taken in await world.accepted(loan_of(case))] == [f"{loan_of(case)}:2"]
    assert (await world.view(again)).epoch == 2
    await cured(world, again)
