"""What came of a start: against a real ledger."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from temporalio.client import WorkflowExecutionStatus

from ledger.episodes import reopen_episode
from ledger.pool import Pool
from operations.commands.begun import came_of
from operations.sending import ending
from operations.starting import CaseHandle
from tests.ledger.support import Desk, closing, opening, publish

REQUEST = opening().request


class Run:
    """A workflow that is asked how it is, and does something the first time."""

    def __init__(self, status: WorkflowExecutionStatus, does: Any = None) -> None:
        self.status, self.does = status, does

    async def describe(self) -> SimpleNamespace:
        """Running or not."""
        if self.does:
            does, self.does = self.does, None
            await does()
        return SimpleNamespace(status=self.status)


def run(status: WorkflowExecutionStatus = WorkflowExecutionStatus.RUNNING, does: Any = None) -> CaseHandle:
    """A handle of it."""
    return cast("CaseHandle", Run(status, does))


async def test_a_fresh_case_is_open_once_the_ledger_has_it(pool: Pool) -> None:
    """Not before: no worker may be there."""
    await publish(pool)
    assert await came_of(run(), pool, REQUEST, 0) == "not_opened"
    await Desk.open(pool)
    assert await came_of(run(), pool, REQUEST, 5) == "open"
    assert await ending(pool, "L-1") is None


async def test_an_episode_that_was_closed_stays_closed_once_its_run_has_looked(pool: Pool) -> None:
    """While the run still looks whether money is owed again, nothing is known."""
    await publish(pool)
    await (await Desk.open(pool)).tell(closing("c"))
    assert await came_of(run(), pool, REQUEST, 0) == "looking"
    assert await came_of(run(WorkflowExecutionStatus.COMPLETED), pool, REQUEST, 5) == "closed"
    assert str(await ending(pool, "L-1")) == "cured on 2027-03-01 (nothing is past due)"


async def test_one_that_owes_again_is_open(pool: Pool) -> None:
    """Reopened while it was being looked at, and it may have ended since."""
    await publish(pool)
    await (await Desk.open(pool)).tell(closing("c"))

    async def reopen() -> None:
        await reopen_episode(pool, opening(chain="chain-b"))

    assert await came_of(run(does=reopen), pool, REQUEST, 5) == "open"
