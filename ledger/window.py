"""What one call sees of a stream: the row it continues from, all above it, and what stands under the ids it names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.pool import Conn
from ledger.sql import Queries
from ledger.stored import by_id, recorded
from ledger.streams import StreamState
from schemas.ledger import Head, RecordedFact

_facts = Queries("facts")


@dataclass(frozen=True)
class Window:
    """A part of a stream, read under its lock.

    Attributes:
        joins: whether `after` is a row of this stream, with that hash. If not, the caller's past is another one.
        above: all facts above `after`, in order.
        known: facts by id: at least those asked for that are there.
    """

    joins: bool
    above: tuple[RecordedFact, ...]
    known: dict[str, RecordedFact]


async def look(conn: Conn, state: StreamState, after: Head, ids: Iterable[str] = ()) -> Window:
    """Read a window of the stream, which the transaction holds."""
    rows = await _facts.window.rows(conn, stream=state.stream, after=after.seq, ids=list(ids))
    facts = [recorded(row) for row in rows]
    known = by_id(facts)
    joins = after == Head() or any((fact.seq, fact.hash) == (after.seq, after.hash) for fact in facts)
    return Window(joins, tuple(fact for fact in facts if fact.seq > after.seq), known)
