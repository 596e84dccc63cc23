"""How long a gateway is waited for, and what is known when the wait is over."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Iterator

import httpx2
import pytest

from activities import http as gateways
from activities.http import Ambiguous, Gateway, GatewayError, NotTaken
from schemas.gateways import BureauInquiry, GatewayReceipt
from tests.activities.support import until
from tests.activities.wire import Wire
from tests.ledger.support import NOON

ASKED = BureauInquiry(loan_id="L-1", borrower_id="B-1", authorisation="A-1", as_of=NOON)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of a moment."""
    monkeypatch.setattr("activities.http.TIMEOUT", httpx2.Timeout(0.3))


@pytest.fixture
def deaf() -> Iterator[str]:
    """Where connections are not refused, and never made: more people wait at the door than may."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(door.getsockname())
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        for one in waiting:
            one.close()


async def failing(asked: Awaitable[GatewayReceipt]) -> GatewayError:
    """What comes of it."""
    with pytest.raises(GatewayError) as caught:
        await asked
    return caught.value


def posted(gateway: Gateway) -> Awaitable[GatewayReceipt]:
    return gateway.post("/things", ASKED, GatewayReceipt, key="L-1:7")


def test_a_gateway_is_given_three_seconds_to_connect_and_ten_to_answer() -> None:
    """As the contract says; an activity has fifteen for all of it."""
    assert gateways.TIMEOUT.as_dict() == {"connect": 3.0, "read": 10.0, "write": 10.0, "pool": 10.0}


@pytest.mark.usefixtures("short")
async def test_no_connection_in_time_took_nothing(http: httpx2.AsyncClient, deaf: str) -> None:
    """Nothing has left: trying again is harmless."""
    error = await failing(posted(Gateway(http, deaf)))
    assert (type(error), error.code) == (NotTaken, "unreachable")
    assert isinstance(error.__cause__, httpx2.ConnectTimeout)


@pytest.mark.usefixtures("short")
async def test_no_connection_free_in_time_took_nothing(wire: Wire) -> None:
    """All of the client's are busy with slow gateways: this request has not left."""
    wire.reply = None
    async with httpx2.AsyncClient(trust_env=False, limits=httpx2.Limits(max_connections=1)) as http:
        occupied = asyncio.create_task(http.get(wire.url, timeout=30))

        async def is_on_its_way() -> bool:
            return len(wire.requests) == 1

        await until(is_on_its_way)
        error = await failing(posted(Gateway(http, wire.url)))
        occupied.cancel()
        await asyncio.gather(occupied, return_exceptions=True)
    assert (type(error), error.code) == (NotTaken, "unreachable")
    assert isinstance(error.__cause__, httpx2.PoolTimeout)
    assert len(wire.requests) == 1


async def test_a_question_without_an_answer_is_told_alike(
    http: httpx2.AsyncClient, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence, and a name that nobody has."""
    monkeypatch.setattr("activities.http.TIMEOUT", httpx2.Timeout(60, read=0.3))
    wire.reply = None
    error = await failing(Gateway(http, wire.url).get("/things/1", GatewayReceipt))
    assert (type(error), error.code) == (Ambiguous, "timeout")
    error = await failing(Gateway(http, "http://nobody.invalid").get("/things/1", GatewayReceipt))
    assert (type(error), error.code) == (NotTaken, "unreachable")
