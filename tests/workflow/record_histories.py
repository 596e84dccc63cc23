"""Records the histories that tests/replay replays: `python -m pytest tests/workflow/record_histories.py`.

To be run, and its result committed, when a change to the workflow is meant to break old histories; say so in
docs/decisions. Synthetic data, no codec.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHandle

from domain import artefacts
from domain.calendar import bank_date
from ledger.artefacts import law_in_force
from schemas.messages import CommandOutcome
from simulation.model import Fault
from tests.workflow import agreed_stories, stories
from tests.workflow.world import ZONE, World, payment

FOLDER = Path(__file__).resolve().parents[1] / "replay" / "histories"


async def keep(world: World, handle: WorkflowHandle[Any, Any], name: str) -> None:
    """Write the history, and the policy and rulebook that it names."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text((await handle.fetch_history()).to_json() + "\n")
    view = await world.view(handle)
    policy = view.state["policy"]
    (FOLDER / f"policy-{policy[:12]}.json").write_bytes(artefacts.canonical(artefacts.policy(policy)) + b"\n")
    async with world.pool.acquire() as conn:
        for law in await law_in_force(conn):
            book = artefacts.canonical(artefacts.rulebook(law))
            (FOLDER / f"rulebook-{law[:12]}.json").write_bytes(book + b"\n")


async def test_assessment_and_contact_cured_by_the_first_message(world: World) -> None:
    """The happy path."""
    handle = await world.start(credit_authorisation="AUTH-1")
    await world.contacted(handle)
    await world.pay(handle)
    await handle.result()
    await keep(world, handle, "cured-by-the-first-message")


async def test_contact_to_a_person(world: World) -> None:
    """The whole ladder."""
    handle = await world.start(overdue_days=2, previous_episodes=0)
    await world.quiet(handle)
    while (await world.quiet(handle)).until is not None:
        await world.forward(handle)
    await keep(world, handle, "the-whole-ladder-to-a-person")


async def test_messages_of_all_kinds(world: World) -> None:
    """Signals good and bad, updates accepted and refused, a failing gateway, a payment that stops a contact."""
    handle = await world.start()
    await world.quiet(handle)
    today = bank_date(datetime.now(UTC), ZONE)
    await handle.signal("payment_posted", payment("p1", "100.00", today))
    await handle.signal("payment_posted", {"reference": "p2"})
    await handle.signal("payment_reversed", {"reference": "r1", "reverses": "p1", "value_date": today.isoformat()})
    for update, command in (
        ("pause", {"reason": "complaint"}),
        ("pause", {"reason": "again"}),
        ("resume", {"reason": "settled"}),
    ):
        await handle.execute_update(update, {"by": "op-7", **command}, result_type=CommandOutcome)
    await world.bank.fault(Fault(system="messaging", mode="refuse", times=1))
    await world.contacted(handle, 2)
    await world.pay(handle)
    await handle.result()
    await keep(world, handle, "messages-of-all-kinds")


STORIES = {**stories.STORIES, **agreed_stories.STORIES}


@pytest.mark.parametrize("name", STORIES)
async def test_stories(world: World, name: str) -> None:
    """The cases that the articles tell of, one for every stage and more."""
    await keep(world, await STORIES[name](world), name)
