"""The protocol of `append`, sentence by sentence."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from ledger.append import append, append_in
from ledger.artefacts import publish_rulebook
from ledger.chain import canonical
from ledger.episodes import open_episode
from ledger.errors import ProtocolError, UnknownFact
from ledger.pool import Pool
from ledger.reading import facts
from schemas.facts import EpisodeOpened, FactConflicted, TakenOver
from schemas.ledger import Append, Head, NewFact, RecordedFact
from tests.ledger.support import (
    NOON,
    Desk,
    account_read,
    closing,
    decision,
    inert,
    opening,
    payment,
    reopening,
    rulebook,
)


async def test_new_facts_get_the_next_numbers_and_everything_above_after_returns(pool: Pool, case: Desk) -> None:
    start = case.after
    first = await case.tell(account_read("a1"))
    second = await case.tell(decision("d1"), inert("n1"))
    assert [fact.seq for fact in first.facts + second.facts] == [start.seq + 1, start.seq + 2, start.seq + 3]
    everything = await append(pool, case.call(after=start))
    assert [fact.fact_id for fact in everything.facts] == ["a1", "d1", "n1"]
    assert everything.facts == first.facts + second.facts


async def test_what_is_answered_is_what_is_read_later(pool: Pool, case: Desk) -> None:
    await case.tell(account_read("a1"), payment("p1", "12.30"), inert("n1", "\u6b20\u6b3e \u20ac \U0001f4b0"))
    await case.tell(decision("d1"))
    assert await facts(pool, case.stream) == case.facts
    assert await facts(pool, case.stream, up_to=2) == case.facts[:2]
    assert await case.head() == case.after


async def test_a_decision_carries_state_and_build_an_input_only_the_build(case: Desk) -> None:
    await case.tell(payment("p1"))
    await case.tell(decision("d1"))
    written = {fact.fact_id: fact for fact in case.facts}
    assert (written["d1"].decided_on, written["d1"].build, written["d1"].epoch) == ("state-digest", "b1", 1)
    assert (written["payment:p1"].decided_on, written["payment:p1"].build) == (None, "b1")


async def test_a_long_stream_is_told_in_pages(pool: Pool, case: Desk) -> None:
    """An answer stays below what a message may hold; asked again from its end, it goes on."""
    long = [inert(f"n{number}", "x" * 60_000) for number in range(12)]
    for fact in long:
        await case.tell(fact)
    told: list[RecordedFact] = []
    after, more, pages = Head(), True, 0
    while more:
        page = await append(pool, Append(stream=case.stream, epoch=1, after=after))
        assert len(page.model_dump_json()) < 2**20
        told.extend(page.facts)
        after, more, pages = Head(seq=told[-1].seq, hash=told[-1].hash), page.more, pages + 1
    assert told == await facts(pool, case.stream)
    assert pages > 1
    opened = await open_episode(pool, opening())
    assert opened.more
    assert len(opened.facts) < len(told)


# --- 1: a fact whose id is there ------------------------------------------------------------------------------------


async def test_the_same_call_again_is_accepted_and_writes_nothing(pool: Pool, case: Desk) -> None:
    call = case.call(decision("d1"), decision("d2"))
    first = await append(pool, call)
    again = await append(pool, call)
    assert first.status == "ok"
    assert again == first
    assert [fact.fact_id for fact in again.stored] == ["d1", "d2"]


async def test_a_fact_that_is_there_is_accepted_whatever_the_epoch_and_the_decision_head(
    pool: Pool, case: Desk
) -> None:
    call = case.call(decision("d1"))
    await append(pool, call)
    await append(pool, case.call(payment("p1")))
    late = await append(pool, call.model_copy(update={"epoch": 0, "decided_on": None}))
    assert late.status == "ok"
    assert [fact.fact_id for fact in late.stored] == ["d1"]
    assert [fact.fact_id for fact in late.facts] == ["d1", "payment:p1"]


async def test_content_is_equal_whatever_the_time_and_the_source(case: Desk) -> None:
    await case.tell(payment("p1", "100.0"))
    later = payment("p1", "100.00").model_copy(update={"occurred_at": NOON.replace(hour=9), "source": "other"})
    again = await case.tell(later)
    assert again.facts == ()
    assert again.stored[0].occurred_at == NOON


@pytest.mark.parametrize("prefix", ["payment:", "reversal:", "result:", "borrower:"])
async def test_other_content_under_an_id_that_a_source_gave_is_recorded_once(case: Desk, prefix: str) -> None:
    first = payment("p1", "100").model_copy(update={"fact_id": f"{prefix}p1"})
    other = payment("p1", "999").model_copy(update={"fact_id": f"{prefix}p1"})
    await case.tell(first)
    said = await case.tell(other, other)
    digest = hashlib.sha256(canonical(other.body.model_dump(mode="json"))).hexdigest()
    assert [(fact.fact_id, fact.body) for fact in said.facts] == [
        (f"conflict:{prefix}p1:{digest[:16]}", FactConflicted(fact_id=f"{prefix}p1"))
    ]
    assert [fact.body for fact in said.stored] == [first.body]
    assert (await case.tell(other)).facts == ()


async def test_another_contradiction_is_another_conflict(case: Desk) -> None:
    await case.tell(payment("p1", "1"), payment("p1", "2"), payment("p1", "3"))
    assert sum(isinstance(fact.body, FactConflicted) for fact in case.facts) == 2


async def test_a_conflict_is_inert(case: Desk) -> None:
    await case.tell(payment("p1", "1"))
    before = (await case.state()).decision_head
    await case.tell(payment("p1", "2"))
    assert (await case.state()).decision_head == before
    assert (await case.tell(decision("d1"), decided_on=before)).status == "ok"


async def test_under_other_ids_the_stored_fact_simply_stands(case: Desk) -> None:
    await case.tell(inert("update:u1", "first"))
    said = await case.tell(inert("update:u1", "second"))
    assert said.facts == ()
    assert said.stored[0].body == inert("update:u1", "first").body


# --- 2: diverged ----------------------------------------------------------------------------------------------------


async def test_an_after_beyond_the_head_or_with_another_hash_is_diverged_and_nothing_is_written(
    pool: Pool, case: Desk
) -> None:
    head = await case.head()
    for after in (
        Head(seq=head.seq + 1, hash=head.hash),
        Head(seq=head.seq, hash="0" * 64),
        Head(seq=head.seq, hash=""),
        Head(seq=0, hash=head.hash),
    ):
        said = await append(pool, case.call(payment("p1"), decision("d1"), after=after))
        assert (said.status, said.facts) == ("diverged", ())
    assert await case.head() == head


async def test_a_stream_that_is_not_there_is_diverged(pool: Pool) -> None:
    said = await append(pool, Append(stream="loan:none", epoch=1, after=Head(), facts=(payment("p1"),)))
    assert said.status == "diverged"
    assert await pool.fetchval("SELECT count(*) FROM stream") == 0


async def test_after_may_be_any_row_of_the_past(pool: Pool, case: Desk) -> None:
    await case.tell(payment("p1"), payment("p2"))
    for index, fact in enumerate(case.facts):
        said = await append(pool, case.call(after=Head(seq=fact.seq, hash=fact.hash)))
        assert said.status == "ok"
        assert list(said.facts) == case.facts[index + 1 :]


# --- 3: inputs are unconditional, decisions conditional --------------------------------------------------------------


async def test_inputs_are_written_under_any_epoch_and_any_decision_head(pool: Pool, case: Desk) -> None:
    said = await append(pool, case.call(payment("p1"), epoch=77, decided_on=77))
    assert said.status == "ok"
    assert said.facts[0].fact_id == "payment:p1"
    assert said.facts[0].epoch == 1, "the epoch in which it was recorded, not the one the caller believed in"


async def test_a_decision_on_an_older_state_is_stale_and_the_newer_facts_come_back(pool: Pool, case: Desk) -> None:
    await append(pool, case.call(payment("p1")))
    said = await case.tell(decision("d1"))
    assert said.status == "stale"
    assert [fact.fact_id for fact in said.facts] == ["payment:p1"]
    assert said.stored == ()
    assert (await case.tell(decision("d1"))).status == "ok", "decided again on what came back"


async def test_a_decision_without_decided_on_is_stale(case: Desk) -> None:
    assert (await case.tell(decision("d1"), decided_on=None)).status == "stale"


async def test_a_new_input_of_the_same_call_makes_its_decisions_stale(case: Desk) -> None:
    said = await case.tell(decision("d1"), payment("p1"))
    assert said.status == "stale"
    assert [fact.fact_id for fact in said.facts] == ["payment:p1"]


async def test_an_input_of_the_same_call_that_was_there_does_not(case: Desk) -> None:
    await case.tell(payment("p1"))
    assert (await case.tell(payment("p1"), decision("d1"))).status == "ok"


async def test_inert_facts_do_not_move_the_decision_head_all_others_do(case: Desk) -> None:
    heads = []
    for fact in (inert("n1"), payment("p1"), inert("n2"), decision("d1"), inert("n3")):
        await case.tell(fact)
        heads.append((await case.state()).decision_head - case.opened.facts[-1].seq)
    assert heads == [0, 2, 2, 4, 4]


async def test_inert_facts_of_a_stale_call_are_written(pool: Pool, case: Desk) -> None:
    said = await append(pool, case.call(inert("n1"), decision("d1"), decided_on=0))
    assert said.status == "stale"
    assert [fact.fact_id for fact in said.facts] == ["n1"]


async def test_decisions_of_a_call_are_written_all_or_none(pool: Pool, case: Desk) -> None:
    await case.tell(decision("d1"))
    said = await append(pool, case.call(decision("d1"), decision("d2"), decided_on=0))
    assert said.status == "stale"
    assert [fact.fact_id for fact in said.stored] == ["d1"]


async def test_a_run_of_an_older_epoch_decides_nothing_but_its_inputs_are_written(pool: Pool, case: Desk) -> None:
    await Desk.open(pool, chain="chain-b")
    said = await append(pool, case.call(payment("p1"), decision("d1"), inert("n1"), decided_on=2))
    assert said.status == "stale_epoch"
    assert [type(fact.body).__name__ for fact in said.facts] == ["TakenOver", "PaymentPosted", "CommandRefused"]
    assert [fact.fact_id for fact in said.stored] == ["payment:p1", "n1"]
    assert {fact.epoch for fact in said.facts} == {2}


# --- 4 and the rest ------------------------------------------------------------------------------------------------


async def test_the_digests_of_the_law_in_force_come_along(pool: Pool, case: Desk) -> None:
    before = (await case.tell()).law
    assert before == case.opened.law
    assert len(before) == 1
    later = await publish_rulebook(pool, rulebook("2"), "tests", NOON.replace(year=2031))
    assert (await case.tell()).law == before, "not in force yet"
    assert (await case.tell(now=NOON.replace(year=2032))).law == (later,), "the case's clock runs ahead"


async def test_closing_and_reopening_move_the_stream(pool: Pool, case: Desk) -> None:
    await case.tell(closing("c1"))
    assert (await case.state()).state == "closed"
    await case.tell(reopening("r1", epoch=2))
    state = await case.state()
    assert (state.state, state.epoch) == ("open", 2)
    assert (await case.tell(decision("d1"))).status == "stale_epoch"
    assert (await case.tell(decision("d1"), epoch=2)).status == "ok"


async def test_a_stale_closing_does_not_close(pool: Pool, case: Desk) -> None:
    await append(pool, case.call(payment("p1")))
    assert (await append(pool, case.call(closing("c1")))).status == "stale"
    assert (await case.state()).state == "open"


@pytest.mark.parametrize("body", [EpisodeOpened(request=opening().request, epoch=1, policy="p"), TakenOver(epoch=2)])
async def test_openings_and_takeovers_do_not_come_this_way(case: Desk, body: EpisodeOpened | TakenOver) -> None:
    fact = NewFact(fact_id="x", occurred_at=NOON, source="case", body=body)
    with pytest.raises(ProtocolError, match="open_episode"):
        await case.tell(fact)


async def test_in_a_transaction_of_the_caller_all_goes_or_none(pool: Pool, case: Desk) -> None:
    head = await case.head()
    async with pool.acquire() as conn:
        transaction = conn.transaction()
        await transaction.start()
        assert (await append_in(conn, case.call(payment("p1")))).status == "ok"
        await transaction.rollback()
    assert await case.head() == head


async def test_a_cancelled_append_leaves_no_half(pool: Pool, case: Desk) -> None:
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("SELECT FROM stream WHERE stream = $1 FOR UPDATE", case.stream)
        waiting = asyncio.create_task(append(pool, case.call(payment("p1"))))
        while not await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert (await case.tell()).facts == ()
    assert (await case.tell(payment("p1"))).status == "ok"


async def test_a_character_that_postgresql_cannot_hold_stops_nothing(pool: Pool, case: Desk) -> None:
    fact = inert("n1", "before\0after \\u0000")
    said = await case.tell(fact)
    assert said.stored[0].body == inert("n1", "before\ufffdafter \\u0000").body
    assert (await case.tell(fact)).facts == ()
    assert await facts(pool, case.stream) == case.facts


async def test_a_fact_of_a_newer_build_is_named_without_its_content(pool: Pool, case: Desk) -> None:
    await pool.execute(
        """
        INSERT INTO fact SELECT stream, seq + 1, 'new:1', 'hologram', '{"kind": "hologram", "say": "Zhang San"}',
               occurred_at, recorded_at, source, actor, epoch, decided_on, build, hash, hash
        FROM fact WHERE stream = $1 ORDER BY seq DESC LIMIT 1
        """,
        case.stream,
    )
    with pytest.raises(UnknownFact, match=r"loan:L-1/\d+ cannot be read by this build") as raised:
        await case.tell()
    assert "Zhang" not in str(raised.value)
