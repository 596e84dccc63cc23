"""What is agreed, waived and borne with, lived on the server: incentives, what may be said to follow, hardship, a settlement.

As in `stories`: each takes the world and answers its case, closed.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from temporalio.client import WorkflowHandle

from activities import queues
from domain.calendar import bank_date, day_start
from domain.case import Case
from domain.money import level_shares
from schemas.messages import CommandOutcome
from simulation.model import ReversalOrder
from tests.workflow.telling import ended, later, watched
from tests.workflow.world import ZONE, World, until

Handle = WorkflowHandle[Any, Any]


async def spared_interest(world: World) -> Handle:
    """Willing, and offered to be spared some interest for paying at once: reminded the day before, pays, and is cured."""
    case = await world.start(policy="cn-consumer-loan", overdue_days=10)
    await _talked(world, case, result="right_party", willingness="high", wish="settlement")
    pay_by = (await world.today(case)) + timedelta(days=5)
    terms = {"kind": "settlement", "covers": "arrears", "amount": "1045.00", "pay_by": pay_by.isoformat()}
    offer = await world.tell(case, "offer_plan", terms=terms)
    await _accepted(world, case, offer)
    await world.until(case, lambda a: a.why.rule == "agreement.reminder" and a.quiet)
    await world.skip_to(case, await later(world, case, days=4))
    await world.until(case, lambda a: a.why.rule == "agreement.running" and a.quiet)
    await world.pay(case, "1045.00")
    return await watched(world, case)


async def told_what_follows(world: World) -> Handle:
    """Four months late: the collector may say what is open to the case by now, and nothing else; the borrower pays."""
    case = await world.start(policy="cn-consumer-loan", overdue_days=95, instalments=8, principal="2500.00")
    owed = await _owed(world, case)
    due_on = (await world.today(case)) + timedelta(days=5)
    await _talked(world, case, result="promised", promise={"amount": owed, "due_on": due_on.isoformat()})
    await world.until(case, lambda a: a.why.rule.startswith("agreement.") and a.quiet)
    await world.pay(case, owed)
    return await watched(world, case)


async def borne_with(world: World) -> Handle:
    """Out of work, with papers to show it: left alone until the review, then asked gently, and pays in parts."""
    case = await world.start(policy="default", overdue_days=20)
    await _talked(world, case, result="right_party", ability="low", overdue_reason="unemployment")
    await world.tell(case, "open_hold", hold_kind="hardship", reason="unemployment", evidence="EV-2026-1")
    held = await world.until(case, lambda a: a.why.rule == "hold.hardship" and a.quiet)
    assert held.until is not None
    await world.skip_to(case, held.until + timedelta(seconds=1))
    await _talked(world, case, result="right_party", ability="medium", wish="plan")
    owed = (await world.position(case)).outstanding
    today = await world.today(case)
    parts = [{"amount": str(owed / 3), "due_on": (today + timedelta(days=30 * n)).isoformat()} for n in (1, 2, 3)]
    offer = await world.tell(case, "offer_plan", terms={"kind": "plan", "covers": "balance", "parts": parts})
    await _accepted(world, case, offer)
    for part in parts:
        await world.quiet(case)
        await world.skip_to(case, await later(world, case, days=29))
        await world.pay(case, part["amount"])
    return await ended(world, case)


async def settled(world: World) -> Handle:
    """Some principal is to be given up: head office decides; the money comes, the rest is waived, and it is certified."""
    case = await world.start(policy="cn-consumer-loan", overdue_days=95)
    await _talked(world, case, result="right_party", willingness="high", ability="low", wish="settlement")
    pay_by = (await world.today(case)) + timedelta(days=10)
    terms = {"kind": "settlement", "amount": "2900.00", "pay_by": pay_by.isoformat()}
    asked = await world.tell(case, "offer_plan", terms=terms)
    assert asked.asks == "head_office"
    assert asked.waits_for is not None
    word = {"approval": asked.waits_for, "approve": True, "reason": "worth_it", "role": "head_office"}
    await world.tell(case, "decide_approval", by="head-1", **word)
    offer = await until(lambda: _offer(world, case))
    fields = {"offer": offer["offer"], "terms_hash": offer["terms_hash"], "identity_verified": True}
    await world.tell(case, "accept_plan", channel="link", **fields)
    await world.quiet(case)
    await world.pay(case, "2900.00")
    return await ended(world, case)


async def settled_and_taken_back(world: World) -> Handle:
    """As `settled`; then the debit is returned: a person tells the borrower that the certificate is void; they pay it all."""
    case = await settled(world)
    facts = await world.ledger(case)
    request = next(fact.body.request for fact in facts if fact.body.kind == "episode_opened")
    (paid,) = [fact.body.reference for fact in facts if fact.body.kind == "payment_posted"]
    later = facts[-1].occurred_at + timedelta(days=2)
    back = f"{paid}-back"
    await world.bank.reverse(ReversalOrder(reverses=paid, posted_at=later, reference=back, signalled=False))
    again = await world.client.start_workflow(
        "CollectionWorkflow",
        request.model_copy(update={"opens_at": later}).model_dump(mode="json"),
        id=case.id,
        task_queue=queues.WORKFLOWS,
        start_signal="payment_reversed",
        start_signal_args=[{"reference": back, "reverses": paid, "value_date": str(bank_date(later, ZONE))}],
    )
    await world.forward_opening(again, later)
    await world.until_asked(again, "look")
    await world.tell(again, "resume", by="boss-1", reason="told_the_borrower")
    await world.quiet(again)
    await world.pay(again, str((await world.position(again)).outstanding))
    return await ended(world, again)


async def paid_at_a_rate(world: World) -> Handle:
    """The whole balance in three level parts at 7.2 % a year; each is paid on its day, and its interest charged that day."""
    case = await world.start(policy="rated", overdue_days=20)
    await _talked(world, case, result="right_party", ability="medium", wish="plan")
    position, today = await world.position(case), await world.today(case)
    days = [today + timedelta(days=30 * n) for n in (1, 2, 3)]
    shares = level_shares(position.outstanding, Decimal("7.2"), today, days, "CNY")
    parts = [{"amount": str(share), "due_on": day.isoformat()} for share, day in zip(shares, days, strict=True)]
    offer = await world.tell(case, "offer_plan", terms={"kind": "plan", "covers": "balance", "parts": parts})
    await _accepted(world, case, offer)
    for part in Case.model_validate((await world.view(case)).state).agreement.terms.parts:  # pyright: ignore[reportOptionalMemberAccess]
        await world.quiet(case)
        await world.skip_to(case, day_start(part.due_on, ZONE) + timedelta(hours=10))
        await world.quiet(case)
        await world.pay(case, str(part.amount))
    return await ended(world, case)


STORIES = {
    "spared-some-interest-for-paying-early": spared_interest,
    "told-what-follows-and-pays": told_what_follows,
    "borne-with-in-hardship-and-pays-in-parts": borne_with,
    "settled-by-head-office-and-certified": settled,
    "settled-and-the-money-taken-back": settled_and_taken_back,
    "pays-a-plan-at-a-rate-and-is-certified": paid_at_a_rate,
}


async def _talked(world: World, case: Handle, **said: Any) -> None:
    """The next call that a collector is asked for, and what came of it."""
    call = await world.until_asked(case, "call")
    assert call.ask is not None
    await world.tell(case, "record_contact", attempt=call.ask.about, identity_verified=True, **said)


async def _accepted(world: World, case: Handle, offer: CommandOutcome) -> None:
    fields = {"offer": offer.offer, "terms_hash": offer.terms_hash, "identity_verified": True}
    await world.tell(case, "accept_plan", channel="link", **fields)


async def _offer(world: World, case: Handle) -> dict[str, str] | None:
    """The open offer: an approval is carried out by the case itself, in a moment."""
    return (await world.view(case)).state["offer"]


async def _owed(world: World, case: Handle) -> str:
    await world.quiet(case)
    return str((await world.position(case)).arrears)
