"""The command line itself: examples in every help, and expected failures told apart from defects."""

from __future__ import annotations

import re
import sys
from io import StringIO
from pathlib import Path

import asyncpg
import pytest
from cyclopts import App
from rich.console import Console
from temporalio.service import RPCError, RPCStatusCode

from domain.commands.table import NAMES
from ledger.errors import MigrationRefused
from local.errors import StackError
from operations.commands.app import build
from operations.commands.common import amount, code, explain, identifier, instant
from operations.errors import UsageError

COMMANDS = [name for name in build() if not name.startswith("-")]


def helped(app: App, *words: str) -> str:
    """What `--help` prints."""
    out = StringIO()
    app([*words, "--help"], console=Console(file=out, width=200), result_action="return_value")
    return out.getvalue()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command: str) -> None:
    """As it is typed."""
    assert f"python3 starter.py {command}" in helped(build(), command)


def test_the_command_line_is_whole() -> None:
    """What the project promises is there."""
    promised = "up down status deploy recover start import pay reverse fact case dossier verify demo switch"
    assert set(promised.split()) <= set(COMMANDS)


def test_every_update_of_a_case_has_a_command() -> None:
    """Under the update's own name, but for the one that has a shorter."""
    updates = {name.replace("_", "-") for name in NAMES.values()}
    assert updates - {"close-by-bank"} | {"close"} <= set(COMMANDS)


def test_the_readme_names_every_command() -> None:
    """In its table of the command line: whoever reads it misses none."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme.split("## The command line")[1].split("\n## ")[0]
    named = set(re.findall(r"`([a-z-]+)(?: [a-z]+)?`", table))
    assert named >= set(COMMANDS), set(COMMANDS) - named


def test_help_lists_the_commands_by_matter() -> None:
    """None is left among those that have no matter."""
    said = helped(build())
    first, *others = re.split(r"╭─ ", said)[1:]
    assert first.startswith("Commands")
    assert not any(f" {command} " in first for command in COMMANDS)
    for command in COMMANDS:
        (matter,) = [other for other in others if re.search(rf"│ {command} ", other)]
        assert matter


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("mend it"), 2),
        (StackError("mend it"), 2),
        (MigrationRefused("mend it"), 2),
        (KeyboardInterrupt(), 130),
        (ConnectionRefusedError("no one there"), 2),
        (asyncpg.UndefinedTableError("fact"), 2),
        (RPCError("unavailable", RPCStatusCode.UNAVAILABLE, b""), 2),
        (ExceptionGroup("several", [UsageError("mend it"), UsageError("and that")]), 2),
    ],
)
def test_expected_failures_have_words_and_a_code(error: BaseException, code: int) -> None:
    """No traceback for them."""
    said = explain(error)
    assert said is not None
    assert said[0]
    assert said[1] == code


@pytest.mark.parametrize("error", [KeyError("x"), AssertionError(), ExceptionGroup("one", [TypeError()])])
def test_a_defect_keeps_its_traceback(error: BaseException) -> None:
    """It is ours to mend, not the user's."""
    assert explain(error) is None


def test_what_the_database_says_is_not_repeated() -> None:
    """A constraint's message quotes the row, and the row may be personal."""
    said = explain(asyncpg.UniqueViolationError("Key (name)=(赵子虚) already exists"))
    assert said is not None
    assert "赵子虚" not in said[0]


def test_a_contact_point_of_an_unknown_kind_is_told_the_known_ones() -> None:
    """The messenger is among them."""
    words = ["start", "--loan-id", "L", "--borrower-id", "B", "--overdue-since", "2026-01-01", "--point"]
    with pytest.raises(UsageError, match=r"--point fax=.*: the kind is one of phone, email, app, im, postal"):
        build()([*words, "fax=B:fax"], result_action="return_value")
    with pytest.raises(UsageError, match=r"--point phone/office=.*: the use is one of home, work, mobile, other"):
        build()([*words, "phone/office=B:phone"], result_action="return_value")


def test_a_case_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is no option; what looks like one and is none is not taken for a file."""
    monkeypatch.setattr(sys, "stdin", StringIO("[]"))
    with pytest.raises(UsageError, match="standard input: one JSON object is expected"):
        build()(["start", "-"], result_action="return_value")
    with pytest.raises(UsageError, match="there is no option --lon-id"):
        build()(["start", "--lon-id"], result_action="return_value")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("switch", "stop-all", "on", "--by", "ops", "--why", " "), "--why: say why, for the record"),
        (("consent", "B-1", "attempts", "--channels", "sms", "--until", "2020-01-01T00:00:00Z"), "--until: is past"),
    ],
)
def test_what_would_say_or_let_nothing_is_not_recorded(words: tuple[str, ...], said: str) -> None:
    """A switch of the whole house without a reason; a consent that is over before it begins."""
    with pytest.raises(UsageError, match=said):
        build()(list(words), result_action="return_value")


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--at-once", "0"),
        ("recover", "--at-once", "-3"),
        ("policy", "explain", "LN-1", "--days", "0"),
        ("policy", "explain", "LN-1", "--days", "99999999999"),
        ("consent", "B-1", "attempts", "--channels", "sms", "--maximum", "0"),
        ("pay", "LN-1", "1.00", "--instalment", "0"),
    ],
)
def test_a_figure_that_means_nothing_is_refused_by_its_name(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is asked."""
    with pytest.raises(SystemExit):
        build()(list(words), result_action="return_value")
    assert f"for {words[-2]}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("pay", "LN-1", "1.00", "--value-date", "20.11.2026"),
        ("reverse", "LN-1", "--payment", "PAY-7", "--value-date", "20/11/2026"),
        ("accept-promise", "LN-1", "1.00", "--by", "a", "--pay-by", "tomorrow"),
        ("offer-plan", "LN-1", "--by", "a", "--parts", "3", "--first", "2026-11-31"),
        ("record-court-step", "LN-1", "accepted", "--by", "a", "--on", "2026"),
        ("case", "LN-1", "--money", "--by", "Friday"),
    ],
)
def test_a_date_that_is_none_is_told_how_one_is_written(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """By an example; with the option and what stood there."""
    with pytest.raises(SystemExit):
        build()(list(words), result_action="return_value")
    said = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert f'Invalid value for {words[-2]}: "{words[-1]}" is no date' in said
    assert "such as 2026-11-20" in said


def test_how_far_loans_are_carried_goes_with_how_many(tmp_path: Path) -> None:
    """A book that is brought in and not carried has no months: better said than left out without a word."""
    book = tmp_path / "book.csv"
    book.write_text("loan_id\n", encoding="utf-8")
    for option in ("--months", "--seed"):
        with pytest.raises(UsageError, match=f"{option} is of the loans that are carried: give --carry N too"):
            build()(["import", str(book), option, "3"], result_action="return_value")


def test_a_loan_that_is_not_yet_overdue_is_not_started() -> None:
    """A year mistyped would open a case that waits, and tells nobody what for. With `opens_at` its moment counts."""
    words = ["start", "--loan-id", "L", "--borrower-id", "B", "--overdue-since", "2199-01-01"]
    with pytest.raises(UsageError, match="overdue_since 2199-01-01 is still to come"):
        build()(words, result_action="return_value")
    with pytest.raises(UsageError, match="overdue_since 2199-01-01 is still to come"):
        build()([*words, "--opens-at", "2198-01-01T00:00:00Z"], result_action="return_value")


def test_ids_and_times_are_checked_before_anything_is_asked() -> None:
    """Each error says what is expected."""
    assert identifier("LOAN", "LN-1:a.b_c") == "LN-1:a.b_c"
    with pytest.raises(UsageError, match="LOAN is no id"):
        identifier("LOAN", "LN 1")
    assert instant("--until", "2026-12-01T09:00:00+08:00").isoformat() == "2026-12-01T01:00:00+00:00"
    with pytest.raises(UsageError, match=r"--until: give a time with its zone"):
        instant("--until", "2026-12-01T09:00:00")
    assert amount("AMOUNT", "1050.00") == 1050
    for wrong in ("1,050.00", "NaN", "Infinity", "0", "-1", "much"):
        with pytest.raises(UsageError, match="AMOUNT: give a positive amount"):
            amount("AMOUNT", wrong)
    assert code("--reason", "complaint_answered") == "complaint_answered"
    with pytest.raises(UsageError, match="--reason is no code"):
        code("--reason", "He is ill")
