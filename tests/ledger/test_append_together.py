"""Many appenders of one stream, in any order and any number of times."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.append import append
from ledger.pool import Pool, connect
from ledger.reading import broken_links, facts
from schemas.ledger import Append, Head, NewFact
from tests.ledger.support import Desk, account_read, decision, inert, payment, publish

_loans = count(1)

INPUTS: list[NewFact] = [
    *(payment(f"p{number}", f"{number}.00") for number in range(6)),
    *(account_read(f"account:{number}") for number in range(2)),
    *(inert(f"update:u{number}") for number in range(3)),
]


async def test_32_appenders_at_once_lose_and_double_nothing(database_url: str) -> None:
    pool = await connect(database_url, max_size=32)
    try:
        await publish(pool)
        case = await Desk.open(pool)
        calls = [case.call(payment(f"p{n}"), payment(f"p{n + 1}"), inert(f"n{n}")) for n in range(32)]
        answers = await asyncio.gather(*(append(pool, call) for call in calls))
        assert {answer.status for answer in answers} == {"ok"}
        stream = await facts(pool, case.stream)
        assert [fact.seq for fact in stream] == list(range(1, len(stream) + 1))
        assert len(stream) == len(case.facts) + 33 + 32
        for answer in answers:
            start = len(case.facts)
            assert list(answer.facts) == stream[start : start + len(answer.facts)], "a gapless piece of the one order"
        assert [broken async for broken in broken_links(pool)] == []
    finally:
        await pool.close()


async def test_of_32_decisions_on_one_state_one_is_written(pool: Pool, case: Desk) -> None:
    answers = await asyncio.gather(*(append(pool, case.call(decision(f"d{n}"))) for n in range(32)))
    statuses = [answer.status for answer in answers]
    assert (statuses.count("ok"), statuses.count("stale")) == (1, 31)
    assert len(await facts(pool, case.stream)) == len(case.facts) + 1


async def test_of_32_same_decisions_all_are_accepted_and_one_written(pool: Pool, case: Desk) -> None:
    answers = await asyncio.gather(*(append(pool, case.call(decision("d1"))) for _ in range(32)))
    assert {answer.status for answer in answers} == {"ok"}
    assert len({answer.stored for answer in answers}) == 1
    assert len(await facts(pool, case.stream)) == len(case.facts) + 1


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    batches=st.lists(st.lists(st.sampled_from(INPUTS), max_size=5), max_size=8),
    order=st.permutations(INPUTS),
    together=st.booleans(),
)
async def test_any_order_and_duplication_gives_the_same_set_and_a_valid_chain(
    pool: Pool, batches: list[list[NewFact]], order: Sequence[NewFact], together: bool
) -> None:
    if not await pool.fetchval("SELECT count(*) FROM artefact"):
        await publish(pool)
    case = await Desk.open(pool, f"H-{next(_loans)}", "B-H")
    calls = [
        Append(stream=case.stream, epoch=case.epoch, after=Head(), facts=tuple(batch))
        for batch in [*batches, *([fact] for fact in order)]
    ]
    if together:
        await asyncio.gather(*(append(pool, call) for call in calls))
    else:
        for call in calls:
            await append(pool, call)
    stream = await facts(pool, case.stream)
    assert {(fact.fact_id, fact.body) for fact in stream[1:]} == {(fact.fact_id, fact.body) for fact in INPUTS}
    assert [fact.seq for fact in stream] == list(range(1, len(INPUTS) + 2))
    assert [broken async for broken in broken_links(pool)] == []
