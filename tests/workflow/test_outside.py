"""What happens to a case from outside: terminated, cancelled, reset, started again, taken over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle

from ledger.episodes import open_episode
from schemas.ledger import Opening
from schemas.loan import CollectionRequest
from simulation.model import Fault
from tests.workflow.world import World, until

pytestmark = pytest.mark.stack


async def _restarted(world: World, request: CollectionRequest) -> WorkflowHandle[Any, Any]:
    handle = await world.start(request)
    agenda = await world.quiet(handle)
    if agenda.why.rule == "clock.behind_ledger":
        await world.forward(handle)
    return handle


@pytest.mark.parametrize("how", ["terminate", "cancel"])
async def test_ended_from_outside_and_started_again(world: World, how: str) -> None:
    """The new run takes the case over where it was; nobody is contacted twice for the same rung."""
    request = await world.loan()
    handle = await world.start(request)
    await world.contacted(handle)
    await (handle.terminate("test") if how == "terminate" else handle.cancel())
    await until(lambda: _ended(handle))
    again = await _restarted(world, request)
    view = await world.view(again)
    assert view.epoch == 2
    assert view.state["rung"] == 1
    await world.agrees(again)
    taken = await world.contacted(again, times=2)
    assert [c.channel for c in taken] == ["sms", "app_push"]
    await world.pay(again)
    assert (await again.result())["outcome"] == "cured"


async def test_terminated_while_a_contact_is_in_flight(world: World) -> None:
    """What was begun is known to the ledger: the new run finds out what became of it before anything else."""
    request = await world.loan()
    await world.bank.fault(Fault(system="messaging", mode="busy", retry_after_seconds=1))
    try:
        handle = await world.start(request)
        await world.until_it_contacts(handle)
        await until(lambda: _has(world, handle, "attempt_sending"))
        await handle.terminate("test")
    finally:
        await world.bank.heal()
    again = await _restarted(world, request)
    taken = await world.contacted(again)
    assert len({c.key for c in taken}) == len(taken)
    await world.agrees(again)
    kinds = await world.kinds(again)
    settled = [k for k in kinds if k in ("attempt_sent", "attempt_released")]
    assert kinds.count("attempt_reserved") == len(settled)


async def test_reset_to_its_beginning(world: World) -> None:
    """The run is rewound, the ledger is not: it catches up and repeats nothing."""
    request = await world.loan()
    handle = await world.start(request)
    await world.contacted(handle)
    history = await handle.fetch_history()
    first = next(e for e in history.events if e.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
    await world.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=world.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=handle.id),
            workflow_task_finish_event_id=first.event_id,
            reason="test",
            request_id=str(uuid4()),
        )
    )
    again = world.client.get_workflow_handle(handle.id)
    agenda = await world.quiet(again)
    if agenda.why.rule == "clock.behind_ledger":
        await world.forward(again)
    await world.agrees(again)
    assert len(await world.accepted(request.loan_id)) == 1
    await world.pay(again)
    assert (await again.result())["outcome"] == "cured"


async def test_a_run_that_was_taken_over_takes_back_only_if_it_is_the_current_one(world: World) -> None:
    """Another chain opened the episode; this run is still what the id stands for, so it carries the case again."""
    request = await world.loan()
    handle = await world.start(request)
    await world.quiet(handle)
    stranger = Opening(request=request, chain="another-chain", run_id="another-run", now=datetime.now(UTC))
    assert (await open_episode(world.pool, stranger)).status == "taken_over"
    await world.pay(handle, "10.00")
    await world.quiet(handle)
    view = await world.view(handle)
    assert view.epoch == 3
    await world.agrees(handle)


async def test_a_second_start_while_it_runs_is_the_same_case(world: World) -> None:
    """A platform that starts twice gets one case."""
    request = await world.loan()
    first = await world.start(request)
    second = await world.start(request)
    assert first.result_run_id == second.result_run_id


async def _ended(handle: WorkflowHandle[Any, Any]) -> bool:
    return (await handle.describe()).status != WorkflowExecutionStatus.RUNNING


async def _has(world: World, handle: WorkflowHandle[Any, Any], kind: str) -> bool:
    return kind in await world.kinds(handle)
