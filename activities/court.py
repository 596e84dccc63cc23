"""The court, or who acts there for the bank: filing, enforcement, looking for property, withdrawal."""

from __future__ import annotations

import asyncpg
from temporalio import activity

from activities.clock import ActivityClock
from activities.http import Gateway
from activities.recording import in_shadow, record
from schemas.court import CourtStep
from schemas.facts import CourtStepTaken
from schemas.gateways import CourtReceipt, CourtRequest
from schemas.ledger import Appended
from schemas.orders import CourtOrder

PATHS: dict[CourtStep, str] = {
    "file": "/court/filings",
    "apply_for_enforcement": "/court/enforcements",
    "check_property": "/court/property-checks",
    "withdraw": "/court/withdrawals",
}


class Court:
    """Takes steps and records them."""

    def __init__(self, pool: asyncpg.Pool, gateway: Gateway) -> None:
        self._pool = pool
        self._gateway = gateway

    @activity.defn(name="take_court_step")
    async def take_step(self, order: CourtOrder) -> Appended:
        """One step under its idempotency key, as a fact; in shadow mode the fact alone. Raises GatewayError."""
        now = ActivityClock().now()
        if await in_shadow(self._pool):
            taken = CourtStepTaken(step=order.step, reference="shadow", on=order.on, claim=order.claim, shadow=True)
            return await record(self._pool, order, taken, "court", now)
        request = CourtRequest(
            loan_id=order.loan_id,
            borrower_id=order.borrower_id,
            reference=order.reference,
            claim=order.claim,
            currency=order.currency,
            pieces=order.pieces,
            as_of=order.as_of,
        )
        receipt = await self._gateway.post_once(PATHS[order.step], request, CourtReceipt, key=order.key)
        # The receipt's claim, not the order's: a step found by its key may have been ordered before money came.
        taken = CourtStepTaken(step=order.step, reference=receipt.reference, on=receipt.on, claim=receipt.claim)
        return await record(self._pool, order, taken, "court", now)
