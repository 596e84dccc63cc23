"""Checks a dossier's data file, on any machine with Python 3.11 or newer and nothing else.

    python verify.py FILE.json [DIGEST]

DIGEST is the one printed on the dossier's first page: with it, a file that was made up as a whole is found too. Exit code 0:
the file is whole; 1: something in it is not as it was written, and each such entry is named; 2: it cannot be read.

The file is JSON, and its lines have a fixed form: `{`, the cover, `"facts":[`, a line for each fact, `],`, the digest, `}`.

- A fact's `hash` is the sha256 of its other fields in canonical JSON: keys sorted by code point, no space outside of
  strings, nothing escaped but quote, backslash and control characters, UTF-8. Its line is the same with `hash` in it.
- Its `prev` is the hash of the fact before it, "" for the first; `seq` counts from 1. The cover has the last one's `head`.
- The `digest` is the sha256 of all bytes before its own line.

This file uses nothing of the program that wrote the dossier, so that nobody has to trust that.
"""

from __future__ import annotations

import hashlib
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
    """The bytes are not the data file of a dossier at all."""


class Fault(NamedTuple):
    """Something that is not as it was written. `entry`: the fact's number, None for the cover or the frame of the file."""

    entry: int | None
    line: int
    what: str

    def __str__(self) -> str:
        where = f"entry {self.entry}" if self.entry is not None else "the file"
        return f"{where} (line {self.line}): {self.what}"


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
    if b"\n" + _FACTS + b"\n" not in data and FORMAT.encode() not in data:
        raise NoDossier("this is not the data file of a dossier")
    lines = data.split(b"\n")
    end = _end_of(lines)
    entries = [_entry(at + 1, lines[at], at + 1 == end) for at in range(min(_FIRST, end), end)]
    cover = _cover(lines)
    digest = hashlib.sha256(b"".join(line + b"\n" for line in lines[: end + 1])).hexdigest()
    sealed = _told(lines, end) == digest
    faults = [*_frame(lines, end, cover), *_chain(entries, cover, sealed)]
    if not sealed:
        faults.append(Fault(None, end + 2, "the file does not give its own digest"))
    head = next((entry.value["hash"] for entry in reversed(entries) if entry.value), "")
    return Verdict(sorted(faults, key=lambda fault: fault.line), len(entries), head, digest)


def _end_of(lines: list[bytes]) -> int:
    """Where the list of facts ends: at its own line, or, if that was altered, just before the digest's."""
    for at in range(len(lines) - 1, _FIRST - 1, -1):
        if lines[at] == _END:
            return at
    for at in range(len(lines) - 1, _FIRST - 1, -1):
        if lines[at].startswith(_DIGEST):
            return at - 1
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
        faults.append(Fault(None, 2, "the cover is not as it was written"))
    told = _told(lines, end).encode()
    expected = {0: _OPEN, 2: _FACTS, end: _END, end + 1: _DIGEST + b'"' + told + b'"', end + 2: _CLOSE, end + 3: b""}
    for at, text in expected.items():
        if at >= len(lines) or lines[at] != text:
            faults.append(Fault(None, at + 1, "this line is not as it was written"))
    if len(lines) > end + 4:
        faults.append(Fault(None, end + 5, "something stands after the end"))
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
            self._say(entry, seq, "it was put in: the chain goes on without it")
        elif seq < self._next or seq in self._passed:
            self._say(entry, seq, "it stands a second time")
        elif seq > self._next and self._next in self._numbers:
            self._passed[seq] = hash_
            self._say(entry, seq, f"out of its order: it stands before entry {self._next}")
        else:
            if seq > self._next:
                self._missing(entry.line, seq - 1)
            elif self._before is not None and prev not in self._before:
                self._say(entry, seq, "it does not continue the entry before it: put in, or written anew with its hash")
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
            return [Fault(self._next, line + 1, _gone(self._next, head["seq"]))]
        if last > head["seq"] and not reached:
            return [Fault(head["seq"] + 1, line, f"put in: the cover tells an end at entry {head['seq']}")]
        if last == head["seq"] and sealed:
            return [Fault(last, line, "it is not the last entry that the cover tells of")]
        return [Fault(None, 2, "the cover tells another end than the facts have")]

    def _broken(self, entry: Entry) -> None:
        if entry.value is None:
            self._say(entry, self._next, "it is not as it was written")
            self._follow(self._next, None)
        else:
            self._say(entry, self._next, "it was altered: its content does not give its hash")
            self._follow(self._next, {entry.value["hash"], entry.own})

    def _missing(self, line: int, last: int) -> None:
        self.faults.append(Fault(self._next, line, _gone(self._next, last)))

    def _say(self, entry: Entry, seq: int, what: str) -> None:
        self.faults.append(Fault(seq, entry.line, what))

    def _follow(self, seq: int, hashes: set[str] | None) -> None:
        self._next, self._before = seq + 1, hashes
        while self._next in self._passed:
            self._before = {self._passed.pop(self._next)}
            self._next += 1


def _gone(first: int, last: int) -> str:
    return "it is missing" if first == last else f"entries {first} to {last} are missing"


def main(arguments: list[str]) -> int:
    """Check the file that the arguments name, and say what was found."""
    if len(arguments) not in (1, 2) or arguments[0] in ("-h", "--help"):
        print("usage: python verify.py FILE.json [DIGEST]", file=sys.stderr)
        return 2
    name = arguments[0]
    try:
        verdict = check(Path(name).read_bytes())
    except OSError as error:
        print(f"{name}: cannot be read: {error.strerror}", file=sys.stderr)
        return 2
    except NoDossier as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
    faults = [str(fault) for fault in verdict.faults]
    if len(arguments) == 2 and arguments[1].lower() != verdict.digest:
        faults.append("the file is not the one whose digest was given")
    for fault in faults:
        print(f"{name}: {fault}")
    if not faults:
        print(f"{name}: whole, {verdict.facts} facts")
    print(f"  digest     {verdict.digest}\n  last hash  {verdict.head}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
