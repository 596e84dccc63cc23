"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ledger.links import BrokenLink, broken_links
from ledger.pool import Executor
from ledger.sql import Queries
from ledger.stored import recorded
from ledger.streams import StreamState, stream_state
from schemas.ledger import Head, RecordedFact

__all__ = ["BrokenLink", "StreamState", "broken_links", "facts", "facts_of_kinds", "head", "stream_state", "streams"]

_facts = Queries("facts")
_streams = Queries("streams")

_ALL = 2**63 - 1


async def facts(pool: Executor, stream: str, *, up_to: int | None = None) -> list[RecordedFact]:
    """The facts of a stream in order, all or those numbered up to and with `up_to`; none if there is no such stream."""
    rows = await _facts.up_to.rows(pool, stream=stream, last=_ALL if up_to is None else up_to)
    return [recorded(row) for row in rows]


async def facts_of_kinds(pool: Executor, stream: str, kinds: Iterable[str]) -> list[RecordedFact]:
    """The facts of a stream that are of one of these kinds, in order."""
    rows = await _facts.of_kinds.rows(pool, stream=stream, kinds=list(kinds))
    return [recorded(row) for row in rows]


async def head(pool: Executor, stream: str) -> Head:
    """Number and hash of the stream's newest fact; zero and "" if it has none."""
    state = await stream_state(pool, stream)
    return state.at if state else Head()


async def streams(pool: Executor, kind: Literal["loan", "borrower"]) -> list[str]:
    """The names of all streams of a kind, sorted."""
    return [row["stream"] for row in await _streams.names.rows(pool, kind=kind)]
