"""One message for several debts, proven again from the ledger alone: counted once, told in both streams, of no paid one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.append import append
from ledger.outcomes import finish
from ledger.pool import Pool
from operations.conduct import PAID, verify_conduct
from operations.examining import examine
from schemas.contact import ContactProposal
from schemas.facts import AttemptReleased, AttemptSent
from tests.ledger.living import Living, loans
from tests.ledger.support import NOON, payment, publish, tamper


async def covered(pool: Pool) -> tuple[Living, Living, ContactProposal]:
    """Two loans of one borrower, and a message that covers both and went out."""
    await publish(pool, a_day=2)
    first, second = await Living.begin(pool), await Living.begin(pool, "L-2")
    wanted = first.wanted()
    assert loans(await first.reserve()) == ["L-2"]
    await first.send(wanted)
    await finish(pool, first.order(), wanted, AttemptSent(attempt=wanted.attempt), NOON, "messaging")
    return first, second, wanted


async def test_a_message_for_two_debts_is_one_contact_and_all_agrees(pool: Pool) -> None:
    await covered(pool)
    conduct = await verify_conduct(pool)
    assert (conduct.allowed, conduct.sent, conduct.breaches) == (1, 1, [])
    report = await examine(pool)
    assert (report.counts.contacts, report.differences) == (1, [])


async def test_so_does_all_when_a_debt_was_left_out_and_the_rest_given_up(pool: Pool) -> None:
    await publish(pool, a_day=2)
    first, second, _ = [await Living.begin(pool, f"L-{n}") for n in (1, 2, 3)]
    wanted = first.wanted()
    await first.reserve()
    await append(pool, second.call(payment("p1", "1000.00")))
    await first.send(wanted)
    for end in (AttemptReleased(attempt=wanted.attempt, code="not_taken"), AttemptSent(attempt=wanted.attempt)):
        await finish(pool, first.order(), wanted, end, NOON, "messaging")
        assert (await verify_conduct(pool)).breaches == []
        assert (await examine(pool)).differences == []


async def test_a_payment_after_it_went_out_is_no_breach(pool: Pool) -> None:
    _, second, _ = await covered(pool)
    await append(pool, second.call(payment("p1", "1000.00")))
    assert (await verify_conduct(pool)).breaches == []


SEEDED = {
    "untold": "DELETE FROM fact WHERE fact_id = 'L-1:1:covered'",
    "unnamed": "UPDATE fact SET body = body - 'covers' WHERE fact_id = 'L-1:1:reserved'",
    "open": "DELETE FROM fact WHERE fact_id = 'L-1:1:covered:sent'",
}
WORDS = {
    "untold": "was reserved for this debt too, and its stream does not say so",
    "unnamed": "covers this debt by its stream, and the reservation does not say so",
    "open": "was to cover this debt, and its stream does not say what came of it",
}


@pytest.mark.parametrize("fault", SEEDED)
async def test_what_the_two_streams_tell_otherwise_is_found(pool: Pool, database_url: str, fault: str) -> None:
    await covered(pool)
    await tamper(database_url, SEEDED[fault])
    found = [(one.where, one.what) for one in (await examine(pool)).differences]
    assert ("loan:L-2", f"L-1:1 of loan:L-1: {WORDS[fault]}") in found


async def test_a_debt_that_was_paid_before_it_went_out_is_found(pool: Pool, database_url: str) -> None:
    """The payment is made to have been in the ledger before the message began to go out: it was passed over."""
    _, second, _ = await covered(pool)
    await append(pool, second.call(payment("p1", "1000.00", NOON - timedelta(hours=1))))
    await tamper(database_url, "UPDATE fact SET recorded_at = '2190-01-01' WHERE fact_id = 'L-1:1:sending'")
    breaches = (await verify_conduct(pool)).breaches
    assert [(b.stream, b.attempt) for b in breaches if PAID in b.rules] == [("loan:L-2", "L-1:1")]
