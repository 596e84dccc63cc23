"""Cells of exports: moments with or without an offset, days, money with its cents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.calendar import day_start, occurrences, zone
from rows.cells import Cells
from schemas.base import FIRST_DAY, LAST_DAY, as_utc

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?")
_MONEY = re.compile(r"-?\d{1,14}(\.\d{1,4})?")
_NEVER = as_utc(datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
"""Stands in for a moment that could not be read; the row is rejected."""


class ExportCells(Cells):
    """The cells of one row. `bank_zone`: the bank's own clock (IANA zone). `latest`: an export tells of nothing after it."""

    def __init__(self, row: Mapping[str, str], bank_zone: str, latest: datetime | None = None) -> None:
        super().__init__(row)
        self.bank_zone = bank_zone
        self._latest = latest

    def moment(self, column: str, clock: str | None, *, past: bool = True) -> datetime:
        """A moment, in UTC; one without an offset is read on `clock` (IANA zone), and is wrong without one. `past`: it has
        been, for a year mistyped would move the end of all that is known."""
        value = self._raw(column)
        expected = "a time such as 2026-03-02 09:30:00+08:00" + (
            "" if clock else ", with its offset or a zone beside it"
        )
        try:
            given = datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
            if given is not None and given.tzinfo is None:
                given = occurrences(given, zone(clock))[0] if clock else None
            if given is not None and FIRST_DAY.year < given.year < LAST_DAY.year:
                if not past or self._latest is None or given <= self._latest:
                    return as_utc(given)
                expected = f"a time that is past, not after {self._latest:%Y-%m-%d %H:%M}Z"
        except (ValueError, OverflowError):
            pass
        self.wrong(column, expected)
        return _NEVER

    def since(self, column: str) -> datetime:
        """A moment, or a day: known then from its end on, for nobody can prove that it was known earlier."""
        return self._day_or_moment(column, timedelta(days=1))

    def until(self, column: str) -> datetime | None:
        """A moment, or a day: over then from its beginning on. None for an empty cell."""
        return self._day_or_moment(column, timedelta(0), past=False) if self.has(column) else None

    def day(self, column: str) -> date:
        """A day of the bank's calendar, as 2026-11-22."""
        value = self._raw(column)
        try:
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None or not FIRST_DAY.year < day.year < LAST_DAY.year:
            self.wrong(column, "a date such as 2026-11-22")
            return _NEVER.date()
        return day

    def money(self, column: str, *, least: Decimal = Decimal("0.0001"), negative: bool = False) -> Decimal:
        """An amount with at most four decimals, no separators, at least `least`; of `negative` ones the size counts."""
        value = self._raw(column)
        amount = Decimal(value) if _MONEY.fullmatch(value) else None
        if amount is not None and negative:
            amount = abs(amount)
        if amount is None or amount < least:
            self.wrong(column, f"an amount such as 1234.56, at least {least}")
            return Decimal(1)
        return amount

    def _day_or_moment(self, column: str, later: timedelta, *, past: bool = True) -> datetime:
        if _DAY.fullmatch(self._raw(column)):
            return day_start(self.day(column) + later, self.bank_zone)
        return self.moment(column, self.bank_zone, past=past)
