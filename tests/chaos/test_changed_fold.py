"""The code that folds a case changed, everything was killed, and `up` is run with the new code."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from local.home import CHECKOUT
from operations.build import build_id
from schemas.messages import CaseSummary
from tests.chaos.cases import cured, living, loan_of
from tests.chaos.yard import PARTS, Yard
from tests.workflow.world import World

pytestmark = [pytest.mark.stack, pytest.mark.slow]

_IGNORED = (".*", "__pycache__", "tests", "benchmarks", "docs")


async def test_every_case_is_folded_by_the_new_code(yard: Yard, world: World, tmp_path: Path) -> None:
    """Cases of the build that is gone are taken over, and what they then hold is the new fold of the same facts."""
    cases = await living(world, 2)
    await world.contacted(cases[0], times=2)
    made = [(await world.view(case)).state["contacts_made"] for case in cases]
    assert made == [2, 1]
    changed = _changed_checkout(tmp_path / "checkout")
    await yard.kill(*PARTS)

    said = await _starter(changed, yard, "up")
    assert "2 cases" in said
    cases = [world.client.get_workflow_handle(case.id) for case in cases]
    for case in cases:
        await world.quiet(case)
    views = [await world.view(case) for case in cases]
    assert {view.build for view in views} == {build_id(changed)} != {build_id()}
    assert [view.epoch for view in views] == [2, 2]
    assert [view.state["contacts_made"] for view in views] == [200, 100]
    assert [len(await world.accepted(loan_of(case))) for case in cases] == [2, 1]
    await _starter(changed, yard, "verify")

    assert len(await world.contacted(cases[1], times=2)) == 2
    await cured(world, *cases, folded_here=False)
    assert CaseSummary.model_validate(await cases[0].result()).build == build_id(changed)


def _changed_checkout(folder: Path) -> Path:
    """This checkout with another `apply`: every contact counts a hundredfold."""
    shutil.copytree(CHECKOUT, folder, ignore=shutil.ignore_patterns(*_IGNORED))
    file = folder / "domain" / "folding" / "contacting.py"
    text = file.read_text()
    assert "case.contacts_made + 1" in text
    file.write_text(text.replace("case.contacts_made + 1", "case.contacts_made + 100"))
    return folder


async def _starter(checkout: Path, yard: Yard, command: str) -> str:
    """Run a command of that checkout's `starter.py` on this home; what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "starter.py", command),
        cwd=checkout,
        env={**os.environ, "ARREARS_HOME": str(yard.home.root)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()
