"""`policy`: what people type and read, without a server where none is needed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from operations.commands import steering
from operations.commands.app import build
from operations.errors import UsageError
from operations.strategies import adopting
from operations.strategies.adopting import Move
from operations.strategies.sources import from_file
from policies.loader import HERE
from schemas.messages import AdoptPolicy, CommandOutcome
from simulation.book_csv import COLUMNS

Typed = Callable[..., tuple[int, str, str]]
YESTERDAY = (datetime.now(UTC) - timedelta(days=6)).date()


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs a command as typed; answers exit code, output and messages."""

    def run(*words: str) -> tuple[int, str, str]:
        code = build()(["policy", *words], result_action="return_value")
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    """A start request in a file."""
    party = {
        "party_id": "B-9",
        "zone": "Asia/Shanghai",
        "contact_points": [{"contact_point_id": "B-9:phone", "kind": "phone"}],
    }
    fields = {"loan_id": "LN-9", "borrower_id": "B-9", "overdue_since": YESTERDAY.isoformat(), "parties": [party]}
    path = tmp_path / "case.json"
    path.write_text(json.dumps(fields))
    return path


def test_check_ends_as_its_findings_have_it(typed: Typed, tmp_path: Path) -> None:
    """0 without a problem, 1 with one, 2 for what cannot be read; every file is looked at all the same."""
    good = HERE / "default.yaml"
    bad = tmp_path / "bad.yaml"
    bad.write_text(good.read_text(encoding="utf-8").replace("prepare_from_dpd: 45", "prepare_from_dpd: 145"))
    assert typed("check", str(good))[0] == 0
    code, said, _ = typed("check", str(bad), str(good))
    assert code == 1
    assert "litigation.prepare_from_dpd: papers are asked for only after the suit [thresholds]" in said
    assert "nothing wrong" in said
    assert typed("check", str(tmp_path / "absent.yaml"), str(bad))[0] == 2
    with pytest.raises(UsageError, match="at least one file"):
        typed("check")


def test_explain_names_the_line_that_decided(typed: Typed, request_file: Path) -> None:
    """Segment, arm, treatment and each rung stand in the file where they are said to stand."""
    code, said, warned = typed("explain", str(request_file), "--policy", "cn-consumer-loan")
    assert code == 0
    assert "are assumed" in warned
    lines = (HERE / "cn-consumer-loan.yaml").read_text(encoding="utf-8").splitlines()
    for word, wanted in (("segment:", "early_first_time"), ("(reminder_sms)", "template: reminder_sms")):
        told = next(line for line in said.splitlines() if word in line and "cn-consumer-loan.yaml:" in line)
        number = int(told.rpartition("cn-consumer-loan.yaml:")[2].split()[0])
        assert wanted in lines[number - 1]
    assert "reminder_email" not in said  # nothing reaches them there


def test_explain_takes_the_account_that_the_file_gives(typed: Typed, request_file: Path) -> None:
    """A large balance is another segment."""
    fields = json.loads(request_file.read_text())
    due = {"number": 1, "due_on": YESTERDAY.isoformat(), "principal": "300000.00"}
    fields["account"] = {
        "loan_id": "LN-9",
        "as_of": f"{YESTERDAY}T12:00:00Z",
        "currency": "CNY",
        "instalments": [due],
        "arrears": "0.00",
        "outstanding": "300000.00",
    }
    request_file.write_text(json.dumps(fields))
    code, said, _ = typed("explain", str(request_file), "--policy", "cn-consumer-loan")
    assert code == 0
    assert "segment: early_large" in said
    fields["account"]["arrears"] = "much"
    request_file.write_text(json.dumps(fields))
    with pytest.raises(UsageError, match=r"account: arrears"):
        typed("explain", str(request_file))


def book(path: Path, rows: list[dict[str, str]]) -> Path:
    """A book in our own layout."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def row(number: int) -> dict[str, str]:
    return {
        "loan_id": f"LN-{number}",
        "borrower_id": f"B-{number}",
        "name": "Somebody",
        "overdue_since": YESTERDAY.isoformat(),
        "zone": "Asia/Shanghai",
        "phone": "+86 100 0000 0000",
        "previous_episodes": "0",
    }


def test_diff_counts_what_differs_and_writes_it_down(typed: Typed, tmp_path: Path) -> None:
    """Nothing between a strategy and itself; between two, by segment; and bad rows are counted, not hidden."""
    path = book(tmp_path / "book.csv", [row(1), row(2), row(3) | {"overdue_since": "soon"}])
    out = tmp_path / "out.csv"
    code, said, _ = typed("diff", "default", "default", "--book", str(path), "--days", "20")
    assert code == 0
    assert "0 of 2 overdue loans are treated differently within 20 days; 1 row could not be read" in said
    changed = tmp_path / "mine.yaml"
    text = (HERE / "default.yaml").read_text(encoding="utf-8")
    changed.write_text(text.replace("template: reminder_sms, from_dpd: 4", "template: overdue_sms, from_dpd: 4", 1))
    code, said, _ = typed("diff", "default", str(changed), "--book", str(path), "--days", "20", "--out", str(out))
    assert "2 of 2 overdue loans" in said
    with out.open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert [line["loan_id"] for line in written] == ["LN-1", "LN-2"]
    assert {line["differs"] for line in written} == {"first contact; contacts"}
    assert "Somebody" not in out.read_text(encoding="utf-8")


async def test_a_segment_is_moved_case_by_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by an id of its own, so that a repetition moves nobody twice; who does not answer is named, the rest goes on."""
    asked: list[tuple[str, str]] = []
    waited: list[float] = []

    async def command(_desk: Any, loan: str, command: AdoptPolicy, update_id: str) -> CommandOutcome:
        asked.append((loan, update_id))
        if loan == "L-2":
            raise UsageError("no case runs")
        return CommandOutcome(accepted=loan != "L-3", seq=7, rule="policy.same", why="there already")

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(adopting.giving, "command", command)
    monkeypatch.setattr(adopting.asyncio, "sleep", sleep)
    move = Move("early", "a" * 64, "b" * 64)
    order = AdoptPolicy(by="ops", reason="pilot", policy="default@2")
    seen: list[tuple[int, int]] = []
    done = await adopting.adopt(None, move, ["L-1", "L-2", "L-3"], order, 20, lambda *at: seen.append(at))  # pyright: ignore[reportArgumentType]
    assert (done.accepted, done.refused) == (1, {"L-2": "no case runs", "L-3": "policy.same: there already"})
    assert asked == [(loan, f"adopt-{'b' * 12}-{loan}") for loan in ("L-1", "L-2", "L-3")]
    assert (waited, seen[-1]) == ([3.0, 3.0], (3, 3))


async def test_adopt_policy_tells_its_two_forms_apart() -> None:
    """A loan and a strategy, or a strategy and a segment; anything else is told what is wanted."""
    for segment, source in (("early", None), (None, "default@1")):
        with pytest.raises(UsageError, match="adopt-policy LN-1 default@2"):
            await steering.adopt_policy("default@2", by="ops", reason="pilot", segment=segment, source=source)


def test_a_place_without_a_file_is_its_path() -> None:
    """A strategy out of the ledger has no lines."""
    source = from_file(HERE / "default.yaml")
    assert source.line_of("treatments", "repeated", "ladder", 99).startswith("policies/default.yaml:")
    bare = type(source)(source.name, source.strategy, source.digest)
    assert bare.line_of("treatments", "repeated") == "treatments.repeated"
