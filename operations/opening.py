"""Waiting until cases that were started stand in the ledger: only then is each carried by a workflow that works."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence

import asyncpg
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from operations.starting import workflow_id
from reports.book import known, written

STILLNESS = 15.0
"""Seconds without a single new case before those that are missing are looked at one by one."""
PATIENCE = 120.0
"""Seconds in which no case of the ledger gets anywhere, after which the missing ones are given up on."""
_LOOKED_AT = 50


async def until_opened(
    client: Client, pool: asyncpg.Pool, loans: Sequence[str], advance: Callable[[int], None] = lambda _done: None
) -> Counter[str]:
    """Wait until the ledger has opened a case of each loan; answers what became of those that it never will.

    `advance` is told how many are open. A case whose workflow ended without opening is an error by its status; one
    that has not opened when nothing moves in the ledger for `PATIENCE` seconds is `NOT_OPENED`: no worker may be running.
    """
    missing = list(loans)
    errors: Counter[str] = Counter()
    last_opened = last_written = time.monotonic()
    facts = -1
    while missing:
        there = await known(pool, missing)
        now = time.monotonic()
        if there:
            missing = [loan for loan in missing if loan not in there]
            last_opened = now
            advance(len(loans) - len(missing) - errors.total())
        before, facts = facts, await written(pool)
        if facts != before:
            last_written = now
        if missing and now - last_opened > STILLNESS:
            last_opened = now
            ended = await _ended(client, missing)
            errors.update(ended.values())
            missing = [loan for loan in missing if loan not in ended]
        if missing and now - last_written > PATIENCE:
            errors["NOT_OPENED"] += len(missing)
            break
        if missing:
            await asyncio.sleep(0.3)
    return errors


async def _ended(client: Client, loans: Sequence[str]) -> dict[str, str]:
    """The status of those workflows that do not run, by loan."""
    found: dict[str, str] = {}
    for loan in loans[:_LOOKED_AT]:
        try:
            status = (await client.get_workflow_handle(workflow_id(loan)).describe()).status
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                found[loan] = "NOT_FOUND"
            continue
        if status is not None and status != WorkflowExecutionStatus.RUNNING:
            found[loan] = status.name
    return found
