"""One real stack for all workflow tests: PostgreSQL, Temporal, the simulated bank, and a worker in this process."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from temporalio.client import Client

from ledger.migrate import migrate
from ledger.pool import connect as connect_ledger
from local import ports, stack
from local.conditions import http
from local.home import Home
from local.stack import Service, StackInfo
from operations.artefacts import publish_shipped
from operations.connect import connect
from operations.current import make_current
from operations.runner import run
from operations.settings import Settings
from simulation.control import BankControl
from tests.workflow.world import World, publish_spine
from workflows.visibility import SEARCH_ATTRIBUTES


@pytest.fixture(scope="session")
def home() -> Iterator[Home]:
    """A home for the session's stack."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-test-"))
    folder.chmod(0o755)
    home = Home.at(folder / "home")
    yield home
    stack.wipe(home)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def bank_url() -> str:
    """Where the simulated bank listens."""
    return f"http://127.0.0.1:{ports.free_port()}"


@pytest.fixture(scope="session")
def servers(home: Home, bank_url: str) -> StackInfo:
    """The servers, running and migrated."""
    port = bank_url.rpartition(":")[2]
    bank = Service(
        name="bank",
        argv=(sys.executable, "-m", "simulation.bank", "--port", port, "--state", str(home.data / "bank.sqlite")),
        ready=http(f"{bank_url}/health"),
    )
    home.prepare()
    return stack.up(home, services=lambda _: (bank,), search_attributes=SEARCH_ATTRIBUTES, environ={})


@pytest.fixture(scope="session")
async def pool(servers: StackInfo) -> AsyncIterator[asyncpg.Pool]:
    """The ledger of the session's stack."""
    await migrate(servers.database_url)
    pool = await connect_ledger(servers.database_url, max_size=16)
    await publish_shipped(pool)
    await publish_spine(pool)
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def client(servers: StackInfo) -> Client:
    """A client of the session's server."""
    return await connect(servers.environ())


@pytest.fixture(scope="session")
async def worker(client: Client, pool: asyncpg.Pool, bank_url: str) -> AsyncIterator[None]:
    """All roles in this process."""
    stop = asyncio.Event()
    settings = Settings.model_validate(
        {
            "ARREARS_GATEWAYS": bank_url,
            "ARREARS_SANDBOX": True,
            "ARREARS_BANK_NAME": "Example Bank",
            "ARREARS_HOTLINE": "400-000-0000",
        }
    )
    task = asyncio.create_task(run(client, pool, settings, "all", stop))
    await make_current(client)
    yield
    stop.set()
    await task


@pytest.fixture(scope="session")
async def world(client: Client, pool: asyncpg.Pool, bank_url: str, worker: None) -> AsyncIterator[World]:
    """What most tests need."""
    async with BankControl(bank_url) as bank:
        yield World(client, pool, bank)
