"""What came of a start: a case that is open, or an episode that was closed before and stays so."""

from __future__ import annotations

import asyncio
from typing import Literal

import asyncpg
from temporalio.client import WorkflowExecutionStatus

from operations.sending import ending
from operations.starting import CaseHandle, until_open
from schemas.loan import CollectionRequest

Begun = Literal["not_opened", "open", "closed", "looking"]

_EVERY = 0.05


async def came_of(handle: CaseHandle, pool: asyncpg.Pool, request: CollectionRequest, patience: float) -> Begun:
    """Wait for `patience` seconds until it is known what came of a start.

    `not_opened`: the ledger has not heard of it. `open`: it has a case of the loan open. `closed`: the episode was closed and
    stays so, for nothing is owed again. `looking`: it was closed, and whether anything is owed again is not known yet.
    """
    if not await until_open(pool, request, patience):
        return "not_opened"
    deadline = asyncio.get_running_loop().time() + patience
    while await ending(pool, request.loan_id):
        if (await handle.describe()).status != WorkflowExecutionStatus.RUNNING:
            # It may have reopened the case between the two looks.
            return "closed" if await ending(pool, request.loan_id) else "open"
        if asyncio.get_running_loop().time() > deadline:
            return "looking"
        await asyncio.sleep(_EVERY)
    return "open"
