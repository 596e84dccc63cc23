"""The credit bureau: asked only under the borrower's authorisation, with the purpose named (征信业管理条例 art. 29)."""

from __future__ import annotations

import asyncpg
from temporalio import activity

from activities.clock import ActivityClock
from activities.http import Gateway
from activities.recording import in_shadow, record
from schemas.facts import CreditRecordRead, CreditReported
from schemas.gateways import BureauInquiry, BureauReport, GatewayReceipt
from schemas.ledger import Appended
from schemas.loan import CreditRecord
from schemas.orders import CreditOrder, CreditReportOrder


class CreditBureau:
    """Makes inquiries, and reports how a loan stands; records both."""

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
        answer = await self._gateway.post("/bureau/inquiries", inquiry, CreditRecord, key=order.key)
        body = CreditRecordRead(record=answer, authorisation=order.authorisation)
        return await record(self._pool, order, body, "credit_bureau", now)

    @activity.defn(name="report_credit")
    async def report_credit(self, order: CreditReportOrder) -> Appended:
        """One report under its idempotency key, as a fact; in shadow mode the fact alone. Raises GatewayError."""
        now = ActivityClock().now()
        said = order.model_dump(include={"status", "amount", "days_past_due", "notice"})
        if await in_shadow(self._pool):
            return await record(self._pool, order, CreditReported(**said, shadow=True), "credit_bureau", now)
        report = BureauReport(
            loan_id=order.loan_id,
            borrower_id=order.borrower_id,
            currency=order.currency,
            as_of=order.as_of,
            **said,
        )
        receipt = await self._gateway.post_once("/bureau/reports", report, GatewayReceipt, key=order.key)
        body = CreditReported(**said, reference=receipt.reference)
        return await record(self._pool, order, body, "credit_bureau", now)
