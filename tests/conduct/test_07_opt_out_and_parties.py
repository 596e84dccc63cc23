"""Groups 7, 9, 10 and 11: opt-outs at every moment of a contact, people who act or owe nothing, disputes and moratoria."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schemas.facts import (
    BorrowerDeceased,
    BorrowerFact,
    ChannelOptedOut,
    ContactResultPosted,
    ContactStopped,
    HoldEnded,
    HoldOpened,
    InboundContact,
    NoticeGiven,
    PaymentPosted,
    RepresentativeNamed,
    RepresentativeRemoved,
)
from tests.conduct.asking import DAY, HOUR, LONDON, MINUTE, NEW_YORK, NOON, contact, sent, world
from tests.domain.guardwork import local

OUT = ChannelOptedOut(channel="sms")
LOCATE: dict[str, Any] = {
    "channel": "human_call",
    "purpose": "locate",
    "template": "locate_call",
    "party_id": "P-4",
    "role": "emergency_contact",
}


@pytest.mark.parametrize(
    "said", [OUT, ContactStopped(reason="asked"), BorrowerDeceased()], ids=["opt_out", "stop", "death"]
)
def test_group_07_between_reserve_and_dial_it_stops_all_that_is_queued(said: BorrowerFact) -> None:
    """Group 7: by the guard alone, for every loan; the ledger releases it besides (tests/ledger/test_sending.py)."""
    made = world()
    for attempt in ("L-1:a1", "L-2:a1"):
        assert made.reserve(attempt[:3], contact(attempt), made.now).verdict == "allow"
    made.borrower(said, made.now)
    assert [made.begin(attempt, made.now) for attempt in ("L-1:a1", "L-2:a1")] == [False, False]
    assert sent(made, contact("L-2:a2")) != ()
    assert made.breaches() == []


def test_group_07_while_it_rings_or_in_the_talk_it_is_finished_and_nothing_follows() -> None:
    """Group 7: what has begun is recorded as it ended; the retry that was queued behind it and the next contact stay away."""
    made = world()
    call = {"channel": "human_call"}
    for attempt in ("L-1:a1", "L-1:a2"):
        made.reserve("L-1", contact(attempt, **call), made.now)
    assert made.begin("L-1:a1", made.now)
    made.borrower(ChannelOptedOut(channel="human_call"), made.now)
    made.finish("L-1:a1", "sent", made.now)
    made.hear("L-1", ContactResultPosted(attempt="L-1:a1", result="refused", recording="R-1"), made.now)
    assert not made.begin("L-1:a2", made.now)
    assert sent(made, contact("L-2:a1", **call)) == ("HOUSE.OPT_OUT",)
    assert made.breaches() == []


def test_group_07_told_twice_it_is_told_once() -> None:
    """Group 7: duplicates change nothing, in either order with a stop."""
    for said in ((OUT, OUT, ContactStopped(reason="asked")), (ContactStopped(reason="asked"), OUT, OUT)):
        made = world()
        for body in said:
            made.borrower(body, made.now)
        assert sent(made, contact("L-1:a1")) == ("HOUSE.OPT_OUT", "HOUSE.STOP")


def test_group_07_stop_to_a_message_closes_no_letter_and_lets_it_be_confirmed() -> None:
    """Group 7: a channel is closed, not the post; the one reply that confirms it goes by the same channel."""
    made = world()
    made.borrower(OUT, made.now)
    assert sent(made, contact("L-1:a1", channel="letter")) == ()
    assert sent(made, contact("L-1:a2", purpose="reply")) == ()
    made.now += DAY
    assert sent(made, contact("L-1:a3")) == ("HOUSE.OPT_OUT",)


# --- who acts, who owes nothing ------------------------------------------------------------------------------------------


def test_group_09_death_in_the_middle_an_executor_and_an_heir_who_renounces() -> None:
    """Group 9: nothing to the dead; the executor may be written to; an heir who renounced is asked no more."""
    made = world()
    heir = {"party_id": "P-9", "role": "representative"}
    made.borrower(BorrowerDeceased(), made.now)
    assert sent(made, contact("L-1:a1")) == ("HOUSE.DECEASED",)
    made.borrower(RepresentativeNamed(party_id="P-9", role="heir"), made.now)
    made.borrower(HoldEnded(hold="deceased", reason="heir_named"), made.now)
    assert sent(made, contact("L-1:a2", **heir)) == ()
    assert sent(made, contact("L-1:a3")) == ("HOUSE.DECEASED",)
    made.borrower(RepresentativeRemoved(party_id="P-9", reason="renounced"), made.now)
    assert sent(made, contact("L-1:a4", **heir)) == ("HOUSE.RECIPIENT",)
    assert sent(made, contact("L-1:a5")) == ("HOUSE.DECEASED",)


def test_group_09_a_number_that_turns_out_to_be_a_childs() -> None:
    """Group 9: the borrower is a child: through a guardian alone, and until one is known not at all."""
    made = world()
    made.borrower(HoldOpened(hold="H-1", hold_kind="minor", reason="voice"), made.now)
    assert sent(made, contact("L-1:a1", purpose="reply")) == ("HOUSE.GUARDIAN",)
    assert sent(made, contact("L-1:a2", **LOCATE)) != ()


def test_group_09_a_relative_who_volunteers_to_pay_becomes_no_debtor() -> None:
    """Group 9: their promise binds nobody, their money is a payment, and nothing is demanded of them."""
    made = world()
    for n in range(3):
        assert sent(made, contact(f"L-1:a{n}", channel="human_call")) == ()
        made.hear("L-1", ContactResultPosted(attempt=f"L-1:a{n}", result="no_answer"), made.now)
    assert sent(made, contact("L-1:b1", **LOCATE)) == ()
    made.hear("L-1", ContactResultPosted(attempt="L-1:b1", result="promised", recording="R-1"), made.now)
    paid = {"reference": "P-1", "amount": "500.00", "currency": "CNY", "value_date": "2026-11-24"}
    made.hear("L-1", PaymentPosted.model_validate(paid), made.now)
    for template in ("reminder_sms", "locate_call"):
        asked = LOCATE | {"purpose": "dunning", "template": template}
        assert {"CN.RECIPIENTS", "CN.THIRD_PARTY"} <= set(sent(made, contact(f"L-1:c-{template}", **asked)))
    assert made.breaches() == []


def test_group_10_an_attorney_who_is_unresponsive_gives_way_on_the_day_of_the_review() -> None:
    """Group 10: 12 CFR 1006.6(b)(2)(ii): the block ends with the hold, by its day or by a person, not by silence alone."""
    made = world(local("2027-04-12T10:00", NEW_YORK), "us-third-party")
    made.hear("L-1", NoticeGiven(notice="validation"), made.now)
    review = made.now + 14 * DAY
    held = HoldOpened(hold="H-1", hold_kind="represented", reason="letter", review_at=review)
    made.borrower(held, made.now)
    made.borrower(RepresentativeNamed(party_id="P-9", role="attorney"), made.now)
    assert sent(made, contact("L-1:a1", NEW_YORK)) == ("US.ATTORNEY",)
    made.borrower(RepresentativeRemoved(party_id="P-9", reason="unresponsive"), made.now)
    assert sent(made, contact("L-1:a2", NEW_YORK)) == ("US.ATTORNEY",)
    made.now = review - MINUTE
    assert sent(made, contact("L-1:a3", NEW_YORK)) == ("US.ATTORNEY",)
    made.now = review
    assert sent(made, contact("L-1:a4", NEW_YORK)) == ()


@pytest.mark.parametrize("day", [30, 31])
def test_group_10_a_dispute_holds_whether_it_comes_on_day_30_or_31(day: int) -> None:
    """Group 10: 12 CFR 1006.38 lets a late one pass; here any is answered before more is demanded, which is stricter."""
    made = world(local("2027-04-12T10:00", NEW_YORK), "us-third-party")
    made.hear("L-1", NoticeGiven(notice="validation"), made.now)
    made.now += day * DAY
    made.hear("L-1", InboundContact(inbound="in-1", channel="reply", intent="disputes"), made.now)
    assert sent(made, contact("L-1:a1", NEW_YORK)) == ("US.DISPUTE",)


def test_group_10_a_complaint_opened_and_answered_on_one_day() -> None:
    """Group 10: to the minute, and for its debt alone."""
    made = world()
    made.hear("L-1", HoldOpened(hold="H-1", hold_kind="complaint", reason="rude"), made.now)
    assert sent(made, contact("L-1:a1")) == ("HOUSE.COMPLAINT",)
    assert sent(made, contact("L-2:a1")) == ()
    made.now += MINUTE
    made.hear("L-1", HoldEnded(hold="H-1", reason="answered"), made.now)
    assert sent(made, contact("L-1:a2")) == ()


@pytest.mark.parametrize("name", ["uk", "cn", "us-first-party"])
def test_group_11_a_moratorium_ends_after_its_sixtieth_day(name: str) -> None:
    """Group 11: SI 2020/1311: sixty days without contact; the sixty-first is free. A crisis (treatment and thirty days) is a
    moratorium whose day whoever records it reckons."""
    zone = {"uk": LONDON, "cn": "Asia/Shanghai"}.get(name, NEW_YORK)
    begun = local("2027-04-12T10:00", zone)
    made = world(begun, name)
    over = begun + 60 * DAY
    made.borrower(HoldOpened(hold="H-1", hold_kind="moratorium", reason="granted", review_at=over), made.now)
    made.now = over - MINUTE
    assert len(sent(made, contact("L-1:a1", zone))) == 1
    made.now = over
    assert sent(made, contact("L-1:a2", zone)) == ()


def test_group_11_insolvency_filed_before_the_notice_was_processed() -> None:
    """Group 11: what went out before it was known is no breach of what was known; nothing goes out after it."""
    made = world()
    filed = NOON - 2 * DAY
    assert made.reserve("L-1", contact("L-1:a1"), made.now).verdict == "allow"
    assert sent(made, contact("L-1:a2")) == ()
    made.now += HOUR
    made.borrower(HoldOpened(hold="H-1", hold_kind="insolvency", reason="petition"), filed)
    assert not made.begin("L-1:a1", made.now)
    assert sent(made, contact("L-1:a3", channel="letter")) == ("HOUSE.BORROWER_HOLD",)
    assert made.breaches() == []


@pytest.mark.parametrize("name", ["cn", "us-first-party", "us-third-party", "uk", "in"])
def test_group_09_a_word_of_self_harm_stops_every_demand(name: str) -> None:
    """Group 9: under every shipped book, until a supervisor has seen to it."""
    made = world(NOON + HOUR, name)
    for loan in ("L-1", "L-2"):
        made.hear(loan, NoticeGiven(notice="validation"), made.now)
    made.borrower(HoldOpened(hold="H-1", hold_kind="self_harm", reason="mentioned"), made.now)
    assert len(sent(made, contact("L-1:a1"))) == 1
    made.borrower(HoldEnded(hold="H-1", reason="seen_to"), made.now)
    assert sent(made, contact("L-1:a2")) == ()


@pytest.mark.parametrize("name", ["uk", "in"])
def test_group_09_where_no_third_party_may_hear_of_it_nobody_is_asked_at_all(name: str) -> None:
    """Group 9: the drafts know no search for the borrower; and a disputed or an agreed debt is not demanded."""
    made = world(NOON + timedelta(hours=1), name)
    zone = "Asia/Shanghai"
    assert len(sent(made, contact("L-1:a1", zone, **LOCATE))) == 1
    assert sent(made, contact("L-1:a2", zone)) == ()
    made.hear("L-1", InboundContact(inbound="in-1", channel="reply", intent="disputes"), made.now)
    assert len(sent(made, contact("L-1:a3", zone))) == 1
    assert sent(made, contact("L-2:a3", zone)) == ()
