"""Verification of the hash chains (recipe: `ledger.chain`)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Literal

from asyncpg import Record

from ledger.chain import Hashed, Link
from ledger.pool import Conn, Pool
from ledger.sql import Queries

_facts = Queries("facts")

_PREFETCH = 500


@dataclass(frozen=True)
class BrokenLink:
    """One place where a stream is not what was once written.

    Attributes:
        seq: the fact's number: of the row that is wrong, of the first that is missing, or of the head.
        fault: `altered`: the row does not give its own hash. `missing`: rows were taken out before the next one, or at
            the end. `unlinked`: the row does not continue the one before it: that one, or a part of the chain, was
            rewritten hashes and all. `head`: table `stream` tells another end than the last row.
        detail: for people.
    """

    stream: str
    seq: int
    fault: Literal["altered", "missing", "unlinked", "head"]
    detail: str


async def broken_links(pool: Pool) -> AsyncIterator[BrokenLink]:
    """Derive every chain anew and name each break. Streams through the table in one snapshot, in bounded memory."""
    async with pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        chain: _Chain | None = None
        async for row in conn.cursor(_facts.all_links.text, prefetch=_PREFETCH):
            if chain is None or chain.stream != row["stream"]:
                for broken in chain.end() if chain else ():
                    yield broken
                chain = _Chain(row)
            for broken in chain.follow(row):
                yield broken
        for broken in chain.end() if chain else ():
            yield broken


async def walk(conn: Conn, stream: str) -> tuple[list[Hashed], list[BrokenLink]]:
    """The rows of one stream in order, as they stand, and each break in their chain. Nothing of a body is understood, so
    that a chain that somebody broke can be shown; an empty list if there is no such stream."""
    rows = await _facts.links_of.rows(conn, stream=stream)
    if not rows:
        return [], []
    chain = _Chain(rows[0])
    broken = [found for row in rows for found in chain.follow(row)]
    return [_hashed(row) for row in rows if row["seq"] is not None], [*broken, *chain.end()]


class _Chain:
    """One stream on its way from the first row to the last."""

    def __init__(self, row: Record) -> None:
        self.stream: str = row["stream"]
        self._head: int | None = row["head"]
        self._head_hash: str | None = row["head_hash"]
        self._seq = 0
        self._hash = ""

    def follow(self, row: Record) -> Iterator[BrokenLink]:
        if row["seq"] is None:  # a stream without facts
            return
        seq: int = row["seq"]
        if seq != self._seq + 1:
            yield self._missing(seq - 1)
        elif row["prev"] != self._hash:
            yield BrokenLink(self.stream, seq, "unlinked", f"its prev is not the hash of fact {seq - 1}")
        if not _hashed(row).fits:
            yield BrokenLink(self.stream, seq, "altered", f"fact {row['fact_id']} does not give its own hash")
        self._seq, self._hash = seq, row["hash"]

    def end(self) -> Iterator[BrokenLink]:
        if self._head is None:
            yield BrokenLink(self.stream, self._seq, "head", "facts without a row in table stream")
        elif self._head > self._seq:
            yield self._missing(self._head)
        elif (self._head, self._head_hash) != (self._seq, self._hash):
            yield BrokenLink(self.stream, self._seq, "head", f"table stream says {self._head}, or another hash for it")

    def _missing(self, last: int) -> BrokenLink:
        first = self._seq + 1
        said = f"fact {first} is missing" if first == last else f"facts {first} to {last} are missing"
        return BrokenLink(self.stream, first, "missing", said)


def _hashed(row: Record) -> Hashed:
    fields = {name: row[name] for name in Link._fields if name != "body"}
    return Hashed(Link(body=json.loads(row["body"]), **fields), row["hash"])
