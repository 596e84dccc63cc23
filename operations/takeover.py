"""Cases whose build no worker serves any more: they are ended and started again, and the ledger hands them over."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import asyncpg
from temporalio.client import Client, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.common import RawValue, SearchAttributeKey, WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.counting import counted
from ledger.episodes import open_loans
from operations.build import DEPLOYMENT
from operations.starting import AT_ONCE, RUNNING, loan_of, restart
from schemas.loan import CollectionRequest
from schemas.messages import CaseView, RunInput

_VERSION = SearchAttributeKey.for_keyword("TemporalWorkerDeploymentVersion")
PATIENCE = timedelta(seconds=5)
"""How long a build may take to answer a query before nobody serves it."""

_SILENT = (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED, RPCStatusCode.FAILED_PRECONDITION)


async def running_by_build(client: Client) -> dict[str, list[str]]:
    """The workflow ids of running cases by the build that each is on; "" for those that have not begun."""
    found: dict[str, list[str]] = defaultdict(list)
    async for execution in client.list_workflows(RUNNING):
        version = execution.typed_search_attributes.get(_VERSION) or ""
        found[version.removeprefix(DEPLOYMENT).lstrip(":.")].append(execution.id)
    return dict(found)


async def take_over_orphans(
    client: Client, pool: asyncpg.Pool, build: str, tell: Callable[[str], None] = lambda _line: None
) -> int:
    """Start anew every running case that is on another build than `build` and that no worker serves; answers how many.

    Safe because the ledger has all that they decided, and the signals that they alone had heard are sent again.
    """
    by_build = await running_by_build(client)
    orphans: list[str] = []
    for other, ids in sorted(by_build.items()):
        if other in ("", build):
            continue
        if await _is_served(client, other, ids):
            tell(f"{counted(len(ids), 'case runs', 'cases run')} on under build {other}, which a worker serves")
        else:
            tell(f"taking over {counted(len(ids), 'case')} of build {other}, which no worker serves any more")
            orphans += ids
    if not orphans:
        return 0
    requests = {loan.loan_id: loan.request for loan in await open_loans(pool)}
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(workflow: str) -> None:
        async with gate:
            description = await client.get_workflow_handle(workflow).describe()
            request = requests.get(loan_of(workflow)) or await _first_request(client, workflow)
            await restart(
                client, pool, request, description.run_id, conflict=WorkflowIDConflictPolicy.TERMINATE_EXISTING
            )

    async with asyncio.TaskGroup() as group:
        for workflow in orphans:
            group.create_task(one(workflow))
    return len(orphans)


async def _is_served(client: Client, build: str, workflows: Sequence[str]) -> bool:
    """Whether a worker of `build` answers for these cases, which were last on it.

    A case that is just handing over is answered for by its next build, and one that has ended by any: neither tells.
    """
    for workflow in workflows:
        handle = client.get_workflow_handle(workflow)
        try:
            view = await handle.query("case", result_type=CaseView, rpc_timeout=PATIENCE)
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError):
            return True
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                continue
            if error.status in _SILENT:
                return False
            raise
        if view.build == build:
            return True
    return True


async def _first_request(client: Client, workflow: str) -> CollectionRequest:
    """The request that a case was started with, from its history: one that waits for its opening is in no ledger."""
    async for event in client.get_workflow_handle(workflow).fetch_history_events(page_size=1):
        payloads = list(event.workflow_execution_started_event_attributes.input.payloads)
        given: list[Any] = await client.data_converter.decode(payloads, [RawValue])
        fields = json.loads(given[0].payload.data)
        return RunInput.model_validate(fields if "request" in fields else {"request": fields}).request
    raise LookupError(f"{workflow} has no history")
