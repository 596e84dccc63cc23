"""What binds a borrower, folded from what they said."""

from __future__ import annotations

from datetime import UTC, datetime

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
    ],
)
def test_a_fact_told_twice_changes_nothing(fact: Fact) -> None:
    """Mirrors and repeats are harmless."""
    assert fold(ChannelOptedOut(channel="email"), fact) == fold(ChannelOptedOut(channel="email"), fact, fact)


@pytest.mark.parametrize("fact", [ContactPointInvalid(contact_point_id="cp-1"), Resumed(reason="x")])
def test_other_facts_leave_it_alone(fact: Fact) -> None:
    """A dead number or an operator's resume says nothing about what the borrower wants."""
    before = fold(ChannelOptedOut(channel="sms"))
    assert apply_standing(before, fact, NOON) is before
