"""Policies and rulebooks: the shipped ones are published, and workers keep what they know up to date."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import asyncpg
import structlog

from domain.artefacts import digest
from ledger.artefacts import is_published, load_all, publish_policy, publish_rulebook
from policies.loader import shipped

log = structlog.get_logger(__name__)

REFRESH = 2.0
"""Seconds between looks for newly published artefacts."""


async def publish_shipped(pool: asyncpg.Pool, by: str = "arrears") -> None:
    """Publish the strategies and rulebooks of this checkout; what was published before is left alone.

    A rulebook becomes law when it is first published here, and not again: a newer one that somebody put in force stays.
    """
    strategies, rulebooks = shipped()
    for strategy in strategies:
        await publish_policy(pool, strategy, by)
    for book in rulebooks:
        if not await is_published(pool, digest(book)):
            await publish_rulebook(pool, book, by, datetime.now(UTC))


async def keep_loaded(pool: asyncpg.Pool) -> None:
    """Load what is published, again and again until cancelled; a ledger that is away is waited for."""
    while True:
        await asyncio.sleep(REFRESH)
        try:
            await load_all(pool)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            log.warning("artefacts_not_refreshed", error=type(error).__name__)
