"""Publishing what is shipped, again and again."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
import pytest

from domain.artefacts import digest
from ledger.artefacts import is_published, law_in_force, publish_rulebook
from operations.artefacts import LAW, publish_shipped
from operations.errors import UsageError
from policies.loader import shipped


async def test_a_rulebook_that_somebody_put_in_force_outlives_the_next_start(pool: asyncpg.Pool) -> None:
    """`up` publishes the shipped ones each time; it must not take a newer law back."""
    await publish_shipped(pool)
    book = next(book for book in shipped()[1] if book.name == LAW)
    newer = book.model_copy(update={"version": "2099.1"})
    published = await publish_rulebook(pool, newer, "compliance", datetime.now(UTC))
    await publish_shipped(pool)
    assert await law_in_force(pool) == (published,)


async def test_an_overlay_is_law_with_its_base_beneath_it(pool: asyncpg.Pool) -> None:
    """The base is in the ledger then, and is no law."""
    await publish_shipped(pool, law="us-ma-first-party")
    books = {book.name: book for book in shipped()[1]}
    assert await law_in_force(pool) == (digest(books["us-ma-first-party"]),)
    assert await is_published(pool, digest(books["us-first-party"]))


async def test_the_law_may_be_another_of_the_shipped_rulebooks(pool: asyncpg.Pool) -> None:
    """One is law, and no more; what is not there is named with what is."""
    await publish_shipped(pool, law="us-third-party")
    wanted = next(book for book in shipped()[1] if book.name == "us-third-party")
    assert await law_in_force(pool) == (digest(wanted),)
    with pytest.raises(UsageError, match="no rulebook 'mars'; one of cn, in, uk, us-first-party"):
        await publish_shipped(pool, law="mars")
