"""Before a message is reserved: may it speak of other debts of its borrower too, and is it known what is owed on them."""

from __future__ import annotations

import asyncio

import asyncpg

from activities.clock import ActivityClock
from activities.core_banking import CoreBanking
from activities.http import GatewayError
from domain.covering import may_cover
from ledger.append import append
from ledger.covering import Together, other_loans, to_read
from ledger.streams import StreamState
from policies.loader import load_templates
from schemas.facts import AccountRead
from schemas.ledger import Append, NewFact
from schemas.orders import ContactOrder

READING = 5.0
"""Seconds for reading the accounts of other debts. One that is not read by then is not spoken of: it has its own turn."""


class Covering:
    """Looks for debts that a message can cover. Without `core` those are left out whose account was not read lately."""

    def __init__(self, pool: asyncpg.Pool, core: CoreBanking | None) -> None:
        self._pool = pool
        self._core = core

    async def together(self, order: ContactOrder, clock: ActivityClock) -> Together | None:
        """What a message may cover; None if it speaks of its own debt alone: there is no other, or it is not of the kind."""
        templates, currency = load_templates().for_several, order.fields.get("currency")
        if currency is None or not may_cover(order.proposal, templates):
            return None
        others = await other_loans(self._pool, order)
        if not others:
            return None
        together = Together(templates, currency)
        if self._core is not None:
            await self._read(self._core, order, others, together, clock)
        return together

    async def _read(
        self,
        core: CoreBanking,
        order: ContactOrder,
        others: list[StreamState],
        together: Together,
        clock: ActivityClock,
    ) -> None:
        """A lost payment signal must not make us speak of a paid debt: its account is read again, and that is written down
        for its case."""
        now = clock.now()
        try:
            async with asyncio.timeout(READING):
                for state in await to_read(self._pool, others, order.proposal, now, together):
                    assert state.loan_id is not None, state.stream
                    try:
                        account = await core.account(state.loan_id, together.currency, now)
                    except GatewayError:
                        continue
                    body = AccountRead(account=account)
                    fact_id = f"{order.proposal.attempt}:account"
                    fact = NewFact(fact_id=fact_id, occurred_at=now, source="core_banking", body=body)
                    request = Append(
                        stream=state.stream, epoch=state.epoch, after=state.at, facts=(fact,), build=order.build
                    )
                    await append(self._pool, request)
        except TimeoutError:
            return
