"""One borrower with two loans due on the same day, on the real server: one message, and both cases go on by it."""

from __future__ import annotations

import pytest

from domain.case import Case
from schemas.facts import AttemptCovered
from tests.workflow.world import World, until

pytestmark = pytest.mark.stack


async def test_one_message_for_two_loans_and_a_payment_on_one(world: World) -> None:
    """In grace until tomorrow, both. The one that comes first writes for both; the other hears of it, goes on, is paid."""
    first = await world.loan(3, previous_episodes=0)
    second = await world.loan(3, previous_episodes=0, borrower_id=first.borrower_id, parties=first.parties)
    writes, hears = await world.start(first), await world.start(second)
    for handle in (writes, hears):
        assert (await world.quiet(handle)).why.rule == "policy.grace"
    (message,) = await world.contacted(writes)
    assert (message.channel, message.template) == ("sms", "reminder_sms")

    async def told() -> bool:
        return "cover_ended" in await world.kinds(hears)

    await until(told)
    covered = next(f.body for f in await world.ledger(hears) if isinstance(f.body, AttemptCovered))
    assert (covered.attempt, covered.by_loan) == (message.key, first.loan_id)
    await world.skip_to(hears, await world.skipper.get_current_time(writes))
    # Woken before its clock was brought on it still speaks of grace: what comes next is the same.
    rests = await world.until(hears, lambda a: a.quiet and "app push (reminder_push)" in a.why.text)
    assert rests.step == "wait"
    assert await world.accepted(second.loan_id) == []
    await world.agrees(hears)
    assert Case.model_validate((await world.view(hears)).state).rung == 1

    await world.pay(hears)
    assert (await hears.result())["outcome"] == "cured"
    await world.ended_agrees(hears)
    assert [contact.channel for contact in await world.contacted(writes, times=2)] == ["sms", "app_push"]
    assert "attempt_covered" not in (await world.kinds(hears))[-2:]
    await world.agrees(writes)
