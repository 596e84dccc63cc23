"""Personal data: names, numbers, addresses, free text. In tables of their own that can be erased without a trace in any
chain; everywhere else stand ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ledger.pool import Executor, Pool
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

    Of an id that comes twice the last counts. Works in batches of their own transactions: safe to repeat.
    """
    parties = {person.party_id: person for person in people}
    points = {point.contact_point_id: (point, person) for person in parties.values() for point in person.points}
    for batch in _batches(list(parties.values())):
        await _personal.put_parties.run(
            pool, party_ids=[person.party_id for person in batch], names=[person.name for person in batch]
        )
    for batch in _batches(list(points.values())):
        await _personal.put_points.run(
            pool,
            point_ids=[point.contact_point_id for point, _ in batch],
            party_ids=[person.party_id for _, person in batch],
            points=[point.value for point, _ in batch],
        )
    return len(parties)


async def address_of(pool: Executor, contact_point_id: str) -> str | None:
    """The number or address of a contact point; None if it was erased or never taken in."""
    return await _personal.address_of.value(pool, contact_point_id=contact_point_id)


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
