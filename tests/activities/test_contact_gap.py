"""What changes between a contact's reservation and its sending holds: it is judged again, and does not go out."""

from __future__ import annotations

import pytest

from ledger.append import append
from ledger.borrowers import record_borrower_fact
from ledger.personal import erase
from ledger.switches import flip
from schemas.facts import ChannelOptedOut, ContactPointInvalid
from schemas.ledger import Append, NewFact
from schemas.orders import ContactOrder
from tests.activities.support import Contacts, Skew, at_shanghai
from tests.ledger.support import NOON, payment


async def test_an_opt_out_between_reservation_and_sending(contacts: Contacts) -> None:
    """The borrower's word is in the ledger: the message stays here, for there are newer facts."""
    order = contacts.order(await contacts.case())

    async def opt_out(order: ContactOrder) -> None:
        fact = NewFact(fact_id="reply-1", occurred_at=NOON, source="desk", body=ChannelOptedOut(channel="sms"))
        assert await record_borrower_fact(contacts.pool, order.borrower_id, fact) == (order.loan_id,)

    contacts.delivery.gap = opt_out
    answer = await contacts.make(order)
    await contacts.was_not_sent(order, answer, "newer_facts")
    assert [fact.body.kind for fact in answer.facts] == ["attempt_reserved", "channel_opted_out", "attempt_released"]


async def test_a_payment_between_reservation_and_sending(contacts: Contacts) -> None:
    """Whoever has just paid is not reminded."""
    order = contacts.order(await contacts.case())

    async def pay(order: ContactOrder) -> None:
        facts = (payment("P-1", "1050.00"),)
        await append(contacts.pool, Append(stream=order.stream, epoch=order.epoch, after=order.after, facts=facts))

    contacts.delivery.gap = pay
    await contacts.was_not_sent(order, await contacts.make(order), "newer_facts")


async def test_stop_all_between_reservation_and_sending(contacts: Contacts) -> None:
    """The switch stops what is on its way too."""
    order = contacts.order(await contacts.case())

    async def stop(_: ContactOrder) -> None:
        await flip(contacts.pool, "stop_all", True, "chief", "complaints")

    contacts.delivery.gap = stop
    await contacts.was_not_sent(order, await contacts.make(order), "stop_all")


async def test_the_hours_end_between_reservation_and_sending(
    contacts: Contacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reserved half a minute before eight in the evening, ready a minute later."""
    order = contacts.order(await contacts.case())
    clock = Skew(monkeypatch)

    async def dawdle(_: ContactOrder) -> None:
        clock.ahead += 60

    contacts.delivery.gap = dawdle
    answer = await contacts.make(order, at=at_shanghai(19, 59, 30))
    await contacts.was_not_sent(order, answer, "guard.t.hours")


async def test_without_an_address_the_contact_point_is_invalid(contacts: Contacts) -> None:
    """Erased: released, and the case learns not to try there again."""
    desk = await contacts.case()
    order = contacts.order(desk)
    await erase(contacts.pool, desk.borrower_id)
    answer = await contacts.make(order)
    await contacts.was_not_sent(order, answer, "no_address")
    invalid = [fact.body for fact in answer.facts if isinstance(fact.body, ContactPointInvalid)]
    assert invalid == [ContactPointInvalid(contact_point_id=order.proposal.contact_point_id)]


async def test_an_unknown_template_fails_before_anything_is_sending(contacts: Contacts) -> None:
    """It can be put right and tried again: the attempt stands as reserved, and resolving it gives its slot back."""
    order = contacts.order(await contacts.case(), template="no_such_template")
    with pytest.raises(LookupError, match="no template 'no_such_template' in en"):
        await contacts.make(order)
    assert await contacts.kinds(order) == ["attempt_reserved"]
    assert contacts.delivery.did == []
    await contacts.was_not_sent(order, await contacts.resolve(order), "abandoned")
