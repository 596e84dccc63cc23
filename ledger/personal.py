"""Personal data: names, numbers, addresses, free text. In tables of their own that can be erased without a trace in any
chain; everywhere else stand ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ledger.errors import PersonalConflict
from ledger.pool import Conn, Executor, Pool
from ledger.sql import Queries
from schemas.base import Identifier, Submitted

_personal = Queries("personal")

_BATCH = 1000
_Item = TypeVar("_Item")


class PersonalPoint(Submitted):
    """The number or address behind a contact point's id."""

    contact_point_id: Identifier
    value: str


class PersonalRecord(Submitted):
    """A party's name and addresses, as intake takes them in before any fact names the ids."""

    party_id: Identifier
    name: str
    points: tuple[PersonalPoint, ...] = ()


async def intake(pool: Pool, people: Iterable[PersonalRecord]) -> int:
    """Store people, replacing what stood under their ids; answers how many parties.

    Of a party that comes twice the last counts. Works in batches of their own transactions: safe to repeat.

    Raises:
        PersonalConflict: a contact point is another party's: its next message would go to a stranger. Nothing is stored,
            unless the other party came at the same moment: then batches before the one with that point may be.
    """
    parties = {person.party_id: person for person in people}
    owner: dict[str, str] = {}
    for person in parties.values():
        for point in person.points:
            if owner.setdefault(point.contact_point_id, person.party_id) != person.party_id:
                raise _conflict(point.contact_point_id, "two of these parties")
    taken = await strangers(pool, parties.values())
    if taken:
        raise _conflict(min(taken), "another party in this ledger")
    for batch in _batches(list(parties.values())):
        async with pool.acquire() as conn, conn.transaction():
            await _store(conn, batch)
    return len(parties)


async def _store(conn: Conn, people: list[PersonalRecord]) -> None:
    await _personal.put_parties.run(
        conn, party_ids=[person.party_id for person in people], names=[person.name for person in people]
    )
    points = {point.contact_point_id: (point.value, person.party_id) for person in people for point in person.points}
    stored = await _personal.put_points.rows(
        conn,
        point_ids=list(points),
        party_ids=[party_id for _, party_id in points.values()],
        points=[value for value, _ in points.values()],
    )
    lost = points.keys() - {row["contact_point_id"] for row in stored}
    if lost:
        raise _conflict(min(lost), "another party in this ledger")


def _conflict(point_id: str, whose: str) -> PersonalConflict:
    return PersonalConflict(
        f"contact point {point_id} belongs to {whose}. Give the new number or address an id of its own, or erase the "
        "other party's first"
    )


async def strangers(pool: Executor, people: Iterable[PersonalRecord]) -> set[str]:
    """Contact points of these people that the ledger has under another party."""
    points = [(point.contact_point_id, person.party_id) for person in people for point in person.points]
    found: set[str] = set()
    for batch in _batches(points):
        ids, owners = [point for point, _ in batch], [owner for _, owner in batch]
        rows = await _personal.strangers.rows(pool, point_ids=ids, party_ids=owners)
        found |= {row["contact_point_id"] for row in rows}
    return found


async def address_of(pool: Executor, contact_point_id: str) -> str | None:
    """The number or address of a contact point; None if it was erased or never taken in."""
    return await _personal.address_of.value(pool, contact_point_id=contact_point_id)


async def points_of(pool: Executor, party_id: str) -> dict[str, str]:
    """The numbers and addresses of a party by the ids of their contact points."""
    rows = await _personal.points_of.rows(pool, party_id=party_id)
    return {row["contact_point_id"]: row["value"] for row in rows}


async def name_of(pool: Executor, party_id: str) -> str | None:
    """A party's name; None if it was erased or never taken in."""
    return await _personal.name_of.value(pool, party_id=party_id)


async def put_note(pool: Executor, note_id: str, text: str, party_id: str | None = None) -> None:
    """Keep free text under an id that a fact may name. Without `party_id`, `erase` of a party does not find it."""
    await _personal.put_note.run(pool, note_id=note_id, party_id=party_id, body=text)


async def note_of(pool: Executor, note_id: str) -> str | None:
    """The text of a note; None if it was erased or never written."""
    return await _personal.note_of.value(pool, note_id=note_id)


async def erase(pool: Executor, party_id: str) -> int:
    """Erase all that is personal of a party: name, addresses, notes. Answers how many rows; the facts stay."""
    return await _personal.erase.value(pool, party_id=party_id)


async def erase_note(pool: Executor, note_id: str) -> None:
    """Erase one note."""
    await _personal.erase_note.run(pool, note_id=note_id)


def _batches(items: list[_Item]) -> Iterable[list[_Item]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
