"""Core banking: the account is read here, and nowhere else is money written."""

from __future__ import annotations

from datetime import datetime, timedelta

import asyncpg
from temporalio import activity

from activities.clock import ActivityClock
from activities.http import Gateway, Refused
from activities.recording import in_shadow, record
from schemas.facts import AccountRead, InterestCharged, RestrictionSet, WaiverBooked, WaiverReversed
from schemas.gateways import (
    GatewayReceipt,
    PlanInterestReceipt,
    PlanInterestRequest,
    RestrictionRequest,
    WaiverReceipt,
    WaiverRequest,
    WaiverReversalReceipt,
    WaiverReversalRequest,
)
from schemas.ledger import Appended
from schemas.loan import Account
from schemas.orders import AccountOrder, InterestOrder, RestrictionOrder, WaiverOrder, WaiverReversalOrder

FUTURE = timedelta(minutes=5)
"""How far two clocks of one bank may differ. An account that is told as of later was not read."""


class CoreBanking:
    """Reads accounts, has waivers booked and taken back, interest charged and restrictions imposed or lifted, and records
    all of it."""

    def __init__(self, pool: asyncpg.Pool, gateway: Gateway) -> None:
        self._pool = pool
        self._gateway = gateway

    @activity.defn(name="read_account")
    async def read_account(self, order: AccountOrder) -> Appended:
        """The account as of now, as a fact. Raises GatewayError; Refused if the bank's answer cannot be right."""
        now = ActivityClock().now()
        account = await self.account(order.loan_id, order.currency, now)
        return await record(self._pool, order, AccountRead(account=account), "core_banking", now)

    async def account(self, loan_id: str, currency: str, now: datetime) -> Account:
        """The account of a loan in `currency` as of `now`. Raises as `read_account`; nothing is recorded."""
        account = await self._gateway.get(f"/core/loans/{loan_id}/account", Account, as_of=now.isoformat())
        if account.loan_id != loan_id:
            raise Refused("another_loan")
        if account.currency != currency:
            raise Refused("other_currency")
        if account.as_of > now + FUTURE:
            raise Refused("from_the_future")
        if not account.instalments and account.outstanding > 0:
            raise Refused("no_instalments")
        return account

    @activity.defn(name="book_waiver")
    async def book_waiver(self, order: WaiverOrder) -> Appended:
        """The waiver that a kept settlement ends with, as a fact. Raises GatewayError; Refused in shadow mode, in which no
        money is moved: the case waits for a person."""
        now = ActivityClock().now()
        if await in_shadow(self._pool):
            raise Refused("shadow_mode")
        request = WaiverRequest(
            loan_id=order.loan_id,
            agreement=order.agreement,
            amount=order.amount,
            currency=order.currency,
            as_of=order.as_of,
            made_of=order.made_of,
        )
        receipt = await self._gateway.post_once("/core/waivers", request, WaiverReceipt, key=order.key)
        booked = WaiverBooked(**receipt.model_dump(include={"reference", "amount", "value_date", "made_of"}))
        return await record(self._pool, order, booked, "core_banking", now)

    @activity.defn(name="reverse_waiver")
    async def reverse_waiver(self, order: WaiverReversalOrder) -> Appended:
        """A waiver taken back once for its key, as a fact. Raises as `book_waiver`; Refused too if it was another."""
        now = ActivityClock().now()
        if await in_shadow(self._pool):
            raise Refused("shadow_mode")
        said = order.model_dump(include={"loan_id", "agreement", "reverses", "as_of"})
        request = WaiverReversalRequest(**said)
        receipt = await self._gateway.post_once("/core/waiver-reversals", request, WaiverReversalReceipt, key=order.key)
        if receipt.reverses != order.reverses:
            raise Refused("another_waiver")
        told = receipt.model_dump(include={"reference", "reverses", "amount", "value_date"})
        return await record(self._pool, order, WaiverReversed(agreement=order.agreement, **told), "core_banking", now)

    @activity.defn(name="charge_interest")
    async def charge_interest(self, order: InterestOrder) -> Appended:
        """Interest that has fallen due under a plan, charged once for its key, as a fact. Raises as `book_waiver`."""
        now = ActivityClock().now()
        if await in_shadow(self._pool):
            raise Refused("shadow_mode")
        said = order.model_dump(include={"loan_id", "agreement", "amount", "currency", "on", "as_of"})
        request = PlanInterestRequest(**said)
        receipt = await self._gateway.post_once("/core/plan-interest", request, PlanInterestReceipt, key=order.key)
        charged = InterestCharged(
            agreement=order.agreement,
            reference=receipt.reference,
            amount=receipt.amount,
            value_date=receipt.value_date,
        )
        return await record(self._pool, order, charged, "core_banking", now)

    @activity.defn(name="set_restriction")
    async def set_restriction(self, order: RestrictionOrder) -> Appended:
        """A restriction imposed or lifted under its idempotency key, as a fact; in shadow mode the fact alone. Raises
        GatewayError."""
        now = ActivityClock().now()
        said = order.model_dump(include={"restriction", "change", "reason", "approval"})
        if await in_shadow(self._pool):
            return await record(self._pool, order, RestrictionSet(**said, shadow=True), "core_banking", now)
        request = RestrictionRequest(loan_id=order.loan_id, borrower_id=order.borrower_id, as_of=order.as_of, **said)
        receipt = await self._gateway.post_once("/core/restrictions", request, GatewayReceipt, key=order.key)
        body = RestrictionSet(**said, reference=receipt.reference)
        return await record(self._pool, order, body, "core_banking", now)
