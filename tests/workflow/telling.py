"""What stories share: time that passes, a cure that is watched, an end that agrees with the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle

from tests.workflow.world import World

Handle = WorkflowHandle[Any, Any]


async def later(world: World, case: Handle, days: int) -> datetime:
    """The moment so many days on, by the case's clock."""
    return await world.skipper.get_current_time(case) + timedelta(days=days)


async def watched(world: World, case: Handle) -> Handle:
    """Cured: the next instalment is paid in time, and the case closes."""
    agenda = await world.until(case, lambda a: a.why.rule == "watch.next")
    assert agenda.until is not None
    await world.skip_to(case, agenda.until - timedelta(days=2))
    position = await world.position(case)
    due = sum(row.total for row in position.rows if row.due_on == position.next_due_on)
    await world.pay(case, str(due))
    # A strategy that reminds waits for the day of the reminder first, and once it is paid for the day after it was due.
    agenda = await world.quiet(case)
    assert agenda.until is not None
    await world.skip_to(case, agenda.until + timedelta(seconds=1))
    return await ended(world, case)


async def ended(world: World, case: Handle) -> Handle:
    """The case has closed, and its result agrees with its ledger."""
    await case.result()
    await world.ended_agrees(case)
    return case
