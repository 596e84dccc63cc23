"""Tasks of people, taken back: a collector's call, a visit."""

from __future__ import annotations

import asyncpg
from temporalio import activity

from activities.clock import ActivityClock
from activities.http import Gateway
from activities.recording import record
from schemas.facts import TaskCalledOff
from schemas.gateways import CallOffReceipt, CallOffRequest
from schemas.ledger import Appended
from schemas.orders import CallOffOrder


class Tasks:
    """Calls tasks off where they were given, and records whether it was in time."""

    def __init__(self, pool: asyncpg.Pool, telephony: Gateway, field_force: Gateway) -> None:
        self._pool = pool
        self._telephony = telephony
        self._field_force = field_force

    @activity.defn(name="call_off")
    async def call_off(self, order: CallOffOrder) -> Appended:
        """Take it back, and say whether it was too late. Raises GatewayError."""
        now = ActivityClock().now()
        visit = order.proposal.channel == "visit"
        gateway, path = (self._field_force, "/field/visits") if visit else (self._telephony, "/telephony/human-calls")
        request = CallOffRequest(reason=order.reason, as_of=order.as_of)
        path = f"{path}/{order.proposal.attempt}/cancellation"
        receipt = await gateway.post(path, request, CallOffReceipt, key=order.key)
        body = TaskCalledOff(attempt=order.proposal.attempt, code=order.reason, too_late=receipt.status == "too_late")
        return await record(self._pool, order, body, "field_force" if visit else "telephony", now)
