"""Signals and updates: whatever comes, in whatever order and however often."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError

from domain.calendar import bank_date
from ledger.borrowers import record_borrower_fact
from schemas.facts import ChannelOptedOut, FactConflicted, SignalRejected
from schemas.ledger import NewFact
from schemas.messages import CommandOutcome
from simulation.model import Fault
from tests.workflow.world import ZONE, World, payment, until

pytestmark = pytest.mark.stack

TODAY = bank_date(datetime.now(UTC), ZONE)


async def told(handle: WorkflowHandle[Any, Any], update: str, id: str | None = None, **command: Any) -> CommandOutcome:
    """The ledger's answer to an operator's command."""
    return await handle.execute_update(update, {"by": "op-7", **command}, id=id, result_type=CommandOutcome)


async def test_the_same_signal_ten_times_is_one_payment(world: World) -> None:
    """The ledger knows the reference."""
    handle = await world.start()
    await world.quiet(handle)
    for _ in range(10):
        await handle.signal("payment_posted", payment("ten", "100.00", TODAY))
    await world.quiet(handle)
    kinds = await world.kinds(handle)
    assert kinds.count("payment_posted") == 1
    assert "fact_conflicted" not in kinds
    await world.agrees(handle)


async def test_the_same_reference_with_another_amount_is_kept_apart(world: World) -> None:
    """The first stands; that there was another is on record for a person."""
    handle = await world.start()
    await world.quiet(handle)
    await handle.signal("payment_posted", payment("one", "100.00", TODAY))
    await handle.signal("payment_posted", payment("one", "999.00", TODAY))
    await world.quiet(handle)
    facts = await world.ledger(handle)
    assert [str(f.body.amount) for f in facts if f.body.kind == "payment_posted"] == ["100.00"]
    assert len([f for f in facts if isinstance(f.body, FactConflicted)]) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_signals_in_any_order_end_the_same(world: World, seed: int) -> None:
    """Payments, their reversals, duplicates, receipts: the money is the same to the cent."""
    handle = await world.start()
    await world.contacted(handle)
    signals: list[tuple[str, dict[str, Any]]] = [
        ("payment_posted", payment(f"p{n}", "300.00", TODAY - timedelta(days=n))) for n in range(6)
    ]
    for n in range(4):
        reversal = {"reference": f"r{n}", "reverses": f"p{n}", "value_date": TODAY.isoformat()}
        signals.append(("payment_reversed", reversal))
    signals += signals[:5]
    random.Random(seed).shuffle(signals)
    # All at once, so that no passing excess cures the case in between.
    await asyncio.gather(*(handle.signal(name, body) for name, body in signals))
    await world.quiet(handle)
    view = await world.view(handle)
    references = [t["reference"] for t in view.state["transactions"]]
    assert sorted(references) == sorted([f"p{n}" for n in range(6)] + [f"r{n}" for n in range(4)])
    await world.agrees(handle)


async def test_malformed_signals_become_rejections(world: World) -> None:
    """No shape of message stops a case, and none is lost without a trace."""
    handle = await world.start()
    await world.quiet(handle)
    await handle.signal("payment_posted", args=[])
    await handle.signal("payment_posted", args=[1, 2])
    await handle.signal("payment_posted", "text")
    await handle.signal("payment_posted", payment("m1", "-5", TODAY))
    await handle.signal("payment_reversed", {"reference": "r"})
    await handle.signal("no_such_signal", {"a": 1})
    await handle.signal("contact_result", b"\x00\xff")
    await handle.signal("payment_posted", payment("m2", "5.00", TODAY) | {"posted_at": "0001-01-01T00:00:00+14:00"})
    await world.quiet(handle)
    rejected = [f.body for f in await world.ledger(handle) if isinstance(f.body, SignalRejected)]
    assert len(rejected) == 8
    assert ("amount: greater_than",) in [r.errors for r in rejected]
    await world.pay(handle)
    assert (await handle.result())["outcome"] == "cured"


async def test_pause_and_resume(world: World) -> None:
    """Paused: nobody is contacted, whatever the ladder says. Resumed: it goes on."""
    handle = await world.start()
    await world.quiet(handle)
    outcome = await told(handle, "pause", reason="complaint")
    assert outcome.accepted
    assert (await world.quiet(handle)).why.rule == "hold.pause"
    before = len(await world.accepted(handle.id.removeprefix("collection-")))
    await world.forward(handle, timedelta(days=20))
    assert len(await world.accepted(handle.id.removeprefix("collection-"))) == before
    assert (await told(handle, "resume", reason="settled")).accepted
    assert len(await world.contacted(handle, before + 1)) == before + 1


async def test_refusals_name_their_rule(world: World) -> None:
    """And are on record."""
    handle = await world.start()
    await world.quiet(handle)
    refused = await told(handle, "resume", reason="mistake")
    assert (refused.accepted, refused.rule) == (False, "resume.nothing")
    refused = await told(handle, "record_contact", result="promised")
    assert refused.rule == "record.identity"
    refused = await told(handle, "record_contact", attempt="nobody:1", result="answered")
    assert refused.rule == "record.unknown_attempt"
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert (await told(handle, "pause", reason="x", until=past)).rule == "pause.past"
    assert (await world.kinds(handle)).count("command_refused") == 4


@pytest.mark.parametrize(
    ("update", "command"),
    [("pause", {}), ("pause", {"reason": "Not A Code"}), ("record_contact", {"result": "shouted"}), ("resume", None)],
)
async def test_misshapen_updates_are_rejected_before_they_are_accepted(
    world: World, update: str, command: dict[str, Any] | None
) -> None:
    """By the validator: the caller learns it at once, the case is untouched."""
    handle = await world.start()
    await world.quiet(handle)
    before = await world.kinds(handle)
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update(update, *([command] if command is not None else []))
    assert await world.kinds(handle) == before
    await world.agrees(handle)


async def test_closed_by_the_bank(world: World) -> None:
    """The case ends; starting it again answers so."""
    request = await world.loan()
    handle = await world.start(request)
    await world.quiet(handle)
    assert (await told(handle, "close_by_bank", reason="sold")).accepted
    assert (await handle.result())["outcome"] == "closed_by_bank"
    assert (await (await world.start(request)).result())["outcome"] == "closed_by_bank"


async def test_closed_by_the_bank_while_a_contact_is_held_up(world: World) -> None:
    """The contact is taken back first, and no other is begun before the case is closed."""
    request = await world.loan()
    await world.bank.fault(Fault(system="messaging", mode="busy", retry_after_seconds=2))
    try:
        handle = await world.start(request)
        await world.until_it_contacts(handle)
        assert (await told(handle, "close_by_bank", reason="sold")).accepted
        assert (await handle.result())["outcome"] == "closed_by_bank"
    finally:
        await world.bank.heal()
    assert await world.accepted(request.loan_id) == []
    assert (await world.kinds(handle)).count("attempt_reserved") <= 1


async def test_a_human_call_is_a_task_until_it_is_recorded(world: World) -> None:
    """A collector is asked, the case waits for them, and what they record changes what follows."""
    handle = await world.start(overdue_days=22)
    loan_id = handle.id.removeprefix("collection-")
    calls = []
    while not calls:
        await world.forward(handle)
        calls = [c for c in await world.accepted(loan_id) if c.channel == "human_call"]
    agenda = await world.quiet(handle)
    assert agenda.person
    assert agenda.why.rule == "task.human_call"
    until_when = await world.skipper.get_current_time(handle) + timedelta(days=9)
    outcome = await told(
        handle,
        "record_contact",
        attempt=calls[0].key,
        result="needs_time",
        identity_verified=True,
        quiet_until=until_when.isoformat(),
        note_id="note-1",
    )
    assert outcome.accepted
    agenda = await world.quiet(handle)
    assert agenda.why.rule == "contact.quiet"
    assert agenda.until is not None
    assert abs(agenda.until - until_when) < timedelta(seconds=1)


async def test_an_update_repeated_with_one_id_across_continue_as_new(world: World) -> None:
    """The second answer is the first, read from the ledger; nothing happens twice."""
    handle = await world.start()
    await world.quiet(handle)
    first = await told(handle, "pause", id="cmd-1", reason="complaint")
    assert not (await told(handle, "pause", id="cmd-2", reason="again")).accepted
    run = (await handle.describe()).run_id
    for n in range(1000):
        await handle.signal("payment_posted", {"n": n})
        if n % 50 == 0 and await _other_run(handle, run):
            break
    await until(lambda: _other_run(handle, run))
    again = await told(handle, "pause", id="cmd-1", reason="complaint")
    assert again == first
    assert (await world.kinds(handle)).count("paused") == 1
    other = await told(handle, "resume", id="cmd-2", reason="settled")  # an id that another command has had
    assert (other.accepted, other.rule) == (False, "update.id_taken")
    assert "resumed" not in await world.kinds(handle)
    await world.agrees(handle)
    await world.pay(handle)
    assert (await handle.result())["outcome"] == "cured"


async def test_an_update_waits_for_the_ledger_even_while_a_payment_arrives(world: World) -> None:
    """Decided on something older, it is decided again."""
    handle = await world.start()
    await world.quiet(handle)
    outcomes = await asyncio.gather(
        *(told(handle, "pause", reason=f"r{n}") for n in range(5)),
        *(handle.signal("payment_posted", payment(f"x{n}", "10.00", TODAY)) for n in range(5)),
    )
    accepted = [o for o in outcomes if isinstance(o, CommandOutcome) and o.accepted]
    assert len(accepted) == 1
    await world.agrees(handle)


async def test_borrower_facts_reach_the_case_through_the_ledger(world: World) -> None:
    """An opt-out is recorded once for the borrower; the case looks when it is nudged."""
    request = await world.loan()
    handle = await world.start(request)
    await world.quiet(handle)
    fact = NewFact(
        fact_id="optout-1", occurred_at=datetime.now(UTC), source="borrower", body=ChannelOptedOut(channel="sms")
    )
    assert await record_borrower_fact(world.pool, request.borrower_id, fact) == (request.loan_id,)
    await handle.signal("borrower_changed", {"borrower_id": request.borrower_id})
    await until(lambda: _opted_out(world, handle))
    await world.agrees(handle)


async def _other_run(handle: WorkflowHandle[Any, Any], run: str) -> bool:
    return (await handle.describe()).run_id != run


async def _opted_out(world: World, handle: WorkflowHandle[Any, Any]) -> bool:
    return (await world.view(handle)).state["standing"]["opted_out"] == ["sms"]


async def test_a_charge_back_waits_for_a_person(world: World) -> None:
    """Whoever paid contests it: nobody is contacted until somebody has looked, then the case goes on."""
    loan_id = (request := await world.loan()).loan_id
    handle = await world.start(request)
    await world.contacted(handle)
    await handle.signal("payment_posted", payment("p1", "300.00", TODAY))
    back = {"reference": "x1", "reverses": "p1", "value_date": TODAY.isoformat(), "charged_back": True}
    await handle.signal("payment_reversed", back)
    agenda = await world.quiet(handle)
    assert (agenda.why.rule, agenda.person) == ("case.parked", True)
    assert (await world.position(handle)).paid == 0
    before = len(await world.accepted(loan_id))
    assert (await told(handle, "resume", reason="looked_into")).accepted
    assert len(await world.contacted(handle, before + 1)) == before + 1
