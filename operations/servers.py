"""What the connected Temporal server cannot do."""

from __future__ import annotations

from temporalio.client import Client

from local.external import server_version, server_warnings


async def warn_about(client: Client) -> list[str]:
    """Sentences for a server that is too old, empty for one that is not."""
    return server_warnings(await server_version(client))
