"""Waiting for a case to open, and notes that somebody owns: against a real ledger."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.personal import PersonalPoint, PersonalRecord, erase, intake, note_of
from ledger.pool import Pool
from operations.errors import UsageError
from operations.places import example_of
from operations.sending import keep_note
from operations.starting import until_open, without_address
from schemas.loan import ContactPoint, Party, PointKind
from tests.ledger.support import Desk, closing, opening, publish

KINDS: tuple[PointKind, ...] = ("phone", "email")


async def test_an_earlier_episode_is_not_the_one_that_is_waited_for(pool: Pool) -> None:
    """Closed, and overdue again since another date: nobody has opened that yet. Open or this very episode, it is."""
    await publish(pool)
    first = opening().request
    again = opening(overdue_since=date(2027, 5, 1)).request
    assert not await until_open(pool, first, 0)
    desk = await Desk.open(pool)
    assert await until_open(pool, first, 0)
    assert await until_open(pool, again, 0)
    await desk.tell(closing("c"))
    assert await until_open(pool, first, 0)
    assert not await until_open(pool, again, 0.1)


async def test_a_note_has_an_owner_with_whom_it_is_erased(pool: Pool) -> None:
    """One about a loan that nobody knows would stay for ever: it is refused before anything is written."""
    await publish(pool)
    with pytest.raises(UsageError, match="knows no loan L-1"):
        await keep_note(pool, "L-1", "note:1", "wages come on the 30th")
    assert await note_of(pool, "note:1") is None
    await Desk.open(pool)
    await keep_note(pool, "L-1", "note:1", "wages come on the 30th")
    assert await note_of(pool, "note:1") == "wages come on the 30th"
    await erase(pool, "B-1")
    assert await note_of(pool, "note:1") is None


async def test_a_contact_point_without_its_number_is_named(pool: Pool) -> None:
    """Every contact by it would be given up; what was taken in is not named."""
    points = tuple(ContactPoint(contact_point_id=f"B-1:{kind}", kind=kind) for kind in KINDS)
    party = Party(party_id="B-1", contact_points=points)
    request = opening().request.model_copy(update={"parties": (party,)})
    assert await without_address(pool, request) == ["B-1:phone", "B-1:email"]
    known = PersonalPoint(contact_point_id="B-1:phone", value="+86 100 0000 0001")
    await intake(pool, [PersonalRecord(party_id="B-1", name="赵子虚", points=(known,))])
    assert await without_address(pool, request) == ["B-1:email"]


async def test_the_example_is_a_case_that_runs(pool: Pool) -> None:
    """Else what is there to copy would meet a closed door; a payment is offered only to one that runs."""
    await publish(pool)
    desk = await Desk.open(pool)
    await Desk.open(pool, "L-2", "B-2", "chain-b")
    await desk.tell(closing("c"))
    example = await example_of(pool, ["L-1", "L-2"])
    assert example is not None
    assert example.loan_id == "L-2"
    assert '"reference": "PAY-L-2"' in (example.payment or "")
    ended = await example_of(pool, ["L-1"])
    assert ended is not None
    assert (ended.loan_id, ended.payment) == ("L-1", None)
    assert await example_of(pool, []) is None
