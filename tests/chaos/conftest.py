"""One stack for all that is broken here, as `starter.py up` starts it: each part in a process of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from ledger.pool import connect as connect_ledger
from local import stack
from local.home import Home
from simulation.control import BankControl
from tests.chaos.yard import Yard
from tests.workflow.world import World, publish_spine


@pytest.fixture(scope="session")
async def chaos_yard() -> AsyncIterator[Yard]:
    """The stack, running."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-chaos-"))
    folder.chmod(0o755)  # for root PostgreSQL runs under another account
    yard = Yard(Home.at(folder / "home"))
    try:
        await yard.up()
        yield yard
    finally:
        stack.wipe(yard.home)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def chaos_pool(chaos_yard: Yard) -> AsyncIterator[asyncpg.Pool]:
    """The ledger; connections that a crash broke are made anew."""
    async with await connect_ledger(chaos_yard.running.info.database_url) as pool:
        await publish_spine(pool)
        yield pool


@pytest.fixture(scope="session")
async def chaos_world(chaos_yard: Yard, chaos_pool: asyncpg.Pool) -> AsyncIterator[World]:
    """The hands."""
    assert chaos_yard.running.gateways is not None
    async with BankControl(chaos_yard.running.gateways) as bank:
        yield World(await chaos_yard.client(), chaos_pool, bank)


@pytest.fixture
async def yard(chaos_yard: Yard) -> Yard:
    """The stack with every part running, whatever the test before has left of it."""
    await chaos_yard.tidy()
    await chaos_yard.up()
    return chaos_yard


@pytest.fixture
async def world(yard: Yard, chaos_world: World) -> World:
    """The hands, with every system outside well."""
    await chaos_world.bank.heal()
    return chaos_world
