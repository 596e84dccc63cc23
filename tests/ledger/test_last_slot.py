"""The last slot under a cap: whoever races for it, over whatever loans, points and channels, one gets it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from ledger.artefacts import publish_policy, publish_rulebook
from ledger.pool import Pool, connect
from ledger.reading import broken_links
from ledger.reservations import Reserved, reserve
from policies.loader import HERE, load_rulebook
from schemas.contact import Channel, ContactProposal
from tests.ledger.support import NOON, Desk, strategy

WORKERS = 32
ROUNDS = 4
"""One a day: every day has its own last slot."""


@dataclass(frozen=True)
class Race:
    """What the workers want, in turn; what was made before on the day; and the cap, whose last slot it is then."""

    channels: tuple[Channel, ...]
    points: int
    before: tuple[Channel, ...]
    cap: str


RACES = {
    "loans of one borrower, one telephone": Race(("sms",), 1, ("sms",), "HOUSE.MESSAGES"),
    "as many telephones and addresses": Race(("sms", "email"), WORKERS, ("letter",), "HOUSE.MESSAGES"),
    "a vendor's robots and another's people": Race(
        ("robot_call", "human_call"), WORKERS, ("robot_call", "human_call"), "HOUSE.CALLS"
    ),
}

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
async def vendors(database_url: str) -> AsyncIterator[tuple[Pool, Pool]]:
    """Two programs' connections, half of the workers' each; all are open when the race begins."""
    pools = [await connect(database_url, min_size=WORKERS // 2, max_size=WORKERS // 2) for _ in range(2)]
    await publish_policy(pools[0], strategy(), "tests")
    cn = load_rulebook(HERE / "rulebooks" / "cn.yaml")
    await publish_rulebook(pools[0], cn, "tests", datetime(2000, 1, 1, tzinfo=UTC))
    yield pools[0], pools[1]
    for pool in pools:
        await pool.close()


@pytest.mark.parametrize("race", RACES.values(), ids=RACES.keys())
async def test_32_concurrent_workers_racing_for_the_last_slot_under_a_cap_get_exactly_one(
    vendors: tuple[Pool, Pool], database_url: str, race: Race
) -> None:
    """On real PostgreSQL, 32 connections, all waiting for the borrower at once when they are let go."""
    desks = [await Desk.open(vendors[0], f"L-{n}", "B-1") for n in range(WORKERS)]
    for day in range(ROUNDS):
        noon = NOON + timedelta(days=day)
        for n, channel in enumerate(race.before):
            assert (await _try(vendors[0], desks[n], f"{day}-before", channel, n, noon)).state == "reserved"
        async with _all_at_once(database_url):
            racing = [
                asyncio.create_task(
                    _try(vendors[n % 2], desk, f"{day}", race.channels[n % len(race.channels)], n % race.points, noon)
                )
                for n, desk in enumerate(desks)
            ]
        answers = await asyncio.gather(*racing)
        states = [answer.state for answer in answers]
        assert (states.count("reserved"), states.count("refused")) == (1, WORKERS - 1)
        assert {a.verdict.rules for a in answers if a.verdict and a.state == "refused"} == {(race.cap,)}
    held = await vendors[0].fetchval("SELECT count(*) FROM contact_attempt")
    assert held == ROUNDS * (len(race.before) + 1)
    assert [broken async for broken in broken_links(vendors[0])] == []


async def _try(pool: Pool, desk: Desk, name: str, channel: Channel, point: int, now: datetime) -> Reserved:
    wanted = ContactProposal(
        attempt=f"{desk.loan_id}:{name}",
        channel=channel,
        contact_point_id=f"cp-{point}",
        party_id="B-1",
        template="reminder",
        zones=("Asia/Shanghai",),
    )
    answer = await reserve(pool, desk.order(), wanted, now)
    desk.take(answer.appended)
    return answer


@asynccontextmanager
async def _all_at_once(url: str) -> AsyncIterator[None]:
    """The borrower is held from before the block until all workers, started inside it, wait for them."""
    conn = await asyncpg.connect(url)
    try:
        async with conn.transaction():
            await conn.execute("SELECT FROM stream WHERE stream = 'borrower:B-1' FOR UPDATE")
            yield
            async with asyncio.timeout(60):
                while await conn.fetchval(_WAITING) < WORKERS:
                    await asyncio.sleep(0)
    finally:
        await conn.close()
