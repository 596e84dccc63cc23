"""Whoever rewrites the ledger is found, and an outsider can check it with the documented recipe alone."""

from __future__ import annotations

import hashlib
import json

import pytest

from ledger.append import append
from ledger.pool import Pool
from ledger.reading import broken_links
from tests.ledger.support import Desk, account_read, decision, inert, payment, tamper

ROWS = """
    SELECT jsonb_build_object(
        'stream', stream, 'seq', seq, 'fact_id', fact_id, 'kind', kind, 'body', body,
        'occurred_at', to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'recorded_at', to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'source', source, 'actor', actor, 'epoch', epoch, 'decided_on', decided_on, 'build', build, 'prev', prev
    )::text AS link, hash FROM fact ORDER BY stream, seq
"""


@pytest.fixture
async def story(case: Desk) -> Desk:
    """A case of seven facts."""
    await case.tell(
        account_read("account:1"), payment("p1"), inert("update:u1", '\u672a\u5230\u671f "quoted" \\ \n\x1f')
    )
    await case.tell(decision("d1"))
    await case.tell(payment("p2"), payment("p3"))
    assert case.after.seq == 7
    return case


async def found(pool: Pool) -> list[tuple[str, int, str]]:
    return [(broken.stream, broken.seq, broken.fault) async for broken in broken_links(pool)]


async def test_an_outsider_recomputes_every_hash(pool: Pool, story: Desk) -> None:
    prev = ""
    rows = await pool.fetch(ROWS)
    assert len(rows) == 7
    for row in rows:
        link = json.loads(row["link"])
        assert link["prev"] == prev
        text = json.dumps(link, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        prev = hashlib.sha256(text.encode("utf-8")).hexdigest()
        assert row["hash"] == prev
    assert (await story.head()).hash == prev


async def test_an_untouched_ledger_has_no_breaks(pool: Pool, story: Desk) -> None:
    await Desk.open(pool, "L-2", "B-2")
    assert await found(pool) == []


@pytest.mark.parametrize(
    "change",
    [
        "body = jsonb_set(body, '{amount}', '\"1.00\"')",
        "occurred_at = occurred_at + interval '1 microsecond'",
        "recorded_at = recorded_at - interval '1 second'",
        "source = 'elsewhere'",
        "actor = 'nobody'",
        "fact_id = 'payment:other'",
        "kind = 'payment_reversed'",
        "epoch = epoch + 1",
        "decided_on = 'x'",
        "build = NULL",
    ],
)
async def test_an_altered_row_is_named(pool: Pool, database_url: str, story: Desk, change: str) -> None:
    await tamper(database_url, f"UPDATE fact SET {change} WHERE stream = 'loan:L-1' AND seq = 3")
    assert await found(pool) == [("loan:L-1", 3, "altered")]


async def test_missing_rows_are_named_wherever_they_were(pool: Pool, database_url: str, story: Desk) -> None:
    await tamper(database_url, "DELETE FROM fact WHERE seq IN (1, 4, 5, 7)")
    assert await found(pool) == [("loan:L-1", 1, "missing"), ("loan:L-1", 4, "missing"), ("loan:L-1", 7, "missing")]
    details = [broken.detail async for broken in broken_links(pool)]
    assert details == ["fact 1 is missing", "facts 4 to 5 are missing", "fact 7 is missing"]


async def test_a_stream_emptied_is_named(pool: Pool, database_url: str, story: Desk) -> None:
    await tamper(database_url, "DELETE FROM fact")
    assert await found(pool) == [("loan:L-1", 1, "missing")]


async def test_facts_without_their_stream_are_named(pool: Pool, database_url: str, story: Desk) -> None:
    await tamper(database_url, "DELETE FROM stream WHERE kind = 'loan'")
    assert await found(pool) == [("loan:L-1", 7, "head")]


async def test_a_head_put_back_is_named(pool: Pool, database_url: str, story: Desk) -> None:
    hash_of_5 = story.facts[4].hash
    await tamper(
        database_url,
        f"UPDATE stream SET head = 5, decision_head = 5, head_hash = '{hash_of_5}' WHERE kind = 'loan'",
    )
    assert await found(pool) == [("loan:L-1", 7, "head")]


async def test_a_row_moved_to_another_stream_is_named(pool: Pool, database_url: str, story: Desk) -> None:
    other = await Desk.open(pool, "L-2", "B-2")
    await tamper(
        database_url,
        "UPDATE fact SET stream = 'loan:L-2', seq = 2 WHERE stream = 'loan:L-1' AND seq = 7",
    )
    assert other.after.seq == 1
    assert await found(pool) == [
        ("loan:L-1", 7, "missing"),
        ("loan:L-2", 2, "unlinked"),
        ("loan:L-2", 2, "altered"),
        ("loan:L-2", 2, "head"),
    ]


async def rehash(pool: Pool, database_url: str, seq: int, *, relink: bool) -> None:
    """Forge like an expert: give a row the hash of its new content, and its link if wanted."""
    row = await pool.fetchrow(ROWS.replace("ORDER BY", "WHERE stream = 'loan:L-1' AND seq = $1 ORDER BY"), seq)
    assert row is not None
    link = json.loads(row["link"])
    if relink:
        link["prev"] = await pool.fetchval("SELECT hash FROM fact WHERE stream = 'loan:L-1' AND seq = $1", seq - 1)
    text = json.dumps(link, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    new = hashlib.sha256(text.encode("utf-8")).hexdigest()
    await tamper(
        database_url,
        f"UPDATE fact SET hash = '{new}', prev = '{link['prev']}' WHERE stream = 'loan:L-1' AND seq = {seq}",
    )


async def test_an_altered_row_with_its_hash_made_to_fit_breaks_the_next_link(
    pool: Pool, database_url: str, story: Desk
) -> None:
    await tamper(database_url, "UPDATE fact SET actor = 'forger' WHERE seq = 3")
    await rehash(pool, database_url, 3, relink=False)
    assert await found(pool) == [("loan:L-1", 4, "unlinked")]


async def test_a_chain_forged_to_its_end_breaks_at_the_head_and_for_every_case_that_remembers(
    pool: Pool, database_url: str, story: Desk
) -> None:
    remembered = story.call(payment("p9"))
    await tamper(database_url, "UPDATE fact SET actor = 'forger' WHERE seq = 3")
    for seq in range(3, 8):
        await rehash(pool, database_url, seq, relink=seq > 3)
    assert await found(pool) == [("loan:L-1", 7, "head")]
    await tamper(
        database_url, "UPDATE stream SET head_hash = (SELECT hash FROM fact WHERE seq = 7) WHERE kind = 'loan'"
    )
    assert await found(pool) == [], "with the head forged too the ledger alone cannot tell"
    assert (await append(pool, remembered)).status == "diverged", "but the running case can"


async def test_appends_during_a_verification_are_no_false_alarm(pool: Pool, database_url: str, story: Desk) -> None:
    early = await Desk.open(pool, "A-1", "B-2")
    await tamper(database_url, f"UPDATE fact SET actor = 'forger' WHERE stream = '{early.stream}'")
    walking = broken_links(pool)
    assert (await anext(walking)).stream == early.stream, "so the walk has begun and loan:L-1 lies before it"
    await story.tell(payment("during"))
    assert [broken async for broken in walking] == []
    assert await found(pool) == [(early.stream, 1, "altered")]
