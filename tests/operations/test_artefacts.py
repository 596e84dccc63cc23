"""Publishing what is shipped, again and again."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg

from ledger.artefacts import law_in_force, publish_rulebook
from operations.artefacts import publish_shipped
from policies.loader import shipped


async def test_a_rulebook_that_somebody_put_in_force_outlives_the_next_start(pool: asyncpg.Pool) -> None:
    """`up` publishes the shipped ones each time; it must not take a newer law back."""
    await publish_shipped(pool)
    (book,) = shipped()[1]
    newer = book.model_copy(update={"version": "2099.1"})
    digest = await publish_rulebook(pool, newer, "compliance", datetime.now(UTC))
    await publish_shipped(pool)
    assert await law_in_force(pool) == (digest,)
