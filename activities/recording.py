"""How an activity writes down what it did: one fact under the order's own key."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from activities.ledger import lean
from ledger import switches
from ledger.append import append
from schemas.facts import Fact
from schemas.ledger import Append, Appended, NewFact
from schemas.orders import ActionOrder


async def in_shadow(pool: asyncpg.Pool) -> bool:
    """Whether shadow mode is on: decide and record, and ask nobody for anything."""
    return (await switches.state(pool)).shadow


async def record(pool: asyncpg.Pool, order: ActionOrder, body: Fact, source: str, now: datetime) -> Appended:
    """Append `body` as what came of `order`; answers the facts above `order.after`. The same order again is harmless."""
    fact = NewFact(fact_id=order.key, occurred_at=now, source=source, body=body)
    request = Append(stream=order.stream, epoch=order.epoch, after=order.after, facts=(fact,), build=order.build)
    return lean(request, await append(pool, request))
