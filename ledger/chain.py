"""The hash that chains each fact to the one before it in its stream, and how an outsider recomputes it.

For a row of table `fact`:

    hash = sha256(canonical({
        "stream": text, "seq": integer, "fact_id": text, "kind": text, "body": the JSON object in column `body`,
        "occurred_at": time, "recorded_at": time, "source": text, "actor": text, "epoch": integer,
        "decided_on": text or null, "build": text or null, "prev": hash of row seq - 1, or "" for seq 1
    })) as 64 small hexadecimal digits

- `canonical` is JSON with the keys of every object sorted by code point, no space outside of strings, arrays in their
  order, strings escaped only where JSON demands it (quote, backslash and control characters, the latter as
  `\\b \\f \\n \\r \\t` or `\\u00xx` in small letters), integers as plain digits, encoded in UTF-8. Python:
  `json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()`.
  Bodies hold no floating-point numbers: money is a string.
- a time is UTC with six decimals of a second and a Z: `2026-11-22T01:30:00.000000Z`. In SQL:
  `to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.
- the body's `kind` stands in the body and in the column; both are hashed.

A stream is whole if its numbers run from 1 without a gap, each row's hash is the one recomputed, each row's `prev` is
the hash before it, and table `stream` holds the last number and hash. Whoever rewrites a row must rewrite all after it
and the head; that shows against any head noted elsewhere: every running case holds one and sends it with each append.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple


class Link(NamedTuple):
    """All of a row that its hash covers. `body` is the parsed JSON object; times are aware."""

    stream: str
    seq: int
    fact_id: str
    kind: str
    body: Any
    occurred_at: datetime
    recorded_at: datetime
    source: str
    actor: str
    epoch: int
    decided_on: str | None
    build: str | None
    prev: str


class Hashed(NamedTuple):
    """A row as it stands: what its hash should cover, and the hash that it has."""

    link: Link
    hash: str

    @property
    def fits(self) -> bool:
        """Whether the row gives its own hash."""
        return hash_of(self.link) == self.hash


def canonical(value: Any) -> bytes:
    """The one byte string that stands for a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def moment(value: datetime) -> str:
    """A time as it is hashed."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def fields_of(link: Link) -> dict[str, Any]:
    """A row as the JSON object that is hashed."""
    times = {"occurred_at": moment(link.occurred_at), "recorded_at": moment(link.recorded_at)}
    return link._asdict() | times


def hash_of(link: Link) -> str:
    """The hash (hex) of a row."""
    return hashlib.sha256(canonical(fields_of(link))).hexdigest()
