"""Four eyes on strategies: nothing is used before somebody else than its maker has approved it."""

from __future__ import annotations

import asyncpg
import pytest

from ledger import approvals
from ledger.artefacts import load_all, publish_policy, resolve_policy
from ledger.episodes import open_episode
from ledger.errors import ApprovalRefused, ArtefactConflict
from ledger.pool import Pool
from tests.ledger.support import opening, strategy

TEXTS = "t" * 64


async def waiting(pool: Pool) -> str:
    """The shipped version 1, and version 2 that maker-li has submitted."""
    await publish_policy(pool, strategy("1"), "tests")
    return await approvals.submit(pool, strategy("2"), TEXTS, "maker-li", "calls earlier")


async def approve(pool: Pool, by: str = "chief-zhao", texts: str = TEXTS) -> str:
    return await approvals.approve(pool, "default", "2", texts, by, "looked at")


async def test_what_waits_for_approval_is_not_found_by_any_name(pool: Pool) -> None:
    """By name the older one is; by version and digest nothing."""
    digest = await waiting(pool)
    assert await resolve_policy(pool, "default@2") is None
    assert await resolve_policy(pool, digest) is None
    assert await resolve_policy(pool, "default") == await resolve_policy(pool, "default@1")
    assert await load_all(pool) == 2


async def test_no_case_opens_under_it(pool: Pool) -> None:
    """The ledger refuses; after the approval the same request opens."""
    digest = await waiting(pool)
    assert (await open_episode(pool, opening(policy="default@2"))).status == "unknown_policy"
    assert await approve(pool) == digest
    assert (await open_episode(pool, opening(policy="default@2"))).policy == digest
    assert await resolve_policy(pool, "default") == digest


async def test_the_maker_is_not_the_checker(pool: Pool) -> None:
    """Said in words, and held by the database against whoever goes past the words."""
    digest = await waiting(pool)
    with pytest.raises(ApprovalRefused, match="maker-li published default@2: somebody else"):
        await approve(pool, by="maker-li")
    insert = "INSERT INTO strategy_approval (digest, submitted_by, approved_by, why) VALUES ($1, $2, $3, 'x')"
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(insert, digest, "maker-li", "maker-li")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await pool.execute(insert, digest, "somebody", "maker-li")
    assert await resolve_policy(pool, digest) is None


async def test_texts_that_changed_since_are_not_approved(pool: Pool) -> None:
    """The checker approves what the maker showed: templates and talking points too."""
    await waiting(pool)
    with pytest.raises(ApprovalRefused, match="have changed since"):
        await approve(pool, texts="u" * 64)


async def test_there_must_be_something_to_approve(pool: Pool) -> None:
    """Not what is unknown, came with the code, or is approved."""
    await publish_policy(pool, strategy("1"), "tests")
    for version, why in (("2", "no policy default@2"), ("1", "came with the code")):
        with pytest.raises(ApprovalRefused, match=why):
            await approvals.approve(pool, "default", version, TEXTS, "chief-zhao", "looked at")
    await approvals.submit(pool, strategy("2"), TEXTS, "maker-li", "calls earlier")
    await approve(pool)
    with pytest.raises(ApprovalRefused, match="approved already, by chief-zhao"):
        await approve(pool, by="chief-sun")


async def test_a_version_is_submitted_once(pool: Pool) -> None:
    """The same text again says nothing new; another text needs another version."""
    await waiting(pool)
    with pytest.raises(ArtefactConflict, match="the very same text"):
        await approvals.submit(pool, strategy("2"), TEXTS, "maker-wu", "again")
    with pytest.raises(ArtefactConflict, match="another text"):
        await approvals.submit(pool, strategy("2", grace_days=5), TEXTS, "maker-wu", "other")


async def test_the_list_tells_who_and_how_many(pool: Pool) -> None:
    """In the order of publication, with the open cases of each."""
    await waiting(pool)
    await open_episode(pool, opening(policy="default@1"))
    first, second = await approvals.published(pool)
    assert (first.version, first.usable, first.submitted_by, first.open_cases) == ("1", True, None, 1)
    assert (second.version, second.usable, second.submitted_by, second.open_cases) == ("2", False, "maker-li", 0)
    assert await approvals.pinned(pool, first.digest) == ["L-1"]
    await approve(pool)
    _, second = await approvals.published(pool)
    assert (second.usable, second.approved_by, second.approved_why) == (True, "chief-zhao", "looked at")
