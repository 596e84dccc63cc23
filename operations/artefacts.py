"""Policies and rulebooks: the shipped ones are published, and workers keep what they know up to date."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import asyncpg
import structlog

from domain.artefacts import digest
from ledger.artefacts import is_published, keep_rulebook, load_all, publish_policy, publish_rulebook
from operations.errors import UsageError
from policies.loader import shipped
from schemas.rulebook import Rulebook

log = structlog.get_logger(__name__)

REFRESH = 2.0
"""Seconds between looks for newly published artefacts."""


LAW = "cn"
"""The rulebook that is law where nobody says otherwise."""


async def publish_shipped(pool: asyncpg.Pool, by: str = "arrears", law: str = LAW) -> None:
    """Publish the strategies of this checkout, and its rulebook named `law`; what was published before is left alone.

    A rulebook becomes law when it is first published here, and not again: a newer one that somebody put in force stays.

    Raises UsageError: there is no such rulebook.
    """
    strategies, rulebooks = shipped()
    if law not in (names := [book.name for book in rulebooks]):
        raise UsageError(f"ARREARS_RULEBOOK: there is no rulebook {law!r}; one of {', '.join(names)}")
    for strategy in strategies:
        await publish_policy(pool, strategy, by)
    for book in rulebooks:
        if book.name == law and not await is_published(pool, digest(book)):
            await _keep_beneath(pool, book, rulebooks, by)
            await publish_rulebook(pool, book, by, datetime.now(UTC))


async def _keep_beneath(pool: asyncpg.Pool, book: Rulebook, rulebooks: tuple[Rulebook, ...], by: str) -> None:
    """Put the books into the ledger over which `book` is laid: the ledger compares them itself."""
    for base in rulebooks:
        if book.base is not None and digest(base) == book.base.sha256:
            await _keep_beneath(pool, base, rulebooks, by)
            await keep_rulebook(pool, base, by)


async def keep_loaded(pool: asyncpg.Pool) -> None:
    """Load what is published, again and again until cancelled; a ledger that is away is waited for."""
    while True:
        await asyncio.sleep(REFRESH)
        try:
            await load_all(pool)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            log.warning("artefacts_not_refreshed", error=type(error).__name__)
