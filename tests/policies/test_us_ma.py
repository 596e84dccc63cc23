"""The shipped overlays for Massachusetts, over creditors and over debt collectors: one test a rule, named after it."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from schemas.contact import Channel
from schemas.loan import PointUse
from tests.domain.guardwork import local
from tests.policies.asking import DAY, NEW_YORK, Asker, made, untested

BOOKS = ("us-ma-first-party", "us-ma-third-party")


@pytest.fixture(params=BOOKS)
def ask(request: pytest.FixtureRequest) -> Asker:
    """Under each of the two."""
    return Asker.of(request.param)


@pytest.mark.parametrize("channel", ["human_call", "sms", "robot_call"])
def test_us_ma_two(ask: Asker, channel: Channel) -> None:
    """US.MA.TWO: 940 CMR 7.04(1)(f) and 209 CMR 18.16(1)(d), the third call or text in seven days about a debt waits,
    whichever the first two were; mail and letters are free, and so is another debt."""
    two = (*made(1, 2 * DAY, "sms"), *made(2, 2 * DAY)[1:])
    assert ask(channel, attempts=two).rules == ("US.MA.TWO",)
    assert ask(channel, attempts=two).until == local("2027-04-17T12:00", NEW_YORK)
    assert ask(channel, attempts=two[:1]).verdict == "allow"
    assert ask(channel, attempts=made(2, 2 * DAY, loan="L-2")).verdict == "allow"
    assert ask("email", attempts=two).verdict == "allow"


def test_us_ma_two_is_tighter_than_the_base(ask: Asker) -> None:
    """Seven calls are what the base allows."""
    assert ask.book.base is not None
    base = Asker.of(ask.book.base.name)
    assert base(attempts=made(6, timedelta(hours=25))).verdict == "allow"
    assert ask(attempts=made(6, timedelta(hours=25))).rules == ("US.MA.TWO",)


@pytest.mark.parametrize("use", ["work", "other", None])
def test_us_ma_elsewhere(ask: Asker, use: PointUse | None) -> None:
    """US.MA.ELSEWHERE: the same paragraphs, the third in thirty days to a number that is neither the residence's nor the
    cellular waits; a number of which nobody knows whose it is counts as one, and is held to it."""
    two = made(2, 10 * DAY, use=use)
    assert ask(attempts=two, use="work").rules == ("US.MA.ELSEWHERE",)
    assert ask(attempts=two, use="work").until == local("2027-04-24T12:00", NEW_YORK)
    assert ask(attempts=two, use=None).rules == ("US.MA.ELSEWHERE",)
    assert ask(attempts=two, use="home").verdict == ask(attempts=two, use="mobile").verdict == "allow"
    assert ask(attempts=made(2, 10 * DAY, use="home"), use=use).verdict == "allow"
    assert ask(attempts=made(2, 10 * DAY, loan="L-2", use=use), use=use).verdict == "allow"
    assert ask("email", attempts=two, use=use).verdict == "allow"


def test_us_ma_elsewhere_frees_in_closed_hours(ask: Asker) -> None:
    """Thirty days after half past eight the clocks have gone back and it is half past seven: the third waits until eight,
    however soon after the second it is asked for."""
    at = local("2027-10-20T08:30", NEW_YORK).astimezone(UTC)
    two = tuple(past.model_copy(update={"at": at}) for past in made(2, DAY, use="work"))
    verdict = ask(attempts=two, use="work", now="2027-10-20T08:40")
    assert (verdict.verdict, verdict.until) == ("defer", local("2027-11-19T08:00", NEW_YORK))
    assert "US.MA.ELSEWHERE" in verdict.rules


def test_us_ma_visit(ask: Asker) -> None:
    """US.MA.VISIT: 209 CMR 18.17(6), one visit in thirty days for each debt."""
    assert "US.MA.VISIT" in ask("visit", attempts=made(1, 29 * DAY, "visit")).rules
    assert ask("visit", attempts=made(1, 30 * DAY, "visit")).verdict == "allow"
    assert ask("visit", attempts=made(1, 29 * DAY, "visit", loan="L-2")).verdict == "allow"


def test_every_rule_has_a_test_named_after_it(ask: Asker) -> None:
    """A rule added to the files without a test here fails this one."""
    assert untested(ask.book, __file__) == set()
