"""A case from its start to its end, on the real server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import yaml
from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ApplicationError

from activities import queues
from domain.calendar import bank_date
from ledger.artefacts import publish_policy
from schemas.facts import AttemptReleased, CaseClosed, PaymentPosted
from schemas.loan import CollectionRequest
from schemas.messages import CommandOutcome
from schemas.policy import Strategy
from simulation.model import Fault, PaymentOrder, ReversalOrder
from tests.workflow.world import SPINE, ZONE, World, payment, until
from workflows.collection import AT_ONCE

pytestmark = pytest.mark.stack


async def test_cured_by_the_first_message(world: World) -> None:
    """Started, assessed, reminded, paid: the workflow ends as cured and the ledger says the same."""
    handle = await world.start(credit_authorisation="AUTH-1")
    taken = await world.contacted(handle)
    assert [contact.channel for contact in taken] == ["sms"]
    await world.agrees(handle)
    await world.pay(handle)
    result = await handle.result()
    assert result["outcome"] == "cured"
    assert await world.kinds(handle) == [
        "episode_opened",
        "account_read",
        "credit_record_read",
        "assessed",
        "stage_entered",
        "attempt_reserved",
        "attempt_sending",
        "attempt_sent",
        "payment_posted",
        "case_closed",
    ]
    await world.agrees(handle)


async def test_words_that_the_law_forbids_are_kept_back_and_an_operator_is_asked(world: World) -> None:
    """A text message in the words of a push, which do not say who writes (CN.WORDS.SENDER): one attempt, and none after it
    before somebody has looked."""
    text = SPINE.read_text(encoding="utf-8").replace("name: spine", "name: misworded")
    strategy = Strategy.model_validate(
        yaml.safe_load(text.replace("template: reminder_sms", "template: reminder_push"))
    )
    await publish_policy(world.pool, strategy, "tests")
    handle = await world.start(policy="misworded")
    agenda = await world.until_asked(handle, "look")
    assert agenda.why.rule == "case.parked"
    assert "CN.WORDS.SENDER" in agenda.why.text
    released = [fact.body for fact in await world.ledger(handle) if isinstance(fact.body, AttemptReleased)]
    assert [fact.code for fact in released] == ["guard.cn.words.sender"]
    assert await world.accepted(handle.id.removeprefix("collection-")) == []
    await world.agrees(handle)
    await world.pay(handle)
    assert (await handle.result())["outcome"] == "cured"


async def test_paid_in_parts(world: World) -> None:
    """The case goes on while something is owed, and ends with the last part."""
    handle = await world.start()
    await world.contacted(handle)
    for part in ("400.00", "400.00"):
        await world.pay(handle, part)
        agenda = await world.quiet(handle)
        assert agenda.step == "wait"
    await world.contacted(handle, times=2)
    await world.pay(handle, "250.00")
    result = await handle.result()
    assert result["outcome"] == "cured"


async def test_paying_the_whole_balance_ends_the_loan(world: World) -> None:
    """All three instalments at once."""
    handle = await world.start()
    await world.contacted(handle)
    await world.pay(handle, "3150.00")
    assert (await handle.result())["outcome"] == "paid_off"


async def test_a_payment_stops_a_message_that_waits_at_the_gateway(world: World) -> None:
    """Reserved, and held up by the gateway's rate limit: the payment takes it back, and nothing goes out."""
    request = await world.loan()
    loan_id = request.loan_id
    await world.bank.fault(Fault(system="messaging", mode="busy", retry_after_seconds=2))
    try:
        handle = await world.start(request)
        await world.until_it_contacts(handle)
        await until(lambda: _has(world, handle, "attempt_sending"))
        await world.pay(handle)
        result = await handle.result()
    finally:
        await world.bank.heal()
    assert result["outcome"] == "cured"
    assert await world.accepted(loan_id) == []
    released = [f.body for f in await world.ledger(handle) if isinstance(f.body, AttemptReleased)]
    assert len(released) == 1


async def test_reversed_after_the_cure(world: World) -> None:
    """The debit is returned: the same episode opens again, and is cured by the next payment."""
    request = await world.loan()
    handle = await world.start(request)
    await world.contacted(handle)
    reference = await world.pay(handle)
    assert (await handle.result())["outcome"] == "cured"
    cured_at = (await world.ledger(handle))[-1].occurred_at

    again = await world.client.start_workflow(
        "CollectionWorkflow",
        request.model_copy(update={"opens_at": cured_at + timedelta(days=2)}).model_dump(mode="json"),
        id=handle.id,
        task_queue=queues.WORKFLOWS,
        start_signal="payment_reversed",
        start_signal_args=[{"reference": f"R{reference}", "reverses": reference, "value_date": str(cured_at.date())}],
    )
    await world.forward_opening(again, cured_at + timedelta(days=2))
    kinds = await world.kinds(handle)
    assert kinds.count("episode_reopened") == 1
    assert kinds.count("episode_opened") == 1
    view = await world.view(again)
    assert view.state["status"] == "open"
    assert view.epoch == 2
    await world.pay(again, reference="second")
    assert (await again.result())["outcome"] == "cured"


async def test_starting_a_cured_case_again_answers_what_is_on_record(world: World) -> None:
    """Nothing is owed for that episode, core banking says once more: the recorded outcome."""
    request = await world.loan()
    handle = await world.start(request)
    await world.contacted(handle)
    await world.pay(handle)
    await handle.result()
    before = await world.kinds(handle)
    later = await world.skipper.get_current_time(handle) + timedelta(hours=1)
    second = await world.start(request.model_copy(update={"opens_at": later}))
    await world.until(second, lambda a: a.quiet)
    await world.skip_to(second, later + timedelta(seconds=1))
    assert (await second.result())["outcome"] == "cured"
    assert await world.kinds(second) == [*before, "account_read"]


async def test_starting_a_closed_case_again_looks_whether_money_is_owed_after_all(world: World) -> None:
    """The bank took a payment back and its signal got lost: the next start of the same episode finds it."""
    request = await world.loan()
    handle = await world.start(request)
    await world.contacted(handle)
    reference = await world.pay(handle)
    await handle.result()
    later = await world.skipper.get_current_time(handle) + timedelta(hours=1)
    await world.bank.reverse(
        ReversalOrder(reverses=reference, posted_at=later, reference=f"{reference}-back", signalled=False)
    )
    again = await world.start(request.model_copy(update={"opens_at": later}))
    await world.until(again, lambda a: a.quiet)
    await world.forward_opening(again, later)
    kinds = await world.kinds(again)
    assert kinds[kinds.index("case_closed") :][:3] == ["case_closed", "account_read", "episode_reopened"]
    await world.agrees(again)


async def test_a_flood_of_signals_is_written_down_whole(world: World) -> None:
    """More than one call may carry: all of them stand in the ledger, each once, and the case goes on."""
    handle = await world.start()
    await world.quiet(handle)
    today = bank_date(datetime.now(UTC), ZONE)
    count = 2 * AT_ONCE + 1
    gate = asyncio.Semaphore(32)

    async def send(number: int) -> None:
        async with gate:
            await handle.signal("payment_posted", payment(f"flood-{number}", "0.01", today))

    await asyncio.gather(*(send(number) for number in range(count)))
    await world.quiet(handle)
    posted = [f.body.reference for f in await world.ledger(handle) if isinstance(f.body, PaymentPosted)]
    assert sorted(posted) == sorted(f"flood-{number}" for number in range(count))
    await world.agrees(handle)


async def test_commands_before_the_opening_are_told_when_it_opens(world: World) -> None:
    """Refused, and not kept until then."""
    handle = await world.start(opens_at=datetime.now(UTC) + timedelta(days=3))
    await world.until(handle, lambda a: a.quiet)
    outcome = await handle.execute_update("pause", {"by": "anna", "reason": "asked"}, result_type=CommandOutcome)
    assert (outcome.accepted, outcome.rule) == (False, "case.not_open")
    assert await world.kinds(handle) == []
    await handle.terminate()


async def test_a_case_under_another_id_is_refused(world: World) -> None:
    """Payments are signalled to the loan's own id: under another the case would never hear of them."""
    request = await world.loan()
    handle = await world.client.start_workflow(
        "CollectionWorkflow",
        request.model_dump(mode="json"),
        id=f"case-of-{request.loan_id}",
        task_queue=queues.WORKFLOWS,
    )
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    assert f"collection-{request.loan_id}" in str(failure.value.cause)


async def test_a_loan_in_order_ends_at_once(world: World) -> None:
    """Started by mistake: nothing is due, nobody hears anything."""
    handle = await world.start(overdue_days=0)
    assert (await handle.result())["outcome"] == "nothing_due"
    assert await world.accepted(handle.id.removeprefix("collection-")) == []


async def test_a_case_started_before_its_time_waits(world: World) -> None:
    """opens_at: nothing is read and nobody is contacted before."""
    opens_at = datetime.now(UTC) + timedelta(days=3)
    handle = await world.start(opens_at=opens_at)
    agenda = await world.until(handle, lambda a: a.quiet)
    assert agenda.step == "opening"
    assert await world.kinds(handle) == []
    await world.forward_opening(handle, opens_at)
    assert (await world.kinds(handle))[0] == "episode_opened"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"loan_id": "X1"}, "borrower_id: missing"),
        ("just text", "model_type"),
        ({}, "loan_id: missing"),
    ],
)
async def test_a_malformed_start_fails_at_once_and_says_why(world: World, sent: object, message: str) -> None:
    """Nothing was accepted yet: the platform gets a clear failure, not a task that fails for ever."""
    id = f"collection-bad-{datetime.now(UTC).timestamp()}"
    handle = await world.client.start_workflow("CollectionWorkflow", sent, id=id, task_queue=queues.WORKFLOWS)
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    assert message in str(failure.value.cause)


def _nonsense(request: CollectionRequest) -> dict[str, CollectionRequest]:
    """The request with one thing in it that cannot be; by what is said of it."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    (party,) = request.parties
    nowhere = party.model_copy(update={"zone": "Mars/Olympus"})
    again = party.model_copy(update={"role": "guarantor"})
    return {
        f"overdue_since {tomorrow} is still to come": request.model_copy(update={"overdue_since": tomorrow}),
        "currency ABC is none of ISO 4217": request.model_copy(update={"currency": "ABC"}),
        "parties.0.zone: give an IANA time zone": request.model_copy(update={"parties": (nowhere,)}),
        f"parties.1.party_id {party.party_id} stands there twice": request.model_copy(
            update={"parties": (party, again)}
        ),
    }


@pytest.mark.parametrize("waits", [False, True])
async def test_a_case_that_makes_no_sense_is_not_opened(world: World, waits: bool) -> None:
    """Whoever starts it: it fails at once with what is wrong and how to mend it, even if it was to open later; nothing is
    written down, nobody hears anything, and the mended request opens."""
    request = await world.loan()
    later = {"opens_at": datetime.now(UTC) + timedelta(hours=1)} if waits else {}
    for said, sent in _nonsense(request).items():
        handle = await world.start(sent.model_copy(update=later))
        with pytest.raises(WorkflowFailureError) as failure:
            await handle.result()
        assert isinstance(failure.value.cause, ApplicationError)
        assert (failure.value.cause.type, failure.value.cause.non_retryable) == ("BadRequest", True)
        assert said in failure.value.cause.message
        assert await world.kinds(handle) == []
    assert await world.accepted(request.loan_id) == []
    mended = await world.start(request)
    await world.quiet(mended)
    assert (await world.kinds(mended))[0] == "episode_opened"


async def test_a_case_that_was_opened_long_ago_is_carried_on(world: World) -> None:
    """What the ledger has open is a case, whatever is asked of requests since: it is taken over, with its own currency."""
    request = await world.loan()
    first = await world.start(request)
    await world.quiet(first)
    await first.terminate()
    handle = await world.start(request.model_copy(update={"currency": "ABC"}))
    await world.quiet(handle)
    await handle.signal("payment_posted", payment("after-all", "0.01", request.overdue_since + timedelta(days=1)))
    await world.quiet(handle)
    kinds = await world.kinds(handle)
    assert "taken_over" in kinds
    assert "payment_posted" in kinds
    assert "signal_rejected" not in kinds
    await world.agrees(handle)


async def test_an_unknown_policy_is_refused(world: World) -> None:
    """Pinned strategies must have been published."""
    handle = await world.start(policy="no-such-policy")
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    assert "no-such-policy" in str(failure.value.cause)


async def test_the_case_list_shows_where_a_case_is(world: World) -> None:
    """Search attributes follow the case; nothing in them goes stale by itself."""
    handle = await world.start()
    await world.contacted(handle)
    attributes = (await handle.describe()).typed_search_attributes
    shown = {pair.key.name: pair.value for pair in attributes}
    assert shown["ArrearsStage"] == "contact"
    assert shown["ArrearsHandledBy"] == "robot"
    assert shown["ArrearsOutcome"] == "open"


async def test_three_months_of_contact_end_with_a_person(world: World) -> None:
    """Nobody pays: the whole ladder, then a collector; and a payment still cures."""
    handle = await world.start(overdue_days=2)
    agenda = await world.quiet(handle)
    while agenda.until is not None:
        agenda = await world.forward(handle)
    assert agenda.handled_by == "collector"
    taken = await world.accepted(handle.id.removeprefix("collection-"))
    assert {c.channel for c in taken} >= {"sms", "email", "app_push", "letter", "robot_call", "human_call"}
    await world.agrees(handle)
    await world.pay(handle, "99999.00")
    assert (await handle.result())["outcome"] == "paid_off"


async def test_money_that_came_without_a_signal_is_seen_before_the_next_contact(world: World) -> None:
    """The signal was lost; core banking knows: the account is read again before anybody is spoken to."""
    handle = await world.start()
    loan_id = handle.id.removeprefix("collection-")
    await world.contacted(handle)
    now = await world.skipper.get_current_time(handle)
    await world.bank.pay(PaymentOrder(loan_id=loan_id, amount=Decimal("1050.00"), posted_at=now, signalled=False))
    await world.forward(handle)
    assert (await handle.result())["outcome"] == "cured"
    assert len(await world.accepted(loan_id)) == 1


async def test_every_decision_says_why_and_by_which_rule(world: World) -> None:
    """In the ledger, and beside each timer and activity of the history."""
    handle = await world.start()
    await world.contacted(handle)
    await world.pay(handle)
    await handle.result()
    closed = [f.body for f in await world.ledger(handle) if isinstance(f.body, CaseClosed)]
    assert closed[0].rule == "money.cured"
    history = await handle.fetch_history()
    for event in history.events:
        scheduled = event.HasField("activity_task_scheduled_event_attributes")
        if scheduled or event.HasField("timer_started_event_attributes"):
            assert event.user_metadata.HasField("summary"), event


async def _has(world: World, handle: WorkflowHandle[Any, Any], kind: str) -> bool:
    return kind in await world.kinds(handle)


async def test_a_loan_of_another_borrower_is_refused(world: World) -> None:
    """One loan, one borrower: a start that says otherwise fails at once and changes nothing."""
    request = await world.loan()
    handle = await world.start(request)
    await world.quiet(handle)
    await handle.terminate("test")
    other = await world.start(request.model_copy(update={"borrower_id": "B-somebody-else"}))
    with pytest.raises(WorkflowFailureError) as failure:
        await other.result()
    assert "borrower_mismatch" in str(failure.value.cause)
