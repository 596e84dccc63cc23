"""Days and daily windows on the clocks of people, computed from moments in UTC.

Zones come from the pinned `tzdata` package alone, never from the machine, so that every worker and every
replay counts the same hours. A wall-clock time may exist never (the clock jumps over it) or twice (the clock
goes back): a moment in UTC exists once, and only such moments are answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from schemas.base import as_utc

_MIDNIGHT = time(0)
_SECOND = timedelta(seconds=1)
_SEARCH_DAYS = 3  # no zone ever skipped more than one whole day

LEGAL_ZONE = {"Asia/Urumqi": "Asia/Shanghai", "Asia/Kashgar": "Asia/Shanghai"}
"""Zones people live by although the law there reads another clock: the whole of China is on Beijing time by
law, while much of Xinjiang keeps its own. A time of day must then suit both."""


class UnknownZone(ValueError):
    """A zone that the pinned zone data do not have. Give an IANA name such as "Asia/Shanghai"."""


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1024)
def zone(key: str) -> ZoneInfo:
    """The IANA zone named `key`. Raises UnknownZone."""
    if key not in _known():
        raise UnknownZone(f'unknown time zone {key!r}; give an IANA name such as "Asia/Shanghai"')
    with resources.files("tzdata").joinpath("zoneinfo", *key.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=key)


@lru_cache(maxsize=4096)
def observed(keys: tuple[str, ...]) -> tuple[tuple[ZoneInfo, ...], tuple[str, ...]]:
    """The zones whose clocks all count for a party who may be in `keys`, legal time included; and the unknown
    keys."""
    wanted = dict.fromkeys(keys) | dict.fromkeys(LEGAL_ZONE[key] for key in keys if key in LEGAL_ZONE)
    known = _known()
    return (
        tuple(zone(key) for key in wanted if key in known),
        tuple(key for key in wanted if key not in known),
    )


def local_date(at: datetime, where: ZoneInfo) -> date:
    """The calendar date of the moment `at` on the clock of `where`."""
    return at.astimezone(where).date()


def bank_date(now: datetime, where: str) -> date:
    """The bank's calendar date at `now`; `where` is the IANA zone of its core. Raises UnknownZone, ValueError
    if naive."""
    return as_utc(now).astimezone(zone(where)).date()


def day_start(day: date, where: str) -> datetime:
    """The moment (UTC) at which the calendar date `day` begins on the clock of the IANA zone `where`."""
    return occurrences(datetime.combine(day, _MIDNIGHT), zone(where))[0]


def occurrences(wall: datetime, where: ZoneInfo) -> tuple[datetime, ...]:
    """The moments (UTC) at which the clock of `where` comes to the naive time `wall`: one, or two if it is
    repeated.

    A time that the clock jumps over is reached at the jump.
    """
    first = as_utc(wall.replace(tzinfo=where, fold=0))
    second = as_utc(wall.replace(tzinfo=where, fold=1))
    if first == second:
        return (first,)
    if first < second:
        return (first, second)
    before, after = second, first  # a gap: at `before` the clock reads less than `wall`, at `after` more
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(where).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return (after,)


def next_date(at: datetime, where: ZoneInfo) -> datetime:
    """The moment (UTC) after `at` when a later calendar date begins on the clock of `where`."""
    today = local_date(at, where)
    for days in range(1, _SEARCH_DAYS):
        for moment in occurrences(datetime.combine(today + timedelta(days), _MIDNIGHT), where):
            if moment > at:
                return moment
    raise AssertionError(f"no date follows {today} in {where.key}")


def is_open(at: datetime, opens: time, closes: time, where: ZoneInfo) -> bool:
    """Whether the clock of `where` reads a time in [opens, closes) at `at`."""
    return opens <= at.astimezone(where).time() < closes


def next_open(at: datetime, opens: time, closes: time, zones: Sequence[ZoneInfo], until: datetime) -> datetime | None:
    """The first moment (UTC) from `at` to `until` with a time in [opens, closes) on the clock of every zone,
    or None.

    The window opens when the clock comes to `opens`. Where a clock goes back from after `closes` to before
    it, the window does not count as opening anew.
    """
    moment: datetime | None = as_utc(at)
    while moment is not None and moment <= until:
        # The latest of the zones' own next openings: no earlier moment can suit all of them.
        latest: datetime | None = moment
        for where in zones:
            opening = _next_open_in(moment, opens, closes, where)
            latest = None if opening is None or latest is None else max(latest, opening)
        if latest == moment:
            return moment
        moment = latest
    return None


def _next_open_in(at: datetime, opens: time, closes: time, where: ZoneInfo) -> datetime | None:
    if is_open(at, opens, closes, where):
        return at
    today = local_date(at, where)
    for days in range(_SEARCH_DAYS + 1):
        for moment in occurrences(datetime.combine(today + timedelta(days), opens), where):
            if moment > at and is_open(moment, opens, closes, where):
                return moment
    return None


def stable_phase(loan_id: str) -> float:
    """A number in [0, 1) that is the same for a loan for ever and even over a book: spreads contacts over a
    window."""
    return int.from_bytes(hashlib.sha256(loan_id.encode()).digest()[:6], "big") / 2**48
