"""The examples of docs/gateways.md, run as they stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from schemas.contact import ContactResult
from schemas.gateways import GatewayProblem
from simulation.bank.operations import OPERATIONS
from tests.simulation.conftest import BankProcess

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "gateways.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```bash\n(.*?)```\n```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_example_answers_as_the_page_says(bank: BankProcess):
    """One after the other, against a bank with the page's seed."""
    assert len(EXAMPLES) == PAGE.count("```bash\n") >= 10
    for command, expected in EXAMPLES:
        environment = os.environ | {"BANK": bank.url, "JSON": "Content-Type: application/json", "no_proxy": "*"}
        done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout) == json.loads(expected), command


def test_the_page_names_what_there_is():
    """Every path, every problem code and every result stands on the page."""
    for operation in OPERATIONS:
        path = operation.path.replace("{act_id}", "{id}")
        assert path in PAGE or path.replace("/{key}", "/L-1:1") in PAGE or path.replace("{key}", "L-1:4") in PAGE
    codes = {code for op in OPERATIONS if op.system for codes in op.problems.values() for code in codes}
    assert {code for code in codes | {"busy", "unavailable", "refused"} if f"`{code}`" not in PAGE} == set()
    assert {one for one in ContactResult.__args__ if f"`{one}`" not in PAGE} == set()
    shown = re.findall(r"```json problem\n(.*?)```", PAGE, re.DOTALL)
    assert [GatewayProblem.model_validate_json(one).code for one in shown] == ["idempotency_conflict"]
