"""A case moved to another strategy stays there: its stream's row, takeovers and reopenings follow, and the audit agrees."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.append import append
from ledger.artefacts import publish_policy
from ledger.episodes import open_episode, reopen_episode
from ledger.pool import Pool
from operations.examining import Difference, examine
from schemas.facts import PolicyAdopted
from schemas.ledger import NewFact
from tests.ledger.support import NOON, Desk, closing, opening, payment, strategy


@pytest.fixture
async def second(pool: Pool, policy: str) -> str:
    """The digest of another strategy."""
    return await publish_policy(pool, strategy("2"), "tests")


def adopting(policy: str, fact_id: str = "update:u1") -> NewFact:
    body = PolicyAdopted(policy=policy, reason="pilot")
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="desk", actor="chief", body=body)


async def is_sound(pool: Pool) -> bool:
    """Whether the ledger's audit finds nothing at all."""
    return (await examine(pool)).differences == []


async def test_an_adoption_moves_the_streams_policy(pool: Pool, case: Desk, policy: str, second: str) -> None:
    """Like any decision, and the facts fold to what the row says."""
    assert (await case.state()).policy == policy
    assert (await case.tell(adopting(second))).status == "ok"
    state = await case.state()
    assert (state.policy, state.decision_head, state.state, state.epoch) == (second, case.after.seq, "open", 1)
    assert await is_sound(pool)


async def test_the_last_adoption_counts(pool: Pool, case: Desk, policy: str, second: str) -> None:
    """There and back again, with other facts between."""
    await case.tell(adopting(second))
    await case.tell(payment("p1"))
    assert (await case.state()).policy == second
    await case.tell(adopting(policy, "update:u2"))
    assert (await case.state()).policy == policy
    assert await is_sound(pool)


async def test_a_stale_adoption_moves_nothing(pool: Pool, case: Desk, policy: str, second: str) -> None:
    """Something newer had arrived: it is decided again."""
    await append(pool, case.call(payment("p1")))
    assert (await case.tell(adopting(second))).status == "stale"
    assert (await case.state()).policy == policy
    assert await is_sound(pool)


async def test_the_same_adoption_again_does_not_undo_a_later_one(
    pool: Pool, case: Desk, policy: str, second: str
) -> None:
    """A task that failed runs the same append again."""
    call = case.call(adopting(second))
    await append(pool, call)
    await case.tell()
    await case.tell(adopting(policy, "update:u2"))
    assert (await append(pool, call)).status == "ok"
    assert (await case.state()).policy == policy
    assert await is_sound(pool)


async def test_whoever_takes_the_case_over_gets_the_adopted_one(pool: Pool, case: Desk, second: str) -> None:
    """Not the one of the opening, nor the one that the new request names."""
    await case.tell(adopting(second))
    taken = await open_episode(pool, opening(chain="chain-b", policy="default@1"))
    assert (taken.status, taken.policy) == ("taken_over", second)
    assert (await open_episode(pool, opening(chain="chain-b"))).policy == second
    assert await is_sound(pool)


async def test_a_reopened_case_keeps_it_and_a_new_episode_starts_with_its_own(
    pool: Pool, case: Desk, policy: str, second: str
) -> None:
    """An episode's strategy ends with the episode."""
    await case.tell(adopting(second))
    await case.tell(closing("c1"))
    again = await reopen_episode(pool, opening())
    assert (again.status, again.policy) == ("opened", second)
    case.epoch, case.facts = again.epoch, list(again.facts)
    await case.tell(closing("c2"))
    new = await open_episode(pool, opening(overdue_since=date(2027, 3, 1), policy="default@1"))
    assert (new.status, new.policy) == ("opened", policy)
    assert (await case.state()).policy == policy
    assert await is_sound(pool)


async def test_a_row_that_forgot_the_adoption_is_found(pool: Pool, case: Desk, policy: str, second: str) -> None:
    """And one that adopted what no fact tells of."""
    await case.tell(adopting(second))
    await pool.execute("UPDATE stream SET policy = $1 WHERE stream = $2", policy, case.stream)
    said = f"row of stream: policy is {policy}, its facts say {second}"
    assert (await examine(pool)).differences == [Difference("loan:L-1", said)]
    other = await Desk.open(pool, "L-2", "B-2")
    await pool.execute("UPDATE stream SET policy = $1 WHERE stream = $2", policy, other.stream)
    said = f"row of stream: policy is {policy}, its facts say {second}"
    assert Difference("loan:L-2", said) in (await examine(pool)).differences
