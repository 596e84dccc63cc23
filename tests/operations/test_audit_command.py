"""`starter.py audit` as it is typed: exit codes, files, and a page that needs nothing but itself."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from string import Formatter

import pytest

from audit.report.words_en import ENGLISH
from audit.report.words_zh import CHINESE
from operations.commands.app import build
from operations.errors import UsageError
from simulation.incumbent import make_exports, write_exports
from tests.audit import auditwork

RULEBOOK = str(Path(auditwork.__file__).parent / "rulebook.yaml")
CLEAN = (
    "contact_id,loan_id,borrower_id,channel,contact_point_id,at,zone\n"
    "C-1,L-1,B-1,sms,B-1:phone,2026-03-02 10:00,Asia/Shanghai\n"
)


def typed(*words: object) -> object:
    return build()([str(word) for word in words], result_action="return_value")


def audit_of(folder: Path, *more: object) -> object:
    made = make_exports(seed=5, size=150)
    options = [part for name, path in write_exports(made, folder).items() for part in (f"--{name}", path)]
    return typed("audit", *options, "--rulebook", RULEBOOK, "--out", folder / "report", *more)


@pytest.mark.parametrize(("language", "heading"), [("en", "Contacts after payment"), ("zh-CN", "还款后的触达")])
def test_what_is_found_ends_with_1_and_stands_on_a_page_of_its_own(tmp_path: Path, language: str, heading: str):
    """Nothing is loaded from anywhere, and the charts are in it."""
    assert audit_of(tmp_path, "--lang", language) == 1
    page = (tmp_path / "report" / "audit.html").read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    assert heading in page
    assert page.count("<svg") == 4
    assert not re.search(r"https?:|<script|<link|<img|src=|url\(|@import", page)


def test_the_files_hold_every_finding_with_its_evidence(tmp_path: Path):
    """A row for each contact and rule, for each contact after payment, for each promise."""
    made = make_exports(seed=5, size=150)
    audit_of(tmp_path)

    def rows(name: str) -> list[dict[str, str]]:
        with (tmp_path / "report" / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    breaches = rows("breaches.csv")
    assert {(row["contact_id"], row["rule"]) for row in breaches} == made.truth.breaches
    assert all(row["source"] and row["strength"] and row["rule_says"] for row in breaches)
    (fourth,) = [row for row in breaches if row["rule"] == "CN.CALL.EFFECTIVE"]
    assert (fourth["counted_before"], fourth["counted"].count("right_party")) == ("3", 3)
    assert {row["contact_id"] for row in rows("after_payment.csv")} == made.truth.after_payment
    assert {(row["promise_id"], row["why"]) for row in rows("promises.csv")} == made.truth.misjudged
    assert sum(int(row["contacts"]) for row in rows("rules.csv")) == len(breaches)


def test_two_audits_of_the_same_exports_are_the_same_to_the_byte(tmp_path: Path):
    """A report can be compared with an earlier one."""
    for name in ("one", "two"):
        audit_of(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one" / "report").iterdir())
    assert files == ["after_payment.csv", "audit.html", "breaches.csv", "promises.csv", "rules.csv"]
    for name in files:
        first, second = ((tmp_path / of / "report" / name).read_bytes() for of in ("one", "two"))
        assert first == second


def test_nothing_found_ends_with_0_and_says_what_could_not_be_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Of contacts alone neither money nor holds can be judged."""
    (tmp_path / "C.csv").write_text(CLEAN, encoding="utf-8")
    assert typed("audit", "--contacts", tmp_path / "C.csv", "--out", tmp_path / "report") == 0
    said = capsys.readouterr().out
    assert "Without --events" in said
    assert "Without --payments" in said


def test_payments_without_any_figure_of_arrears_are_told_to_be_a_gap(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Nobody can say what a contact was about."""
    (tmp_path / "C.csv").write_text(CLEAN, encoding="utf-8")
    paid = "transaction_id,loan_id,amount,posted_at,value_date\nT-1,L-1,5.00,2026-03-02 09:00,2026-03-02\n"
    (tmp_path / "P.csv").write_text(paid, encoding="utf-8")
    files = ("--contacts", tmp_path / "C.csv", "--payments", tmp_path / "P.csv")
    assert typed("audit", *files, "--out", tmp_path / "report", "--lang", "zh-CN") == 0
    assert "没有一次触达说明所催金额" in capsys.readouterr().out


def test_bad_rows_are_told_and_kept_apart_and_their_file_goes_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """And a later audit without any leaves no file of them behind."""
    contacts, out = tmp_path / "C.csv", tmp_path / "report"
    contacts.write_text(CLEAN + "C-2,L-1,B-1,smoke,B-1:phone,2026-03-02 10:00,Asia/Shanghai\n", encoding="utf-8")
    assert typed("audit", "--contacts", contacts, "--out", out) == 0
    said = capsys.readouterr().out
    assert "line 3, channel: expected one of sms" in said
    assert "smoke" not in said
    assert (out / "rejects" / "contacts.csv").exists()
    contacts.write_text(CLEAN, encoding="utf-8")
    assert typed("audit", "--contacts", contacts, "--out", out) == 0
    assert not (out / "rejects" / "contacts.csv").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--contacts is missing"),
        (("--contacts", "C.csv", "--promises", "C.csv"), "--promises needs --payments"),
        (("--contacts", "nowhere.csv"), "no file nowhere.csv"),
        (("--contacts", "C.csv", "--rulebook", "atlantis"), "no such file.*come with Arrears: cn"),
        (("--contacts", "C.csv", "--zone", "Asia/Atlantis"), "--zone: unknown time zone"),
        (("--contacts", "C.csv", "--tolerance-amount", "-1"), "--tolerance-amount"),
        (("--contacts", "C.csv", "--tolerance-days", "999999999"), "--tolerance-days: at most 366"),
        (("--contacts", "C.csv", "--until", "2026-03-02"), "--until: give a time with its zone"),
        (("--contacts", "bad.csv"), "no contact could be read"),
        (("--example", "."), "has contacts.csv already"),
    ],
)
def test_what_cannot_be_audited_is_said_with_how_to_mend_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
):
    """Each ends with exit code 2 (see `explain`)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "C.csv").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "contacts.csv").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "bad.csv").write_text(CLEAN.replace("sms", "smoke"), encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        typed("audit", *words)


def test_the_example_can_be_audited_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The line that it prints is typed as it stands."""
    assert typed("audit", "--example", tmp_path / "incumbent") == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "starter.py audit" in line)
    assert typed(*line.split()[2:]) == 1


def test_both_languages_say_the_same_things():
    """What one has the other has, with the same values in it."""
    values = {name: _fields(text) for name, text in ENGLISH.items()}
    chinese = {name: _fields(text) for name, text in CHINESE.items() if name in ENGLISH}
    assert chinese == values
    columns = [name for name in ENGLISH if name.endswith(".columns")]
    assert columns
    assert [CHINESE[name].count("|") for name in columns] == [ENGLISH[name].count("|") for name in columns]


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}
