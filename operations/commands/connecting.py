"""The server, for commands that tell what the ledger has: they ask it too, and do without it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from temporalio.client import Client

from operations.commands.output import messages
from operations.connect import connect
from operations.errors import UsageError


async def client_if_any(variables: Mapping[str, str]) -> Client | None:
    """A client, if a server is named and answers; else None, and a line that says so."""
    if not any(name.startswith("TEMPORAL_") for name in variables):
        return None
    try:
        async with asyncio.timeout(5):
            return await connect(variables)
    except (UsageError, TimeoutError):
        messages.print("the Temporal server does not answer: this is what the ledger says", style="yellow")
        return None
