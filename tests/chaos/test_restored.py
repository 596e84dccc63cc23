"""The ledger and Temporal restored from backup to different moments, or Temporal's store lost: nobody is chased twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ledger.episodes import open_loans
from simulation.model import Fault
from tests.chaos.cases import Handle, cured, living, loan_of, to_contact
from tests.chaos.yard import WORKER, Yard
from tests.workflow.world import World, until

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_ledger_restored_to_before_the_newest_facts(yard: Yard, world: World) -> None:
    """What the workflow knows is not in the ledger any more: it folds anew, rereads the account, and repeats nothing.

    The first case knows of a message, the second of a payment, the third of its own opening, that are gone.
    """
    contacted, paid = await living(world, 2)
    request = await world.loan()
    copy = yard.home.root / "ledger-copy"
    await yard.copy_ledger(copy)
    await yard.up()
    opened = await world.start(request)
    await world.contacted(opened)
    await world.contacted(contacted, times=2)
    await world.pay(paid, "10.00")
    await world.quiet(paid)
    cases = (contacted, paid, opened)
    heads = [(await world.agenda(case)).head for case in cases]

    await yard.restore_ledger(copy)
    await yard.up()
    assert [fact.seq for case in cases for fact in (await world.ledger(case))[-1:]] < [head.seq for head in heads]
    for case in cases:
        await case.signal("borrower_changed", {"borrower_id": f"B-{loan_of(case)}"})
    for case in cases:
        await until(_has(world, case, "rebuilt"))
        await world.quiet(case)
        kinds = await world.kinds(case)
        assert "account_read" in kinds[kinds.index("rebuilt") :]
        await world.agrees(case)
    # Messages that the ledger has lost are attempted again under their old keys: the gateway knows them.
    for case, rung in ((contacted, 2), (opened, 1)):
        await until(_at_rung(world, case, rung))
    await cured(world, *cases)


def _at_rung(world: World, case: Handle, rung: int) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        if (await world.view(case)).state["rung"] >= rung:
            return True
        await world.forward(case)
        return False

    return look


def _has(world: World, case: Handle, kind: str) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return kind in await world.kinds(case)

    return look


async def test_histories_restored_to_an_older_copy(yard: Yard, world: World, tmp_path: Path) -> None:
    """The runs are older than the ledger: they catch up from it, whatever they think is still to be done.

    The first has made its second contact since, the second was paid and closed, the third was in the midst of a
    contact.
    """
    contacted, closed = await living(world, 2)
    await world.bank.fault(Fault(system="messaging", mode="slow", times=1, delay_seconds=1))
    midway = await world.start()
    await to_contact(world, midway, "sending")
    yard.copy_histories(tmp_path / "copy.db")
    await world.contacted(midway)
    await world.contacted(contacted, times=2)
    await cured(world, closed)
    taken = {case: len(await world.accepted(loan_of(case))) for case in (contacted, closed, midway)}
    before = {case: await world.kinds(case) for case in taken}

    # A worker that lived on would answer with a future in its memory that the store does not have.
    await yard.stop(WORKER)
    await yard.restore_histories(tmp_path / "copy.db")
    await yard.up()
    await world.quiet(midway)
    await world.forward(contacted)
    agenda = await world.quiet(closed)
    assert agenda.until is not None
    await world.skipper.fast_forward(closed, agenda.until - agenda.now)
    assert (await closed.result())["outcome"] == "cured"
    for case, kinds in before.items():
        assert len(await world.accepted(loan_of(case))) == taken[case]
        assert (await world.kinds(case))[: len(kinds)] == kinds
    await cured(world, contacted, midway)


async def test_histories_lost(yard: Yard, world: World) -> None:
    """Temporal begins with an empty store: every case that the ledger has open is started again and goes on."""
    cases = await living(world, 3)
    await world.contacted(cases[0], times=2)
    rungs = [(await world.view(case)).state["rung"] for case in cases]
    known = await open_loans(world.pool)
    await yard.restore_histories(None)
    await yard.up()
    assert yard.running.recovered == len(known)
    cases = [world.client.get_workflow_handle(case.id) for case in cases]
    for case, rung in zip(cases, rungs, strict=True):
        await world.quiet(case)
        view = await world.view(case)
        assert (view.epoch, view.state["rung"]) == (2, rung)
        assert len(await world.accepted(loan_of(case))) == rung
    await world.forward(cases[0])
    taken = await world.contacted(cases[0], times=3)
    assert [contact.channel for contact in taken] == ["sms", "app_push", "email"]
    await cured(world, *cases)
