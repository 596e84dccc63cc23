"""The ledger's database is away for a while: nothing is lost, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from temporalio.api.workflow.v1 import PendingActivityInfo

from domain.calendar import bank_date
from local import postgres
from schemas.facts import PaymentPosted
from tests.chaos.cases import Handle, cured, living, loan_of
from tests.chaos.yard import Yard
from tests.workflow.world import ZONE, World, payment, until

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.mark.parametrize("how", ["stopped", "frozen"])
async def test_signals_arrive_meanwhile(yard: Yard, world: World, how: str) -> None:
    """Three cases get a payment in parts, each part twice, while a fourth is only asked how it is."""
    *paying, bystander = await living(world, 4)
    if how == "stopped":
        await yard.stop(postgres.NAME)
    else:
        yard.freeze(postgres.NAME)
    today = bank_date(datetime.now(UTC), ZONE)
    parts = [f"{how}-{number}" for number in range(4)]
    for case in paying:
        for part in (*parts, *parts):
            await case.signal("payment_posted", payment(f"{loan_of(case)}-{part}", "10.00", today))

    async def waiting() -> bool:
        return all([await _waits_for_the_ledger(case) for case in paying])

    # No workflow task is held: what waits is an ordinary activity, and all of them answer.
    await until(waiting)
    async with asyncio.timeout(60):
        for case in (bystander, *paying):
            agenda = await world.agenda(case)
            assert agenda.quiet == (case is bystander)
    if how == "stopped":
        await yard.up()
    else:
        yard.thaw(postgres.NAME)
    await asyncio.gather(*(world.quiet(case) for case in paying))
    for case in paying:
        posted = [fact.body.reference for fact in await world.ledger(case) if isinstance(fact.body, PaymentPosted)]
        assert posted == [f"{loan_of(case)}-{part}" for part in parts]
    await cured(world, *paying, bystander)


async def _waits_for_the_ledger(case: Handle) -> bool:
    raw = (await case.describe()).raw_description
    pending: list[PendingActivityInfo] = list(raw.pending_activities)
    names = [activity.activity_type.name for activity in pending]
    return names == ["append_facts"] and not raw.HasField("pending_workflow_task")
