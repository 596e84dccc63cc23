"""Groups 4, 5, 6 and 15: what is counted, what may be agreed to, and a law that changes between plan and act."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from schemas.facts import ConsentGiven, ConsentWithdrawn, ContactResultPosted, InboundContact, NoticeGiven
from tests.conduct.asking import DAY, HOUR, MINUTE, NEW_YORK, SHANGHAI, book, contact, sent, world
from tests.conduct.texts import tightened
from tests.domain.guardwork import local

DAWN = local("2026-11-24T06:30", SHANGHAI)
CALL: dict[str, Any] = {"channel": "human_call"}


def consent(grants: str, until: Any = None, **terms: Any) -> ConsentGiven:
    fields = {"consent": "CO-1", "grants": grants, "channels": ("sms", "human_call"), "until": until}
    return ConsentGiven.model_validate(fields | terms)


def test_group_04_a_dial_that_did_not_connect_counts_too() -> None:
    """Group 4: 12 CFR 1006.14(b)(3)(ii) leaves it out; every attempt counts here, which is stricter and never laxer."""
    made = world(local("2027-04-12T09:00", NEW_YORK), "us-third-party")
    made.hear("L-1", NoticeGiven(notice="validation"), made.now)
    for n in range(2):
        assert sent(made, contact(f"L-1:a{n}", NEW_YORK, **CALL)) == ()
        made.hear("L-1", ContactResultPosted(attempt=f"L-1:a{n}", result="undeliverable"), made.now)
        made.now += 3 * HOUR + MINUTE
    assert sent(made, contact("L-1:a9", NEW_YORK, **CALL)) == ("US.HOUSE.CALLS",)


def test_group_04_a_borrower_who_rang_was_talked_to_and_not_called() -> None:
    """Group 4: an inbound talk begins the seven days about its debt alone, and takes no slot."""
    made = world(local("2027-04-12T09:00", NEW_YORK), "us-third-party")
    for loan in ("L-1", "L-2"):
        made.hear(loan, NoticeGiven(notice="validation"), made.now)
    made.hear("L-1", InboundContact(inbound="in-1", channel="inbound_call", intent="other"), made.now)
    made.now += HOUR
    assert sent(made, contact("L-1:a1", NEW_YORK, **CALL)) == ("US.CALL.AFTER_TALK",)
    for n in range(2):
        assert sent(made, contact(f"L-2:a{n}", NEW_YORK, **CALL)) == ()
        made.now += 3 * HOUR + MINUTE
    assert made.breaches() == []


def test_group_05_two_vendors_and_a_robot_share_one_count() -> None:
    """Group 5: the third slot of the day goes to one of them, whoever asks, and both planned on the same knowledge."""
    made = world()
    made.hear("L-1", NoticeGiven(notice="outsourcing"), made.now)
    assert sent(made, contact("L-1:a1", channel="robot_call")) == ()
    assert sent(made, contact("L-1:a2", agency="AG-1", **CALL)) == ()
    race = [contact("L-1:a3", agency="AG-1", **CALL), contact("L-1:a4", agency="AG-2", **CALL)]
    assert [made.reserve("L-1", each, made.now).verdict for each in race] == ["allow", "defer"]
    assert [made.begin("L-1:a3", made.now), made.breaches()] == [True, []]


def test_group_05_talks_count_from_the_moment_they_are_known_and_the_audit_agrees() -> None:
    """Group 5: three talks, one after the other about another loan, and the next call is refused at once. The audit, which
    grants another case that it may not have seen so late a talk, does not call that refusal unexplained."""
    made = world()
    for n in range(3):
        made.hear("L-2", InboundContact(inbound=f"in-{n}", channel="inbound_call", intent="other"), made.now)
    assert sent(made, contact("L-1:a1", **CALL)) == ("CN.CALL.EFFECTIVE",)
    assert made.breaches() == []


@pytest.mark.parametrize("how", ["withdrawn", "expired"])
def test_group_06_a_waiver_that_ended_in_the_queue_waives_nothing(how: str) -> None:
    """Group 6: reserved at half past six because the borrower agreed to it; begun when they no longer do."""
    made = world(DAWN)
    made.borrower(consent("hours", made.now + HOUR, open=time(6), close=time(9)), made.now)
    assert made.reserve("L-1", contact("L-1:a1"), made.now).verdict == "allow"
    if how == "withdrawn":
        made.borrower(ConsentWithdrawn(consent="CO-1"), made.now)
        made.now += MINUTE
    else:
        made.now += HOUR + MINUTE
    assert not made.begin("L-1:a1", made.now)
    assert made.breaches() == []


def test_group_06_more_attempts_are_no_other_hours_and_hours_are_no_more_attempts() -> None:
    """Group 6: separate grants."""
    made = world(DAWN)
    made.borrower(consent("attempts"), made.now)
    assert sent(made, contact("L-1:a1")) == ("CN.HOURS",)
    made.borrower(consent("hours", open=time(6), close=time(9)), made.now)  # in the place of the first
    assert [sent(made, contact(f"L-1:b{n}")) for n in range(3)] == [(), (), ("HOUSE.MESSAGES",)]


def test_group_15_a_law_that_became_tighter_between_plan_and_act_binds_the_act() -> None:
    """Group 15: reserved at half past eight, begun under an overlay that opens at nine."""
    made = world(local("2026-11-24T08:30", SHANGHAI))
    assert made.reserve("L-1", contact("L-1:a1"), made.now).verdict == "allow"
    made.enact(tightened(book("cn")))
    made.now += timedelta(seconds=3)
    assert not made.begin("L-1:a1", made.now)
    assert sent(made, contact("L-1:a2"), local("2026-11-24T09:00", SHANGHAI)) == ()
    assert made.breaches() == []


def test_group_15_a_worker_whose_clock_is_behind_waits_and_one_that_was_ahead_makes_all_wait() -> None:
    """Group 15: within the tolerance of five seconds nothing is lost."""
    made = world()
    assert sent(made, contact("L-1:a1"), made.now + 2 * HOUR) == ()
    behind = made.reserve("L-2", contact("L-2:a1"), made.now)
    assert behind.rules == ("HOUSE.CLOCK",)
    assert sent(made, contact("L-2:a2"), made.now + 2 * HOUR - timedelta(seconds=4)) == ()
    made.now += DAY
    assert sent(made, contact("L-2:a3")) == ()
    assert made.breaches() == []
