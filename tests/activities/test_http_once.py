"""What was done under a key stands, although it is asked for again otherwise: and only then is it asked for by key."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest

from activities.http import Ambiguous, Busy, Gateway, GatewayError, NotFound, NotTaken, Refused
from schemas.gateways import DocumentsRequest, GatewayProblem, GatewayReceipt
from schemas.orders import DocumentsOrder
from simulation.model import Fault
from tests.activities.acting import Acting
from tests.activities.wire import Wire, answer
from tests.ledger.support import NOON, Desk

WANTED = DocumentsRequest(loan_id="L-1", borrower_id="B-1", pieces=("contract",), as_of=NOON)
RECEIPT = GatewayReceipt(reference="docs-1", status="accepted", as_of=NOON)
TAKEN = answer("200 OK", RECEIPT.model_dump_json())
PATH = "/documents/requests"


def no(status: str, code: str, *, retryable: bool = False, **headers: str) -> bytes:
    return answer(status, GatewayProblem(code=code, retryable=retryable).model_dump_json(), **headers)


CONFLICT = no("409 Conflict", "idempotency_conflict")


async def once(
    http: httpx2.AsyncClient, wire: Wire, *replies: bytes
) -> tuple[GatewayReceipt | GatewayError, list[str]]:
    """What comes of it where these are the answers, and what was asked."""
    wire.replies = list(replies)
    try:
        got = await Gateway(http, wire.url).post_once(PATH, WANTED, GatewayReceipt, key="L-1:7")
    except GatewayError as error:
        got = error
    return got, [" ".join(request.split()[:2]) for request in wire.requests]


async def test_what_is_taken_is_not_asked_for_again(http: httpx2.AsyncClient, wire: Wire) -> None:
    """One request."""
    assert await once(http, wire, TAKEN) == (RECEIPT, [f"POST {PATH}"])


async def test_under_a_key_that_is_taken_what_was_done_is_asked_for(http: httpx2.AsyncClient, wire: Wire) -> None:
    """By the same path and the key."""
    assert await once(http, wire, CONFLICT, TAKEN) == (RECEIPT, [f"POST {PATH}", f"GET {PATH}/L-1:7"])


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (no("422 Unprocessable", "more_than_owed"), Refused, "more_than_owed"),
        (no("409 Conflict", "already_reversed"), Refused, "already_reversed"),
        (no("409 Conflict", "idempotency_conflict", retryable=True), Ambiguous, "idempotency_conflict"),
        (no("404 Not Found", "unknown_loan"), NotFound, "unknown_loan"),
        (no("429 Too Many Requests", "busy", retryable=True, Retry_After="9"), Busy, "busy"),
        (no("503 Service Unavailable", "unavailable", retryable=True), NotTaken, "unavailable"),
        (no("500 Internal Server Error", "internal_error", retryable=True), Ambiguous, "internal_error"),
        (answer("409 Conflict", "<h1>Conflict</h1>"), Ambiguous, "http_409"),
        (b"", Ambiguous, "connection_lost"),
        (answer("200 OK", "{}"), Ambiguous, "answer_not_understood"),
    ],
)
async def test_every_other_answer_is_the_answer(
    http: httpx2.AsyncClient, wire: Wire, reply: bytes, kind: type[GatewayError], code: str
) -> None:
    """Nothing is asked by key: whether anything was done under it is not what went wrong, or is for a retry to find out."""
    error, asked = await once(http, wire, reply, TAKEN)
    assert isinstance(error, GatewayError)
    assert (type(error), error.code) == (kind, code)
    assert asked == [f"POST {PATH}"]


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (no("404 Not Found", "unknown_key"), NotFound, "unknown_key"),
        (no("503 Service Unavailable", "unavailable", retryable=True), NotTaken, "unavailable"),
        (no("429 Too Many Requests", "busy", retryable=True), Busy, "busy"),
        (no("500 Internal Server Error", "internal_error", retryable=True), Ambiguous, "internal_error"),
        (b"", Ambiguous, "connection_lost"),
    ],
)
async def test_what_the_question_by_key_comes_to_is_told(
    http: httpx2.AsyncClient, wire: Wire, reply: bytes, kind: type[GatewayError], code: str
) -> None:
    """A retry may ask again from the beginning; a gateway that contradicts itself is refused for good."""
    error, asked = await once(http, wire, CONFLICT, reply)
    assert isinstance(error, GatewayError)
    assert (type(error), error.code) == (kind, code)
    assert asked == [f"POST {PATH}", f"GET {PATH}/L-1:7"]


async def test_a_plain_post_under_a_taken_key_is_refused(http: httpx2.AsyncClient, wire: Wire) -> None:
    """Where nobody says that another body may mean the same, it is a mistake for people to look at."""
    wire.reply = CONFLICT
    with pytest.raises(Refused, match="idempotency_conflict") as caught:
        await Gateway(http, wire.url).post(PATH, WANTED, GatewayReceipt, key="L-1:7")
    assert type(caught.value) is Refused
    assert len(wire.requests) == 1


async def test_at_a_real_gateway_the_question_by_key_may_have_to_be_asked_again(acting: Acting) -> None:
    """Taken, and its answer lost; asked otherwise, and by then the archive is down: nothing is done anew in any case."""
    desk: Desk = await acting.case(missing=("contract",))
    order = acting.order(DocumentsOrder, desk, key=f"{desk.loan_id}:r", as_of=NOON, pieces=("contract",))
    body = WANTED.model_copy(update={"loan_id": desk.loan_id, "borrower_id": desk.borrower_id})
    await acting.bank.fault(Fault(system="documents", mode="lose_answer", times=1))
    with pytest.raises(Ambiguous):
        await acting.gateway.post_once(PATH, body, GatewayReceipt, key=order.key)
    other = body.model_copy(update={"as_of": NOON + timedelta(days=1)})
    await acting.bank.fault(Fault(system="documents", mode="down", times=1))
    with pytest.raises(NotTaken):
        await acting.gateway.post_once(PATH, other, GatewayReceipt, key=order.key)
    receipt = await acting.gateway.post_once(PATH, other, GatewayReceipt, key=order.key)
    assert receipt.as_of == NOON
    assert len(await acting.acts(desk, "document_arrived")) == 1
