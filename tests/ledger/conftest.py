"""A published policy and rulebook, and an open case."""

from __future__ import annotations

import pytest

from ledger.pool import Pool
from tests.ledger.support import Desk, publish


@pytest.fixture
async def policy(pool: Pool) -> str:
    """The digest of the published default policy; a rulebook with one SMS a day is in force."""
    return await publish(pool)


@pytest.fixture
async def case(pool: Pool, policy: str) -> Desk:
    """The open case of loan L-1 of borrower B-1."""
    return await Desk.open(pool)
