"""What callers of a gateway can act on, for whatever comes back over a real wire."""

from __future__ import annotations

import json

import httpx2
import pytest

from activities.http import Ambiguous, Busy, Gateway, GatewayError, NotFound, NotTaken, Refused
from local import ports
from schemas.gateways import BureauInquiry, GatewayReceipt
from tests.activities.wire import Wire, answer
from tests.ledger.support import NOON

ASKED = BureauInquiry(loan_id="L-1", borrower_id="B-1", authorisation="A-1", as_of=NOON)
TAKEN = GatewayReceipt(reference="msg-1", status="accepted", as_of=NOON)


@pytest.fixture
def gateway(http: httpx2.AsyncClient, wire: Wire) -> Gateway:
    """A gateway at the other end of the wire."""
    return Gateway(http, f"{wire.url}/base/")


def problem(code: str, *, retryable: bool) -> str:
    return json.dumps({"code": code, "retryable": retryable, "detail": "for people"})


async def posted(gateway: Gateway) -> GatewayReceipt:
    return await gateway.post("/things", ASKED, GatewayReceipt, key="L-1:7")


async def error_of(gateway: Gateway) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await posted(gateway)
    return caught.value


async def test_the_idempotency_key_goes_with_the_body(gateway: Gateway, wire: Wire) -> None:
    """One POST of JSON, with the key in its header; the answer as a model."""
    wire.reply = answer("200 OK", TAKEN.model_dump_json())
    assert await posted(gateway) == TAKEN
    (request,) = wire.requests
    head, _, body = request.partition("\r\n\r\n")
    assert head.startswith("POST /base/things HTTP/1.1\r\n")
    assert "idempotency-key: l-1:7" in head.lower().splitlines()
    assert BureauInquiry.model_validate_json(body) == ASKED


async def test_a_reading_sends_its_parameters_and_no_key(gateway: Gateway, wire: Wire) -> None:
    """GET with a query."""
    wire.reply = answer("200 OK", TAKEN.model_dump_json())
    assert await gateway.get("/things/1", GatewayReceipt, as_of=NOON.isoformat()) == TAKEN
    (request,) = wire.requests
    assert request.startswith("GET /base/things/1?as_of=2027-03-01T04%3A00%3A00%2B00%3A00 HTTP/1.1\r\n")
    assert "idempotency-key" not in request.lower()


async def test_a_refused_connection_took_nothing(http: httpx2.AsyncClient) -> None:
    """Nobody listens."""
    error = await error_of(Gateway(http, f"http://127.0.0.1:{ports.free_port()}"))
    assert type(error) is NotTaken
    assert error.code == "unreachable"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "0.5"}, 0.5),
        ({"Retry_After": "0"}, 0.05),
        ({"Retry_After": "-3"}, 0.05),
        ({"Retry_After": "soon"}, 1.0),
        ({"Retry_After": "Fri, 31 Dec 2027 23:59:59 GMT"}, 1.0),
        ({}, 1.0),
    ],
)
@pytest.mark.parametrize("body", [problem("rate_limited", retryable=True), "<h1>slow down</h1>", ""])
async def test_a_rate_limit_says_when_to_come_again(
    gateway: Gateway, wire: Wire, header: dict[str, str], seconds: float, body: str
) -> None:
    """429 took nothing; what cannot be read as seconds is a second, and never a wait of nothing."""
    wire.reply = answer("429 Too Many Requests", body, **header)
    error = await error_of(gateway)
    assert type(error) is Busy
    assert (error.code, error.retry_after) == ("busy", seconds)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        ("503 Service Unavailable", problem("down_for_now", retryable=True), NotTaken, "down_for_now"),
        ("409 Conflict", problem("in_flight", retryable=True), Ambiguous, "in_flight"),
        ("500 Internal Server Error", problem("try_again", retryable=True), Ambiguous, "try_again"),
        ("422 Unprocessable", problem("bad_address", retryable=False), Refused, "bad_address"),
        ("500 Internal Server Error", problem("broken_for_good", retryable=False), Refused, "broken_for_good"),
        ("404 Not Found", problem("unknown_key", retryable=False), NotFound, "unknown_key"),
        ("404 Not Found", "<h1>nothing here</h1>", NotFound, "not_found"),
        ("500 Internal Server Error", "<html><body>Oops</body></html>", Ambiguous, "http_500"),
        ("502 Bad Gateway", "", Ambiguous, "http_502"),
        ("503 Service Unavailable", '{"code": "Free text, not a code", "retryable": true}', Ambiguous, "http_503"),
        ("301 Moved Permanently", "", Ambiguous, "http_301"),
        ("200 OK", '{"reference": "msg-1", ', Ambiguous, "answer_not_understood"),
        ("200 OK", '{"status": "accepted"}', Ambiguous, "answer_not_understood"),
        ("204 No Content", "", Ambiguous, "answer_not_understood"),
    ],
)
async def test_an_answer_is_one_of_four_things(
    gateway: Gateway, wire: Wire, status: str, body: str, kind: type[GatewayError], code: str
) -> None:
    """Certainly not taken, refused for good, not known there, or nobody can say."""
    wire.reply = answer(status, body)
    error = await error_of(gateway)
    assert type(error) is kind
    assert error.code == code


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        answer("200 OK", "not gzip at all", Content_Encoding="gzip"),
    ],
    ids=["hangs up", "speaks another protocol", "breaks off", "undecodable"],
)
async def test_a_broken_exchange_is_ambiguous(gateway: Gateway, wire: Wire, reply: bytes) -> None:
    """The request had left: it may have been taken."""
    wire.reply = reply
    error = await error_of(gateway)
    assert type(error) is Ambiguous
    assert len(wire.requests) == 1


async def test_silence_is_ambiguous(gateway: Gateway, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that has not answered in time may still act."""
    monkeypatch.setattr("activities.http.TIMEOUT", httpx2.Timeout(60, read=0.2))
    wire.reply = None
    error = await error_of(gateway)
    assert type(error) is Ambiguous
    assert error.code == "timeout"
    assert len(wire.requests) == 1
