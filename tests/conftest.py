"""A real PostgreSQL for the whole session, and a migrated database of its own for each test that wants one."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from ledger.migrate import migrate
from ledger.pool import Pool, connect
from local import postgres, stack
from local.home import Home

_numbers = count(1)

# A property is asked of the same examples on every run, and how fast a machine draws and judges them decides nothing: what
# fails has been broken by the change at hand. To look further, with examples of chance: --hypothesis-profile=explore.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("explore"), derandomize=True)
settings.load_profile("same")

SERVERS = ("benchmarks", "chaos", "local", "system", "workflow")
"""Folders whose tests start servers and wait for them: one after the other, or two stacks would starve each other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For runs on several processes: a file stays together, and the folders with servers on one process."""
    root = Path(__file__).parent
    for item in items:
        place = item.path.relative_to(root)
        group = "servers" if place.parts[0] in SERVERS else place.as_posix()
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server of this session's own (under xdist: of this worker's), gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-test-"))
    folder.chmod(0o755)  # for root the server runs under another account
    home = Home.at(folder / "home")
    home.prepare()
    try:
        url = postgres.up(home)
        # Nobody cuts the power of this server: without waiting for the disk at each commit, tests take half the time.
        asyncio.run(_on_server(url, "ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()"))
        yield url
    finally:
        stack.wipe(home)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def template_database(postgres_url: str) -> str:
    """The name of a migrated database that nobody is connected to, to be copied."""
    name = "arrears_template"
    await _on_server(postgres_url, f'CREATE DATABASE "{name}"')
    await migrate(database_at(postgres_url, name))
    return name


@pytest.fixture
async def database_url(postgres_url: str, template_database: str) -> AsyncIterator[str]:
    """A fresh, migrated database."""
    async for url in _database(postgres_url, f' TEMPLATE "{template_database}"'):
        yield url


@pytest.fixture
async def empty_database_url(postgres_url: str) -> AsyncIterator[str]:
    """A fresh database in which nobody has migrated anything."""
    async for url in _database(postgres_url, ""):
        yield url


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Connections to a fresh, migrated database."""
    pool = await connect(database_url)
    yield pool
    await pool.close()


def database_at(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _database(url: str, how: str) -> AsyncIterator[str]:
    name = f"test_{next(_numbers)}"
    await _on_server(url, f'CREATE DATABASE "{name}"{how}')
    yield database_at(url, name)
    await _on_server(url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _on_server(url: str, *statements: str) -> None:
    conn = await asyncpg.connect(url)
    try:
        for statement in statements:
            await conn.execute(statement)
    finally:
        await conn.close()
