"""`kill -9` of each part under living cases, and `up`: every case goes on."""

from __future__ import annotations

import asyncio

import pytest

from tests.chaos.cases import cured, living
from tests.chaos.yard import PARTS, Yard
from tests.workflow.world import World

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.mark.parametrize("parts", [*((part,) for part in PARTS), PARTS], ids=lambda parts: "+".join(parts))
async def test_every_case_goes_on(yard: Yard, world: World, parts: tuple[str, ...]) -> None:
    """Three cases that wait for their next rung; one climbs it after the crash, then all are paid."""
    cases = await living(world, 3)
    before = [await world.kinds(case) for case in cases]
    where = yard.running.info
    await yard.kill(*parts)
    assert (await yard.up()).info == where
    await asyncio.gather(*(world.quiet(case) for case in cases))
    assert [await world.kinds(case) for case in cases] == before
    assert len(await world.contacted(cases[0], times=2)) == 2
    await cured(world, *cases)
