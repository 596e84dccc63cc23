"""Dates and windows on people's clocks, across the hours that clocks skip and repeat."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    UnknownZone,
    bank_date,
    local_date,
    next_date,
    next_open,
    observed,
    occurrences,
    stable_phase,
    zone,
)

NEW_YORK = zone("America/New_York")
SHANGHAI = zone("Asia/Shanghai")
ODD = [
    "Africa/Cairo",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Kiritimati",
]
MOMENTS = st.datetimes(datetime(2008, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_unknown_zones_are_named_with_a_remedy() -> None:
    """A wrong name says what a right one looks like; a path is no zone."""
    for wrong in ("Asia/Peking2", "", "../etc/passwd", "asia/shanghai", "+08:00"):
        with pytest.raises(UnknownZone, match="IANA name"):
            zone(wrong)


def test_legal_time_is_observed_beside_lived_time() -> None:
    """In Urumqi people live two hours behind the legal clock: both count."""
    zones, unknown = observed(("Asia/Urumqi", "Mars/Base"))
    assert [where.key for where in zones] == ["Asia/Urumqi", "Asia/Shanghai"]
    assert unknown == ("Mars/Base",)


def test_bank_date_is_the_banks_own() -> None:
    """At 16:00 UTC it is tomorrow in Shanghai, and a naive time is refused."""
    assert bank_date(utc("2026-11-22T15:59:59.999"), "Asia/Shanghai") == date(2026, 11, 22)
    assert bank_date(utc("2026-11-22T16:00"), "Asia/Shanghai") == date(2026, 11, 23)
    with pytest.raises(ValueError, match="without zone"):
        bank_date(datetime(2026, 11, 22), "Asia/Shanghai")  # noqa: DTZ001


def test_a_skipped_time_is_reached_at_the_jump() -> None:
    """02:30 does not exist in New York on 8 March 2026: the clock jumps from 02:00 to 03:00 at 07:00 UTC."""
    assert occurrences(datetime(2026, 3, 8, 2, 30), NEW_YORK) == (utc("2026-03-08T07:00"),)  # noqa: DTZ001


def test_a_repeated_time_is_reached_twice() -> None:
    """01:30 comes twice in New York on 1 November 2026."""
    wall = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001
    assert occurrences(wall, NEW_YORK) == (utc("2026-11-01T05:30"), utc("2026-11-01T06:30"))


def test_a_day_without_midnight_begins_at_the_jump() -> None:
    """In Santiago 6 September 2026 begins at 01:00, and Samoa had no 30 December 2011 at all."""
    assert next_date(utc("2026-09-06T03:00"), zone("America/Santiago")) == utc("2026-09-06T04:00")
    apia = zone("Pacific/Apia")
    begins = next_date(utc("2011-12-30T05:00"), apia)
    assert (begins, local_date(begins, apia)) == (utc("2011-12-30T10:00"), date(2011, 12, 31))


def test_an_open_window_needs_no_waiting() -> None:
    """The opening second is open, the closing one is not."""
    limit = utc("2026-12-31T00:00")
    opening = utc("2026-11-22T00:00")
    assert next_open(opening, time(8), time(22), [SHANGHAI], limit) == opening
    assert next_open(utc("2026-11-22T14:00"), time(8), time(22), [SHANGHAI], limit) == utc("2026-11-23T00:00")


def test_a_window_over_several_zones_is_the_common_one() -> None:
    """Shanghai and New York both read 08:00-22:00 only from 12:00 to 14:00 UTC in summer, and from 00:00 to 02:00."""
    both = [SHANGHAI, NEW_YORK]
    limit = utc("2026-08-01T00:00")
    assert next_open(utc("2026-07-01T02:00"), time(8), time(22), both, limit) == utc("2026-07-01T12:00")
    assert next_open(utc("2026-07-01T14:00"), time(8), time(22), both, limit) == utc("2026-07-02T00:00")


def test_windows_that_never_meet_have_no_opening() -> None:
    """08:00-10:00 in Shanghai is evening in New York for ever."""
    start = utc("2026-07-01T00:00")
    assert next_open(start, time(8), time(10), [SHANGHAI, NEW_YORK], start + timedelta(days=30)) is None


def test_an_opening_in_the_skipped_hour_is_the_jump_itself() -> None:
    """A window from 02:30 opens at 03:00 on the day that has no 02:30."""
    opened = next_open(utc("2026-03-08T06:00"), time(2, 30), time(9), [NEW_YORK], utc("2026-03-20T00:00"))
    assert opened == utc("2026-03-08T07:00")


@given(MOMENTS, st.sampled_from(ODD))
def test_the_next_date_is_later_and_begins_there(moment: datetime, key: str) -> None:
    """Just before it the date is still today's; from it on it is a later one."""
    where = zone(key)
    begins = next_date(moment, where)
    assert begins > moment
    assert local_date(begins, where) > local_date(moment, where)
    assert local_date(begins - timedelta(microseconds=1), where) == local_date(moment, where)


@given(MOMENTS, st.lists(st.sampled_from(ODD), min_size=1, max_size=3), st.integers(0, 18), st.integers(5, 23))
def test_an_opening_is_open_everywhere_and_nothing_before_it_is(
    moment: datetime, keys: list[str], opens: int, closes: int
) -> None:
    """Checked against plain zone arithmetic at every quarter of an hour that was waited."""
    start, end = time(opens, 15), time(max(opens, closes), 59)
    limit = moment + timedelta(days=4)
    found = next_open(moment, start, end, [zone(key) for key in keys], limit)

    def suits(at: datetime) -> bool:
        return all(start <= at.astimezone(zone(key)).time() < end for key in keys)

    assert found is None or (moment <= found <= limit and suits(found))
    stop = found or limit
    assert stop == moment or not suits(stop - timedelta(microseconds=1))
    quarters = int((stop - moment) / timedelta(minutes=15))
    waited = (moment + timedelta(minutes=15) * n for n in range(quarters + 1))
    if end > time(4):  # a window that closes inside a repeated hour does not count as opening anew
        assert not any(suits(at) for at in waited if at < stop)


def test_phases_are_stable_and_even() -> None:
    """A loan has the same phase for ever, and ten thousand loans fill every tenth alike."""
    assert stable_phase("L-1") == 0.2472755947670997
    tenths = [int(stable_phase(f"loan-{n}") * 10) for n in range(10_000)]
    assert set(tenths) == set(range(10))
    assert all(900 < tenths.count(tenth) < 1100 for tenth in range(10))
