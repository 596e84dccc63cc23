"""A worker process of Arrears: `python3 worker.py --role workflows|activities|all`.

Reads `TEMPORAL_*` or a Temporal profile, `DATABASE_URL`, and `ARREARS_*` (see docs/operations.md). Ends on SIGTERM or
SIGINT when what is in flight has ended.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

import structlog

from ledger.pool import connect as connect_ledger
from operations.connect import connect
from operations.errors import UsageError
from operations.exits import leave
from operations.logs import configure
from operations.runner import ROLES, Role, run
from operations.servers import warn_about
from operations.settings import Settings


async def main(role: Role) -> None:
    """Connect, run, and end on a signal."""
    settings = Settings()
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    client = await connect()
    for warning in await warn_about(client):
        structlog.get_logger(__name__).warning("server_too_old", warning=warning)
    pool = await connect_ledger(settings.database(), max_size=16)
    try:
        await run(client, pool, settings, role, stop)
    finally:
        await asyncio.wait_for(pool.close(), 10)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A worker process of Arrears.")
    parser.add_argument("--role", choices=ROLES, default="all")
    chosen: Role = parser.parse_args().role
    configure(Settings().log_format)
    try:
        asyncio.run(main(chosen))
    except UsageError as error:
        print(f"worker: {error}", file=sys.stderr)
        leave(2)
    leave(0)
