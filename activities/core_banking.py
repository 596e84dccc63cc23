"""Core banking: the account is read here, and nowhere else is money written."""

from __future__ import annotations

import asyncpg
from temporalio import activity

from activities.clock import ActivityClock
from activities.http import Gateway, Refused
from activities.ledger import lean
from ledger.append import append
from schemas.facts import AccountRead
from schemas.ledger import Append, Appended, NewFact
from schemas.loan import Account
from schemas.orders import AccountOrder


class CoreBanking:
    """Reads accounts and records them."""

    def __init__(self, pool: asyncpg.Pool, gateway: Gateway) -> None:
        self._pool = pool
        self._gateway = gateway

    @activity.defn(name="read_account")
    async def read_account(self, order: AccountOrder) -> Appended:
        """The account as of now, as a fact. Raises GatewayError; Refused if the bank's answer cannot be right."""
        now = ActivityClock().now()
        path = f"/core/loans/{order.loan_id}/account"
        account = await self._gateway.get(path, Account, as_of=now.isoformat())
        if account.loan_id != order.loan_id:
            raise Refused("another_loan")
        if not account.instalments and account.outstanding > 0:
            raise Refused("no_instalments")
        fact = NewFact(fact_id=order.key, occurred_at=now, source="core_banking", body=AccountRead(account=account))
        request = Append(stream=order.stream, epoch=order.epoch, after=order.after, facts=(fact,), build=order.build)
        return lean(request, await append(self._pool, request))
