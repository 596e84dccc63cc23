"""Policies, rulebooks and switches: published once, found by what they are, the latest of them the law."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
import pytest

from domain import artefacts as registry
from ledger import switches
from ledger.artefacts import (
    keep_rulebook,
    law_in_force,
    load_all,
    publish_policy,
    publish_rulebook,
    resolve_policy,
    rulebook_in_force,
)
from ledger.errors import ArtefactConflict, LooseningRefused
from ledger.pool import Pool
from ledger.switches import Switches
from schemas.rulebook import Base, Rulebook
from tests.ledger.support import NOON, rulebook, strategy, tamper

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has loaded nothing yet."""
    monkeypatch.setattr(registry, "_policies", {})
    monkeypatch.setattr(registry, "_rulebooks", {})


async def test_the_stored_text_gives_the_digest(pool: Pool) -> None:
    digest = await publish_policy(pool, strategy(), "tests")
    body = await pool.fetchval("SELECT body FROM artefact WHERE digest = $1", digest)
    assert hashlib.sha256(body.encode()).hexdigest() == digest
    assert registry.policy(digest) == strategy()


async def test_publishing_again_changes_nothing(pool: Pool) -> None:
    for _ in range(2):
        await publish_policy(pool, strategy(), "tests")
        await publish_rulebook(pool, rulebook(), "tests", LONG_AGO)
    await publish_rulebook(pool, rulebook(), "tests", NOON)
    assert await pool.fetchval("SELECT count(*) FROM artefact") == 2
    assert await pool.fetchval("SELECT count(*) FROM law_in_force") == 1


def laid_over(base: Rulebook, a_day: int) -> Rulebook:
    """The same book with another cap, which says that it is laid over `base`."""
    named = Base(name=base.name, version=base.version, sha256=registry.digest(base))
    return rulebook(a_day=a_day).model_copy(update={"name": "ours", "base": named})


@pytest.mark.parametrize("publish", [partial(publish_rulebook, in_force_from=LONG_AGO), keep_rulebook])
async def test_an_overlay_that_loosens_is_refused_by_the_ledger_too(
    pool: Pool, publish: Callable[..., Awaitable[str]]
) -> None:
    """Whoever publishes it, from no file that the loader has read: the base's cap of two a day may not become three."""
    base = rulebook(a_day=2)
    await publish_rulebook(pool, base, "tests", LONG_AGO)
    with pytest.raises(
        LooseningRefused, match=r"ours@1 is laid over .*3 is laxer than the base's 2 \(maximum\): write 2"
    ):
        await publish(pool, laid_over(base, 3), by="tests")
    dropped = laid_over(base, 2).model_copy(update={"rules": base.rules[:-1]})
    with pytest.raises(LooseningRefused, match="a rule of the base is dropped"):
        await publish(pool, dropped, by="tests")
    assert await law_in_force(pool) == (registry.digest(base),)
    assert await pool.fetchval("SELECT count(*) FROM artefact") == 1
    tighter = await publish(pool, laid_over(base, 1), by="tests")
    assert registry.rulebook(tighter) == laid_over(base, 1)


async def test_an_overlay_whose_base_is_not_in_the_ledger_is_refused(pool: Pool) -> None:
    """Nobody could hold it against anything; nor against another book of that name, or under another name."""
    base = rulebook(a_day=2)
    with pytest.raises(LooseningRefused, match="which is not in this ledger"):
        await publish_rulebook(pool, laid_over(base, 1), "tests", LONG_AGO)
    await keep_rulebook(pool, base, "tests")
    assert await law_in_force(pool) == ()
    misnamed = laid_over(base.model_copy(update={"version": "99"}), 1)
    assert misnamed.base is not None
    misnamed = misnamed.model_copy(update={"base": misnamed.base.model_copy(update={"sha256": registry.digest(base)})})
    with pytest.raises(LooseningRefused, match="which is not in this ledger"):
        await publish_rulebook(pool, misnamed, "tests", LONG_AGO)


async def test_another_text_needs_another_version(pool: Pool) -> None:
    await publish_policy(pool, strategy("1"), "tests")
    with pytest.raises(ArtefactConflict, match="default@1 is published with another text"):
        await publish_policy(pool, strategy("1", grace_days=5), "tests")
    assert await resolve_policy(pool, "default@1") == registry.digest(strategy("1"))


async def test_a_policy_is_found_by_name_version_or_digest(pool: Pool) -> None:
    assert await resolve_policy(pool, None) is None
    one = await publish_policy(pool, strategy("1"), "tests")
    two = await publish_policy(pool, strategy("2"), "tests")
    soft = await publish_policy(pool, strategy("1", name="soft"), "tests")
    book = await publish_rulebook(pool, rulebook(), "tests", LONG_AGO)
    found = {
        None: two,
        "": two,
        "default": two,
        "default@1": one,
        "default@2": two,
        "soft": soft,
        one: one,
        book: None,
        "default@3": None,
        "test": None,
        "def\0ault": None,
    }
    assert {ref: await resolve_policy(pool, ref) for ref in found} == found


async def test_another_process_learns_all_that_is_published(pool: Pool, forgetful: None) -> None:
    policy = await publish_policy(pool, strategy(), "tests")
    book = await publish_rulebook(pool, rulebook(), "tests", LONG_AGO)
    registry._policies.clear()
    registry._rulebooks.clear()
    assert await load_all(pool) == 2
    assert (registry.policy(policy), registry.rulebook(book)) == (strategy(), rulebook())


async def test_the_law_is_loaded_when_the_guard_needs_it(pool: Pool, forgetful: None) -> None:
    book = await publish_rulebook(pool, rulebook(), "tests", LONG_AGO)
    registry._rulebooks.clear()
    assert await rulebook_in_force(pool, NOON) == (book, rulebook())


async def test_a_text_that_was_changed_in_the_table_is_refused(pool: Pool, database_url: str) -> None:
    await publish_rulebook(pool, rulebook(a_day=1), "tests", LONG_AGO)
    await tamper(database_url, "UPDATE artefact SET body = replace(body, '\"maximum\":1', '\"maximum\":9')")
    with pytest.raises(ArtefactConflict, match="tampered"):
        await load_all(pool)


async def test_the_law_is_what_came_into_force_last(pool: Pool) -> None:
    assert await law_in_force(pool) == ()
    now = datetime.now(UTC)
    first = await publish_rulebook(pool, rulebook("1"), "tests", LONG_AGO)
    future = await publish_rulebook(pool, rulebook("3"), "tests", now + timedelta(days=5 * 366))
    assert await law_in_force(pool) == (first,)
    second = await publish_rulebook(pool, rulebook("2"), "tests", LONG_AGO.replace(year=2010))
    assert await law_in_force(pool) == (second,)
    assert await law_in_force(pool, LONG_AGO.replace(year=1990)) == (second,), "a book of the past: today's law"
    assert await law_in_force(pool, now + timedelta(days=6 * 366)) == (future,), "a book ahead of the wall"


async def test_an_older_rulebook_is_law_again_when_published_from_later_on(pool: Pool) -> None:
    first = await publish_rulebook(pool, rulebook("1"), "tests", LONG_AGO)
    second = await publish_rulebook(pool, rulebook("2"), "tests", LONG_AGO.replace(year=2010))
    assert await law_in_force(pool) == (second,)
    await publish_rulebook(pool, rulebook("1"), "tests", LONG_AGO.replace(year=2011))
    assert await law_in_force(pool) == (first,)


async def test_a_law_from_a_time_without_zone_is_refused(pool: Pool) -> None:
    with pytest.raises(ValueError, match="without zone"):
        await publish_rulebook(pool, rulebook(), "tests", LONG_AGO.replace(tzinfo=None))
    assert await pool.fetchval("SELECT count(*) FROM artefact") == 0


async def test_the_latest_flip_of_each_switch_counts_and_all_stay_on_record(pool: Pool) -> None:
    assert await switches.state(pool) == Switches(stop_all=False, shadow=False)
    await switches.flip(pool, "stop_all", True, "operator-1", "incident")
    await switches.flip(pool, "shadow", True, "operator-1", "trial")
    assert await switches.state(pool) == Switches(stop_all=True, shadow=True)
    await switches.flip(pool, "stop_all", False, "operator-2", "over")
    assert await switches.state(pool) == Switches(stop_all=False, shadow=True)
    rows = await pool.fetch("SELECT name, is_on, flipped_by, why FROM switch ORDER BY number")
    assert [tuple(row) for row in rows] == [
        ("stop_all", True, "operator-1", "incident"),
        ("shadow", True, "operator-1", "trial"),
        ("stop_all", False, "operator-2", "over"),
    ]


async def test_there_are_two_switches(pool: Pool) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await switches.flip(pool, "everything", True, "operator-1", "why not")  # pyright: ignore[reportArgumentType]
