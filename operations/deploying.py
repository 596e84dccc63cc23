"""Bringing a new build under living cases: make it current, then wake them so that quiet ones hand over to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.enums.v1 import RoutingConfigUpdateState, TaskQueueType, WorkerStatus
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkerDeploymentRequest,
    ListWorkersRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.queues import WORKFLOWS
from operations.build import DEPLOYMENT, build_id
from operations.current import make_current
from operations.errors import UsageError
from operations.takeover import running_by_build

RATE = 50.0
"""Wakes a second: each is a workflow task, and a replay where the case was evicted."""
SETTLE = 5.0
"""Seconds without a case moving after which those left are woken once more, or left to move later."""
ROUNDS = 2
POLL = timedelta(seconds=75)
"""A worker that waits for tasks asks anew every minute: one not heard of for longer is gone."""


@dataclass(frozen=True)
class Deployed:
    """`build` is current. `woken` cases were on another build; `builds` counts running cases by build, afterwards."""

    build: str
    woken: int
    builds: dict[str, int]


async def deploy(
    client: Client,
    build: str | None = None,
    *,
    rate: float = RATE,
    patience: float = 30,
    advance: Callable[[int, int], None] | None = None,
) -> Deployed:
    """Make `build` (default: this checkout's) current and wake every running case that is on another.

    Quiet cases hand over at once; the rest need another `deploy` once they are quiet. `advance` is told how many of how
    many are woken.

    Raises:
        UsageError: no worker of the build polls.
    """
    build = build or build_id()
    await _wait_for_worker(client, build, patience)
    await make_current(client, build, patience)
    await _wait_for_routing(client, patience)
    others = await _on_others(client, build)
    woken = len(others)
    counts = await _counts(client)
    for _ in range(ROUNDS):
        if not others:
            break
        await _wake_all(client, others, rate, advance)
        # A case that began its task before the server's news reached its queue has seen no new build.
        counts = await _settled(client, build)
        others = await _on_others(client, build)
    return Deployed(build=build, woken=woken, builds=counts)


async def has_worker(client: Client, build: str) -> bool:
    """Whether a worker of this build asks for cases: one has done so lately and has not said that it leaves.

    The server itself takes a build for served that was ever polled for.
    """
    queue = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=WORKFLOWS),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            report_pollers=True,
        )
    )
    since = datetime.now(UTC) - POLL
    recent = {
        poller.identity
        for poller in queue.pollers
        if poller.deployment_options.build_id == build and poller.last_access_time.ToDatetime(tzinfo=UTC) > since
    }
    return bool(recent - await _leaving(client) if recent else recent)


async def _leaving(client: Client) -> set[str]:
    """Identities of workers that said they are ending; none from a server too old to know."""
    try:
        listed = await client.workflow_service.list_workers(ListWorkersRequest(namespace=client.namespace))
    except RPCError as error:
        if error.status in (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.FAILED_PRECONDITION):
            return set()
        raise
    ended = (WorkerStatus.WORKER_STATUS_SHUTTING_DOWN, WorkerStatus.WORKER_STATUS_SHUTDOWN)
    beats = (info.worker_heartbeat for info in listed.workers_info)
    return {beat.worker_identity for beat in beats if beat.task_queue == WORKFLOWS and beat.status in ended}


async def _wait_for_worker(client: Client, build: str, patience: float) -> None:
    deadline = asyncio.get_running_loop().time() + patience
    while not await has_worker(client, build):
        if asyncio.get_running_loop().time() > deadline:
            raise UsageError(
                f"no worker of build {build} asks for cases in namespace {client.namespace}: start one with this code "
                "(`python3 worker.py --role workflows`, locally `python3 starter.py up`), then deploy again"
            )
        await asyncio.sleep(0.2)


async def _wait_for_routing(client: Client, patience: float) -> None:
    """Wait until every queue has heard which build is current, as far as the server tells."""
    deadline = asyncio.get_running_loop().time() + patience
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
    while asyncio.get_running_loop().time() < deadline:
        answer = await client.workflow_service.describe_worker_deployment(request)
        info: WorkerDeploymentInfo = answer.worker_deployment_info
        if info.routing_config_update_state != RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS:
            return
        await asyncio.sleep(0.1)


async def _on_others(client: Client, build: str) -> list[str]:
    """Running cases that have begun under another build."""
    found = await running_by_build(client)
    return [workflow for version in sorted(found) if version not in ("", build) for workflow in found[version]]


async def _wake_all(
    client: Client, workflows: list[str], rate: float, advance: Callable[[int, int], None] | None
) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, workflow in enumerate(workflows):
        await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
        await _wake(client, workflow)
        if advance:
            advance(number + 1, len(workflows))


async def _wake(client: Client, workflow: str) -> None:
    try:
        await client.get_workflow_handle(workflow).signal("wake")
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:  # it ended in the meantime
            raise


async def _settled(client: Client, build: str) -> dict[str, int]:
    """The counts once all have moved, or once for a while no more do."""
    loop = asyncio.get_running_loop()
    counts = await _counts(client)
    moved_at = loop.time()
    while set(counts) - {build} and loop.time() - moved_at < SETTLE:
        await asyncio.sleep(0.2)
        now = await _counts(client)
        if now.get(build, 0) != counts.get(build, 0):
            moved_at = loop.time()
        counts = now
    return counts


async def _counts(client: Client) -> dict[str, int]:
    return {build or "(not begun)": len(ids) for build, ids in sorted((await running_by_build(client)).items())}
