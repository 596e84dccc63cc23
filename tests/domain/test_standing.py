"""What binds a borrower, folded from what they said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.standing import apply_standing
from schemas.contact import Standing
from schemas.facts import (
    BorrowerDeceased,
    ChannelOptedIn,
    ChannelOptedOut,
    ContactAllowed,
    ContactPointInvalid,
    ContactStopped,
    Fact,
    HoldEnded,
    HoldOpened,
    RepresentativeNamed,
    RepresentativeRemoved,
    Resumed,
)

NOTHING = Standing()
NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)


def fold(*facts: Fact) -> Standing:
    standing = NOTHING
    for fact in facts:
        standing = apply_standing(standing, fact, NOON)
    return standing


def test_an_opt_out_binds_its_channel_until_it_is_taken_back() -> None:
    """Opting out of SMS and back in leaves nothing behind, and e-mail is not touched."""
    out = fold(ChannelOptedOut(channel="sms"), ChannelOptedOut(channel="email"))
    assert out.opted_out == ("email", "sms")
    assert apply_standing(out, ChannelOptedIn(channel="sms"), NOON).opted_out == ("email",)


def test_opt_outs_are_sorted_whatever_their_order() -> None:
    """Two orders of the same opt-outs are one standing, so that two digests agree."""
    one = fold(ChannelOptedOut(channel="sms"), ChannelOptedOut(channel="app_push"))
    other = fold(ChannelOptedOut(channel="app_push"), ChannelOptedOut(channel="sms"))
    assert one == other


def test_a_stop_keeps_its_newest_reason_until_it_ends() -> None:
    """A second stop replaces the reason; one release ends it."""
    stopped = fold(ContactStopped(reason="cease_letter"), ContactStopped(reason="insolvency"))
    assert stopped.stopped == "insolvency"
    assert apply_standing(stopped, ContactAllowed(reason="withdrawn"), NOON).stopped is None


def test_death_outlives_every_release() -> None:
    """Neither an opt-in nor an end of the stop makes a dead borrower reachable."""
    late = fold(BorrowerDeceased(), ContactAllowed(reason="withdrawn"), ChannelOptedIn(channel="sms"))
    assert late.deceased


@pytest.mark.parametrize(
    "fact",
    [
        ChannelOptedOut(channel="sms"),
        ChannelOptedIn(channel="email"),
        ContactStopped(reason="cease_letter"),
        ContactAllowed(reason="withdrawn"),
        BorrowerDeceased(),
        RepresentativeNamed(party_id="EXEC-1", role="executor"),
        RepresentativeRemoved(party_id="EXEC-1", reason="withdrew"),
    ],
)
def test_a_fact_told_twice_changes_nothing(fact: Fact) -> None:
    """Mirrors and repeats are harmless."""
    assert fold(ChannelOptedOut(channel="email"), fact) == fold(ChannelOptedOut(channel="email"), fact, fact)


EXECUTOR = RepresentativeNamed(party_id="EXEC-1", role="executor", scope="agreements")
HEIR = RepresentativeNamed(party_id="HEIR-1", role="heir")


def test_who_acts_is_known_by_their_newest_word() -> None:
    """Named again with a wider power, and once each."""
    wider = HEIR.model_copy(update={"scope": "agreements"})
    known = fold(HEIR, EXECUTOR, wider).representatives
    assert [(person.party_id, person.role, person.scope) for person in known] == [
        ("EXEC-1", "executor", "agreements"),
        ("HEIR-1", "heir", "agreements"),
    ]


def test_an_heir_who_renounced_is_asked_no_more() -> None:
    """Civil Code of China, art. 1161: whoever gives up the inheritance is not liable for the debts."""
    left = fold(BorrowerDeceased(), EXECUTOR, HEIR, RepresentativeRemoved(party_id="HEIR-1", reason="renounced"))
    assert [person.party_id for person in left.representatives] == ["EXEC-1"]
    gone = apply_standing(left, RepresentativeRemoved(party_id="HEIR-1", reason="renounced"), NOON)
    assert gone == left


def test_a_mistaken_death_ends_with_its_hold_and_a_real_one_does_not() -> None:
    """With somebody named for the estate the matter goes on with them: the dead are not written to again."""
    ended = HoldEnded(hold="deceased", reason="answered")
    assert not fold(BorrowerDeceased(), ended).deceased
    goes_on = fold(BorrowerDeceased(), EXECUTOR, ended)
    assert goes_on.deceased
    assert goes_on.holds == ()


def test_the_end_of_something_else_wakes_nobody() -> None:
    """The executor left after the hold was over: a dispute that is answered does not bring the borrower back to life."""
    left = RepresentativeRemoved(party_id="EXEC-1", reason="renounced")
    dead = fold(BorrowerDeceased(), EXECUTOR, HoldEnded(hold="deceased", reason="named"), left)
    assert dead.deceased
    assert apply_standing(dead, HoldEnded(hold="H-7", reason="answered"), NOON).deceased
    assert not apply_standing(dead, HoldEnded(hold="deceased", reason="mistake"), NOON).deceased


def test_a_guardian_says_nothing_about_a_death() -> None:
    """Their office ends with the ward's life: an estate has an executor or heirs."""
    guardian = RepresentativeNamed(party_id="G-1", role="guardian")
    hold = HoldOpened(hold="h", hold_kind="minor", reason="school_card")
    assert not fold(guardian, hold, HoldEnded(hold="h", reason="named")).deceased
    assert not fold(BorrowerDeceased(), guardian, HoldEnded(hold="deceased", reason="mistake")).deceased


def test_a_standing_of_before_keeps_its_text() -> None:
    """Nobody named: nothing is written, so that digests of old cases stay what they were."""
    assert "representatives" not in NOTHING.model_dump()


@pytest.mark.parametrize("fact", [ContactPointInvalid(contact_point_id="cp-1"), Resumed(reason="x")])
def test_other_facts_leave_it_alone(fact: Fact) -> None:
    """A dead number or an operator's resume says nothing about what the borrower wants."""
    before = fold(ChannelOptedOut(channel="sms"))
    assert apply_standing(before, fact, NOON) is before


def test_a_consent_from_before_a_refusal_takes_nothing_back() -> None:
    """An opt-in of eleven that a feed delivers after the opt-out of twelve opens nothing; nor does a stop end like that."""
    hour = timedelta(hours=1)
    out = apply_standing(NOTHING, ChannelOptedOut(channel="sms"), NOON)
    assert apply_standing(out, ChannelOptedIn(channel="sms"), NOON - hour) == out
    back = apply_standing(out, ChannelOptedIn(channel="sms"), NOON + hour)
    assert back.opted_out == ()
    # A refusal holds whenever it is told: somebody's clock may be behind.
    assert apply_standing(back, ChannelOptedOut(channel="sms"), NOON - hour).opted_out == ("sms",)
    stopped = apply_standing(NOTHING, ContactStopped(reason="borrower_request"), NOON)
    assert apply_standing(stopped, ContactAllowed(reason="withdrawn"), NOON - hour) == stopped
