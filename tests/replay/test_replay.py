"""Committed histories replay under today's code: a change that breaks them breaks living cases."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain import artefacts
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from tests.replay.replaying import recorded, replayer

FOLDER = Path(__file__).parent / "histories"
HISTORIES = sorted(p for p in FOLDER.glob("*.json") if not p.name.startswith(("policy-", "rulebook-")))


def load_artefacts() -> None:
    """The policies and rulebooks that the histories name, under the digests that they were published with."""
    for path in FOLDER.glob("policy-*.json"):
        text = path.read_bytes().strip()
        artefacts.register_policy(Strategy.model_validate_json(text), hashlib.sha256(text).hexdigest())
    for path in FOLDER.glob("rulebook-*.json"):
        text = path.read_bytes().strip()
        artefacts.register_rulebook(Rulebook.model_validate_json(text), hashlib.sha256(text).hexdigest())


@pytest.mark.parametrize("path", HISTORIES, ids=lambda p: p.stem)
async def test_history_replays(path: Path) -> None:
    """Event by event, in the sandbox; raises on the first difference."""
    load_artefacts()
    await replayer().replay_workflow(recorded(path))


def test_there_are_histories_of_each_stage() -> None:
    """So that the test above cannot pass on nothing."""
    assert len(HISTORIES) >= 9


@pytest.mark.parametrize("seed", ["1", "2"])
def test_histories_replay_under_any_hash_seed(seed: str) -> None:
    """The order of sets and dicts of this process decides nothing."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        __file__,
        "-k",
        "test_history_replays",
    ]
    env = os.environ | {"PYTHONHASHSEED": seed}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
