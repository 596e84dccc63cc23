"""The cells of one row, checked one by one; every problem is collected, none of what the cells hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar, cast

from domain.calendar import UnknownZone, zone
from domain.money.currency import is_currency
from rows.disguises import looks_personal
from rows.problems import BadRow, Problem
from schemas.base import FIRST_DAY

Word = TypeVar("Word", bound=str)

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,63}(@[A-Za-z0-9._-]{1,64})?|[0-9a-f]{64}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,24}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_ID = 64  # leaves room for `{id}:postal`, the id of a contact point
_ID = f"letters, digits and . _ : - (at most {_LONGEST_ID}, a letter or digit first)"


class Cells:
    """Reads cells by column. A wrong cell gives a stand-in and is remembered; `done` raises if there were any."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self._row = row
        self._problems: list[Problem] = []

    def done(self) -> None:
        """Raises BadRow with every problem met."""
        if self._problems:
            raise BadRow(*self._problems)

    def wrong(self, column: str, expected: str) -> None:
        """Remember a problem that the caller has seen."""
        self._problems.append(Problem(column, expected))

    def has(self, column: str) -> bool:
        """Whether there is anything in the cell."""
        return bool(self._raw(column))

    def text(self, column: str, expected: str, longest: int = 400) -> str:
        """Any text, but some."""
        value = self._raw(column)
        if not value or len(value) > longest:
            self.wrong(column, f"{expected}, at most {longest} characters")
        return value

    def identifier(self, column: str, default: str = "") -> str:
        """An id of a source system; national ids and mobile numbers are refused, for ids travel in the clear."""
        value = self._raw(column) or default
        if not _IDENTIFIER.fullmatch(value):
            self.wrong(column, f"an id: {_ID}")
            return "x"
        if looks_personal(value):
            self.wrong(column, "an id of your own making: a national id or phone number would travel in the clear")
        return value

    def one_of(self, column: str, words: tuple[Word, ...], default: Word) -> Word:
        """One of `words`, `default` for an empty cell."""
        value = self._raw(column) or default
        if value not in words:
            self.wrong(column, f"one of {', '.join(words)}")
            return default
        return cast(Word, value)

    def code(self, column: str) -> str | None:
        """A strategy's name, name@version or sha256; None for an empty cell."""
        value = self._raw(column)
        if value and not _CODE.fullmatch(value):
            self.wrong(column, "a strategy such as default, default@1 or its sha256")
        return value or None

    def currency(self, column: str, default: str) -> str:
        """ISO 4217."""
        value = self._raw(column) or default
        if not is_currency(value):
            self.wrong(column, "a currency of three capitals (ISO 4217) such as CNY")
            return default
        return value

    def zone(self, column: str) -> str | None:
        """An IANA zone that the pinned zone data have; None for an empty cell."""
        value = self._raw(column) or None
        try:
            if value is not None:
                zone(value)
        except UnknownZone:
            self.wrong(column, "an IANA time zone such as Asia/Shanghai")
        return value

    def past_date(self, column: str, today: date) -> date:
        """A day before `today`, as 2026-11-22, and none before the first that a loan may have."""
        value = self._raw(column)
        expected = f"a date before {today}, not before {FIRST_DAY}, written as {today.replace(day=1)}"
        try:
            day = date.fromisoformat(value) if _DATE.fullmatch(value) else today
        except ValueError:
            day = today
        if not FIRST_DAY <= day < today:
            self.wrong(column, expected)
        return day

    def whole(self, column: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number in [low, high]."""
        value = self._raw(column)
        if not value and default is not None:
            return default
        if not re.fullmatch(r"-?\d{1,9}", value) or not low <= int(value) <= high:
            self.wrong(column, f"a whole number from {low} to {high}")
            return low
        return int(value)

    def amount(self, column: str, *, negative: bool = False) -> Decimal:
        """Whole money in the file's currency; 1.00E+05, as spreadsheets write 100000, is read as that."""
        value = self._raw(column)
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal("NaN")
        limit = 10**12
        if not amount.is_finite() or abs(amount) >= limit or amount != int(amount) or (amount < 0 and not negative):
            self.wrong(column, "a whole amount of money" + ("" if negative else ", not negative"))
            return Decimal(0)
        return Decimal(int(amount))

    def phone(self, column: str) -> str:
        """A phone number, "" for an empty cell."""
        return self._matching(column, _PHONE, "a phone number such as +86 10 0000 0000")

    def email(self, column: str) -> str:
        """An e-mail address, "" for an empty cell."""
        return self._matching(column, _EMAIL, "an e-mail address such as name@example.com")

    def app_id(self, column: str) -> str:
        """The id of an app's user, "" for an empty cell."""
        return self._matching(column, re.compile(r"\S{1,200}"), "an app's user id without spaces")

    def _matching(self, column: str, pattern: re.Pattern[str], expected: str) -> str:
        value = self._raw(column)
        if value and not pattern.fullmatch(value):
            self.wrong(column, expected)
        return value

    def _raw(self, column: str) -> str:
        return self._row.get(column, "").strip()
