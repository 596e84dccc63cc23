"""Questions asked of cases that no worker holds in memory, at the very moment at which something happens to them."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from temporalio.client import WorkflowQueryFailedError
from temporalio.service import RPCError

from tests.chaos.cases import Handle, cured, living
from tests.chaos.yard import WORKER, Yard
from tests.replay.replaying import replayer
from tests.workflow.world import World

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_a_question_changes_nothing(yard: Yard, world: World) -> None:
    """A worker that keeps one case in memory replays another for each question, and a timer may fire while it does.

    Each case goes through its ladder while it is asked without a pause. Its timers are kept to the second, and the
    history that came of it replays.
    """
    await yard.stop(WORKER)
    await yard.also(yard.worker("worker-forgetful", ARREARS_WORKFLOW_CACHE="1"))
    cases = await living(world, 4)
    asking = [asyncio.create_task(_ask(world, case)) for case in cases]
    await asyncio.gather(*(world.contacted(case, times=3) for case in cases))
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    for case in cases:
        await replayer().replay_workflow(await case.fetch_history())
        await world.agrees(case)
    await cured(world, *cases)
    await yard.stop("worker-forgetful")


async def _ask(world: World, case: Handle) -> None:
    while True:
        with suppress(RPCError, WorkflowQueryFailedError):
            await world.agenda(case)
