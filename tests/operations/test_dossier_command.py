"""`dossier` as typed: where its files go, what it refuses to write over, and how it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from operations import environment
from operations.commands import dossier as command
from operations.commands.app import build
from operations.dossier.making import Dossier
from operations.errors import UsageError
from reports.dossier.faces import UnfitFont
from reports.dossier.sidecar import BEGINS, Sidecar

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def found() -> list[str]:
    """What the check of the ledger finds."""
    return []


@pytest.fixture
def typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], found: list[str]
) -> Typed:
    """Runs the command as typed, with a dossier that is made up; answers its exit code and what it printed on each side."""

    @asynccontextmanager
    async def ledger(*_: Any, **__: Any) -> AsyncIterator[None]:
        yield None

    async def make(
        pool: Any, loan: str, language: str, data_file: str, *, with_names: bool, font: Path | None, client: None
    ) -> Dossier:
        if font:
            raise UnfitFont("it is not TrueType")
        data = BEGINS + f"{loan} {language} {data_file} {with_names}".encode()
        return Dossier(b"%PDF-1.4", Sidecar(data, "d" * 64), found, 3)

    monkeypatch.setattr(environment, "resolve", lambda *_, **__: {})
    monkeypatch.setattr(environment, "ledger", ledger)
    monkeypatch.setattr(command, "make", make)
    monkeypatch.setenv("ARREARS_HOME", str(tmp_path / "home"))

    def run(*words: str) -> tuple[int, str, str]:
        code = build()(["dossier", *words], result_action="return_value")
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_both_files_are_written_and_named(typed: Typed, tmp_path: Path) -> None:
    """Into the home's folder unless another place is named, which is made if it is missing."""
    code, out, _ = typed("LN-1")
    home = tmp_path / "home" / "dossiers"
    assert code == 0
    assert out.splitlines()[:2] == [str(home / "LN-1.pdf"), str(home / "LN-1.json")]
    assert (home / "LN-1.json").read_bytes() == BEGINS + b"LN-1 en LN-1.json False"
    pdf = tmp_path / "new" / "case.pdf"
    code, out, _ = typed("LN-1", "--out", str(pdf), "--lang", "zh-CN", "--with-names")
    assert (code, pdf.read_bytes(), pdf.stat().st_mode & 0o077) == (0, b"%PDF-1.4", 0)
    assert pdf.with_suffix(".json").read_bytes() == BEGINS + b"LN-1 zh-CN case.json True"
    assert sorted(path.name for path in pdf.parent.iterdir()) == ["case.json", "case.pdf"]
    assert "3 entries, data file sha256 " + "d" * 64 in out


def test_a_broken_ledger_ends_with_code_1(typed: Typed, found: list[str]) -> None:
    """The dossier is written all the same, and what was found is said."""
    found += [f"entry {seq} is missing" for seq in range(1, 31)]
    code, out, err = typed("LN-1")
    assert code == 1
    assert "LN-1.pdf" in out
    assert "entry 1 is missing" in err
    assert "and 10 more" in err


def test_a_second_dossier_takes_the_place_of_the_first(typed: Typed, tmp_path: Path) -> None:
    """Where it was asked for, and only of a dossier; at the place that the command chose itself it is said."""
    pdf = tmp_path / "case.pdf"
    assert typed("LN-1", "--out", str(pdf))[0] == 0
    with pytest.raises(UsageError, match=r"case.pdf is there already: .+ --replace"):
        typed("LN-2", "--out", str(pdf))
    pdf.rename(tmp_path / "moved.pdf")
    with pytest.raises(UsageError, match=r"case.json is there already: .+ --replace"):
        typed("LN-2", "--out", str(pdf))
    (tmp_path / "moved.pdf").rename(pdf)
    data = pdf.with_suffix(".json")
    assert b"LN-1" in data.read_bytes()
    code, _, err = typed("LN-2", "--out", str(pdf), "--replace")
    assert (code, err) == (0, "in place of the dossier that was there\n")
    assert b"LN-2" in data.read_bytes()
    data.write_text('{"loan_id": "LN-1"}', encoding="utf-8")
    with pytest.raises(UsageError, match="is no dossier's data file: name another place with --out"):
        typed("LN-1", "--out", str(pdf), "--replace")
    assert data.read_text(encoding="utf-8") == '{"loan_id": "LN-1"}'
    assert typed("LN-1")[2] == ""
    assert typed("LN-1")[2] == "in place of the dossier that was there\n"


def test_each_loan_has_a_file_of_its_own(typed: Typed, tmp_path: Path) -> None:
    """Whichever of the marks of an id stand in theirs."""
    for loan in ("A:B", "A_B", "A.B", "A-B"):
        assert typed(loan)[2] == ""
    names = sorted(path.name for path in (tmp_path / "home" / "dossiers").glob("*.pdf"))
    assert names == ["A+B.pdf", "A-B.pdf", "A.B.pdf", "A_B.pdf"]


def test_a_place_that_cannot_be_written_is_told(typed: Typed, tmp_path: Path) -> None:
    """With the path, why, and what to do."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"cannot write .*file/case.pdf: .+--out FILE.pdf"):
        typed("LN-1", "--out", str(tmp_path / "file" / "case.pdf"))
    with pytest.raises(UsageError, match=r"give a name that ends in .pdf"):
        typed("LN-1", "--out", str(tmp_path / "case.txt"))
    (tmp_path / "taken.pdf").mkdir()
    with pytest.raises(UsageError, match=r"cannot write .*taken.pdf"):
        typed("LN-1", "--out", str(tmp_path / "taken.pdf"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "taken.pdf"]
    with pytest.raises(UsageError, match=r"--font f.otf: it is not TrueType. Name a .ttf or .ttc"):
        typed("LN-1", "--font", "f.otf")
    with pytest.raises(UsageError, match="LOAN is no id"):
        typed("LN 1")
