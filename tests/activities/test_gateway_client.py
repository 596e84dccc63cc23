"""The worker's client: through the environment's proxy to the world, and straight to what is on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from activities.http import Gateway
from operations.runner import gateway_client
from schemas.gateways import GatewayReceipt
from simulation.control import BankControl
from simulation.model import Health
from tests.activities.wire import Wire, answer
from tests.ledger.support import NOON

RECEIPT = GatewayReceipt(reference="msg-1", status="accepted", as_of=NOON)
TAKEN = answer("200 OK", RECEIPT.model_dump_json())
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """A proxy that answers for everybody and notes what it was asked; no environment names it yet."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    async with Wire(TAKEN) as proxy:
        yield proxy


async def asked(url: str) -> GatewayReceipt:
    """What a gateway at `url` answers the worker."""
    async with gateway_client() as http:
        return await Gateway(http, url).get("/messages/L-1:1", GatewayReceipt)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_what_is_elsewhere_is_asked_through_the_proxy(
    proxy: Wire, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A bank's network may have no other way out."""
    monkeypatch.setenv(name, proxy.url)
    assert await asked("http://gateways.bank.example") == RECEIPT
    (request,) = proxy.requests
    assert request.startswith("GET http://gateways.bank.example/messages/L-1:1 HTTP/1.1\r\n")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize(
    ("listens", "called"), [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "localhost"), ("::1", "[::1]")]
)
async def test_what_is_on_this_machine_is_asked_directly(
    proxy: Wire, monkeypatch: pytest.MonkeyPatch, name: str, listens: str, called: str
) -> None:
    """A proxy would look for it on its own machine, or refuse; and it has no business with what is said here."""
    monkeypatch.setenv(name, proxy.url)
    async with Wire(TAKEN, listens) as gateway:
        assert await asked(f"http://{called}:{gateway.port}") == RECEIPT
        (request,) = gateway.requests
        assert request.startswith("GET /messages/L-1:1 HTTP/1.1\r\n")
    assert proxy.requests == []


async def test_the_simulated_bank_is_reached_whatever_the_environment_names(
    proxy: Wire, monkeypatch: pytest.MonkeyPatch, bank: BankControl, bank_url: str
) -> None:
    """Even where the proxy is dead."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    async with gateway_client() as http:
        assert (await Gateway(http, bank_url).get("/health", Health)).status == "ok"
    assert proxy.requests == []
