"""Whoever alters a dossier's data file is found, and the entry that was altered is named; with the standard library alone."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.chain import Hashed
from reports.dossier import verify
from schemas.ledger import Head
from tests.reports.dossier.chains import chain, filed, link

LENGTH = 6
WHOLE = chain(LENGTH)
FILE = filed(WHOLE).content
HEAD = Head(seq=LENGTH, hash=WHOLE[-1].hash)
LINES = FILE.split(b"\n")
ENTRIES = range(1, LENGTH + 1)


def first(data: bytes) -> tuple[int | None, str]:
    """The first fault by line: its entry, and what it is."""
    fault = verify.check(data).faults[0]
    return fault.entry, fault.what


def entries(data: bytes) -> set[int | None]:
    """All entries that are named, but for the file as a whole."""
    return {fault.entry for fault in verify.check(data).faults} - {None}


def resealed(links: list[Hashed]) -> bytes:
    """A forger's file: other facts under the true cover, and a digest that fits."""
    return filed(links, HEAD).content


def test_what_is_written_is_whole() -> None:
    """Nothing is found, whatever the number of facts, and the digest is the one that the dossier shows."""
    for length in (0, 1, 2, LENGTH):
        made = filed(chain(length))
        verdict = verify.check(made.content)
        assert (verdict.faults, verdict.facts, verdict.digest) == ([], length, made.digest)


@pytest.mark.parametrize("seq", ENTRIES)
@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("body", b'"amount":"%d.50"', b'"amount":"%d.51"'),
        ("seq", b'"seq":%d', b'"seq":9%d'),
        ("fact_id", b'"payment:p%d"', b'"payment:q%d"'),
        ("actor", b'"actor":"arrears"', b'"actor":"nobodyy"'),
    ],
)
def test_an_altered_field_names_its_entry(seq: int, field: str, before: bytes, after: bytes) -> None:
    """And no other, although the file's digest was made to fit."""
    lines = list(LINES)
    place = seq + 2
    old, new = (text % seq if b"%d" in text else text for text in (before, after))
    assert old in lines[place], field
    lines[place] = lines[place].replace(old, new)
    data = b"\n".join(lines)
    assert first(data) == (seq, "it was altered: its content does not give its hash")
    assert entries(data) == {seq}


@pytest.mark.parametrize("seq", ENTRIES)
@pytest.mark.parametrize("field", ["prev", "hash"])
def test_an_altered_hash_names_its_entry(seq: int, field: str) -> None:
    """The fact's own, or the one of the fact before it; the neighbours are not suspected."""
    old = WHOLE[seq - 1]
    other = "0" * 64
    forged = old._replace(hash=other) if field == "hash" else old._replace(link=old.link._replace(prev=other))
    data = resealed([*WHOLE[: seq - 1], forged, *WHOLE[seq:]])
    assert first(data) == (seq, "it was altered: its content does not give its hash")
    assert entries(data) == {seq}


@pytest.mark.parametrize("seq", ENTRIES)
def test_a_fact_taken_out_is_named(seq: int) -> None:
    """At the beginning, in the middle, at the end."""
    data = resealed([*WHOLE[: seq - 1], *WHOLE[seq:]])
    assert first(data) == (seq, "it is missing")
    assert entries(data) == {seq}


def test_several_facts_taken_out_are_named_together() -> None:
    """From which to which; and all of them."""
    assert first(resealed([*WHOLE[:2], *WHOLE[4:]])) == (3, "entries 3 to 4 are missing")
    assert first(resealed([])) == (1, "entries 1 to 6 are missing")


@pytest.mark.parametrize("seq", ENTRIES)
def test_a_fact_put_in_is_named(seq: int) -> None:
    """One that continues the chain with a hash of its own, and one that is there already."""
    forged = link(seq, WHOLE[seq - 2].hash if seq > 1 else "", actor="forger")
    for data in (
        resealed([*WHOLE[: seq - 1], forged, *WHOLE[seq - 1 :]]),
        resealed([*WHOLE[:seq], forged, *WHOLE[seq:]]),
    ):
        assert first(data) == (seq, "it was put in: the chain goes on without it")
        assert entries(data) == {seq}
    again = resealed([*WHOLE, WHOLE[seq - 1]])
    assert first(again) == (seq, "it stands a second time")
    assert entries(again) == {seq}


def test_a_fact_added_at_the_end_is_named() -> None:
    """The cover tells where the chain ended."""
    data = resealed([*WHOLE, link(LENGTH + 1, WHOLE[-1].hash)])
    assert first(data) == (LENGTH + 1, f"put in: the cover tells an end at entry {LENGTH}")


@pytest.mark.parametrize("seq", ENTRIES[:-1])
def test_facts_out_of_order_are_named(seq: int) -> None:
    """Two that changed places, and one that went to the end."""
    swapped = [*WHOLE[: seq - 1], WHOLE[seq], WHOLE[seq - 1], *WHOLE[seq + 1 :]]
    assert first(resealed(swapped)) == (seq + 1, f"out of its order: it stands before entry {seq}")
    assert entries(resealed(swapped)) == {seq + 1}
    moved = resealed([*WHOLE[: seq - 1], *WHOLE[seq:], WHOLE[seq - 1]])
    assert entries(moved) == set(range(seq + 1, LENGTH + 1))


@pytest.mark.parametrize("seq", ENTRIES[1:])
def test_a_fact_written_anew_with_its_hash_breaks_with_the_next(seq: int) -> None:
    """Or, if it is the last, with the end that the cover tells of."""
    forged = link(seq, WHOLE[seq - 2].hash, actor="forger")
    data = resealed([*WHOLE[: seq - 1], forged, *WHOLE[seq:]])
    assert entries(data) == {min(seq + 1, LENGTH)}


def test_a_file_made_up_as_a_whole_has_another_digest() -> None:
    """Which is why the true one is printed."""
    forged = filed([link(1, "", actor="forger")])
    assert verify.check(forged.content).faults == []
    assert verify.check(forged.content).digest != filed(WHOLE).digest


@given(place=st.integers(0, len(FILE) - 1), bit=st.integers(0, 7))
@example(place=FILE.index(b"\n],\n"), bit=0)
def test_a_flipped_bit_anywhere_is_found_and_its_entry_named(place: int, bit: int) -> None:
    """In a fact, the first entry named is that fact; elsewhere the file is, and no fact is blamed unless its line broke."""
    data = bytearray(FILE)
    data[place] ^= 1 << bit
    faults = verify.check(bytes(data)).faults
    assert faults
    line = FILE.count(b"\n", 0, place) + 1
    if 4 <= line < 4 + LENGTH:
        assert next(fault.entry for fault in faults if fault.entry is not None) == line - 3
    elif FILE[place : place + 1] != b"\n":
        assert faults[0].entry is None


@given(place=st.integers(0, len(FILE) - 1), byte=st.integers(0, 255))
def test_a_byte_taken_out_or_put_in_is_found(place: int, byte: int) -> None:
    """Anywhere, spaces and line ends too."""
    assert verify.check(FILE[:place] + FILE[place + 1 :]).faults
    assert verify.check(FILE[:place] + bytes([byte]) + FILE[place:]).faults


@given(length=st.integers(0, len(FILE) - 1))
def test_a_file_cut_off_is_found(length: int) -> None:
    """Wherever it was cut: as no dossier's at all, or with faults."""
    try:
        faults = verify.check(FILE[:length]).faults
    except verify.NoDossier:
        return
    assert faults


@given(data=st.binary(max_size=300))
def test_bytes_of_any_kind_are_refused_and_no_more(data: bytes) -> None:
    """Also where the mark of a dossier stands in them."""
    with pytest.raises(verify.NoDossier):
        verify.check(data.replace(b"facts", b""))
    assert verify.check(data + b'\n"facts":[\n' + data).faults


def run(*arguments: str) -> tuple[int, str, str]:
    """As an outsider runs it: no package of ours in reach, not even those of this interpreter's environment."""
    script = str(Path(verify.__file__))
    command = [sys.executable, "-I", "-S", "-X", "utf8", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_pdf_itself_is_told_apart(tmp_path: Path) -> None:
    """Whoever gives it by mistake is told what to give, in their language, not that every entry was altered."""
    path = tmp_path / "L-1.pdf"
    path.write_bytes(b"%PDF-1.7\n" + FILE)
    code, said, wrong = run(str(path))
    assert (code, said) == (2, "")
    assert "this is the PDF: give the data file" in wrong
    assert "这是 PDF 文件" in run(str(path), "--zh")[2]
    path.write_bytes(b"{}")
    assert "该文件不是档案的数据文件" in run(str(path), "--zh")[2]


def test_an_outsider_runs_it(tmp_path: Path) -> None:
    """Exit code 0 for a whole file, 1 for another, 2 for none."""
    path = tmp_path / "L-1.json"
    path.write_bytes(FILE)
    digest = filed(WHOLE).digest
    code, said, _ = run(str(path), digest)
    assert (code, digest in said, "whole, 6 facts" in said) == (0, True, True)
    code, said, _ = run(str(path), "f" * 64)
    assert (code, "not the one whose digest was given" in said) == (1, True)
    path.write_bytes(FILE.replace(b'"3.50"', b'"9.50"'))
    code, said, _ = run(str(path))
    assert (code, "entry 3 (line 6): it was altered" in said) == (1, True)
    code, said, _ = run(str(path), "--zh")
    assert (code, "第 3 条（第 6 行）：被改动：内容与其哈希不符" in said) == (1, True)
    path.write_bytes(b"{}")
    assert run(str(path))[0] == 2
    assert run(str(tmp_path / "none.json"))[0] == 2
    code, _, said = run()
    assert (code, "usage" in said) == (2, True)


def test_it_says_the_same_in_both_languages() -> None:
    """Every finding has its sentence, with the same figures, and no two findings the same."""
    assert verify.CHINESE.keys() == verify.ENGLISH.keys()
    for words in (verify.CHINESE, verify.ENGLISH):
        assert len(set(words.values())) == len(words)
    for name, sentence in verify.ENGLISH.items():
        assert sorted(re.findall(r"{\w+}", sentence)) == sorted(re.findall(r"{\w+}", verify.CHINESE[name])), name


def test_it_needs_the_standard_library_alone() -> None:
    """It is given away as a file."""
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names <= set(sys.stdlib_module_names)
