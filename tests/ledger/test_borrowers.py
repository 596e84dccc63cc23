"""A borrower's fact is recorded once, mirrored into every open loan, and each case is nudged until it has been."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from ledger.borrowers import collectors_of, nudged, parties_of, pending_nudges, record_borrower_fact
from ledger.episodes import open_episode
from ledger.errors import ProtocolError
from ledger.pool import Pool
from ledger.reading import broken_links, facts
from schemas.facts import BorrowerDeceased, ChannelOptedOut, ContactRecorded, FactConflicted
from schemas.ledger import NewFact
from schemas.loan import Party
from tests.ledger.support import NOON, Desk, closing, decision, opening, payment


def opt_out(fact_id: str = "opt-1", channel: str = "sms") -> NewFact:
    body = ChannelOptedOut.model_validate({"channel": channel})
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="desk", body=body)


async def outbox(pool: Pool) -> list[tuple[str, str]]:
    return [(nudge.loan_id, nudge.fact_id) for nudge in await pending_nudges(pool)]


async def test_it_stands_in_the_borrowers_stream_and_in_each_open_loan_of_theirs_alone(pool: Pool, case: Desk) -> None:
    second = await Desk.open(pool, "L-2", "B-1")
    closed = await Desk.open(pool, "L-3", "B-1")
    await closed.tell(closing("c1"))
    stranger = await Desk.open(pool, "L-4", "B-2")
    assert await record_borrower_fact(pool, "B-1", opt_out()) == ("L-1", "L-2")
    assert [fact.fact_id for fact in await facts(pool, "borrower:B-1")] == ["opt-1"]
    for desk in (case, second):
        said = await desk.tell()
        assert [(fact.fact_id, fact.body) for fact in said.facts] == [("borrower:opt-1", opt_out().body)]
    for desk in (closed, stranger):
        assert (await desk.tell()).facts == ()
    assert await outbox(pool) == [("L-1", "opt-1"), ("L-2", "opt-1")]


async def test_a_mirror_is_an_input_so_decisions_made_before_it_are_stale(pool: Pool, case: Desk) -> None:
    await record_borrower_fact(pool, "B-1", opt_out())
    assert (await case.tell(decision("d1"))).status == "stale"


async def test_twice_is_once_and_names_the_same_loans(pool: Pool, case: Desk) -> None:
    first = await record_borrower_fact(pool, "B-1", opt_out())
    assert await record_borrower_fact(pool, "B-1", opt_out()) == first == ("L-1",)
    assert len(await facts(pool, "borrower:B-1")) == 1
    assert len((await case.tell()).facts) == 1
    assert len(await outbox(pool)) == 1


async def test_other_content_under_the_id_is_a_conflict_in_the_borrowers_stream_and_mirrors_stay(
    pool: Pool, case: Desk
) -> None:
    await record_borrower_fact(pool, "B-1", opt_out())
    await record_borrower_fact(pool, "B-1", opt_out(channel="letter"))
    stream = await facts(pool, "borrower:B-1")
    assert [fact.body for fact in stream] == [opt_out().body, FactConflicted(fact_id="opt-1")]
    assert [fact.body for fact in (await case.tell()).facts] == [opt_out().body]


async def test_who_spoke_with_a_borrower_is_known_over_all_loans_of_theirs(pool: Pool, case: Desk) -> None:
    """Closed ones too; who only tried, or spoke with others, does not count."""

    def talk(collector: str, result: str) -> NewFact:
        body = ContactRecorded.model_validate({"collector": collector, "result": result, "identity_verified": True})
        return NewFact(fact_id=f"talk-{collector}", occurred_at=NOON, source="desk", body=body)

    closed, stranger = await Desk.open(pool, "L-2", "B-1"), await Desk.open(pool, "L-3", "B-2")
    await case.tell(talk("agent-8", "promised"))
    await case.tell(talk("agent-9", "no_answer"))
    await closed.tell(talk("agent-7", "right_party"))
    await closed.tell(closing("c1"))
    await stranger.tell(talk("agent-6", "right_party"))
    assert await collectors_of(pool, "B-1") == ("agent-7", "agent-8")
    assert await collectors_of(pool, "B-3") == ()


async def test_a_borrower_may_speak_before_any_case_is_open(pool: Pool) -> None:
    assert await record_borrower_fact(pool, "B-9", opt_out()) == ()
    assert [fact.fact_id for fact in await facts(pool, "borrower:B-9")] == ["opt-1"]
    assert await outbox(pool) == []


async def test_a_fact_of_a_loan_is_refused(pool: Pool) -> None:
    with pytest.raises(ProtocolError, match="payment_posted is not a borrower's fact"):
        await record_borrower_fact(pool, "B-1", payment("p1"))


async def test_the_parties_are_those_of_the_newest_episode_of_every_loan_of_theirs(pool: Pool, policy: str) -> None:
    async def opened(loan_id: str, overdue_since: date, *others: Party) -> Desk:
        asked = opening(loan_id, overdue_since=overdue_since)
        request = asked.request.model_copy(update={"parties": (*asked.request.parties, *others)})
        return Desk(pool, loan_id, "B-1", await open_episode(pool, asked.model_copy(update={"request": request})))

    first = await opened("L-1", date(2027, 1, 1), Party(party_id="former", role="guarantor"))
    await first.tell(closing("c1"))
    await opened("L-1", date(2027, 2, 1), Party(party_id="G", role="guarantor"))
    second = await opened("L-0", date(2027, 2, 1), Party(party_id="E", role="emergency_contact"))
    await second.tell(closing("c2"))
    await Desk.open(pool, "L-9", "B-2")
    assert [(p.party_id, p.role) for p in await parties_of(pool, "B-1")] == [
        *(("B-1", "borrower"), ("G", "guarantor"), ("E", "emergency_contact")),
    ]
    assert await parties_of(pool, "nobody") == ()


async def test_nudges_stay_until_they_are_given(pool: Pool, case: Desk) -> None:
    await record_borrower_fact(pool, "B-1", opt_out("opt-1"))
    await record_borrower_fact(pool, "B-1", opt_out("opt-2"))
    first, second = await pending_nudges(pool)
    assert [nudge.id for nudge in await pending_nudges(pool, 1)] == [first.id]
    assert (first.loan_id, first.borrower_id) == ("L-1", "B-1")
    await nudged(pool, [first.id])
    assert await pending_nudges(pool) == [second]


async def test_facts_at_once_with_appends_to_all_loans_do_not_deadlock(pool: Pool, policy: str) -> None:
    desks = [await Desk.open(pool, f"L-{n}", "B-1") for n in range(6)]
    said = [NewFact(fact_id=f"dead-{n}", occurred_at=NOON, source="desk", body=BorrowerDeceased()) for n in range(8)]
    await asyncio.gather(
        *(record_borrower_fact(pool, "B-1", fact) for fact in said),
        *(desk.tell(payment(f"p{n}")) for n in range(4) for desk in desks),
    )
    for desk in desks:
        stream = await facts(pool, desk.stream)
        assert len(stream) == 1 + 8 + 4
    assert [broken async for broken in broken_links(pool)] == []
