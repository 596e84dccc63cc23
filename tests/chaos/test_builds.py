"""Two builds of the workflows side by side under living cases."""

from __future__ import annotations

import pytest
from temporalio.api.enums.v1 import EventType

from operations.current import make_current
from operations.deploying import deploy
from operations.takeover import running_by_build
from schemas.messages import CaseSummary
from simulation.model import Fault
from tests.chaos.cases import Handle, cured, living, loan_of, to_contact
from tests.chaos.yard import Yard
from tests.workflow.world import World, until

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_quiet_cases_move_and_busy_ones_when_they_are_quiet(yard: Yard, world: World) -> None:
    """Cases begin on b1; b2 is made current: woken ones hand over at their next quiet moment, and b1 is drained."""
    await yard.also(*(yard.worker(f"worker-{build}", ARREARS_BUILD=build) for build in ("b1", "b2")))
    await make_current(world.client, "b1")
    quiet, asleep = await living(world, 2)
    await world.bank.fault(Fault(system="messaging", mode="busy", retry_after_seconds=1))
    busy = await world.start()
    await to_contact(world, busy, "sending")
    assert [await _build(case) for case in (quiet, asleep, busy)] == ["b1"] * 3

    await make_current(world.client, "b2")
    fresh = await world.start()
    await until(lambda: _is_on(fresh, "b2"))
    for case in (quiet, busy):
        await case.signal("wake")
    await until(lambda: _is_on(quiet, "b2"))
    await world.agrees(quiet)
    assert (await _build(busy), (await world.agenda(busy)).action) == ("b1", "make_contact")
    kinds = {event.event_type async for event in busy.fetch_history_events()}
    assert not kinds & {EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED, EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT}
    assert await _build(asleep) == "b1"
    await cured(world, asleep)
    summary = CaseSummary.model_validate(await asleep.result())
    assert summary.build == "b1"

    await world.bank.heal()
    await until(lambda: _is_on(busy, "b2"))
    assert len(await world.accepted(loan_of(busy))) == 1
    deployed = await deploy(world.client, "b2")
    assert deployed.builds == {"b2": 3}
    assert "b1" not in await running_by_build(world.client)

    await yard.stop("worker-b1")
    assert len(await world.contacted(quiet, times=2)) == 2
    await world.contacted(fresh)
    await cured(world, quiet, busy, fresh)
    assert CaseSummary.model_validate(await quiet.result()).build == "b2"
    await yard.stop("worker-b2")


async def _build(case: Handle) -> str:
    info = (await case.describe()).raw_description.workflow_execution_info
    return info.versioning_info.deployment_version.build_id


async def _is_on(case: Handle, build: str) -> bool:
    return await _build(case) == build
