"""Personal data comes in first, is found by id, and can be erased without a trace in any chain."""

from __future__ import annotations

import pytest

from ledger.errors import PersonalConflict
from ledger.personal import (
    PersonalPoint,
    PersonalRecord,
    address_of,
    erase,
    erase_note,
    intake,
    name_of,
    note_of,
    put_note,
)
from ledger.pool import Pool
from ledger.reading import broken_links, facts
from tests.ledger.support import Desk, inert

ZHANG = PersonalRecord(
    party_id="B-1",
    name="\u5f20\u4e09",
    points=(
        PersonalPoint(contact_point_id="cp-1", value="+8613800000000"),
        PersonalPoint(contact_point_id="cp-2", value="zhang@example.test"),
    ),
)
LI = PersonalRecord(
    party_id="B-2", name="\u674e\u56db", points=(PersonalPoint(contact_point_id="cp-3", value="+8613900000000"),)
)


async def test_people_are_found_by_the_ids_that_facts_carry(pool: Pool) -> None:
    assert await intake(pool, [ZHANG, LI]) == 2
    assert (await name_of(pool, "B-1"), await name_of(pool, "B-2")) == ("\u5f20\u4e09", "\u674e\u56db")
    assert await address_of(pool, "cp-2") == "zhang@example.test"
    assert (await name_of(pool, "B-3"), await address_of(pool, "cp-9")) == (None, None)


async def test_intake_again_replaces_and_of_an_id_twice_the_last_counts(pool: Pool) -> None:
    await intake(pool, [ZHANG])
    married = ZHANG.model_copy(update={"name": "\u738b\u4e09"})
    moved = PersonalRecord(
        party_id="B-1", name="\u738b\u4e09", points=(ZHANG.points[0].model_copy(update={"value": "+86"}),)
    )
    assert await intake(pool, iter([ZHANG, married, moved])) == 1
    assert (await name_of(pool, "B-1"), await address_of(pool, "cp-1")) == ("\u738b\u4e09", "+86")
    assert await address_of(pool, "cp-2") == "zhang@example.test"


async def test_a_contact_point_is_never_bound_to_another_party(pool: Pool) -> None:
    """The next message to the one would go to the other; nothing of the call is stored."""
    await intake(pool, [ZHANG])
    theirs = LI.model_copy(update={"points": (PersonalPoint(contact_point_id="cp-1", value="+8613911111111"),)})
    with pytest.raises(PersonalConflict, match="cp-1"):
        await intake(pool, [theirs])
    assert await address_of(pool, "cp-1") == "+8613800000000"
    assert await name_of(pool, "B-2") is None
    await erase(pool, "B-1")
    assert await intake(pool, [theirs]) == 1


async def test_a_large_book_comes_in_batches(pool: Pool) -> None:
    people = [PersonalRecord(party_id=f"B-{n}", name=f"N{n}", points=()) for n in range(2500)]
    assert await intake(pool, people) == 2500
    assert await pool.fetchval("SELECT count(*) FROM party_personal") == 2500


async def test_erasing_takes_name_addresses_and_notes_of_this_party_alone(pool: Pool, case: Desk) -> None:
    await intake(pool, [ZHANG, LI])
    await put_note(pool, "n-1", "asked for time", party_id="B-1")
    await put_note(pool, "n-2", "of somebody else", party_id="B-2")
    await case.tell(inert("update:u1"))
    before = await facts(pool, case.stream)
    assert await erase(pool, "B-1") == 4
    assert await name_of(pool, "B-1") is None
    assert [await address_of(pool, point) for point in ("cp-1", "cp-2", "cp-3")] == [None, None, "+8613900000000"]
    assert (await note_of(pool, "n-1"), await note_of(pool, "n-2")) == (None, "of somebody else")
    assert await facts(pool, case.stream) == before
    assert [broken async for broken in broken_links(pool)] == []
    assert await erase(pool, "B-1") == 0


async def test_a_note_can_be_rewritten_and_erased(pool: Pool) -> None:
    await put_note(pool, "n-1", "first")
    await put_note(pool, "n-1", "second")
    assert await note_of(pool, "n-1") == "second"
    await erase_note(pool, "n-1")
    assert await note_of(pool, "n-1") is None
