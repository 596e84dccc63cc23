"""A simulated bank in a process of its own, over real HTTP, and a desk for contacts on a fresh ledger."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import httpx2
import pytest

from ledger.pool import Pool
from local import ports
from simulation.chance import name
from simulation.control import BankControl
from tests.activities.acting import Acting, Ids
from tests.activities.support import Contacts
from tests.activities.wire import Wire
from tests.ledger.support import publish

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def bank_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the session's bank listens. Whoever speaks to it first waits until it does: see `bank`."""
    port = ports.free_port()
    state = tmp_path_factory.mktemp("bank") / "bank.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-m", "simulation.bank", "--port", str(port), "--state", str(state)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
async def bank(bank_url: str) -> AsyncIterator[BankControl]:
    """The bank's control plane; the bank is up, and well again afterwards."""
    async with BankControl(bank_url, patience=30) as control:
        await control.health()
        yield control
        await control.heal()


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    """The client of the gateways."""
    async with httpx2.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def ids(request: pytest.FixtureRequest) -> Ids:
    """Ids of this test alone, and the same on every run: the bank's dice fall by them. No figure of a text is in them."""
    numbers = count(1)
    letters = str.maketrans("0123456789", "ghijklmnop")
    return lambda kind: f"{kind}-{name(request.node.nodeid, next(numbers))[:10].translate(letters)}"


@pytest.fixture
async def contacts(pool: Pool, bank: BankControl, bank_url: str, http: httpx2.AsyncClient, ids: Ids) -> Contacts:
    """Contacts by real hands, in a ledger where the law allows two SMS a day from eight to eight."""
    await publish(pool, a_day=2)
    return Contacts(pool, bank, bank_url, http, ids)


@pytest.fixture
async def acting(pool: Pool, bank: BankControl, bank_url: str, ids: Ids) -> AsyncIterator[Acting]:
    """Activities on loans of the bank, with a policy and a rulebook published."""
    await publish(pool)
    async with Acting.at(pool, bank, bank_url, ids) as acting:
        yield acting


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A server that answers byte for byte what a test tells it to."""
    async with Wire() as wire:
        yield wire
