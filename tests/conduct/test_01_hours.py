"""Groups 1, 2, 3 and 8: the edges of the day, whose clock counts, clocks that jump, and moments that move on."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from domain.calendar import zone
from domain.conduct import decide
from schemas.contact import ConductFacts, PastAttempt, Standing
from schemas.debt import DebtStanding, Notice
from tests.conduct.asking import DAY, MINUTE, NEW_YORK, NOON, SHANGHAI, book, contact, sent, world
from tests.domain.guardwork import local

ALL_OPEN = {"cn": "22:00", "us-third-party": "21:00", "us-first-party": "21:00", "uk": "20:00", "in": "19:00"}
HOME = {"cn": SHANGHAI, "uk": "Europe/London", "in": "Asia/Kolkata"}


@pytest.mark.parametrize(("name", "closes"), ALL_OPEN.items())
def test_group_01_opens_on_the_second_and_is_closed_at_exactly_the_end(name: str, closes: str) -> None:
    """Group 1: 07:59:59.999, 08:00:00, the last millisecond, and the closing time itself ("after nine" in Regulation F:
    closed here), on the clock of the party, under every shipped book."""
    home = HOME.get(name, NEW_YORK)
    told = ConductFacts(
        standing=Standing(), debt=DebtStanding(notices=(Notice(notice="validation", given_at=NOON - 99 * DAY),))
    )
    end = local(f"2026-11-24T{closes}", home)
    opens = local("2026-11-24T08:00", home)
    for at, verdict in (
        (opens - timedelta(milliseconds=1), "defer"),
        (opens, "allow"),
        (end - timedelta(milliseconds=1), "allow"),
        (end, "defer"),
    ):
        answer = decide(contact("L-1:a1", home), told, at, book(name), "d")
        assert answer.verdict == verdict, (name, at)
    closed = decide(contact("L-1:a1", home), told, end, book(name), "d")
    assert closed.until == opens + DAY


def test_group_01_a_call_begun_at_21_58_is_ended_by_22_00() -> None:
    """Group 1: it may begin; whoever makes it has to bring it to an end at closing time."""
    made = world(local("2026-11-24T21:58", SHANGHAI))
    verdict = made.reserve("L-1", contact("L-1:a1", channel="human_call"), made.now)
    assert (verdict.verdict, "end_by_close" in verdict.obligations) == ("allow", True)


def test_group_02_it_does_not_matter_in_which_zone_the_worker_writes_its_clock() -> None:
    """Group 2: a fleet in UTC, or in New York: the debtor's clock alone is read."""
    night = local("2026-11-24T22:30", SHANGHAI)
    for where in (UTC, zone(NEW_YORK), zone("Asia/Urumqi")):
        made = world(night)
        assert sent(made, contact("L-1:a1"), night.astimezone(where)) == ("CN.HOURS",)


@pytest.mark.parametrize(("begins", "hours"), [("2027-03-08", 167), ("2026-10-26", 169)])
def test_group_03_seven_dates_across_a_change_of_clocks_are_counted_the_stricter_way(begins: str, hours: int) -> None:
    """Group 3: seven local dates are 167 hours in spring and 169 in autumn: neither they nor 168 are always stricter."""
    first = local(f"{begins}T09:00", NEW_YORK)
    calls = [
        PastAttempt(attempt=f"a{n}", loan_id="L-1", channel="human_call", contact_point_id="cp-1", at=first)
        for n in range(7)
    ]
    known = ConductFacts(
        standing=Standing(),
        debt=DebtStanding(notices=(Notice(notice="validation", given_at=first - DAY),)),
        loan_id="L-1",
        attempts=tuple(calls),
    )
    now = (first.replace(tzinfo=None) + 6 * DAY).replace(tzinfo=zone(NEW_YORK), hour=20)
    answer = decide(contact("L-1:b", NEW_YORK, channel="human_call"), known, now, book("us-third-party"), "d")
    assert answer.verdict == "defer"
    dates_over = (first.replace(tzinfo=None) + 7 * DAY).replace(tzinfo=zone(NEW_YORK), hour=0)
    week_over = first.astimezone(UTC) + timedelta(hours=168)
    assert (first.astimezone(UTC) + timedelta(hours=hours)) != week_over
    assert answer.until == max(dates_over.astimezone(UTC), week_over)


def test_group_08_the_day_after_a_full_one_begins_when_it_opens() -> None:
    """Group 8: midnight frees the cap, and is closed by the hours: the deferral names eight o'clock."""
    made = world(local("2026-11-24T18:00", SHANGHAI))
    for n in range(2):
        assert sent(made, contact(f"L-1:a{n}"), made.now + n * MINUTE) == ()
    full = made.reserve("L-1", contact("L-1:a9"), made.now + 3 * MINUTE)
    assert (full.rules, full.until) == (("HOUSE.MESSAGES",), local("2026-11-25T08:00", SHANGHAI).astimezone(UTC))
