"""Requests to the gateways, as tests make them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2

from simulation.book import SimulatedBook
from simulation.model import SimulatedBorrower, SimulatedLoan

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
PHONE = "+86 100 0000 0001"


def message(book: SimulatedBook, n: int = 0, **other: Any) -> dict[str, Any]:
    """The body of a text message about loan `n`."""
    loan = book.loans[n]
    body = {
        "loan_id": loan.loan_id,
        "borrower_id": loan.borrower_id,
        "channel": "sms",
        "contact_point_id": f"{loan.borrower_id}:phone",
        "address": PHONE,
        "language": "zh-CN",
        "template": "reminder.first",
        "text": "您的贷款已逾期。",
        "purpose": "dunning",
        "as_of": NOW.isoformat(),
    }
    return body | other


def human_call(book: SimulatedBook, n: int = 0, **other: Any) -> dict[str, Any]:
    """A collector's task about loan `n`, for two days."""
    return message(book, n, channel="human_call", deadline=(NOW + timedelta(days=2)).isoformat()) | other


def visit(book: SimulatedBook, n: int = 0, **other: Any) -> dict[str, Any]:
    """A visit about loan `n`, in three days."""
    begins = NOW + timedelta(days=3)
    times = {
        "appointment": begins.isoformat(),
        "appointment_end": (begins + timedelta(hours=1)).isoformat(),
        "deadline": (begins + timedelta(days=1)).isoformat(),
    }
    more = {"channel": "visit", "address": "虚构省乌有市", "team": 2, "papers": ["staff_card"]}
    return message(book, n) | times | more | other


def off(at: datetime = NOW) -> dict[str, Any]:
    """The body of a cancellation."""
    return {"reason": "paid", "as_of": at.isoformat()}


def court(loan: SimulatedLoan, at: datetime = NOW, **other: Any) -> dict[str, Any]:
    """The body of a step at court."""
    body = {
        "loan_id": loan.loan_id,
        "borrower_id": loan.borrower_id,
        "claim": "12000.00",
        "currency": "CNY",
        "pieces": ["identity", "contract", "statements", "service_address"],
        "as_of": at.isoformat(),
    }
    return body | other


def number_of(book: SimulatedBook, character: str) -> int:
    """The number of a loan whose borrower is of this character."""
    alike = {b.borrower_id for b in book.borrowers if b.character == character}
    return next(n for n, loan in enumerate(book.loans) if loan.borrower_id in alike)


def all_alike(book: SimulatedBook, character: str) -> SimulatedBook:
    """The book with borrowers who all behave alike."""
    borrowers = tuple(
        SimulatedBorrower.model_validate(b.model_dump() | {"character": character}) for b in book.borrowers
    )
    return book.model_copy(update={"borrowers": borrowers})


async def post(http: httpx2.AsyncClient, path: str, body: dict[str, Any], key: str | None = "K:1") -> httpx2.Response:
    """POST with a key."""
    headers = {"Idempotency-Key": key} if key else {}
    return await http.post(path, json=body, headers=headers)
