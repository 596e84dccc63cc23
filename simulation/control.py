"""The control plane's client: how tests, the demo and the book's clock speak to the simulated bank."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
from pydantic import BaseModel

from schemas.messages import CommandOutcome
from simulation.model import (
    AcceptedContact,
    AcceptedContacts,
    Act,
    Acts,
    Asking,
    BookLoad,
    DeliveryNote,
    Fault,
    Health,
    Loaded,
    LoanRef,
    LoanRefs,
    MoneyPosted,
    NextActs,
    PaymentOrder,
    Planned,
    ReversalOrder,
    System,
)

M = TypeVar("M", bound=BaseModel)


class ControlError(RuntimeError):
    """The simulated bank did not do what was asked; the message holds its answer."""


class BankControl:
    """A connection to the simulated bank at `base_url`. Use as an async context manager, or `close` it.

    `timeout` of a request and `patience` with a bank that is not up are in seconds. Every method raises ControlError
    if the bank refuses or does not answer.
    """

    def __init__(self, base_url: str, timeout: float = 30, patience: float = 10) -> None:
        self._patience = patience
        # The bank is on the loopback, whatever proxy the environment names, and speaks plain HTTP: certificates
        # would be loaded (a tenth of a second) and never looked at.
        self._http = httpx2.AsyncClient(base_url=base_url, timeout=timeout, trust_env=False, verify=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def health(self) -> Health:
        """Whether it is up."""
        return await self._ask(Health, "GET", "/health")

    async def load(self, book: BookLoad) -> Loaded:
        """Give it a book; the same book again changes nothing."""
        return await self._ask(Loaded, "POST", "/simulation/book", book)

    async def loans(self) -> tuple[LoanRef, ...]:
        """All its loans."""
        return (await self._ask(LoanRefs, "GET", "/simulation/book")).loans

    async def acts(
        self,
        borrower_id: str | None = None,
        *,
        after: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
        delivered: bool = False,
    ) -> tuple[Act, ...]:
        """Acts by time; those not yet delivered unless `delivered`."""
        query = {
            "borrower_id": borrower_id,
            "after": after.isoformat() if after else None,
            "until": until.isoformat() if until else None,
            "limit": str(limit),
            "delivered": "true" if delivered else "false",
        }
        return (await self._ask(Acts, "GET", "/simulation/acts", query=query)).acts

    async def next_acts(self) -> NextActs:
        """The earliest act not yet delivered, over the book and of each borrower."""
        return await self._ask(NextActs, "GET", "/simulation/next")

    async def delivered(self, act_id: str, result: str = "delivered", outcome: CommandOutcome | None = None) -> int:
        """Mark an act as delivered, with what became of it; answers how many acts follow from it."""
        note = DeliveryNote(result=result, outcome=outcome)
        return (await self._ask(Planned, "POST", f"/simulation/acts/{act_id}/delivered", note)).acts

    async def ask(self, asking: Asking) -> int:
        """Tell people of the bank what a case asks for; answers how many acts are planned for it."""
        return (await self._ask(Planned, "POST", "/simulation/asks", asking)).acts

    async def accepted(self, loan_id: str | None = None) -> tuple[AcceptedContact, ...]:
        """What the gateways really took."""
        query = {"loan_id": loan_id}
        return (await self._ask(AcceptedContacts, "GET", "/simulation/accepted", query=query)).contacts

    async def pay(self, order: PaymentOrder) -> MoneyPosted:
        """Post a payment and the act that signals it."""
        return await self._ask(MoneyPosted, "POST", "/simulation/payments", order)

    async def reverse(self, order: ReversalOrder) -> MoneyPosted:
        """Take a payment back."""
        return await self._ask(MoneyPosted, "POST", "/simulation/reversals", order)

    async def fault(self, fault: Fault) -> None:
        """Make a system misbehave."""
        await self._ask(None, "POST", "/simulation/faults", fault)

    async def heal(self, system: System | None = None) -> None:
        """Make one system, or all, behave again."""
        await self._ask(None, "DELETE", "/simulation/faults", query={"system": system})

    async def _ask(
        self,
        answer: type[M] | None,
        method: str,
        path: str,
        body: BaseModel | None = None,
        query: dict[str, str | None] | None = None,
    ) -> M | Any:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                response = await self._http.request(
                    method,
                    path,
                    content=body.model_dump_json() if body else None,
                    params={name: value for name, value in (query or {}).items() if value is not None},
                )
                break
            except httpx2.HTTPError as error:
                # Not connected is not asked, so asking again is safe: the bank is being started anew.
                if not isinstance(error, httpx2.ConnectError) or time.monotonic() > deadline:
                    text = f"simulated bank, {method} {path}: {type(error).__name__}: {error}"
                    raise ControlError(text) from error
            await asyncio.sleep(0.1)
        if response.status_code != 200:
            raise ControlError(f"simulated bank, {method} {path}: {response.status_code} {response.text}")
        return answer.model_validate_json(response.content) if answer else None
