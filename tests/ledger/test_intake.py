"""A contact point is one party's, also when two come with it at the same moment."""

from __future__ import annotations

import asyncio

import pytest

from ledger.errors import PersonalConflict
from ledger.personal import PersonalPoint, PersonalRecord, address_of, intake
from ledger.pool import Pool

POINT = "cp-1"


def person(number: int) -> PersonalRecord:
    """Somebody who says that the point is theirs, with a number of their own."""
    point = PersonalPoint(contact_point_id=POINT, value=f"+86100000000{number}")
    return PersonalRecord(party_id=f"B-{number}", name=f"N{number}", points=(point,))


async def test_two_parties_of_one_call_with_one_point_are_refused(pool: Pool) -> None:
    """What is written to the one would go to the other; nothing of the call is stored."""
    with pytest.raises(PersonalConflict, match=POINT):
        await intake(pool, [person(1), person(2)])
    assert await address_of(pool, POINT) is None


async def test_of_parties_that_come_at_once_one_gets_the_point_and_the_others_are_told(pool: Pool) -> None:
    """Whoever hears that it was taken in can be reached by it."""
    answers = await asyncio.gather(*(intake(pool, [person(n)]) for n in range(8)), return_exceptions=True)
    assert answers.count(1) == 1
    assert sum(isinstance(answer, PersonalConflict) for answer in answers) == 7
