"""Which build of the workflows is current: new cases, and quiet ones that are woken, go there."""

from __future__ import annotations

import asyncio

from temporalio.api.enums.v1 import RoutingConfigUpdateState
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from operations.build import DEPLOYMENT, build_id
from operations.errors import UsageError


async def make_current(client: Client, build: str | None = None, patience: float = 30) -> str:
    """Make `build` (default: this checkout's) the current version; answers it.

    Waits until a worker of it polls: a version that no worker serves would hold every new case up. Then until the server has
    told its task queues, which it does a little later: a case started before that would still go to the build before. Raises
    UsageError if no worker polls, or the queues are not told, within `patience` seconds.
    """
    build = build or build_id()
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=DEPLOYMENT,
        build_id=build,
        identity=client.identity,
        ignore_missing_task_queues=True,
    )
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as error:
            waiting = error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)
            if not waiting:
                raise
            if asyncio.get_running_loop().time() > deadline:
                raise UsageError(
                    f"no worker of build {build} polls {client.namespace}: start `worker.py --role workflows` "
                    "with this code first"
                ) from error
            await asyncio.sleep(0.2)
        else:
            break
    while not await _routed(client):
        if asyncio.get_running_loop().time() > deadline:
            raise UsageError(f"the server has not routed new cases to build {build} yet: give the command again")
        await asyncio.sleep(0.05)
    return build


async def _routed(client: Client) -> bool:
    """Whether the server's task queues know the current version; yes of a server that does not say."""
    asked = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
    answer = await client.workflow_service.describe_worker_deployment(asked)
    state = answer.worker_deployment_info.routing_config_update_state
    return state != RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS
