"""The credit bureau: asked only under the borrower's authorisation, with the purpose named (征信业管理条例 art. 29)."""

from __future__ import annotations

import asyncpg
from temporalio import activity

from activities.clock import ActivityClock
from activities.http import Gateway
from activities.ledger import lean
from ledger.append import append
from schemas.facts import CreditRecordRead
from schemas.gateways import BureauInquiry
from schemas.ledger import Append, Appended, NewFact
from schemas.loan import CreditRecord
from schemas.orders import CreditOrder


class CreditBureau:
    """Makes inquiries and records them."""

    def __init__(self, pool: asyncpg.Pool, gateway: Gateway) -> None:
        self._pool = pool
        self._gateway = gateway

    @activity.defn(name="read_credit_record")
    async def read_credit_record(self, order: CreditOrder) -> Appended:
        """One inquiry under its idempotency key, as a fact. Raises GatewayError."""
        now = ActivityClock().now()
        inquiry = BureauInquiry(
            loan_id=order.loan_id,
            borrower_id=order.borrower_id,
            authorisation=order.authorisation,
            as_of=order.as_of,
        )
        record = await self._gateway.post("/bureau/inquiries", inquiry, CreditRecord, key=order.key)
        fact = NewFact(
            fact_id=order.key,
            occurred_at=now,
            source="credit_bureau",
            body=CreditRecordRead(record=record, authorisation=order.authorisation),
        )
        request = Append(stream=order.stream, epoch=order.epoch, after=order.after, facts=(fact,), build=order.build)
        return lean(request, await append(self._pool, request))
