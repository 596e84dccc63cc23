"""What somebody with the database's password can break, and that each break is found and named."""

from __future__ import annotations

import pytest

from ledger import audit
from ledger.borrowers import record_borrower_fact
from ledger.episodes import open_loans
from ledger.outcomes import finish
from ledger.pool import Pool, connect
from ledger.reservations import begin_sending, reserve
from operations.examining import Difference, Report, examine
from schemas.facts import AttemptReleased, AttemptSent, ContactStopped, Rebuilt
from schemas.ledger import Head, NewFact
from tests.ledger.support import (
    NOON,
    Desk,
    closing,
    inert,
    payment,
    proposal,
    publish,
    reopening,
    tamper,
)


async def living(pool: Pool) -> Desk:
    """A case that was contacted, closed and reopened, beside one of another borrower who wants to be left alone."""
    await publish(pool, a_day=5)
    desk = await Desk.open(pool)
    desk.take((await reserve(pool, desk.order(), proposal(), NOON)).appended)
    desk.take((await begin_sending(pool, desk.order(), proposal(), NOON)).appended)
    sent = AttemptSent(attempt="L-1:a1")
    desk.take(await finish(pool, desk.order(), proposal(), sent, NOON, "messaging"))
    second = proposal("L-1:a2")
    desk.take((await reserve(pool, desk.order(), second, NOON)).appended)
    released = AttemptReleased(attempt="L-1:a2", code="newer_facts")
    desk.take(await finish(pool, desk.order(), second, released, NOON, "ledger"))
    await desk.tell(payment("p1"), closing("c1"))
    await desk.tell(reopening("r1", 2))
    desk.epoch = 2
    await desk.tell(inert("i1"))
    await Desk.open(pool, "L-2", "B-2", "chain-b")
    stopped = NewFact(fact_id="s1", occurred_at=NOON, source="desk", body=ContactStopped(reason="borrower_request"))
    await record_borrower_fact(pool, "B-2", stopped)
    return desk


async def found(pool: Pool) -> list[Difference]:
    return (await examine(pool)).differences


async def test_what_the_protocol_writes_is_sound(pool: Pool) -> None:
    """Every kind of turn, contact and borrower's fact, and nothing is found."""
    await living(pool)
    report = await examine(pool)
    assert (report.differences, report.restored) == ([], [])
    assert report.counts.contacts == 1


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("state", "'closed'", "state is closed, its facts say open"),
        ("epoch", "9", "epoch is 9, its facts say 2"),
        ("decision_head", "1", "decision_head is 1, its facts say "),
        ("policy", "'0'", "policy is 0, its facts say "),
        ("episode", "'2020-01-01'", "episode is 2020-01-01, its facts say 2027-02-01"),
        ("borrower_id", "'B-2'", "borrower_id is B-2, its facts say B-1"),
        ("loan_id", "'L-9'", "loan_id is L-9, its facts say L-1"),
    ],
)
async def test_a_row_that_says_other_than_its_facts_is_found(pool: Pool, column: str, value: str, said: str) -> None:
    """No workflow is asked: the ledger's own facts convict the row."""
    await living(pool)
    await pool.execute(f"UPDATE stream SET {column} = {value} WHERE stream = 'loan:L-1'")
    lines = [one.what for one in await found(pool) if one.where == "loan:L-1"]
    assert any(line.startswith(f"row of stream: {said}") for line in lines), lines


async def test_a_case_closed_by_its_facts_and_open_in_its_row_is_found(pool: Pool) -> None:
    """The other way round; and a borrower's row too."""
    desk = await living(pool)
    await desk.tell(closing("c2"))
    await pool.execute("UPDATE stream SET state = 'open' WHERE stream = 'loan:L-1'")
    await pool.execute("UPDATE stream SET epoch = 3 WHERE stream = 'borrower:B-2'")
    assert await found(pool) == [
        Difference("borrower:B-2", "row of stream: epoch is 3, its facts say 0"),
        Difference("loan:L-1", "row of stream: state is open, its facts say closed"),
    ]


async def test_a_strategy_that_was_rewritten_is_found(pool: Pool, database_url: str) -> None:
    """Its digest is what cases are pinned to."""
    await living(pool)
    await tamper(database_url, "UPDATE artefact SET body = replace(body, '10', '11') WHERE kind = 'policy'")
    (one,) = await found(pool)
    assert one.where == "policy default@1"
    assert "does not give its digest" in one.what


async def test_slots_that_no_fact_accounts_for_are_found(pool: Pool, database_url: str) -> None:
    """One made up, which would silence a borrower; one given back, which would let them be called once more."""
    await living(pool)
    await tamper(
        database_url,
        "INSERT INTO contact_attempt (attempt, stream, loan_id, borrower_id, channel, contact_point_id, at) "
        "VALUES ('L-1:a7', 'loan:L-1', 'L-1', 'B-1', 'sms', 'cp-1', now())",
        "INSERT INTO contact_attempt_end (attempt, at, code) VALUES ('L-1:a1', now(), 'newer_facts')",
    )
    assert await found(pool) == [
        Difference("loan:L-1", "slot L-1:a1: given back, and the attempt was never released"),
        Difference("loan:L-1", "slot L-1:a7: of an attempt no fact tells of"),
    ]


async def test_a_slot_that_was_taken_away_is_found(pool: Pool, database_url: str) -> None:
    """The contact went out and counts no more."""
    await living(pool)
    await tamper(database_url, "DELETE FROM contact_attempt WHERE attempt = 'L-1:a1'")
    assert {one.what for one in await found(pool)} == {
        "attempt_sending of L-1:a1 takes no slot under the caps",
        "attempt_sent of L-1:a1 takes no slot under the caps",
    }


async def test_a_contact_that_outlived_a_restore_is_named_apart_once_its_case_has_folded_anew(pool: Pool) -> None:
    """The gateway had it when the ledger went back to before its reservation; a difference until the case knows."""
    desk = await living(pool)
    lost = desk.order(after=Head(seq=99, hash="f" * 64))
    late = proposal("L-1:a9")
    assert (await finish(pool, lost, late, AttemptSent(attempt="L-1:a9"), NOON, "messaging")).status == "diverged"
    (row,) = await audit.unreserved(pool)
    assert (row.attempt, row.reserved, row.slot, row.restored) == ("L-1:a9", False, True, False)
    assert [one.what for one in await found(pool)] == [
        "attempt_sent of L-1:a9 without an allowing reservation before it"
    ]

    await desk.tell()  # reads on
    assert (await desk.tell(NewFact(fact_id="rb", occurred_at=NOON, source="workflow", body=Rebuilt()))).status == "ok"
    report = await examine(pool)
    assert report.differences == []
    assert ["L-1:a9 went out before the ledger was restored" in one.what for one in report.restored] == [True]


async def test_open_cases_are_told_with_their_requests_whatever_the_style_of_dates(
    pool: Pool, database_url: str
) -> None:
    """A server or role may write dates as 01/02/2027."""
    await living(pool)
    name = database_url.rpartition("/")[2].partition("?")[0]
    await pool.execute(f"ALTER DATABASE \"{name}\" SET datestyle = 'SQL, DMY'")
    async with await connect(database_url) as other:
        assert (await other.fetchval("SHOW datestyle")) == "SQL, DMY"
        assert [loan.request.loan_id for loan in await open_loans(other)] == ["L-1", "L-2"]
        assert (await examine(other)).differences == []


async def test_nothing_compared_is_no_agreement(pool: Pool) -> None:
    """Cases of other builds alone: sound would mean that nobody looked."""
    await publish(pool)
    report = Report(await audit.counts(pool))
    assert report.sound
    report.cases["other_build"] = 3
    assert (report.compared, report.blind, report.sound) == (0, True, False)
    report.cases["agrees"] = 1
    assert (report.compared, report.blind, report.sound) == (1, False, True)
