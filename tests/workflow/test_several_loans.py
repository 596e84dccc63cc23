"""One borrower with two loans, on the real server: one message for both, one payment for both, and both cases go on by it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle

from domain.case import Case
from operations import sharing
from schemas.facts import AttemptCovered, PaymentPosted
from schemas.messages import CommandOutcome
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


async def test_whom_a_complaint_is_against_is_off_every_loan_of_the_borrower(world: World) -> None:
    """Complained of on one loan: the call that another had asked for is taken back and given to somebody else.

    A case opened later knows it too. Whoever spoke with the borrower on another loan decides nothing. Rejected, all may call
    again."""
    first = await world.loan(21)
    second, third = [await world.loan(21, borrower_id=first.borrower_id) for _ in range(2)]
    about, other = await world.start(first), await world.start(second)
    asked = await world.until_asked(other, "call")
    assert asked.ask
    await world.tell(other, "record_contact", by="agent-8", result="right_party", identity_verified=True)
    complaint = f"C-{first.loan_id}"
    about_agent = {"by": "service-3", "reason": "impolite", "against": ["agent-7"]}
    assert (await _tries(about, "open_complaint", complaint, **about_agent)).accepted
    await _hears(world, about, "collectors_removed")
    await _hears(world, other, "task_called_off")
    await world.until_asked(other, "call")
    taken = [contact for contact in await world.accepted(second.loan_id) if contact.channel == "human_call"]
    assert [(call.called_off, call.exclude) for call in taken] == [(True, ()), (False, ("agent-7",))]

    later = await world.start(third)
    await world.quiet(later)
    (removal,) = Case.model_validate((await world.view(later)).state).standing.removed
    assert (removal.loan_id, removal.against) == (first.loan_id, ("agent-7",))
    for handle in (about, other, later):
        refused = await _tries(handle, "restrict", by="agent-7", restriction="watch_list", reason="unreachable")
        assert refused.rule == "complaint.removed"

    answer = {"complaint": complaint, "outcome": "rejected", "reason": "within_rules"}
    for somebody in ("agent-7", "agent-8"):
        assert (await _tries(about, "decide_complaint", by=somebody, **answer)).rule == "complaint.involved"
    await world.tell(about, "decide_complaint", by="quality-2", **answer)
    for handle in (about, other, later):
        await _lets_back(world, handle)
        assert (await _tries(handle, "restrict", by="agent-7", restriction="watch_list", reason="unreachable")).accepted
        await world.quiet(handle)
        await world.agrees(handle)


async def _hears(world: World, handle: WorkflowHandle[Any, Any], kind: str) -> None:
    """Wait until a fact of this kind is in the case's stream."""

    async def there() -> bool:
        return kind in await world.kinds(handle)

    await until(there)


async def _lets_back(world: World, handle: WorkflowHandle[Any, Any]) -> None:
    """Wait until the case itself has heard that nobody is kept off it any more: its ledger has it before."""

    async def heard() -> bool:
        return Case.model_validate((await world.view(handle)).state).standing.removed == ()

    await until(heard)


async def _tries(
    handle: WorkflowHandle[Any, Any], update: str, id: str | None = None, **command: Any
) -> CommandOutcome:
    """The ledger's answer to a command."""
    return await handle.execute_update(update, command, id=id or f"u-{uuid4().hex}", result_type=CommandOutcome)


async def test_civil_code_560_one_payment_is_shared_over_two_loans_and_counts_once(world: World) -> None:
    """What fell due first is paid first, the rest goes to the other; told again, it is the same payment."""
    first = await world.loan(6)
    second = await world.loan(4, borrower_id=first.borrower_id, parties=first.parties)
    handles = [await world.start(first), await world.start(second)]
    for handle in handles:
        await world.quiet(handle)
    paid = sharing.Paid(amount=Decimal("1500.00"), payment=f"PAY-{first.loan_id}")
    for again in (False, True):
        plan = await sharing.plan(world.pool, first.borrower_id, paid)
        assert plan.again == again
        assert {loan: signal.amount for loan, signal in plan.signals.items()} == {
            first.loan_id: Decimal("1050.00"),
            second.loan_id: Decimal("450.00"),
        }
        told = await sharing.send(world.client, world.pool, plan, paid.payment)
        assert set(told) == (set() if again else {first.loan_id, second.loan_id})

        async def known() -> bool:
            return all(["payment_posted" in await world.kinds(handle) for handle in handles])

        await until(known)
    assert (await world.position(handles[1])).arrears == Decimal("600.00")
    assert (await handles[0].result())["outcome"] == "cured"
    (posted,) = [f.body for f in await world.ledger(handles[1]) if isinstance(f.body, PaymentPosted)]
    assert posted.shared
    assert {share.loan_id: share.amount for share in posted.shared.shares} == {
        first.loan_id: Decimal("1050.00"),
        second.loan_id: Decimal("450.00"),
    }
    await world.ended_agrees(handles[0])
    await world.agrees(handles[1])
