"""The outbox: a borrower's new fact is in the ledger; open cases are nudged to look, until each has been."""

from __future__ import annotations

import asyncio

import asyncpg
import structlog
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from ledger.borrowers import nudged, pending_nudges
from schemas.messages import BorrowerChangedSignal

log = structlog.get_logger(__name__)

EVERY = 1.0


async def send_pending(client: Client, pool: asyncpg.Pool, limit: int = 100) -> int:
    """Signal the cases whose nudge is pending; answers how many were. A case that is gone needs none."""
    pending = await pending_nudges(pool, limit)
    done: list[int] = []
    for nudge in pending:
        handle = client.get_workflow_handle(f"collection-{nudge.loan_id}")
        try:
            await handle.signal("borrower_changed", BorrowerChangedSignal(borrower_id=nudge.borrower_id))
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                log.warning("nudge_failed", loan_id=nudge.loan_id, status=error.status.name)
                continue
        done.append(nudge.id)
    if done:
        await nudged(pool, done)
    return len(done)


async def keep_sending(client: Client, pool: asyncpg.Pool) -> None:
    """Relay the outbox until cancelled."""
    while True:
        try:
            while await send_pending(client, pool):
                pass
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, RPCError, TimeoutError) as error:
            log.warning("outbox_not_relayed", error=type(error).__name__)
        await asyncio.sleep(EVERY)
