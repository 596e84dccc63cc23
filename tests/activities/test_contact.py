"""One contact from its reservation to its fate, on a real ledger, with a gateway that answers, or does not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from ledger.artefacts import publish_rulebook
from ledger.reservations import begin_sending, reserve
from ledger.switches import flip
from schemas.contact import Verdict
from schemas.facts import AttemptRefused, AttemptSent, AttemptUnknown, OutsideFailed
from schemas.ledger import Appended
from schemas.orders import ContactOrder
from schemas.rulebook import Rulebook
from simulation.model import Fault
from tests.activities.support import Contacts, until
from tests.activities.wire import Wire
from tests.ledger.support import NOON, rulebook


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """An activity whose patience is short: what takes it minutes takes moments."""
    monkeypatch.setattr("activities.contact.PATIENCE", 0.4)
    monkeypatch.setattr("activities.contact.PAUSE", 0.05)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that knows no such key is believed at once."""
    monkeypatch.setattr("activities.contact.SETTLED", 0.0)


async def test_an_allowed_contact_is_sent_once(contacts: Contacts) -> None:
    """Reserved, sending, sent; run again it answers the same and sends nothing."""
    order = contacts.order(await contacts.case())
    await contacts.was_sent_once(order, await contacts.make(order))
    assert await contacts.kinds(order) == ["attempt_reserved", "attempt_sending", "attempt_sent"]
    reference = (await contacts.taken(order))[0].reference
    sent = (await contacts.stream(order))[-1].body
    assert sent == AttemptSent(attempt=order.proposal.attempt, gateway_reference=reference)
    await contacts.was_sent_once(order, await contacts.make(order))


async def test_in_shadow_mode_it_is_decided_and_recorded_only(contacts: Contacts) -> None:
    """It counts as sent for the case and for the caps, but no gateway hears of it."""
    await flip(contacts.pool, "shadow", True, "chief", "trial run")
    order = contacts.order(await contacts.case())
    answer = await contacts.make(order)
    assert answer.facts[-1].body == AttemptSent(attempt=order.proposal.attempt, shadow=True)
    assert await contacts.kinds(order) == ["attempt_reserved", "attempt_sending", "attempt_sent"]
    assert await contacts.counted(order) == [order.proposal.attempt]
    assert contacts.delivery.did == []
    assert await contacts.taken(order) == []


@pytest.mark.usefixtures("quick")
async def test_a_gateway_down_for_the_whole_patience_costs_no_attempt(
    contacts: Contacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried again and again, then given up where people can see it."""
    monkeypatch.setattr("activities.contact.PATIENCE", 60.0)
    order = contacts.order(await contacts.case())
    await contacts.bank.fault(Fault(system="messaging", mode="down"))
    running = contacts.start(order)

    async def tried() -> bool:
        return len(contacts.delivery.did) > 2

    await until(tried)
    monkeypatch.setattr("activities.contact.PAUSE", 61.0)  # after the next try there is no time for another
    answer = await running.task
    await contacts.was_not_sent(order, answer, "gateway_failed")
    assert _failures(answer) == [OutsideFailed(system="messaging", code="unavailable")]
    assert set(contacts.delivery.did) == {"send"}
    assert (await contacts.kinds(order)).count("attempt_sending") == 1


async def test_a_gateway_that_refuses_for_good_is_not_asked_again(contacts: Contacts) -> None:
    """Released with the gateway's code, and the failure is on record."""
    order = contacts.order(await contacts.case())
    await contacts.bank.fault(Fault(system="messaging", mode="refuse"))
    answer = await contacts.make(order)
    await contacts.was_not_sent(order, answer, "refused_by_gateway")
    assert _failures(answer) == [OutsideFailed(system="messaging", code="refused")]
    assert contacts.delivery.did == ["send"]


async def test_a_text_that_the_law_forbids_does_not_go_out(contacts: Contacts) -> None:
    """As it is rendered, by the rulebook in force at that moment: released by the rule's name, its slot free, on record so
    that an operator looks."""
    base = rulebook(a_day=2)
    banned = {"en": ["a loan payment due on 2027-02-01"], "zh-CN": ["坐牢"]}
    rule = {"id": "T.WORDS", "kind": "wording", "channels": ["sms"], "banned": banned}
    said = {"strength": "law", "source": "test", "effective_from": "2000-01-01"}
    strict = Rulebook.model_validate(
        base.model_dump() | {"version": "2", "rules": [*base.model_dump()["rules"], rule | said]}
    )
    desk = await contacts.case()
    order = contacts.order(desk)
    await publish_rulebook(contacts.pool, strict, "tests", NOON - timedelta(days=1))
    answer = await contacts.make(order)
    await contacts.was_not_sent(order, answer, "guard.t.words")
    assert _failures(answer) == [OutsideFailed(system="wording", code="guard.t.words")]
    assert contacts.delivery.did == []
    assert await contacts.kinds(order) == ["attempt_reserved", "outside_failed", "attempt_released"]


@pytest.mark.usefixtures("quick")
async def test_a_short_rate_limit_is_waited_out(contacts: Contacts, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 twice, then taken: one message, one attempt."""
    monkeypatch.setattr("activities.contact.PATIENCE", 30.0)
    order = contacts.order(await contacts.case())
    await contacts.bank.fault(Fault(system="messaging", mode="busy", times=2, retry_after_seconds=0))
    await contacts.was_sent_once(order, await contacts.make(order))
    assert contacts.delivery.did == ["send"] * 3


@pytest.mark.usefixtures("quick")
async def test_after_a_lost_answer_the_gateway_is_asked_by_key(contacts: Contacts) -> None:
    """It had taken the message: recorded as sent, and not sent again."""
    order = contacts.order(await contacts.case())
    await contacts.bank.fault(Fault(system="messaging", mode="lose_answer", times=1))
    await contacts.was_sent_once(order, await contacts.make(order))
    assert contacts.delivery.did == ["send", "ask"]


@pytest.mark.usefixtures("quick")
async def test_what_nobody_can_say_is_unknown_and_counts(contacts: Contacts) -> None:
    """Answer lost, then no connection: the message may be out, so its slot stays taken until somebody can say."""
    desk, another, third = await contacts.cases(3)
    order = contacts.order(desk)
    await _lose_sight(contacts)
    answer = await contacts.make(order)
    assert answer.facts[-1].body == AttemptUnknown(attempt=order.proposal.attempt, code="connection_lost")
    assert _failures(answer) == [OutsideFailed(system="messaging", code="connection_lost")]
    assert await contacts.state(order) == "unknown"
    assert contacts.delivery.did == ["send", "ask", "ask", "ask"]
    assert await contacts.counted(order) == [order.proposal.attempt]
    await contacts.bank.heal()
    second = contacts.order(another)
    assert (await contacts.make(second)).facts[-1].body.kind == "attempt_sent"
    assert _verdict(await contacts.make(contacts.order(third))).rules == ("T.CAP",)


@pytest.mark.usefixtures("quick")
async def test_an_unknown_attempt_is_found_at_the_gateway_later(contacts: Contacts) -> None:
    """It was taken after all."""
    order = contacts.order(await contacts.case())
    await _lose_sight(contacts)
    await contacts.make(order)
    await contacts.bank.heal()
    answer = await contacts.resolve(order)
    await contacts.was_sent_once(order, answer)
    assert await contacts.kinds(order) == [
        "attempt_reserved",
        "attempt_sending",
        "outside_failed",
        "attempt_unknown",
        "attempt_sent",
    ]


@pytest.mark.usefixtures("quick", "settled")
async def test_an_unknown_attempt_that_no_gateway_knows_is_released(contacts: Contacts, wire: Wire) -> None:
    """The wire was cut before the gateway heard of it: so long after, it never will."""
    order = contacts.order(await contacts.case())
    gateway, contacts.delivery = contacts.delivery, contacts.through(wire.url)
    answer = await contacts.make(order)
    assert answer.facts[-1].body.kind == "attempt_unknown"
    assert [request.split()[0] for request in wire.requests] == ["POST", "GET", "GET", "GET"]
    assert await contacts.counted(order) == [order.proposal.attempt]
    contacts.delivery = gateway
    await contacts.was_not_sent(order, await contacts.resolve(order), "not_taken")


async def test_a_retry_after_the_worker_died_asks_first(contacts: Contacts) -> None:
    """The message was out, the worker died before it could say so: found by key, not sent again."""
    order = contacts.order(await contacts.case())
    await _die_sending(contacts, order)
    prepared = await contacts.delivery.prepare(order, NOON)
    assert prepared is not None
    await contacts.delivery.send(order, prepared, NOON)
    contacts.delivery.did.clear()
    await contacts.was_sent_once(order, await contacts.make(order))
    assert contacts.delivery.did == ["ask"]


async def test_what_went_out_before_the_ledger_was_restored_is_found(contacts: Contacts) -> None:
    """The gateway has the key, this ledger has not: it is recorded as sent, and does not go out a second time."""
    order = contacts.order(await contacts.case())
    prepared = await contacts.delivery.prepare(order, NOON)
    assert prepared is not None
    await contacts.delivery.send(order, prepared, NOON)
    contacts.delivery.did.clear()
    await contacts.was_sent_once(order, await contacts.make(order))
    assert contacts.delivery.did == ["send", "ask"]


@pytest.mark.usefixtures("settled")
async def test_a_retry_after_the_worker_died_before_the_request_left(contacts: Contacts) -> None:
    """No gateway knows the key: released, so that the case may decide anew; a retry by itself sends nothing."""
    order = contacts.order(await contacts.case())
    await _die_sending(contacts, order)
    await contacts.was_not_sent(order, await contacts.make(order), "not_taken")
    assert contacts.delivery.did == ["ask"]


async def test_a_request_that_may_still_arrive_is_waited_for(contacts: Contacts) -> None:
    """The gateway does not know the key yet, and takes the message a moment later."""
    order = contacts.order(await contacts.case())
    prepared = await contacts.delivery.prepare(order, NOON)
    assert prepared is not None
    await _die_sending(contacts, order)
    running = contacts.start(order)
    await contacts.delivery.turned_away.wait()
    await contacts.delivery.send(order, prepared, NOON)
    await contacts.was_sent_once(order, await running.task)
    assert contacts.delivery.did == ["ask", "send", "ask"]


async def test_of_32_loans_at_once_one_gets_the_last_slot(contacts: Contacts) -> None:
    """Two messages a day to one borrower, whatever number of loans: one was sent, 32 want the other."""
    first, *others = await contacts.cases(33)
    assert (await contacts.make(contacts.order(first))).facts[-1].body.kind == "attempt_sent"
    answers = await asyncio.gather(*(contacts.make(contacts.order(desk)) for desk in others))
    ends = [answer.facts[-1].body.kind for answer in answers]
    assert sorted(ends) == ["attempt_refused"] * 31 + ["attempt_sent"]
    refused = [answer for answer in answers if answer.facts[-1].body.kind == "attempt_refused"]
    assert {_verdict(answer).rules for answer in refused} == {("T.CAP",)}
    taken = [contact for contact in await contacts.bank.accepted() if contact.borrower_id == first.borrower_id]
    assert len(taken) == 2
    assert len(await contacts.counted(contacts.order(first))) == 2


async def _lose_sight(contacts: Contacts) -> None:
    await contacts.bank.fault(Fault(system="messaging", mode="lose_answer", times=1))
    await contacts.bank.fault(Fault(system="messaging", mode="down"))


async def _die_sending(contacts: Contacts, order: ContactOrder) -> None:
    await reserve(contacts.pool, order, order.proposal, NOON)
    assert (await begin_sending(contacts.pool, order, order.proposal, NOON)).go == "go"


def _failures(answer: Appended) -> list[OutsideFailed]:
    return [fact.body for fact in answer.facts if isinstance(fact.body, OutsideFailed)]


def _verdict(answer: Appended) -> Verdict:
    refused = answer.facts[-1].body
    assert isinstance(refused, AttemptRefused)
    return refused.verdict
