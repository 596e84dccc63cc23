"""Just before a contact goes out all is checked again, and once it may be out nothing takes that back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from ledger import switches
from ledger.append import append
from ledger.artefacts import publish_rulebook
from ledger.borrowers import record_borrower_fact
from ledger.errors import ProtocolError
from ledger.outcomes import finish
from ledger.pool import Pool
from ledger.reading import facts
from ledger.reservations import Sending, attempt_state, begin_sending, reserve
from schemas.facts import (
    AttemptReleased,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    ChannelOptedOut,
    ContactPointInvalid,
)
from schemas.ledger import Head, NewFact
from tests.ledger.support import NOON, Desk, decision, inert, payment, proposal, rulebook, tamper

SENT = AttemptSent(attempt="L-1:a1", gateway_reference="gw-1")
UNKNOWN = AttemptUnknown(attempt="L-1:a1", code="timeout")
RELEASED = AttemptReleased(attempt="L-1:a1", code="cancelled")


@pytest.fixture
async def reserved(pool: Pool, case: Desk) -> Desk:
    """A case with a reserved contact."""
    answer = await reserve(pool, case.order(), proposal(), NOON)
    case.take(answer.appended)
    return case


async def begin(desk: Desk, *, not_taken: bool = False, minutes: int = 0, **order: object) -> Sending:
    now = NOON + timedelta(minutes=minutes)
    return await begin_sending(desk.pool, desk.order(**order), proposal(), now, not_taken=not_taken)


async def end(desk: Desk, fact: AttemptSent | AttemptUnknown | AttemptReleased) -> list[str]:
    """The ids that the stream has of this attempt after `fact` came to be its end."""
    await finish(desk.pool, desk.order(), proposal(), fact, NOON, "messaging")
    stream = await facts(desk.pool, desk.stream)
    return [fact.fact_id.rpartition(":")[2] for fact in stream if fact.fact_id.startswith("L-1:a1:")]


async def test_go_means_that_sending_stands_in_the_ledger(pool: Pool, reserved: Desk) -> None:
    answer = await begin(reserved)
    assert (answer.go, answer.state, answer.code) == ("go", "sending", None)
    (fact,) = answer.appended.facts
    assert (fact.fact_id, fact.body) == ("L-1:a1:sending", AttemptSending(attempt="L-1:a1"))
    assert await attempt_state(pool, "L-1:a1") == "sending"


async def test_in_shadow_it_is_recorded_and_not_sent(pool: Pool, reserved: Desk) -> None:
    await switches.flip(pool, "shadow", True, "operator-1", "trial")
    answer = await begin(reserved)
    assert (answer.go, answer.state) == ("shadow", "sending")
    assert await attempt_state(pool, "L-1:a1") == "sending"


async def test_anything_newer_that_counts_releases_it(pool: Pool, reserved: Desk) -> None:
    await append(pool, reserved.call(payment("p1")))
    answer = await begin(reserved)
    assert (answer.go, answer.state, answer.code) == ("no", "released", "newer_facts")
    assert [fact.fact_id for fact in answer.appended.facts] == ["payment:p1", "L-1:a1:released"]
    assert await pool.fetchval("SELECT code FROM contact_attempt_end WHERE attempt = 'L-1:a1'") == "newer_facts"


async def test_an_inert_fact_does_not(pool: Pool, reserved: Desk) -> None:
    await append(pool, reserved.call(inert("n1")))
    assert (await begin(reserved)).go == "go"


async def test_a_newer_decision_of_the_case_releases_it_too(reserved: Desk) -> None:
    await reserved.tell(decision("d1"))
    assert (await begin(reserved)).code == "newer_facts"


async def test_a_takeover_releases_it(pool: Pool, reserved: Desk) -> None:
    await Desk.open(pool, chain="chain-b")
    assert (await begin(reserved)).code == "stale_epoch"


async def test_stop_all_releases_it(pool: Pool, reserved: Desk) -> None:
    await switches.flip(pool, "stop_all", True, "operator-1", "incident")
    assert (await begin(reserved)).code == "stop_all"


async def test_an_opt_out_between_reservation_and_sending_releases_it(pool: Pool, reserved: Desk) -> None:
    said = NewFact(fact_id="s-1", occurred_at=NOON, source="desk", body=ChannelOptedOut(channel="sms"))
    await record_borrower_fact(pool, "B-1", said)
    answer = await begin(reserved)
    assert (answer.go, answer.state) == ("no", "released")
    assert "borrower:s-1" in [fact.fact_id for fact in answer.appended.facts]


async def test_hours_that_ended_meanwhile_release_it_and_the_rule_is_named(reserved: Desk) -> None:
    answer = await begin(reserved, minutes=8 * 60)
    assert (answer.go, answer.code) == ("no", "guard.t.hours")


async def test_law_that_came_into_force_meanwhile_binds(pool: Pool, reserved: Desk) -> None:
    stricter = rulebook("2").model_copy(update={"rules": (rulebook().rules[0].model_copy(update={"id": "N.é!"}),)})
    await publish_rulebook(pool, stricter, "tests", NOON)
    assert (await begin(reserved, minutes=8 * 60)).code == "guard.n.__"


async def test_its_own_slot_is_left_out_of_the_count(reserved: Desk) -> None:
    assert (await begin(reserved)).go == "go", "the cap is one a day, and this is the one"


async def test_what_others_took_meanwhile_counts(pool: Pool, reserved: Desk) -> None:
    await pool.execute(
        "INSERT INTO contact_attempt VALUES ('other', 'loan:L-1', 'L-1', 'B-1', 'sms', 'cp-1', $1)", NOON
    )
    assert (await begin(reserved)).code == "guard.t.cap"


async def test_a_released_slot_is_free_again(pool: Pool, reserved: Desk) -> None:
    await append(pool, reserved.call(payment("p1")))
    await begin(reserved)
    sibling = await Desk.open(pool, "L-2", "B-1")
    answer = await reserve(pool, sibling.order(), proposal("L-2:a1"), NOON)
    assert answer.state == "reserved"


async def test_a_contact_that_went_out_a_day_late_counts_on_the_day_it_went_out(pool: Pool, reserved: Desk) -> None:
    """A worker that was away over night goes on with what it had reserved: that day's slot is taken."""
    assert (await begin(reserved, minutes=24 * 60)).go == "go"
    sibling = await Desk.open(pool, "L-2", "B-1")
    wanted = proposal("L-2:a1")
    tomorrow = await reserve(pool, sibling.order(), wanted, NOON + timedelta(hours=25))
    assert (tomorrow.state, tomorrow.verdict and tomorrow.verdict.rules) == ("refused", ("T.CAP",))


async def test_nothing_reserved_is_an_error_and_a_restored_ledger_a_no(case: Desk) -> None:
    with pytest.raises(ProtocolError, match="reserve first"):
        await begin(case)
    assert (await begin(case, after=Head(seq=9, hash="0" * 64))).state == "diverged"
    assert (await begin(case, stream="loan:gone")).go == "no"


async def test_of_16_that_begin_at_once_one_may_send(reserved: Desk) -> None:
    answers = await asyncio.gather(*(begin(reserved) for _ in range(16)))
    assert sorted(answer.go for answer in answers) == ["go"] + ["no"] * 15
    assert {answer.state for answer in answers} == {"sending"}


# --- again, after the gateway did not take it ----------------------------------------------------------------------


async def test_while_somebody_may_be_at_the_gateway_the_answer_is_no(reserved: Desk) -> None:
    await begin(reserved)
    again = await begin(reserved)
    assert (again.go, again.state, again.code) == ("no", "sending", None)


async def test_once_the_gateway_has_not_taken_it_it_may_go_again_without_a_new_fact(reserved: Desk) -> None:
    first = await begin(reserved)
    again = await begin(reserved, not_taken=True)
    assert (again.go, again.state) == ("go", "sending")
    assert again.appended.facts == first.appended.facts


async def test_but_not_past_anything_newer_than_the_sending(pool: Pool, reserved: Desk) -> None:
    await begin(reserved)
    await append(pool, reserved.call(payment("p1")))
    again = await begin(reserved, not_taken=True)
    assert (again.go, again.code) == ("no", "newer_facts")
    assert await attempt_state(pool, "L-1:a1") == "released"


async def test_nor_past_closing_time(reserved: Desk) -> None:
    await begin(reserved)
    assert (await begin(reserved, not_taken=True, minutes=8 * 60)).code == "guard.t.hours"


@pytest.mark.parametrize("not_taken", [False, True])
@pytest.mark.parametrize(("fact", "state"), [(SENT, "sent"), (UNKNOWN, "unknown"), (RELEASED, "released")])
async def test_what_has_ended_does_not_begin_again(
    reserved: Desk, fact: AttemptSent | AttemptUnknown | AttemptReleased, state: str, not_taken: bool
) -> None:
    await begin(reserved)
    await end(reserved, fact)
    again = await begin(reserved, not_taken=not_taken)
    assert (again.go, again.state, again.code) == ("no", state, None)


# --- how it ends ---------------------------------------------------------------------------------------------------


async def test_an_end_is_recorded_with_its_source_whatever_is_newer(pool: Pool, reserved: Desk) -> None:
    await begin(reserved)
    await append(pool, reserved.call(payment("p1")))
    await Desk.open(pool, chain="chain-b")
    answer = await finish(pool, reserved.order(), proposal(), SENT, NOON, "messaging")
    assert answer.status == "ok"
    assert (answer.facts[-1].fact_id, answer.facts[-1].source, answer.facts[-1].body) == (
        "L-1:a1:sent",
        "messaging",
        SENT,
    )
    assert [fact.body.kind for fact in answer.facts] == [
        "attempt_sending",
        "payment_posted",
        "taken_over",
        "attempt_sent",
    ]


async def test_the_same_end_again_is_the_same(pool: Pool, reserved: Desk) -> None:
    await begin(reserved)
    first = await finish(pool, reserved.order(), proposal(), SENT, NOON, "messaging")
    again = await finish(pool, reserved.order(), proposal(), SENT, NOON, "messaging")
    assert again.facts == first.facts


async def test_unknown_is_settled_by_what_the_gateway_says_later(reserved: Desk) -> None:
    await begin(reserved)
    assert await end(reserved, UNKNOWN) == ["reserved", "sending", "unknown"]
    assert await end(reserved, SENT) == ["reserved", "sending", "unknown", "sent"]


@pytest.mark.parametrize("late", [UNKNOWN, RELEASED])
async def test_once_sent_it_is_neither_unknown_nor_released(
    pool: Pool, reserved: Desk, late: AttemptUnknown | AttemptReleased
) -> None:
    await begin(reserved)
    await end(reserved, SENT)
    assert await end(reserved, late) == ["reserved", "sending", "sent"]
    assert await pool.fetchval("SELECT count(*) FROM contact_attempt_end") == 0


async def test_once_released_no_more_unknown_but_sent_if_it_was(reserved: Desk) -> None:
    await begin(reserved)
    await end(reserved, RELEASED)
    assert await end(reserved, UNKNOWN) == ["reserved", "sending", "released"]
    assert await end(reserved, SENT) == ["reserved", "sending", "released", "sent"]


async def test_a_reserved_contact_can_be_released_before_it_began(pool: Pool, reserved: Desk) -> None:
    assert await end(reserved, RELEASED) == ["reserved", "released"]
    assert (await begin(reserved)).go == "no"


@pytest.mark.parametrize("fact", [SENT, UNKNOWN])
async def test_it_cannot_be_out_before_it_began(reserved: Desk, fact: AttemptSent | AttemptUnknown) -> None:
    with pytest.raises(ProtocolError, match="is reserved"):
        await end(reserved, fact)


async def test_only_ends_of_this_attempt_end_it(pool: Pool, reserved: Desk) -> None:
    for fact in (
        AttemptSent(attempt="L-1:a2"),
        AttemptSending(attempt="L-1:a1"),
        ContactPointInvalid(contact_point_id="cp-1"),
    ):
        with pytest.raises(ProtocolError, match="not how this attempt ends"):
            await finish(pool, reserved.order(), proposal(), fact, NOON, "messaging")


async def test_what_went_out_is_recorded_and_counted_in_a_ledger_restored_to_before_its_reservation(
    pool: Pool, database_url: str, case: Desk
) -> None:
    reserved = (await reserve(pool, case.order(), proposal(), NOON)).appended.facts[0]
    await begin_sending(pool, case.order(), proposal(), NOON)
    order = case.order(after=Head(seq=reserved.seq, hash=reserved.hash))
    last = case.after
    await tamper(
        database_url,
        f"DELETE FROM fact WHERE stream = 'loan:L-1' AND seq > {last.seq}",
        "DELETE FROM contact_attempt",
        f"UPDATE stream SET head = {last.seq}, decision_head = {last.seq}, head_hash = '{last.hash}'"
        " WHERE stream = 'loan:L-1'",
    )
    answer = await finish(pool, order, proposal(), SENT, NOON, "messaging")
    assert (answer.status, answer.facts) == ("diverged", ())
    assert [fact.fact_id for fact in answer.stored] == ["L-1:a1:sent"]
    sibling = await Desk.open(pool, "L-2", "B-1")
    assert (await reserve(pool, sibling.order(), proposal("L-2:a1"), NOON)).state == "refused"
