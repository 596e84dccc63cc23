"""What an activity did is one fact under its order's key, and the answer is all that is news to the case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.recording import in_shadow, record
from ledger.append import append
from ledger.pool import Pool
from ledger.reading import facts
from ledger.switches import flip
from schemas.facts import FileChecked
from schemas.ledger import Head
from tests.ledger.support import NOON, Desk, inert, payment, publish

THERE = FileChecked(pieces={"contract": "there"})
GONE = FileChecked(pieces={"contract": "missing"})
LATER = NOON + timedelta(days=1)


@pytest.fixture
async def desk(pool: Pool) -> Desk:
    """An open case."""
    await publish(pool)
    return await Desk.open(pool)


async def test_it_is_written_under_the_orders_key_with_source_time_and_build(pool: Pool, desk: Desk) -> None:
    """As an input: no digest of a state, and the stream's epoch."""
    answer = await record(pool, desk.order(), THERE, "documents", NOON)
    (fact,) = answer.facts
    assert (fact.fact_id, fact.source, fact.actor, fact.occurred_at) == ("L-1:act", "documents", "arrears", NOON)
    assert (fact.body, fact.build, fact.epoch, fact.decided_on) == (THERE, "b1", 1, None)
    assert await facts(pool, desk.stream) == [*desk.facts, fact]


async def test_the_same_order_again_writes_nothing_whatever_it_says_now(pool: Pool, desk: Desk) -> None:
    """The first stands; no conflict is made of it, for the key is our own."""
    order = desk.order()
    first = await record(pool, order, THERE, "documents", NOON)
    again = await record(pool, order, THERE, "documents", LATER)
    other = await record(pool, order, GONE, "documents", LATER)
    assert first.facts == again.facts == other.facts
    assert len(await facts(pool, desk.stream)) == len(desk.facts) + 1


async def test_the_answer_has_all_that_is_above_after_and_nothing_else(pool: Pool, desk: Desk) -> None:
    """What came while the activity was at work comes with it, in order; what the case has does not come again."""
    await desk.tell(payment("p1"))
    order = desk.order()
    await append(pool, desk.call(payment("p2")))
    await append(pool, desk.call(inert("n1")))
    answer = await record(pool, order, THERE, "documents", NOON)
    assert [fact.fact_id for fact in answer.facts] == ["payment:p2", "n1", "L-1:act"]
    assert answer.facts[0].seq == order.after.seq + 1
    assert answer.stored == ()
    assert answer.law == desk.opened.law


async def test_what_stands_already_below_after_is_told_apart(pool: Pool, desk: Desk) -> None:
    """The case has read on since it was written: no news, but the answer says what stands under the key."""
    desk.take(await record(pool, desk.order(), THERE, "documents", NOON))
    answer = await record(pool, desk.order(), GONE, "documents", LATER)
    assert answer.facts == ()
    assert [(fact.fact_id, fact.body) for fact in answer.stored] == [("L-1:act", THERE)]


async def test_what_was_done_is_recorded_although_another_run_carries_the_case(pool: Pool, desk: Desk) -> None:
    """It happened outside; and newer facts do not keep it out either."""
    order = desk.order()
    await Desk.open(pool, chain="chain-b")
    await append(pool, desk.call(payment("p1")))
    answer = await record(pool, order, THERE, "documents", NOON)
    assert answer.status == "ok"
    assert [fact.body.kind for fact in answer.facts] == ["taken_over", "payment_posted", "file_checked"]
    assert answer.facts[-1].epoch == 2


async def test_into_another_past_nothing_is_written(pool: Pool, desk: Desk) -> None:
    """The ledger was restored: the case folds anew first, and then asks again under the same key."""
    lost = desk.order(after=Head(seq=99, hash="f" * 64))
    answer = await record(pool, lost, THERE, "documents", NOON)
    assert (answer.status, answer.facts) == ("diverged", ())
    assert await facts(pool, desk.stream) == desk.facts
    assert [fact.body for fact in (await record(pool, desk.order(), THERE, "documents", NOON)).facts] == [THERE]


async def test_shadow_is_what_the_switch_says_now(pool: Pool) -> None:
    """Off until somebody turns it on; the other switch is another."""
    assert not await in_shadow(pool)
    await flip(pool, "stop_all", True, "chief", "complaints")
    assert not await in_shadow(pool)
    await flip(pool, "shadow", True, "chief", "trial run")
    assert await in_shadow(pool)
    await flip(pool, "shadow", False, "chief", "trial over")
    assert not await in_shadow(pool)
