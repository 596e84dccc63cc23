"""Every group of rules of conduct has its cases, and every test that is named for one exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conduct.table import NOT_MODELLED, TABLE, Case

TESTS = Path(__file__).parent.parent
CASES = [pytest.param(case, id=f"{group:02}-{case.what}") for group, cases in TABLE.items() for case in cases]


def names_in(file: str) -> set[str]:
    """The tests of a file, read from its text."""
    path = TESTS / file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return {a or b for a, b in re.findall(r"^(?:async )?def (test_\w+)\(|^(Test\w+) =", text, re.M)}


def test_there_are_fifteen_groups() -> None:
    """None is left out, and none is empty."""
    assert list(TABLE) == list(range(1, 16))
    assert all(TABLE.values())


@pytest.mark.parametrize("case", CASES)
def test_each_case_is_proven_or_says_why_not(case: Case) -> None:
    """A test that was renamed or taken away is missed here."""
    assert case.proof
    for proof in case.proof:
        if proof.startswith(NOT_MODELLED):
            assert len(case.proof) == 1
            continue
        file, _, name = proof.partition("::")
        assert name in names_in(file), f"tests/{file} has no {name}"


def test_every_test_of_a_group_stands_in_the_table_under_its_number() -> None:
    """Those of this folder are named after their group."""
    named = {
        (int(name[len("test_group_") :][:2]), f"conduct/{path.name}::{name}")
        for path in Path(__file__).parent.glob("test_*.py")
        for name in names_in(f"conduct/{path.name}")
        if name.startswith("test_group_")
    }
    assert named
    listed = {(group, proof) for group, cases in TABLE.items() for case in cases for proof in case.proof}
    assert named <= listed
