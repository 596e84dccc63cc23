"""One borrower, several debts due: one message covers them, counted once, known to each case; and never a paid one."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ledger import switches
from ledger.append import append
from ledger.artefacts import publish_policy, publish_rulebook
from ledger.borrowers import pending_nudges, record_borrower_fact
from ledger.outcomes import finish
from ledger.pool import Pool, connect
from ledger.reading import broken_links, facts
from ledger.reservations import reserve
from schemas.facts import (
    AttemptCovered,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    ChannelOptedOut,
    CoverEnded,
    Fact,
    HoldOpened,
    Parked,
    Paused,
)
from schemas.ledger import NewFact
from schemas.rulebook import AttemptCap
from tests.ledger.living import TOGETHER, Living, kinds, loans
from tests.ledger.support import NOON, closing, decision, payment, publish, rulebook, strategy


def said(fact_id: str, body: Fact) -> NewFact:
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="desk", body=body)


async def slots(pool: Pool) -> list[str]:
    rows = await pool.fetch("SELECT attempt FROM contact_attempt EXCEPT SELECT attempt FROM contact_attempt_end")
    return [row[0] for row in rows]


async def two(pool: Pool, **second: str) -> tuple[Living, Living]:
    """Two loans of one borrower, both due for an SMS today."""
    return await Living.begin(pool), await Living.begin(pool, "L-2", **second)


async def endings(pool: Pool, loan_id: str) -> list[tuple[str, str | None]]:
    """What a covered case was told of the message's end."""
    known = await facts(pool, f"loan:{loan_id}")
    return [(f.body.outcome, f.body.code) for f in known if isinstance(f.body, CoverEnded)]


async def test_one_message_covers_both_debts_and_takes_one_slot(pool: Pool, policy: str) -> None:
    first, second = await two(pool, amount="250.50")
    answer = await first.reserve()
    assert (answer.state, loans(answer)) == ("reserved", ["L-2"])
    assert await slots(pool) == ["L-1:1"]
    reserved = first.facts[-1].body
    assert isinstance(reserved, AttemptReserved)
    (cover,) = reserved.covers
    assert (cover.arrears, cover.currency, cover.days_past_due) == (Decimal("250.50"), "CNY", 28)
    assert cover.overdue_since == date(2027, 2, 1)
    (covered,) = [f.body for f in await second.look() if isinstance(f.body, AttemptCovered)]
    assert (covered.attempt, covered.by_loan, covered.cover) == ("L-1:1", "L-1", cover)
    assert [(n.loan_id, n.fact_id) for n in await pending_nudges(pool)] == [("L-2", "L-1:1:covered")]


async def test_the_covered_case_goes_on_as_if_it_had_made_the_contact_itself(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    assert second.wanted().rung == 1
    await first.reserve()
    await second.look()
    case = second.case
    assert (case.rung, case.contacts_made, case.open_attempt) == (1, 1, None)
    assert [(c.attempt, c.by_loan, c.at) for c in case.contacts] == [("L-1:1", "L-1", NOON)]
    assert second.step().kind == "wait"


async def test_three_loans(pool: Pool, policy: str) -> None:
    third = await Living.begin(pool, "L-3")
    first, second = await two(pool)
    wanted = second.wanted()
    answer = await second.reserve()
    assert loans(answer) == ["L-1", "L-3"]
    assert loans(await second.send(wanted)) == ["L-1", "L-3"]
    assert await slots(pool) == ["L-2:1"]
    for one in (first, third):
        assert [f.body.kind for f in await one.look()] == ["attempt_covered"]


async def test_what_becomes_of_it_is_told_to_each_debt(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    wanted = first.wanted()
    await first.reserve()
    await first.send(wanted)
    sent = AttemptSent(attempt=wanted.attempt, gateway_reference="GW-1")
    for _ in range(2):
        await finish(pool, first.order(), wanted, sent, NOON, "messaging")
    ended = (await second.look())[-1]
    assert ended.body == CoverEnded(attempt="L-1:1", outcome="sent", gateway_reference="GW-1")
    assert (await kinds(pool, "L-2"))[-2:] == ["attempt_covered", "cover_ended"]
    assert second.case.rung == 1
    assert [broken async for broken in broken_links(pool)] == []


@pytest.mark.parametrize("paid", ["1000.00", "1.00"])
async def test_a_payment_between_reservation_and_sending_takes_the_debt_out_of_the_message(
    pool: Pool, policy: str, paid: str
) -> None:
    first, second = await two(pool)
    third = await Living.begin(pool, "L-3")
    wanted = first.wanted()
    assert loans(await first.reserve()) == ["L-2", "L-3"]
    await append(pool, second.call(payment("p1", paid)))
    answer = await first.send(wanted)
    assert (answer.go, loans(answer)) == ("go", ["L-3"])
    sending = first.facts[-1].body
    assert isinstance(sending, AttemptSending)
    assert [cover.loan_id for cover in sending.covers] == ["L-3"]
    assert await endings(pool, "L-2") == [("released", "newer_facts")]
    await second.look()
    assert (second.case.rung, second.case.contacts, second.case.contacts_made) == (0, (), 0)
    await finish(pool, first.order(), wanted, AttemptSent(attempt=wanted.attempt), NOON, "messaging")
    assert await endings(pool, "L-2") == [("released", "newer_facts")]
    assert await endings(pool, "L-3") == [("sent", None)]
    assert third.case.rung == 0
    await third.look()
    assert third.case.rung == 1


async def test_with_only_one_left_the_message_speaks_of_its_own_debt_alone(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    wanted = first.wanted()
    await first.reserve()
    await append(pool, second.call(payment("p1")))
    answer = await first.send(wanted)
    assert (answer.go, answer.covers) == ("go", ())


async def test_a_case_that_was_closed_meanwhile_is_left_out(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    wanted = first.wanted()
    await first.reserve()
    await second.look()
    await second.tell(closing("c1"))
    assert loans(await first.send(wanted)) == []


async def test_a_payment_of_its_own_debt_releases_the_whole_and_tells_the_other(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    wanted = first.wanted()
    await first.reserve()
    await append(pool, first.call(payment("p1")))
    answer = await first.send(wanted)
    assert (answer.go, answer.code) == ("no", "newer_facts")
    assert await endings(pool, "L-2") == [("released", "newer_facts")]
    await second.look()
    assert second.wanted().rung == 1
    assert await slots(pool) == []


async def test_once_it_was_being_sent_a_newer_fact_of_a_covered_debt_releases_the_whole(
    pool: Pool, policy: str
) -> None:
    """The gateway had certainly not taken it (429), and what the message says had been written down."""
    first, second = await two(pool)
    wanted = first.wanted()
    await first.reserve()
    await first.send(wanted)
    assert (await first.send(wanted, not_taken=True)).go == "go"
    await append(pool, second.call(payment("p1")))
    answer = await first.send(wanted, not_taken=True)
    assert (answer.go, answer.code) == ("no", "newer_facts")
    assert await endings(pool, "L-2") == [("released", "newer_facts")]


@pytest.mark.parametrize("began", [False, True])
async def test_a_message_given_up_stands_for_nothing(pool: Pool, policy: str, began: bool) -> None:
    first, second = await two(pool)
    wanted = first.wanted()
    await first.reserve()
    if began:
        await first.send(wanted)
    given_up = AttemptReleased(attempt=wanted.attempt, code="cancelled")
    await finish(pool, first.order(), wanted, given_up, NOON, "messaging")
    assert await endings(pool, "L-2") == [("released", "cancelled")]
    await second.look()
    assert second.wanted().rung == 1
    assert (await second.reserve()).state == "reserved"


async def test_one_that_went_out_after_all_covers_after_all(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    wanted = first.wanted()
    await first.reserve()
    await first.send(wanted)
    for end in (AttemptReleased(attempt=wanted.attempt, code="not_taken"), AttemptSent(attempt=wanted.attempt)):
        await finish(pool, first.order(), wanted, end, NOON, "messaging")
    assert await endings(pool, "L-2") == [("released", "not_taken"), ("sent", None)]
    await second.look()
    assert (second.case.rung, [c.attempt for c in second.case.contacts]) == (1, ["L-1:1"])


async def test_one_whose_fate_is_unknown_goes_on_standing_for_the_contact(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    wanted = first.wanted()
    await first.reserve()
    await first.send(wanted)
    for end in (AttemptUnknown(attempt=wanted.attempt, code="timeout"), AttemptSent(attempt=wanted.attempt)):
        await finish(pool, first.order(), wanted, end, NOON, "messaging")
    assert await endings(pool, "L-2") == [("unknown", "timeout"), ("sent", None)]
    await second.look()
    assert second.case.rung == 1


# --- which debts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", [{"currency": "USD"}, {"point": "cp-2"}])
async def test_another_currency_or_another_number_has_its_own_message(
    pool: Pool, policy: str, second: dict[str, str]
) -> None:
    first, _ = await two(pool, **second)
    assert loans(await first.reserve()) == []
    assert "attempt_covered" not in await kinds(pool, "L-2")


@pytest.mark.parametrize(
    "stops",
    [
        HoldOpened(hold="h1", hold_kind="dispute", reason="borrower_disputes"),
        Paused(reason="operator"),
        Parked(rule="CASE.PARKED", why="an operator is to look"),
    ],
)
async def test_a_case_that_is_held_is_not_covered(pool: Pool, policy: str, stops: Fact) -> None:
    first, second = await two(pool)
    await second.tell(said("s1", stops))
    assert loans(await first.reserve()) == []


async def test_one_that_is_paid_is_not(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    await append(pool, second.call(payment("p1", "1000.00")))
    assert loans(await first.reserve()) == []


async def test_one_in_another_stage_is_not(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    await second.decide(decision("d9").body.model_copy(update={"stage": "negotiation"}))
    assert loans(await first.reserve()) == []


async def test_one_that_has_just_been_written_to_is_not(pool: Pool) -> None:
    await publish(pool, a_day=2)
    first, second = await two(pool)
    wanted = second.wanted()
    await second.reserve(together=None)
    await second.send(wanted)
    await finish(pool, second.order(), wanted, AttemptSent(attempt=wanted.attempt), NOON, "messaging")
    assert loans(await first.reserve(NOON + timedelta(minutes=1))) == []


async def test_one_whose_account_was_not_read_lately_is_not(pool: Pool, policy: str) -> None:
    first, _ = await two(pool)
    later = NOON + timedelta(hours=25)
    await first.tell(first.account(at=later, name="a2"))
    assert loans(await first.reserve(later)) == []


async def test_one_that_had_been_read_again_is(pool: Pool, policy: str) -> None:
    first, second = await two(pool)
    later = NOON + timedelta(hours=25)
    for one in (first, second):
        await one.tell(one.account(at=later, name="a2"))
    assert loans(await first.reserve(later)) == ["L-2"]


async def test_nothing_is_covered_by_a_contact_that_may_not_go_out(pool: Pool, policy: str) -> None:
    first, _ = await two(pool)
    wanted = first.wanted()
    await record_borrower_fact(pool, "B-1", said("o1", ChannelOptedOut(channel="sms")))
    await first.look()
    answer = await reserve(pool, first.order(), wanted, NOON, TOGETHER)
    assert (answer.state, answer.covers) == ("refused", ())
    assert "attempt_covered" not in await kinds(pool, "L-2")


async def test_the_cap_of_a_debt_counts_the_message_for_each_debt_that_it_spoke_of(pool: Pool) -> None:
    """12 CFR 1006.14(b)(2): every debt discussed counts, and a debt that was not, does not."""
    cap = AttemptCap(
        id="T.DEBT",
        kind="attempt_cap",
        channels=("sms",),
        maximum=1,
        per="debt",
        strength="law",
        source="12 CFR 1006.14(b)(2)",
        effective_from=date(2000, 1, 1),
    )
    law = rulebook().model_copy(update={"rules": (*rulebook(a_day=9).rules, cap)})
    await publish_rulebook(pool, law, "tests", datetime(2000, 1, 1, tzinfo=UTC))
    await publish_policy(pool, strategy(), "tests")
    first, second = await two(pool)
    other = await Living.begin(pool, "L-3", point="cp-3")
    wanted = first.wanted()
    await first.reserve()
    await first.send(wanted)
    await finish(pool, first.order(), wanted, AttemptSent(attempt=wanted.attempt), NOON, "messaging")
    later, states = NOON + timedelta(minutes=5), dict[str, str]()
    for desk in (first, second, other):
        await desk.look()
        again = wanted.model_copy(update={"attempt": f"{desk.loan_id}:9"})
        states[desk.loan_id] = (await reserve(pool, desk.order(), again, later)).state
    assert states == {"L-1": "refused", "L-2": "refused", "L-3": "reserved"}


async def test_an_opt_out_after_the_reservation_stops_it_for_every_debt(pool: Pool, policy: str) -> None:
    first, _ = await two(pool)
    wanted = first.wanted()
    assert loans(await first.reserve()) == ["L-2"]
    await record_borrower_fact(pool, "B-1", said("o1", ChannelOptedOut(channel="sms")))
    answer = await first.send(wanted)
    assert (answer.go, answer.code) == ("no", "newer_facts")
    assert await endings(pool, "L-2") == [("released", "newer_facts")]


async def test_stop_all_too(pool: Pool, policy: str) -> None:
    first, _ = await two(pool)
    wanted = first.wanted()
    await first.reserve()
    await switches.flip(pool, "stop_all", True, "operator-1", "incident")
    assert (await first.send(wanted)).code == "stop_all"
    assert await endings(pool, "L-2") == [("released", "stop_all")]


async def test_without_a_text_for_several_debts_it_speaks_of_its_own(pool: Pool, policy: str) -> None:
    first, _ = await two(pool)
    assert loans(await first.reserve(together=None)) == []


# --- races ----------------------------------------------------------------------------------------------------------


async def test_both_cases_propose_at_once_and_one_message_covers_both(database_url: str) -> None:
    pool = await connect(database_url, max_size=8)
    try:
        await publish(pool, a_day=2)
        desks = await two(pool)
        answers = await asyncio.gather(*(desk.reserve() for desk in desks))
        assert sorted(answer.state for answer in answers) == ["reserved", "stale"]
        (reserved,) = [answer for answer in answers if answer.state == "reserved"]
        assert len(reserved.covers) == 1
        assert len(await slots(pool)) == 1
        for desk in desks:
            await desk.look()
        (other,) = [desk for desk in desks if desk.case.open_attempt is None]
        assert other.step().kind == "wait"
    finally:
        await pool.close()


async def test_eight_loans_payments_and_opt_outs_at_once_do_not_deadlock(database_url: str) -> None:
    pool = await connect(database_url, max_size=32)
    try:
        await publish(pool, a_day=3)
        desks = [await Living.begin(pool, f"L-{n}") for n in range(8)]

        async def attempt(desk: Living) -> None:
            wanted = desk.wanted()
            if (await desk.reserve()).state != "reserved":
                return
            went = await desk.send(wanted)
            if went.go == "go":
                await finish(pool, desk.order(), wanted, AttemptSent(attempt=wanted.attempt), NOON, "messaging")

        await asyncio.gather(
            *(attempt(desk) for desk in desks),
            *(append(pool, desk.call(payment("p1", "1.00"))) for desk in desks),
            *(record_borrower_fact(pool, "B-1", said(f"s-{n}", ChannelOptedOut(channel="letter"))) for n in range(4)),
        )
        assert len(await slots(pool)) <= 3
        assert [broken async for broken in broken_links(pool)] == []
    finally:
        await pool.close()
