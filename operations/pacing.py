"""Starting no faster than cases are worked off.

Every case that starts wants its first steps done at once. Thousands of them together make a queue in which a workflow
task, or a reading of an account, waits longer than it may take: the work is done in vain and begins anew, and a bank that
answers in milliseconds looks as if it did not answer.
"""

from __future__ import annotations

import asyncio
import time

import asyncpg

from reports.book import settled

LIMIT = 100
"""Cases started and not yet through their first steps: enough to keep two cores busy."""
PATIENCE = 20.0
"""Seconds without a single case getting anywhere, after which nobody seems to work and waiting is of no use."""


class Pace:
    """Counts cases that have been started and are not yet assessed, by what the ledger says.

    Attributes:
        given_up: nothing moved for as long as there was patience; from then on nobody is made to wait.
    """

    def __init__(self, pool: asyncpg.Pool, limit: int = LIMIT, patience: float = PATIENCE) -> None:
        self._pool, self._limit, self._patience = pool, limit, patience
        self._pending: set[str] = set()
        self.given_up = False

    def begin(self, loan_id: str) -> None:
        """A case is being started."""
        self._pending.add(loan_id)

    def end(self, loan_id: str) -> None:
        """It could not be."""
        self._pending.discard(loan_id)

    async def room(self) -> None:
        """Wait until another case may be started."""
        last_change = time.monotonic()
        while len(self._pending) >= self._limit and not self.given_up:
            done = await settled(self._pool, sorted(self._pending))
            if done:
                self._pending -= done
                last_change = time.monotonic()
            elif time.monotonic() - last_change > self._patience:
                self.given_up = True
            else:
                await asyncio.sleep(0.1)
