"""Reserving a contact: conditional like a decision, judged over all of the borrower, and never one over a cap."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from ledger import switches
from ledger.append import append
from ledger.artefacts import publish_policy
from ledger.borrowers import record_borrower_fact
from ledger.errors import BorrowerMismatch
from ledger.outcomes import finish
from ledger.pool import Pool, connect
from ledger.reading import broken_links, facts
from ledger.reservations import Reserved, attempt_state, begin_sending, reserve
from schemas.contact import Verdict
from schemas.facts import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSent,
    AttemptUnknown,
    BorrowerDeceased,
    ChannelOptedIn,
    ChannelOptedOut,
    ContactStopped,
    Fact,
)
from schemas.ledger import Head, NewFact
from tests.ledger.support import NOON, Desk, inert, payment, proposal, publish, strategy


async def try_now(
    pool: Pool, desk: Desk, attempt: str | None = None, now: datetime = NOON, **order: object
) -> Reserved:
    """Reserve a contact as the case would; `attempt` is named after the loan unless given."""
    return await reserve(pool, desk.order(**order), proposal(attempt or f"{desk.loan_id}:a1"), now)


def said(fact_id: str, body: Fact) -> NewFact:
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="desk", body=body)


def verdict_of(answer: Reserved) -> Verdict:
    assert answer.verdict is not None
    return answer.verdict


async def slots(pool: Pool) -> list[str]:
    """Attempts that hold a slot."""
    rows = await pool.fetch(
        "SELECT attempt FROM contact_attempt EXCEPT SELECT attempt FROM contact_attempt_end ORDER BY 1"
    )
    return [row[0] for row in rows]


async def test_what_the_guard_allows_is_reserved_with_proposal_and_verdict(pool: Pool, case: Desk) -> None:
    answer = await try_now(pool, case)
    assert (answer.state, answer.fresh, answer.appended.status) == ("reserved", True, "ok")
    (fact,) = answer.appended.facts
    assert (fact.fact_id, fact.occurred_at, fact.decided_on) == ("L-1:a1:reserved", NOON, "state-digest")
    assert isinstance(fact.body, AttemptReserved)
    assert (fact.body.proposal, fact.body.verdict) == (proposal(), answer.verdict)
    assert verdict_of(answer).rulebook == case.opened.law[0]
    assert await slots(pool) == ["L-1:a1"]
    assert await attempt_state(pool, "L-1:a1") == "reserved"


async def test_what_it_does_not_allow_is_refused_on_record_and_takes_no_slot(pool: Pool, case: Desk) -> None:
    night = NOON.replace(hour=15)  # 23:00 in Shanghai
    answer = await try_now(pool, case, now=night)
    assert answer.state == "refused"
    (fact,) = answer.appended.facts
    assert fact.fact_id == "L-1:a1:refused"
    assert isinstance(fact.body, AttemptRefused)
    assert (fact.body.verdict.verdict, fact.body.verdict.rules) == ("defer", ("T.HOURS",))
    assert fact.body.verdict.until == NOON.replace(day=2, hour=0)
    assert await slots(pool) == []
    assert await attempt_state(pool, "L-1:a1") == "refused"


async def test_the_same_reservation_again_answers_the_present_state_and_writes_nothing(pool: Pool, case: Desk) -> None:
    first = await try_now(pool, case)
    again = await try_now(pool, case)
    assert (again.state, again.fresh, again.verdict) == ("reserved", False, None)
    assert again.appended.facts == first.appended.facts
    await begin_sending(pool, case.order(), proposal(), NOON)
    assert (await try_now(pool, case)).state == "sending"
    sent = AttemptSent(attempt="L-1:a1")
    await finish(pool, case.order(), proposal(), sent, NOON, "messaging")
    late = await try_now(pool, case, epoch=0, decided_on=0)
    assert late.state == "sent"
    assert [fact.fact_id for fact in late.appended.facts] == ["L-1:a1:reserved", "L-1:a1:sending", "L-1:a1:sent"]
    assert len(await facts(pool, case.stream)) == len(case.facts) + 3


async def test_a_refusal_again_is_the_same_refusal_even_when_it_would_be_allowed_now(pool: Pool, case: Desk) -> None:
    await try_now(pool, case, now=NOON.replace(hour=15))
    assert (await try_now(pool, case)).state == "refused"


async def test_it_is_conditional_on_the_decision_head(pool: Pool, case: Desk) -> None:
    order = case.order()
    await append(pool, case.call(inert("n1")))
    await append(pool, case.call(payment("p1")))
    answer = await reserve(pool, order, proposal(), NOON)
    assert (answer.state, answer.appended.status) == ("stale", "stale")
    assert [fact.fact_id for fact in answer.appended.facts] == ["n1", "payment:p1"]
    assert await slots(pool) == []


async def test_an_inert_fact_does_not_stand_in_its_way(pool: Pool, case: Desk) -> None:
    await append(pool, case.call(inert("n1")))
    assert (await try_now(pool, case)).state == "reserved"


async def test_it_is_conditional_on_the_epoch(pool: Pool, case: Desk) -> None:
    new = await Desk.open(pool, chain="chain-b")
    answer = await try_now(pool, case, decided_on=new.decided_on)
    assert (answer.state, answer.appended.status) == ("stale_epoch", "stale_epoch")
    assert await slots(pool) == []


async def test_a_restored_ledger_is_diverged_and_decides_nothing(pool: Pool, case: Desk) -> None:
    answer = await try_now(pool, case, after=Head(seq=9, hash="0" * 64))
    assert (answer.state, answer.appended.status) == ("diverged", "diverged")
    gone = await try_now(pool, case, stream="loan:gone")
    assert (gone.state, gone.appended.status) == ("diverged", "diverged")
    assert await slots(pool) == []


async def test_the_loan_must_be_the_borrowers(pool: Pool, case: Desk) -> None:
    with pytest.raises(BorrowerMismatch, match="B-1"):
        await try_now(pool, case, borrower_id="B-2")


async def test_a_time_without_a_zone_is_refused(pool: Pool, case: Desk) -> None:
    with pytest.raises(ValueError, match="without zone"):
        await try_now(pool, case, now=NOON.replace(tzinfo=None))


async def test_without_a_rulebook_nothing_goes_out(pool: Pool) -> None:
    await publish_policy(pool, strategy(), "tests")
    answer = await try_now(pool, await Desk.open(pool))
    assert answer.state == "refused"
    assert [(f.rule, f.verdict, f.release) for f in verdict_of(answer).findings] == [
        ("HOUSE.NO_RULEBOOK", "block", "rulebook_published")
    ]


async def test_stop_all_blocks_and_every_other_rule_is_still_named(pool: Pool, case: Desk) -> None:
    await switches.flip(pool, "stop_all", True, "operator-1", "incident")
    answer = await try_now(pool, case, now=NOON.replace(hour=15))
    assert answer.state == "refused"
    verdict = verdict_of(answer)
    assert (verdict.verdict, verdict.rules) == ("block", ("HOUSE.STOP_ALL", "T.HOURS"))
    assert verdict.findings[0].release == "stop_all_lifted"
    await switches.flip(pool, "stop_all", False, "operator-1", "over")
    case.take(answer.appended)
    assert (await try_now(pool, case, "L-1:a2")).state == "reserved"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (ChannelOptedOut(channel="sms"), "T.OPT_OUT"),
        (ContactStopped(reason="asked"), "T.STOP"),
        (BorrowerDeceased(), "T.DECEASED"),
    ],
)
async def test_the_borrowers_standing_is_folded_from_their_stream(
    pool: Pool, case: Desk, body: Fact, rule: str
) -> None:
    await record_borrower_fact(pool, "B-1", said("s-1", body))
    await case.tell()
    answer = await try_now(pool, case)
    assert (answer.state, verdict_of(answer).rules) == ("refused", (rule,))


async def test_in_the_order_in_which_it_was_said(pool: Pool, case: Desk) -> None:
    await record_borrower_fact(pool, "B-1", said("s-1", ChannelOptedOut(channel="sms")))
    await record_borrower_fact(pool, "B-1", said("s-2", ChannelOptedIn(channel="sms")))
    await case.tell()
    assert (await try_now(pool, case)).state == "reserved"


# --- the caps ------------------------------------------------------------------------------------------------------


async def test_attempts_count_over_all_loans_of_the_borrower_and_no_others(pool: Pool, case: Desk) -> None:
    await try_now(pool, await Desk.open(pool, "L-9", "B-9"))
    sibling = await Desk.open(pool, "L-2", "B-1")
    assert (await try_now(pool, case)).state == "reserved"
    answer = await try_now(pool, sibling)
    assert (answer.state, verdict_of(answer).rules) == ("refused", ("T.CAP",))


async def test_tomorrow_there_is_a_slot_again(pool: Pool, case: Desk) -> None:
    await try_now(pool, case)
    sibling = await Desk.open(pool, "L-2", "B-1")
    assert (await try_now(pool, sibling, now=NOON + timedelta(days=1))).state == "reserved"


@pytest.mark.parametrize(
    ("end", "free"),
    [
        (AttemptReleased(attempt="L-1:a1", code="cancelled"), True),
        (AttemptSent(attempt="L-1:a1"), False),
        (AttemptUnknown(attempt="L-1:a1", code="timeout"), False),
    ],
)
async def test_released_attempts_give_their_slot_back_sent_and_unknown_ones_do_not(
    pool: Pool, case: Desk, end: AttemptReleased | AttemptSent | AttemptUnknown, free: bool
) -> None:
    await try_now(pool, case)
    await begin_sending(pool, case.order(), proposal(), NOON)
    await finish(pool, case.order(), proposal(), end, NOON, "messaging")
    sibling = await Desk.open(pool, "L-2", "B-1")
    assert (await try_now(pool, sibling)).state == ("reserved" if free else "refused")


async def test_one_that_was_given_back_and_went_out_after_all_counts(pool: Pool, case: Desk) -> None:
    await try_now(pool, case)
    await begin_sending(pool, case.order(), proposal(), NOON)
    for end in (AttemptReleased(attempt="L-1:a1", code="not_taken"), AttemptSent(attempt="L-1:a1")):
        await finish(pool, case.order(), proposal(), end, NOON, "messaging")
    assert await attempt_state(pool, "L-1:a1") == "sent"
    sibling = await Desk.open(pool, "L-2", "B-1")
    assert verdict_of(await try_now(pool, sibling)).rules == ("T.CAP",)


async def test_an_attempt_later_than_our_clock_makes_the_guard_wait(pool: Pool, case: Desk) -> None:
    await try_now(pool, case, now=NOON + timedelta(days=2))
    sibling = await Desk.open(pool, "L-2", "B-1")
    answer = await try_now(pool, sibling)
    assert "HOUSE.CLOCK" in verdict_of(answer).rules
    assert answer.state == "refused"


@pytest.mark.parametrize("a_day", [1, 3])
async def test_32_loans_race_for_the_last_slots(database_url: str, a_day: int) -> None:
    pool = await connect(database_url, max_size=32)
    try:
        await publish(pool, a_day=a_day)
        desks = [await Desk.open(pool, f"L-{n}", "B-1") for n in range(32)]
        answers = await asyncio.gather(*(try_now(pool, desk) for desk in desks))
        states = [answer.state for answer in answers]
        assert (states.count("reserved"), states.count("refused")) == (a_day, 32 - a_day)
        assert len(await slots(pool)) == a_day
        assert {verdict_of(answer).rules for answer in answers if answer.state == "refused"} == {("T.CAP",)}
        assert [broken async for broken in broken_links(pool)] == []
    finally:
        await pool.close()


async def test_32_calls_for_one_attempt_reserve_it_once(pool: Pool, case: Desk) -> None:
    answers = await asyncio.gather(*(try_now(pool, case) for _ in range(32)))
    assert {answer.state for answer in answers} == {"reserved"}
    assert sum(answer.fresh for answer in answers) == 1
    assert len(await facts(pool, case.stream)) == len(case.facts) + 1


async def test_reservations_payments_and_opt_outs_at_once_do_not_deadlock(pool: Pool) -> None:
    await publish(pool, a_day=2)
    desks = [await Desk.open(pool, f"L-{n}", "B-1") for n in range(8)]
    await asyncio.gather(
        *(try_now(pool, desk) for desk in desks),
        *(append(pool, desk.call(payment("p1"))) for desk in desks),
        *(record_borrower_fact(pool, "B-1", said(f"s-{n}", ChannelOptedOut(channel="letter"))) for n in range(4)),
    )
    assert len(await slots(pool)) <= 2
    assert [broken async for broken in broken_links(pool)] == []


async def test_an_attempt_nobody_made_has_no_state(pool: Pool) -> None:
    assert await attempt_state(pool, "nobody:a1") == "none"
