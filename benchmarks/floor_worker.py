"""The floor's worker process, with the settings of ours: `python -m benchmarks.floor_worker PLANS GATEWAYS`."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import httpx2
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

from activities import queues
from benchmarks import plans
from benchmarks.floor import Floor
from benchmarks.floor_activities import TABLE, FloorActivities
from ledger.pool import connect as connect_database
from operations.connect import connect
from operations.exits import leave
from operations.runner import GRACE
from operations.settings import Settings

VERSION = WorkerDeploymentVersion(deployment_name="floor", build_id="1")
QUEUE = plans.QUEUE_PREFIX + queues.WORKFLOWS
READY = "floor_running"
_ACTIVITY_QUEUES = (
    queues.LEDGER,
    queues.CORE_BANKING,
    queues.CREDIT_BUREAU,
    queues.MESSAGING,
    queues.TELEPHONY,
    queues.FIELD_FORCE,
    queues.DOCUMENTS,
    queues.COURT,
)


def workers(client: Client, activities: FloorActivities, settings: Settings) -> list[Worker]:
    """As `operations.runner` makes ours: as many, on as many queues, polling and caching alike."""
    workflows = Worker(
        client,
        task_queue=QUEUE,
        workflows=[Floor],
        activities=[activities.act],
        workflow_runner=UnsandboxedWorkflowRunner(),
        deployment_config=WorkerDeploymentConfig(
            version=VERSION, use_worker_versioning=True, default_versioning_behavior=VersioningBehavior.PINNED
        ),
        max_cached_workflows=settings.workflow_cache,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        no_remote_activities=True,
        disable_eager_activity_execution=True,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
        graceful_shutdown_timeout=GRACE,
    )
    return [workflows] + [
        Worker(
            client,
            task_queue=plans.QUEUE_PREFIX + queue,
            activities=[activities.act],
            activity_task_poller_behavior=PollerBehaviorAutoscaling(),
            graceful_shutdown_timeout=GRACE,
        )
        for queue in _ACTIVITY_QUEUES
    ]


async def main(path: Path, gateways: str) -> None:
    """Run until told to stop."""
    settings = Settings()
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    plans.load(path)
    client = await connect()
    pool = await connect_database(settings.database(), max_size=16)
    await pool.execute(TABLE)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx2.AsyncClient())
        for worker in workers(client, FloorActivities(pool, http, gateways), settings):
            await stack.enter_async_context(worker)
        print(READY, flush=True)
        await stop.wait()
    await asyncio.wait_for(pool.close(), 10)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
    leave(0)
