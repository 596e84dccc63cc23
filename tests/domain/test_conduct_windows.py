"""Caps over several days, pauses after a talk, gaps and closed days: what time alone releases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from schemas.contact import Conversation, Purpose
from schemas.debt import DebtStanding, Notice
from tests.domain.guardwork import ask, facts, hours, local, past, proposal, rule

NEW_YORK = "America/New_York"
CALLS = ("robot_call", "human_call")
SEVEN = rule("US.SEVEN", "attempt_cap", channels=CALLS, maximum=7, per="debt", days=7)
PAUSE = rule("US.PAUSE", "conversation_pause", channels=CALLS, days=7, per="debt")
CALL = proposal(NEW_YORK, channel="human_call")


def calls(*days: int, loan: str = "L-1") -> list[Any]:
    """Calls about a loan at noon in New York on these days of April."""
    return [
        past(f"2027-04-{day:02}T16:00", "human_call", attempt=f"{loan}:{day}:{n}", loan=loan)
        for n, day in enumerate(days)
    ]


def talked(text: str, loan: str = "L-1") -> Conversation:
    return Conversation(loan_id=loan, at=local(text, NEW_YORK))


def about(loan: str = "L-1", *attempts: Any, talks: tuple[Conversation, ...] = ()) -> Any:
    return facts(*attempts).model_copy(update={"loan_id": loan, "conversations": talks})


def test_the_eighth_call_about_a_debt_in_seven_days_waits() -> None:
    """12 CFR 1006.14(b)(2)(i)(A): not more than seven within seven consecutive days, of each debt by itself."""
    week = calls(1, 2, 3, 4, 5, 6)
    now = local("2027-04-07T13:00", NEW_YORK)
    assert ask(CALL, about("L-1", *week), now, SEVEN).verdict == "allow"
    full = (*week, *calls(7))
    eighth = ask(CALL, about("L-1", *full), now, SEVEN)
    assert (eighth.verdict, eighth.rules) == ("defer", ("US.SEVEN",))
    # The call of the first leaves the seven dates at midnight, and the 168 hours at noon: the later of the two.
    assert eighth.until == local("2027-04-08T12:00", NEW_YORK).astimezone(UTC)
    assert ask(CALL, about("L-2", *full), now, SEVEN).verdict == "allow"


def test_a_conversation_is_day_one_of_seven() -> None:
    """12 CFR 1006.14(b)(2)(i)(B) and (ii): a talk on the first of April, the next call on the eighth."""
    known = about("L-1", talks=(talked("2027-04-01T23:30"),))
    verdict = ask(CALL, known, local("2027-04-02T12:00", NEW_YORK), PAUSE)
    assert (verdict.verdict, verdict.until) == ("defer", local("2027-04-08T00:00", NEW_YORK).astimezone(UTC))
    assert ask(CALL, known, local("2027-04-08T00:00", NEW_YORK), PAUSE).verdict == "allow"
    opened = ask(CALL, known, local("2027-04-02T12:00", NEW_YORK), PAUSE, hours("08:00", "21:00"))
    assert opened.until == local("2027-04-08T08:00", NEW_YORK).astimezone(UTC)


def test_one_talk_about_two_debts_pauses_both_and_no_third() -> None:
    """12 CFR 1006.14(b)(2): counted for every debt that was spoken of."""
    known = (talked("2027-04-01T12:00"), talked("2027-04-01T12:00", "L-2"))
    for loan, verdict in (("L-1", "defer"), ("L-2", "defer"), ("L-3", "allow")):
        assert ask(CALL, about(loan, talks=known), local("2027-04-03T12:00", NEW_YORK), PAUSE).verdict == verdict


def test_seven_dates_may_be_more_than_168_hours() -> None:
    """On the day the clocks go back the dates are the stricter: so both are counted."""
    cap = rule("CAP", "attempt_cap", channels=CALLS, maximum=1, per="borrower", days=7)
    early = past("2026-11-01T04:30", "human_call")  # 00:30 in New York, 169 hours before the eighth begins
    late = local("2026-11-07T23:59", NEW_YORK)
    assert late - early.at > timedelta(hours=168)
    verdict = ask(CALL, facts(early), late, cap)
    assert (verdict.verdict, verdict.until) == ("defer", local("2026-11-08T00:00", NEW_YORK).astimezone(UTC))


def test_two_calls_in_a_row_are_kept_apart() -> None:
    """A house rule for what 12 CFR 1006.14(b) calls calls in rapid succession."""
    gap = rule("GAP", "attempt_gap", channels=CALLS, minutes=60)
    now = local("2027-04-01T12:20", NEW_YORK)
    verdict = ask(CALL, facts(*calls(1)), now, gap)
    assert (verdict.verdict, verdict.until) == ("defer", local("2027-04-01T13:00", NEW_YORK).astimezone(UTC))
    assert ask(proposal(NEW_YORK), facts(*calls(1)), now, gap).verdict == "allow"


def test_a_holiday_after_a_weekend_moves_it_again() -> None:
    """Closed Saturday and Sunday, and Monday is a holiday: Tuesday, when the window opens."""
    closed = rule("CLOSED", "closed_days", channels=CALLS, weekdays=("saturday", "sunday"), dates=("2027-04-05",))
    verdict = ask(CALL, facts(), local("2027-04-03T12:00", NEW_YORK), closed, hours("09:00", "21:00"))
    assert (verdict.verdict, verdict.until) == ("defer", local("2027-04-06T09:00", NEW_YORK).astimezone(UTC))


def test_a_day_is_closed_if_it_is_so_in_any_zone() -> None:
    """Sunday night in New York is Monday in London."""
    closed = rule("CLOSED", "closed_days", channels=CALLS, weekdays=("monday",))
    both = proposal(NEW_YORK, "Europe/London", channel="human_call")
    assert ask(both, facts(), local("2027-04-04T22:00", NEW_YORK), closed).verdict == "defer"
    assert ask(CALL, facts(), local("2027-04-04T22:00", NEW_YORK), closed).verdict == "allow"


def test_after_the_longest_window_closed_days_and_hours_are_waited_for_too() -> None:
    """A visit a month, never on Saturdays and Sundays nor on the holidays after them, by appointment or between nine and
    ten: thirty days on it is Saturday, and the first moment is Thursday's."""
    cap = rule("MONTH", "attempt_cap", channels=("visit",), maximum=1, per="debt", days=30)
    holidays = ("2027-05-03", "2027-05-04", "2027-05-05")
    closed = rule("CLOSED", "closed_days", channels=("visit",), weekdays=("saturday", "sunday"), dates=holidays)
    window = hours("09:00", "10:00") | {"channels": ("visit",)}
    visit = proposal(NEW_YORK, channel="visit")
    known = facts(past("2027-04-01T14:30", "visit"))
    verdict = ask(visit, known, local("2027-04-01T10:30", NEW_YORK), cap, closed, window)
    assert (verdict.verdict, verdict.until) == ("defer", local("2027-05-06T09:00", NEW_YORK).astimezone(UTC))


def test_a_month_of_closed_days_is_waited_out() -> None:
    """A house may close for longer than a month; so that the rest of its rules are kept, it waits for their end."""
    dates = tuple((date(2027, 4, 1) + timedelta(days=n)).isoformat() for n in range(45))
    closed = rule("CLOSED", "closed_days", channels=CALLS, dates=dates)
    verdict = ask(CALL, facts(), local("2027-04-01T12:00", NEW_YORK), closed, hours("08:00", "21:00"))
    assert (verdict.verdict, verdict.until) == ("defer", local("2027-05-16T08:00", NEW_YORK).astimezone(UTC))


def test_one_open_weekday_that_is_often_a_holiday_is_found() -> None:
    """Mondays alone, and the next six are holidays: the seventh."""
    rest = ("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    mondays = tuple((date(2027, 4, 5) + timedelta(weeks=n)).isoformat() for n in range(6))
    closed = rule("CLOSED", "closed_days", channels=CALLS, weekdays=rest, dates=mondays)
    verdict = ask(CALL, facts(), local("2027-04-01T12:00", NEW_YORK), closed)
    assert (verdict.verdict, verdict.until) == ("defer", local("2027-05-17T00:00", NEW_YORK).astimezone(UTC))


def test_a_notice_that_runs_for_two_months_is_waited_for() -> None:
    """A rulebook may want a notice given up to sixty days before."""
    notice = rule("NOTICE", "prior_notice", notice="validation", before="dunning", days=60)
    told = DebtStanding(notices=(Notice(notice="validation", given_at=local("2027-04-01T11:00", NEW_YORK)),))
    known = facts().model_copy(update={"debt": told})
    verdict = ask(CALL, known, local("2027-04-01T12:00", NEW_YORK), notice, hours("08:00", "21:00"))
    assert (verdict.verdict, verdict.until) == ("defer", local("2027-05-31T08:00", NEW_YORK).astimezone(UTC))


@pytest.mark.parametrize("purpose", ["reply", "statutory_notice"])
def test_replies_and_notices_are_not_starved(purpose: Purpose) -> None:
    """Caps, pauses, gaps and closed days bind dunning alone; hours bind everything."""
    known = about("L-1", *calls(1, 2, 3, 4, 5, 6, 7), talks=(talked("2027-04-07T12:00"),))
    wanted = CALL.model_copy(update={"purpose": purpose})
    closed = rule("CLOSED", "closed_days", channels=CALLS, weekdays=("wednesday",))
    gap = rule("GAP", "attempt_gap", channels=CALLS, minutes=600)
    noon = local("2027-04-07T12:30", NEW_YORK)
    assert len(ask(CALL, known, noon, SEVEN, PAUSE, closed, gap).findings) == 4
    assert ask(wanted, known, noon, SEVEN, PAUSE, closed, gap).verdict == "allow"
    assert ask(wanted, known, datetime(2027, 4, 7, 7, tzinfo=UTC), hours()).verdict == "defer"
