"""Facts about borrowers as people tell them: one id is one fact, and a new number is checked as an import checks it."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any, cast

import pytest
from temporalio.client import Client

from ledger.borrowers import standing_of
from ledger.episodes import open_episode
from ledger.personal import PersonalRecord, address_of, erase, intake, name_of
from ledger.pool import Pool
from ledger.reading import facts
from operations.errors import UsageError
from operations.layouts.arrears import ArrearsLayout
from operations.people import (
    NewPoint,
    Told,
    borrower_fact,
    must_be_theirs,
    must_have_agreed,
    must_have_been_named,
    removed,
    take_in,
    take_in_representative,
    tell_borrower,
)
from rows.problems import BadRow
from rows.reading import Row
from schemas.facts import (
    BorrowerDeceased,
    BorrowerFact,
    ChannelOptedOut,
    ConsentGiven,
    ConsentWithdrawn,
    ContactPointAdded,
    PartyRefused,
    RepresentativeNamed,
)
from schemas.loan import Party, PointKind
from tests.ledger.support import Desk, opening, publish

OPT_OUT = ChannelOptedOut(channel="sms")
NUMBER = "+86 10 0000 0001"


class Nudged:
    """A server that takes every signal."""

    def get_workflow_handle(self, workflow: str) -> Nudged:
        """Every case."""
        assert workflow.startswith("collection-")
        return self

    async def signal(self, *_: Any) -> None:
        """Heard."""


async def tell(pool: Pool, body: BorrowerFact, fact_id: str = "F-1") -> Told:
    """Somebody at the desk records a fact about B-1."""
    return await tell_borrower(cast("Client", Nudged()), cast("Any", pool), "B-1", body, by="anna", fact_id=fact_id)


async def new_number(pool: Pool, fact_id: str = "N-1", **changes: Any) -> Told:
    """Somebody at the desk takes in a new number of B-1's."""
    given: dict[str, Any] = {"party": "B-1", "kind": "phone", "value": NUMBER, "point": "B-1:new"}
    new = NewPoint(**given | changes)
    return await tell(pool, await take_in(cast("Any", pool), "B-1", new, fact_id), fact_id)


async def test_what_a_new_number_is_to_them_is_recorded(pool: Pool, case: Desk) -> None:
    """Or nothing, where nobody knows."""
    known = await new_number(pool, use="work")
    unknown = await new_number(pool, "N-2", value="+86 10 0000 0002", point="B-1:newer")
    assert [told.fact.body.use for told in (known, unknown) if isinstance(told.fact.body, ContactPointAdded)] == [
        "work",
        None,
    ]


@pytest.fixture
async def case(pool: Pool) -> Desk:
    """An open case of B-1, who has a name, with a guarantor."""
    await publish(pool)
    asked = opening()
    parties = (*asked.request.parties, Party(party_id="B-1:G", role="guarantor"))
    asked = asked.model_copy(update={"request": asked.request.model_copy(update={"parties": parties})})
    await intake(pool, [PersonalRecord(party_id="B-1", name="李雷"), PersonalRecord(party_id="B-1:G", name="韩梅")])
    return Desk(pool, "L-1", "B-1", await open_episode(pool, asked))


async def test_the_same_fact_again_was_there_already(pool: Pool, case: Desk) -> None:
    """Nothing is written, and the loans are named again."""
    first, again = await tell(pool, OPT_OUT), await tell(pool, OPT_OUT)
    assert (first.before, again.before) == (False, True)
    assert first.loans == again.loans == ("L-1",)
    assert first.fact == again.fact
    assert len(await facts(pool, "borrower:B-1")) == 1


async def test_another_fact_under_the_id_is_an_error_that_says_what_stands_there(pool: Pool, case: Desk) -> None:
    """And nothing at all is written: no conflict either, for who errs is there to hear it."""
    await tell(pool, OPT_OUT)
    with pytest.raises(UsageError) as wrong:
        await tell(pool, BorrowerDeceased())
    said = str(wrong.value)
    assert "id F-1 is taken: under it stands fact 1 of borrower B-1, by anna" in said
    assert "The borrower does not want to hear by SMS" in said
    assert "give this one an id of its own with --id" in said
    assert [fact.body for fact in await facts(pool, "borrower:B-1")] == [OPT_OUT]


async def test_of_two_at_once_under_one_id_one_is_told_that_it_is_taken(pool: Pool, case: Desk) -> None:
    """Whichever comes first."""
    ends = await asyncio.gather(tell(pool, OPT_OUT), tell(pool, BorrowerDeceased()), return_exceptions=True)
    (taken,) = [end for end in ends if isinstance(end, BaseException)]
    assert isinstance(taken, UsageError)
    assert "id F-1 is taken" in str(taken)


async def test_a_new_number_is_in_the_personal_tables_and_its_id_in_the_ledger(pool: Pool, case: Desk) -> None:
    """A guarantor's too; the same again changes nothing."""
    assert (await new_number(pool)).loans == ("L-1",)
    assert (await new_number(pool)).before
    await new_number(pool, "N-2", party="B-1:G", point="B-1:G:new", value=" +86 10 0000 0002 ")
    assert await address_of(pool, "B-1:new") == NUMBER
    assert await address_of(pool, "B-1:G:new") == "+86 10 0000 0002"
    assert [fact.fact_id for fact in await facts(pool, "borrower:B-1")] == ["N-1", "N-2"]


async def test_a_number_has_one_id(pool: Pool, case: Desk) -> None:
    """CBA guideline 2026: six attempts a contact point and day. Under a second id it could be rung twelve times."""
    await new_number(pool)
    with pytest.raises(UsageError, match="this is known already as B-1:new") as refused:
        await new_number(pool, "N-2", value="+8610 00000001", point="B-1:other")
    assert "0001" not in str(refused.value)
    assert await address_of(pool, "B-1:other") is None
    await new_number(pool, "N-3", party="B-1:G", point="B-1:G:new")  # of a family with one telephone each is asked for


async def test_a_party_that_is_none_of_the_borrowers_is_refused_with_those_that_are(pool: Pool, case: Desk) -> None:
    """A stranger who is known to the ledger all the same, and somebody nobody knows."""
    await Desk.open(pool, "L-2", "B-2")
    await intake(pool, [PersonalRecord(party_id="B-2", name="王五")])
    for stranger in ("B-2", "nobody"):
        with pytest.raises(UsageError, match=r"known are B-1 \(borrower\), B-1:G \(guarantor\)\. Nothing was"):
            await new_number(pool, party=stranger)
    assert await facts(pool, "borrower:B-1") == []
    assert await address_of(pool, "B-1:new") is None


COLUMNS = {"phone": "phone", "email": "email", "app": "app_id", "im": "im_id", "postal": "postal"}
VALUES: list[tuple[PointKind, str]] = [
    *(("phone", value) for value in ("+86 10 0000 0000", "12345", "123", "abc", "+", "86/10/0000", "1" * 40)),
    *(("email", value) for value in ("li@example.com", "li.example.com", "li@example", "a b@example.com")),
    *(("app", value) for value in ("u-1", "u 1", "u" * 201)),
    *(("im", value) for value in ("wx-1", "wx 1")),
    *(("postal", value) for value in ("1 Example Road", "示例路 1 号", "r" * 401)),
    *(("phone", value) for value in ("+86 10 \udcff000", "+86 10\x00000000")),
]


def refused_by_import(kind: PointKind, value: str) -> str | None:
    """What an import would have expected instead of `value`, or None where it takes it."""
    row = {"loan_id": "L-9", "borrower_id": "B-9", "name": "n", "overdue_since": "2026-01-01", COLUMNS[kind]: value}
    try:
        ArrearsLayout(date(2026, 11, 1)).entry(Row(2, tuple(row.values()), tuple(row)).cells())
    except BadRow as bad:
        return bad.problems[0].expected
    return None


@pytest.mark.parametrize(("kind", "value"), VALUES)
async def test_a_value_is_taken_in_where_an_import_would_take_it(
    pool: Pool, case: Desk, kind: PointKind, value: str
) -> None:
    """By the very same rules; the error says what is expected and never what was given."""
    expected = refused_by_import(kind, value)
    if expected is None:
        await new_number(pool, kind=kind, value=value)
        assert await address_of(pool, "B-1:new") == value
        return
    with pytest.raises(UsageError) as wrong:
        await new_number(pool, kind=kind, value=value)
    assert expected in str(wrong.value)
    assert value not in str(wrong.value).replace(expected, "")
    assert await address_of(pool, "B-1:new") is None
    assert await facts(pool, "borrower:B-1") == []


def test_both_kinds_of_values_are_tried() -> None:
    """Else the test above would say nothing."""
    tried = {(kind, refused_by_import(kind, value) is None) for kind, value in VALUES}
    assert tried == {(kind, taken) for kind in COLUMNS for taken in (True, False)}


async def test_an_empty_value_is_refused(pool: Pool, case: Desk) -> None:
    """In a book it means that there is none; here there would be nothing to record."""
    with pytest.raises(UsageError, match="--value is empty"):
        await new_number(pool, value="  ")


async def test_no_number_is_replaced_under_an_id_that_is_there(pool: Pool, case: Desk) -> None:
    """Neither that of a fact nor that of a contact point: contacts were made by it. What was erased stays so."""
    await new_number(pool)
    other = "+86 10 0000 0009"
    with pytest.raises(UsageError, match=r"id N-1 is taken: fact 1 .* took in B-1:new, and .* is another one"):
        await new_number(pool, value=other)
    with pytest.raises(UsageError, match=r"B-1:new has another number .* with --point"):
        await new_number(pool, "N-2", value=other)
    assert await address_of(pool, "B-1:new") == NUMBER
    await erase(pool, "B-1")
    with pytest.raises(UsageError, match="has been erased since"):
        await new_number(pool)
    assert await address_of(pool, "B-1:new") is None


async def test_an_id_that_another_fact_has_keeps_the_number_out(pool: Pool, case: Desk) -> None:
    """Nothing is put into the personal tables before that is known."""
    await tell(pool, OPT_OUT, "N-1")
    with pytest.raises(UsageError, match="id N-1 is taken: under it stands fact 1"):
        await new_number(pool)
    assert await address_of(pool, "B-1:new") is None


async def test_a_party_without_a_name_is_told_apart(pool: Pool, case: Desk) -> None:
    """Erased, or never taken in."""
    await erase(pool, "B-1:G")
    with pytest.raises(UsageError, match="hold no name of party B-1:G: it was erased, or never taken in"):
        await new_number(pool, party="B-1:G", point="B-1:G:new")


async def test_of_a_borrower_nobody_knows_nothing_is_recorded(pool: Pool) -> None:
    """Of either kind."""
    for telling in (tell(pool, OPT_OUT), new_number(pool)):
        with pytest.raises(UsageError, match="knows no borrower B-1"):
            await telling


@pytest.mark.parametrize(
    ("what", "said"), [("opt-out", "Give --channel"), ("stop", "Give --reason"), ("new-number", "with its number")]
)
def test_a_fact_that_lacks_a_part_is_asked_for_it(what: Any, said: str) -> None:
    """Before anything is written."""
    with pytest.raises(UsageError, match=said):
        borrower_fact(what)


EXECUTOR = RepresentativeNamed(party_id="EXEC-1", role="executor", scope="agreements", zone="Asia/Shanghai")


async def name(
    pool: Pool, named: RepresentativeNamed = EXECUTOR, name: str | None = "王芳", fact_id: str = "R-1"
) -> Told:
    """Somebody at the desk records who acts for B-1."""
    return await tell(pool, await take_in_representative(cast("Any", pool), "B-1", named, name), fact_id)


async def test_who_acts_for_a_borrower_is_known_by_an_id_and_can_then_be_reached(pool: Pool, case: Desk) -> None:
    """The name is in the personal tables alone; the number is taken in as any party's is."""
    with pytest.raises(UsageError, match="EXEC-1 is no party of a loan"):
        await new_number(pool, party="EXEC-1", point="EXEC-1:new")
    assert (await name(pool)).loans == ("L-1",)
    assert (await name(pool, name=None)).before
    await new_number(pool, party="EXEC-1", point="EXEC-1:new")
    assert await name_of(pool, "EXEC-1") == "王芳"
    standing = await standing_of(pool, "B-1")
    assert [(person.party_id, person.role, person.scope) for person in standing.representatives] == [
        ("EXEC-1", "executor", "agreements")
    ]
    assert "王芳" not in str([fact.model_dump() for fact in await facts(pool, "borrower:B-1")])


async def test_who_acts_no_longer_is_not_reached_any_more(pool: Pool, case: Desk) -> None:
    """And nobody is kept whose leaving has no reason of the list."""
    await name(pool)
    with pytest.raises(UsageError, match="--reason: give one of renounced, withdrew"):
        removed("EXEC-1", "moved", None)
    with pytest.raises(UsageError, match="EXEC-2 never acted for borrower B-1; who did: EXEC-1"):
        await must_have_been_named(pool, "B-1", removed("EXEC-2", "renounced", None))
    await must_have_been_named(pool, "B-1", removed("EXEC-1", "renounced", None))
    await tell(pool, removed("EXEC-1", "renounced", None), "R-2")
    assert (await standing_of(pool, "B-1")).representatives == ()
    with pytest.raises(UsageError, match="EXEC-1 is no party of a loan"):
        await new_number(pool, party="EXEC-1", point="EXEC-1:new")


async def test_a_representative_has_a_name_of_their_own(pool: Pool, case: Desk) -> None:
    """Nobody without one, nobody under another's id, and not the borrower."""
    with pytest.raises(UsageError, match="hold no name of party EXEC-1: give --name"):
        await name(pool, name=None)
    with pytest.raises(UsageError, match="B-1:G has another name"):
        await name(pool, EXECUTOR.model_copy(update={"party_id": "B-1:G"}))
    with pytest.raises(UsageError, match="nobody acts for themselves"):
        await name(pool, EXECUTOR.model_copy(update={"party_id": "B-1"}))
    assert await name_of(pool, "B-1:G") == "韩梅"
    assert await facts(pool, "borrower:B-1") == []


async def test_only_a_party_of_theirs_is_left_alone(pool: Pool, case: Desk) -> None:
    """A mistyped id would leave somebody to be asked again, and nobody would know."""
    await must_be_theirs(cast("Any", pool), "B-1", PartyRefused(party_id="B-1:G"))
    with pytest.raises(UsageError, match="B-1:X is no party of a loan of borrower B-1"):
        await must_be_theirs(cast("Any", pool), "B-1", PartyRefused(party_id="B-1:X"))


async def test_only_a_consent_that_was_given_is_taken_back(pool: Pool, case: Desk) -> None:
    """Else the hours would stay open, and the borrower be told that they are closed."""
    given = ConsentGiven(consent="CO-1", grants="attempts", channels=("sms",))
    await tell(pool, given, "CO-1")
    await must_have_agreed(cast("Any", pool), "B-1", ConsentWithdrawn(consent="CO-1"))
    with pytest.raises(UsageError, match="gave no consent CO-2; they gave: CO-1"):
        await must_have_agreed(cast("Any", pool), "B-1", ConsentWithdrawn(consent="CO-2"))
