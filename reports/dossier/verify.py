"""Checks a dossier's data file, on any machine with Python 3.11 or newer and nothing else.

    python verify.py FILE.json [DIGEST] [--zh]

DIGEST is the one printed on the dossier's first page: with it, a file that was made up as a whole is found too. Exit code 0:
the file is whole; 1: something in it is not as it was written, and each such entry is named; 2: it cannot be read. With --zh
it says so in Chinese (加 --zh 以中文显示结果).

The file is JSON, and its lines have a fixed form: `{`, the cover, `"facts":[`, a line for each fact, `],`, the digest, `}`.

- A fact's `hash` is the sha256 of its other fields in canonical JSON: keys sorted by code point, no space outside of
  strings, nothing escaped but quote, backslash and control characters, UTF-8. Its line is the same with `hash` in it.
- Its `prev` is the hash of the fact before it, "" for the first; `seq` counts from 1. The cover has the last one's `head`.
- The `digest` is the sha256 of all bytes before its own line.

This file uses nothing of the program that wrote the dossier, so that nobody has to trust that.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "arrears.dossier/1"
FIELDS = frozenset(
    [
        *("stream", "seq", "fact_id", "kind", "body", "occurred_at", "recorded_at"),
        *("source", "actor", "epoch", "decided_on", "build", "prev", "hash"),
    ]
)
_OPEN, _FACTS, _END, _CLOSE = b"{", b'"facts":[', b"],", b"}"
_COVER, _DIGEST = b'"dossier":', b'"digest":'
_FIRST = 3
"""How many lines stand before the first fact."""


class NoDossier(ValueError):
    """The bytes are not the data file of a dossier at all. Its argument: in which words to say so."""


ENGLISH = {
    "entry": "entry {entry} (line {line}): {what}",
    "file": "the file (line {line}): {what}",
    "unread": "it is not as it was written",
    "altered": "it was altered: its content does not give its hash",
    "missing": "it is missing",
    "several_missing": "entries {entry} to {last} are missing",
    "put_in": "it was put in: the chain goes on without it",
    "again": "it stands a second time",
    "order": "out of its order: it stands before entry {other}",
    "unlinked": "it does not continue the entry before it: put in, or written anew with its hash",
    "beyond": "put in: the cover tells an end at entry {last}",
    "not_last": "it is not the last entry that the cover tells of",
    "other_end": "the cover tells another end than the facts have",
    "cover": "the cover is not as it was written",
    "frame": "this line is not as it was written",
    "after": "something stands after the end",
    "digest": "the file does not give its own digest",
    "other_file": "the file is not the one whose digest was given",
    "whole": "whole, {facts} facts",
    "none": "this is not the data file of a dossier",
    "pdf": "this is the PDF: give the data file, which lies beside it and is attached to it, FILE.json",
    "figures": "digest {digest}\nlast hash {head}",
}
CHINESE = {
    "entry": "第 {entry} 条（第 {line} 行）：{what}",
    "file": "文件（第 {line} 行）：{what}",
    "unread": "与写入时不一致",
    "altered": "被改动：内容与其哈希不符",
    "missing": "缺失",
    "several_missing": "第 {entry} 至 {last} 条缺失",
    "put_in": "系插入：哈希链不经过该条",
    "again": "重复出现",
    "order": "次序不对：排在第 {other} 条之前",
    "unlinked": "与前一条不相衔接：系插入，或连同哈希被重写",
    "beyond": "系插入：封面所记末条为第 {last} 条",
    "not_last": "不是封面所记的末条",
    "other_end": "封面所记的链尾与各条记录不符",
    "cover": "封面与写入时不一致",
    "frame": "该行与写入时不一致",
    "after": "文件末尾之后另有内容",
    "digest": "文件与其自身摘要不符",
    "other_file": "文件并非所给摘要对应的文件",
    "whole": "完整，共 {facts} 条",
    "none": "该文件不是档案的数据文件",
    "pdf": "这是 PDF 文件：请指定与其同在一处、亦附于其中的数据文件（FILE.json）",
    "figures": "摘要 {digest}\n末条哈希 {head}",
}


class Fault(NamedTuple):
    """Something that is not as it was written.

    `entry`: the fact's number, None for the cover or the frame of the file. `last` and `other`: further entries that `code`,
    a key of ENGLISH, speaks of.
    """

    entry: int | None
    line: int
    code: str
    last: int = 0
    other: int = 0

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return ENGLISH[self.code].format_map(self._asdict())

    def told(self, words: dict[str, str]) -> str:
        """Where it is and what is wrong, in a language."""
        what = words[self.code].format_map(self._asdict())
        return words["file" if self.entry is None else "entry"].format(entry=self.entry, line=self.line, what=what)


class Entry(NamedTuple):
    """A line of the list of facts: `value` is None if it is no fact as one is written, `own` the hash it should have."""

    line: int
    value: dict[str, Any] | None
    own: str

    @property
    def fits(self) -> bool:
        """Whether it gives its own hash."""
        return self.value is not None and self.value["hash"] == self.own


class Verdict(NamedTuple):
    """What was found in a file: its faults by line, how many facts it lists, its last hash, and its digest as computed."""

    faults: list[Fault]
    facts: int
    head: str
    digest: str


def canonical(value: Any) -> bytes:
    """The one byte string that stands for a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check(data: bytes) -> Verdict:
    """Look at a whole file. Raises NoDossier."""
    if data.startswith(b"%PDF-"):  # its attachment stands in it, so that every line would be named
        raise NoDossier("pdf")
    if b"\n" + _FACTS + b"\n" not in data and FORMAT.encode() not in data:
        raise NoDossier("none")
    lines = data.split(b"\n")
    end = _end_of(lines)
    entries = [_entry(at + 1, lines[at], at + 1 == end) for at in range(min(_FIRST, end), end)]
    cover = _cover(lines)
    digest = hashlib.sha256(b"".join(line + b"\n" for line in lines[: end + 1])).hexdigest()
    sealed = _told(lines, end) == digest
    faults = [*_frame(lines, end, cover), *_chain(entries, cover, sealed)]
    if not sealed:
        faults.append(Fault(None, end + 2, "digest"))
    head = next((entry.value["hash"] for entry in reversed(entries) if entry.value), "")
    return Verdict(sorted(faults, key=lambda fault: fault.line), len(entries), head, digest)


def _end_of(lines: list[bytes]) -> int:
    """Where the list of facts ends: at its own line, or, if that was altered, just before the digest's; there too, if it was
    run together with the last fact, whose line is then broken and no other's."""
    for at in range(len(lines) - 1, _FIRST - 1, -1):
        if lines[at] == _END:
            return at
    for at in range(len(lines) - 1, _FIRST - 1, -1):
        if lines[at].startswith(_DIGEST):
            return at if lines[at - 1].startswith(b"{") else at - 1
        if _DIGEST in lines[at] and not lines[at].startswith(_OPEN):
            return at
    return len(lines)


def _entry(number: int, line: bytes, last: bool) -> Entry:
    comma = b"" if last else b","
    text = line.removesuffix(b",")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Entry(number, None, "")
    if not isinstance(value, dict) or value.keys() != FIELDS or not _typed(value) or _bytes(value) + comma != line:
        return Entry(number, None, "")
    own = hashlib.sha256(canonical({name: value[name] for name in FIELDS - {"hash"}})).hexdigest()
    return Entry(number, value, own)


def _typed(value: dict[str, Any]) -> bool:
    return type(value["seq"]) is int and all(isinstance(value[name], str) for name in ("hash", "prev"))


def _bytes(value: Any) -> bytes:
    try:
        return canonical(value)
    except ValueError:  # half of a surrogate pair, escaped: no UTF-8 stands for it
        return b""


def _cover(lines: list[bytes]) -> dict[str, Any] | None:
    line = lines[1] if len(lines) > 1 else b""
    try:
        value = json.loads(line.removeprefix(_COVER).removesuffix(b","))
        head = value["head"]
        whole = _COVER + _bytes(value) + b"," == line and value["format"] == FORMAT
        return value if whole and type(head["seq"]) is int and isinstance(head["hash"], str) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _told(lines: list[bytes], end: int) -> str:
    line = lines[end + 1] if end + 1 < len(lines) else b""
    return line.removeprefix(_DIGEST).strip(b'"').decode(errors="replace")


def _frame(lines: list[bytes], end: int, cover: dict[str, Any] | None) -> list[Fault]:
    """What is wrong outside of the facts."""
    faults: list[Fault] = []
    if cover is None:
        faults.append(Fault(None, 2, "cover"))
    told = _told(lines, end).encode()
    expected = {0: _OPEN, 2: _FACTS, end: _END, end + 1: _DIGEST + b'"' + told + b'"', end + 2: _CLOSE, end + 3: b""}
    for at, text in expected.items():
        if at >= len(lines) or lines[at] != text:
            faults.append(Fault(None, at + 1, "frame"))
    if len(lines) > end + 4:
        faults.append(Fault(None, end + 5, "after"))
    return faults


def _chain(entries: list[Entry], cover: dict[str, Any] | None, sealed: bool) -> list[Fault]:
    """What is wrong with the facts: altered, missing, put in, or out of their order."""
    head = cover["head"] if cover else None
    walk = _Walk(entries, {head["hash"]} if head else set())
    for entry in entries:
        walk.take(entry)
    return [*walk.faults, *walk.end(head, entries[-1].line if entries else _FIRST, sealed)]


class _Walk:
    """One way through the facts, from the first to the last."""

    def __init__(self, entries: list[Entry], ends: set[str]) -> None:
        fitting = [entry.value for entry in entries if entry.value and entry.fits]
        self.faults: list[Fault] = []
        self._named = ends | {value["prev"] for value in fitting}
        self._numbers = [value["seq"] for value in fitting]
        self._next = 1
        self._before: set[str] | None = {""}  # what the next one's prev may be; None: unknown
        self._passed: dict[int, str] = {}  # those that stood before their turn

    def take(self, entry: Entry) -> None:
        """The next line."""
        if entry.value is None or not entry.fits:
            self._broken(entry)
            return
        seq, hash_, prev = entry.value["seq"], entry.value["hash"], entry.value["prev"]
        if self._numbers.count(seq) > 1 and hash_ not in self._named:
            self._say(entry, seq, "put_in")
        elif seq < self._next or seq in self._passed:
            self._say(entry, seq, "again")
        elif seq > self._next and self._next in self._numbers:
            self._passed[seq] = hash_
            self.faults.append(Fault(seq, entry.line, "order", other=self._next))
        else:
            if seq > self._next:
                self.faults.append(_gone(self._next, seq - 1, entry.line))
            elif self._before is not None and prev not in self._before:
                self._say(entry, seq, "unlinked")
            self._follow(seq, {hash_})

    def end(self, head: dict[str, Any] | None, line: int, sealed: bool) -> list[Fault]:
        """What is wrong with the end, given what the cover tells of it and whether the file's digest fits."""
        if head is None:
            return []
        last = self._next - 1
        reached = self._before is None or head["hash"] in self._before
        if last == head["seq"] and reached:
            return []
        if last < head["seq"] and not reached:
            return [_gone(self._next, head["seq"], line + 1)]
        if last > head["seq"] and not reached:
            return [Fault(head["seq"] + 1, line, "beyond", last=head["seq"])]
        if last == head["seq"] and sealed:
            return [Fault(last, line, "not_last")]
        return [Fault(None, 2, "other_end")]

    def _broken(self, entry: Entry) -> None:
        if entry.value is None:
            self._say(entry, self._next, "unread")
            self._follow(self._next, None)
        else:
            self._say(entry, self._next, "altered")
            self._follow(self._next, {entry.value["hash"], entry.own})

    def _say(self, entry: Entry, seq: int, code: str) -> None:
        self.faults.append(Fault(seq, entry.line, code))

    def _follow(self, seq: int, hashes: set[str] | None) -> None:
        self._next, self._before = seq + 1, hashes
        while self._next in self._passed:
            self._before = {self._passed.pop(self._next)}
            self._next += 1


def _gone(first: int, last: int, line: int) -> Fault:
    return Fault(first, line, "missing" if first == last else "several_missing", last=last)


def main(arguments: list[str]) -> int:
    """Check the file that the arguments name, and say what was found."""
    words = CHINESE if "--zh" in arguments else ENGLISH
    named = [argument for argument in arguments if argument != "--zh"]
    if len(named) not in (1, 2) or named[0] in ("-h", "--help"):
        print("usage: python verify.py FILE.json [DIGEST] [--zh]", file=sys.stderr)
        return 2
    name = named[0]
    try:
        verdict = check(Path(name).read_bytes())
    except OSError as error:
        print(f"{name}: cannot be read: {error.strerror}", file=sys.stderr)
        return 2
    except NoDossier as error:
        print(f"{name}: {words[str(error)]}", file=sys.stderr)
        return 2
    said = [fault.told(words) for fault in verdict.faults]
    if len(named) == 2 and named[1].lower() != verdict.digest:
        said.append(words["other_file"])
    for line in said or [words["whole"].format(facts=verdict.facts)]:
        print(f"{name}: {line}")
    print(words["figures"].format(digest=verdict.digest, head=verdict.head))
    return 1 if said else 0


if __name__ == "__main__":
    # What a console cannot show is no reason to fail.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
