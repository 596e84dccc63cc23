"""A contact that is cancelled, at each of its states: taken back up to `sending`, and from then on seen through."""

from __future__ import annotations

import asyncio

import pytest

from ledger.pool import Pool
from ledger.streams import lock_borrower
from schemas.orders import ContactOrder
from simulation.model import Fault
from tests.activities.support import Contacts, until


async def test_cancelled_before_its_reservation_it_leaves_nothing(contacts: Contacts, pool: Pool) -> None:
    """Somebody else holds the borrower while it is cancelled: nothing is in the ledger, and nothing stays locked."""
    order = contacts.order(await contacts.case())
    before = await contacts.stream(order)
    async with pool.acquire() as conn, conn.transaction():
        await lock_borrower(conn, order.borrower_id)
        running = contacts.start(order)
        await until(lambda: _somebody_waits(pool))
        running.env.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running.task
    assert await contacts.stream(order) == before
    assert await contacts.counted(order) == []
    assert await contacts.taken(order) == []
    await contacts.was_sent_once(order, await contacts.make(order))


async def test_cancelled_while_reserved_it_is_released(contacts: Contacts) -> None:
    """Between reservation and sending: its slot is free again and the gateway never heard of it."""
    order = contacts.order(await contacts.case())
    reserved = asyncio.Event()

    async def hang(_: ContactOrder) -> None:
        reserved.set()
        await asyncio.Event().wait()

    contacts.delivery.gap = hang
    running = contacts.start(order)
    await reserved.wait()
    assert await contacts.state(order) == "reserved"
    await contacts.was_not_sent(order, await running.cancelled(), "cancelled")
    assert contacts.delivery.did == []


async def test_cancelled_while_it_waits_out_a_rate_limit_it_is_released(contacts: Contacts) -> None:
    """The gateway said 429, so it certainly has nothing: no need to wait for the end of the pause."""
    order = contacts.order(await contacts.case())
    await contacts.bank.fault(Fault(system="messaging", mode="busy", retry_after_seconds=30))
    running = contacts.start(order)
    await contacts.delivery.turned_away.wait()
    assert contacts.delivery.trial is not None
    await contacts.delivery.trial
    assert await contacts.state(order) == "sending"
    await contacts.was_not_sent(order, await running.cancelled(), "cancelled")
    assert contacts.delivery.did == ["send"]


async def test_cancelled_while_the_gateway_is_slow_it_is_seen_through(contacts: Contacts) -> None:
    """From `sending` on the message may be out: the answer comes late, and says that it was sent."""
    order = contacts.order(await contacts.case())
    await contacts.bank.fault(Fault(system="messaging", mode="slow", delay_seconds=0.7, times=1))
    running = contacts.start(order)
    await contacts.reaches(order, "sending")
    await contacts.was_sent_once(order, await running.cancelled())
    assert contacts.delivery.did == ["send"]


async def test_cancelled_twice_while_the_gateway_is_slow_it_is_seen_through(contacts: Contacts) -> None:
    """First the case changes its mind, then the worker is stopped: the message is out all the same."""
    order = contacts.order(await contacts.case())
    await contacts.bank.fault(Fault(system="messaging", mode="slow", delay_seconds=0.7, times=1))
    running = contacts.start(order)
    await contacts.reaches(order, "sending")
    running.env.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
        running.task.cancel()  # the environment hands it on to the activity
    await contacts.was_sent_once(order, await running.task)


async def test_cancelled_after_it_was_sent_nothing_changes(contacts: Contacts) -> None:
    """What is out is out."""
    order = contacts.order(await contacts.case())
    running = contacts.start(order)
    await contacts.reaches(order, "sent")
    await contacts.was_sent_once(order, await running.cancelled())
    await contacts.was_sent_once(order, await contacts.make(order))
    assert contacts.delivery.did == ["send"]


async def _somebody_waits(pool: Pool) -> bool:
    here = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    return bool(await pool.fetchval(f"SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ({here})"))
