"""A stream larger than a page is told in pages, by whichever way it is asked for, and nothing is told twice or left out."""

from __future__ import annotations

import pytest

from ledger.append import append
from ledger.borrowers import record_borrower_fact
from ledger.episodes import open_episode, reopen_episode
from ledger.pages import PAGE
from ledger.pool import Pool
from ledger.reading import facts
from ledger.reservations import reserve
from schemas.facts import ChannelOptedOut
from schemas.ledger import Append, Appended, Head, NewFact, Opened, RecordedFact
from tests.ledger.support import NOON, Desk, closing, decision, inert, opening, payment, proposal


def large(count: int, size: int = 60_000, first: int = 1) -> list[NewFact]:
    return [inert(f"n{number}", "x" * size) for number in range(first, first + count)]


@pytest.fixture
async def long(case: Desk) -> Desk:
    """A case with thirteen facts, twelve of them large: more than one page, fewer than three."""
    for fact in large(12):
        await case.tell(fact)
    return case


def end(answer: Appended | Opened) -> Head:
    """Where an answer ends."""
    return Head(seq=answer.facts[-1].seq, hash=answer.facts[-1].hash)


def size(told: tuple[RecordedFact, ...]) -> int:
    """Bytes of JSON."""
    return sum(len(fact.model_dump_json().encode()) for fact in told)


async def rest(pool: Pool, desk: Desk, answer: Appended | Opened) -> list[RecordedFact]:
    """This answer's facts and those of the pages after it; each page but the last says that there is more."""
    told = list(answer.facts)
    while answer.more:
        answer = await append(pool, Append(stream=desk.stream, epoch=desk.epoch, after=end(answer)))
        assert answer.facts, "a page that tells nothing would be asked for for ever"
        assert size(answer.facts) <= PAGE
        told += answer.facts
    return told


async def test_an_opening_tells_the_first_page_and_appends_the_others(pool: Pool, long: Desk) -> None:
    """Continued or taken over: whoever folds the case anew asks on from where the page ended."""
    for chain in ("chain-a", "chain-b"):
        opened = await open_episode(pool, opening(chain=chain))
        assert opened.more
        assert size(opened.facts) <= PAGE
        assert await rest(pool, long, opened) == await facts(pool, long.stream)
    assert (await facts(pool, long.stream))[-1].body.kind == "taken_over"


async def test_a_closed_case_is_told_and_reopened_in_pages_too(pool: Pool, long: Desk) -> None:
    """The end of its stream, the reopening itself, is on the last page."""
    await long.tell(closing("c1"))
    closed = await open_episode(pool, opening())
    assert (closed.status, closed.more) == ("closed", True)
    assert await rest(pool, long, closed) == await facts(pool, long.stream)
    again = await reopen_episode(pool, opening())
    assert (again.status, again.more) == ("opened", True)
    told = await rest(pool, long, again)
    assert told == await facts(pool, long.stream)
    assert told[-1].body.kind == "episode_reopened"


async def test_an_answer_that_fits_says_that_there_is_no_more(pool: Pool, long: Desk) -> None:
    """The last facts, one of them, none."""
    for above in (3, 1, 0):
        place = long.facts[-1 - above]
        answer = await append(pool, long.call(after=Head(seq=place.seq, hash=place.hash)))
        assert (len(answer.facts), answer.more) == (above, False)


async def test_what_a_call_wrote_is_stored_although_it_is_on_a_later_page(pool: Pool, long: Desk) -> None:
    """A case that has read little writes: its fact stands at the end, and the answer says so at once."""
    answer = await append(pool, long.call(payment("p1"), after=Head()))
    assert (answer.status, answer.more) == ("ok", True)
    assert [fact.fact_id for fact in answer.stored] == ["payment:p1"]
    assert "payment:p1" not in [fact.fact_id for fact in answer.facts]
    assert (await rest(pool, long, answer))[-1].fact_id == "payment:p1"


async def test_a_stale_decision_is_told_what_is_newer_in_pages(pool: Pool, long: Desk) -> None:
    """It was not written, and the first page of what had come is there."""
    before = long.call(decision("d1"))
    await append(pool, long.call(payment("p1")))
    for fact in large(12, first=13):
        await append(pool, long.call(fact))
    answer = await append(pool, before)
    assert (answer.status, answer.more) == ("stale", True)
    assert answer.facts[0].fact_id == "payment:p1"
    assert "d1" not in [fact.fact_id for fact in await rest(pool, long, answer)]


async def test_one_call_may_write_more_than_a_page(pool: Pool, case: Desk) -> None:
    """An inbox after a long outage."""
    answer = await case.tell(*large(12))
    assert answer.more
    assert len(answer.stored) == 12
    assert [fact.fact_id for fact in await rest(pool, case, answer)] == [f"n{number}" for number in range(1, 13)]


async def test_a_fact_larger_than_a_page_is_a_page(pool: Pool, case: Desk) -> None:
    """Nothing that stands in a stream makes it unreadable."""
    start = case.after
    for number, size in enumerate([10, 10, PAGE + 1, 10, PAGE + 1, PAGE + 1, 10, 10, 10], start=1):
        await append(pool, case.call(*large(1, size, number)))
    answer = await append(pool, case.call(after=start))
    told, pages = list(answer.facts), [len(answer.facts)]
    while answer.more:
        answer = await append(pool, case.call(after=end(answer)))
        told += answer.facts
        pages.append(len(answer.facts))
    assert [fact.fact_id for fact in told] == [f"n{number}" for number in range(1, 10)]
    assert pages[0] == 2


async def test_many_small_facts_travel_at_once(pool: Pool, case: Desk) -> None:
    """A page is measured by what it weighs: the usual life of a case is one."""
    start = case.after
    await case.tell(*(payment(f"p{number}") for number in range(300)))
    answer = await append(pool, case.call(after=start))
    assert (len(answer.facts), answer.more) == (300, False)


async def test_a_reservation_answers_in_pages(pool: Pool, long: Desk) -> None:
    """So does an activity of a case that has read little: its own fact comes on a later page."""
    answer = (await reserve(pool, long.order(after=Head()), proposal(), NOON)).appended
    assert answer.more
    assert (await rest(pool, long, answer))[-1].fact_id == "L-1:a1:reserved"


async def test_a_borrowers_fact_in_a_long_stream_is_mirrored_at_its_end(pool: Pool, long: Desk) -> None:
    """And read on the last page."""
    said = NewFact(fact_id="s1", occurred_at=NOON, source="desk", body=ChannelOptedOut(channel="sms"))
    await record_borrower_fact(pool, "B-1", said)
    answer = await append(pool, long.call(after=Head()))
    assert answer.more
    assert (await rest(pool, long, answer))[-1].fact_id == "borrower:s1"


async def test_a_page_is_measured_in_bytes(pool: Pool, case: Desk) -> None:
    """What is written in Chinese weighs three times what its characters count."""
    start = case.after
    for number in range(12):
        await append(pool, case.call(inert(f"n{number}", "欠" * 30_000)))
    answer = await append(pool, case.call(after=start))
    assert size(answer.facts) <= PAGE
