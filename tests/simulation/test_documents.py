"""The examples of docs/gateways.md, run as they stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from schemas.contact import ContactResult, InboundChannel, Intent, Level, VisitResult
from schemas.court import Piece, Reportable
from schemas.gateways import GatewayProblem
from simulation.bank.operations import OPERATIONS
from simulation.cases import SIGNALS
from simulation.model import ActKind, System
from tests.simulation.conftest import BankProcess

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "gateways.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```bash\n(.*?)```\n```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_example_answers_as_the_page_says(bank: BankProcess):
    """One after the other, against a bank with the page's seed."""
    assert len(EXAMPLES) == PAGE.count("```bash\n") >= 17
    for command, expected in EXAMPLES:
        environment = os.environ | {"BANK": bank.url, "JSON": "Content-Type: application/json", "no_proxy": "*"}
        done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout) == json.loads(expected), command


def test_the_page_names_what_there_is():
    """Every path, every problem code and every word of the signals stands on the page."""
    for operation in OPERATIONS:
        path = operation.path.replace("{act_id}", "{id}")
        assert path in PAGE or path.replace("/{key}", "/L-1:1") in PAGE or path.replace("{key}", "L-1:4") in PAGE
    codes = {code for op in OPERATIONS if op.system for codes in op.problems.values() for code in codes}
    assert {code for code in codes | {"busy", "unavailable", "refused"} if f"`{code}`" not in PAGE} == set()
    words = (ContactResult, Intent, InboundChannel, VisitResult, Reportable, Piece, ActKind, System, Level)
    assert {one for word in words for one in get_args(word) if f"`{one}`" not in PAGE} == set()
    assert {signal for signal in (*SIGNALS.values(), "payment_reversed") if f"signal `{signal}`" not in PAGE} == set()
    shown = re.findall(r"```json problem\n(.*?)```", PAGE, re.DOTALL)
    assert [GatewayProblem.model_validate_json(one).code for one in shown] == ["idempotency_conflict"]
