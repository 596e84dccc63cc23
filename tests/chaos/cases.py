"""What is done with a case, and asked of it, in more than one of these tests."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio.client import WorkflowHandle

from ledger.reservations import AttemptState, attempt_state
from operations.verifying import verify
from schemas.facts import AttemptReleased, AttemptReserved, AttemptSent
from tests.workflow.world import World, until

Handle = WorkflowHandle[Any, Any]


def loan_of(handle: Handle) -> str:
    """The loan of a case."""
    return handle.id.removeprefix("collection-")


async def living(world: World, count: int) -> list[Handle]:
    """Cases in the midst of their lives: contacted once, waiting for the next rung."""
    handles = [await world.start() for _ in range(count)]
    await asyncio.gather(*(world.contacted(handle) for handle in handles))
    return handles


async def to_contact(world: World, handle: Handle, state: AttemptState, attempt: int = 1) -> None:
    """Skip time until the contact is begun, and wait until it has come as far as `state`."""

    async def look() -> bool:
        if await attempt_state(world.pool, f"{loan_of(handle)}:{attempt}") == state:
            return True
        agenda = await world.agenda(handle)
        if agenda.quiet and agenda.until and agenda.until > agenda.now:
            await world.skipper.fast_forward(handle, agenda.until - agenda.now)
        return False

    await until(look)


async def cured(world: World, *handles: Handle, folded_here: bool = True) -> None:
    """Pay each case: it ends as cured, with no contact more than the ledger knows of, and everything agrees.

    folded_here: whether the cases run on this code, so that folding here must give what they hold.
    """
    for handle in handles:
        if folded_here:
            await world.agrees(handle)
        await world.pay(handle)
    for handle in handles:
        async with asyncio.timeout(60):
            result = await until(lambda handle=handle: _result(world, handle))
        assert result["outcome"] == "cured"
        await one_for_one(world, handle)
    report = await verify(world.client, world.pool)
    assert report.differences == []


async def _result(world: World, handle: Handle) -> Any:
    """The result of the case's newest run; it may have to be brought to its ledger's time first."""
    current = world.client.get_workflow_handle(handle.id)
    description = await current.describe()
    if description.status is not None and description.status.name == "COMPLETED":
        return await current.result()
    agenda = await world.agenda(handle)
    if agenda.quiet and agenda.why.rule == "clock.behind_ledger" and agenda.until:
        await world.skipper.fast_forward(handle, agenda.until - agenda.now)
    return None


async def one_for_one(world: World, handle: Handle) -> None:
    """What the gateways took is what the ledger says was sent, each once; all else that was reserved was released."""
    taken = [contact.key for contact in await world.accepted(loan_of(handle))]
    assert len(taken) == len(set(taken))
    bodies = [fact.body for fact in await world.ledger(handle)]
    assert sorted(taken) == sorted(body.attempt for body in bodies if isinstance(body, AttemptSent))
    reserved = {body.proposal.attempt for body in bodies if isinstance(body, AttemptReserved)}
    assert reserved - set(taken) == {body.attempt for body in bodies if isinstance(body, AttemptReleased)}
