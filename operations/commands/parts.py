"""Instalment plans as they are given on the command line: part by part, or as so many equal monthly ones."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from domain.money import minor_unit
from operations.commands.common import amount
from operations.errors import UsageError
from operations.sending import valid
from schemas.terms import Part


def parts_of(texts: Sequence[str], option: str = "--part") -> tuple[Part, ...]:
    """Parts given as AMOUNT@DATE each, by `option`. Raises UsageError."""
    return tuple(_part(text, option) for text in texts)


def promise_of(name: str, paid: str | None, by: date | None) -> Part | None:
    """What a borrower said they will pay, from the options `name` and `name-by`; None without either. Raises UsageError."""
    if paid is None and by is None:
        return None
    if paid is None or by is None:
        raise UsageError(f"a promise is an amount and a day: give {name} AMOUNT and {name}-by DATE, both or neither")
    return valid(Part, amount=amount(name, paid), due_on=by)


def equal_parts(total: Decimal, count: int, first: date, currency: str) -> tuple[Part, ...]:
    """`total` in `count` equal parts, on the same day of every month from `first` on; the last takes what does not divide.

    A month that has no such day has its last. Raises UsageError if a part would be less than the smallest unit.
    """
    unit = minor_unit(currency)
    each = (total / count).quantize(unit, rounding=ROUND_DOWN)
    if each <= 0:
        raise UsageError(f"--parts {count}: {total} {currency} does not go into so many parts; give fewer")
    amounts = [each] * (count - 1) + [total - each * (count - 1)]
    return tuple(valid(Part, amount=one, due_on=_months_after(first, n)) for n, one in enumerate(amounts))


def _part(text: str, option: str) -> Part:
    paid, at, day = text.partition("@")
    if not at:
        raise UsageError(f"{option} {text}: give it as AMOUNT@DATE, such as 500.00@2026-12-01")
    try:
        due_on = date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"{option} {text}: the day is no date; give it as in 500.00@2026-12-01") from None
    return valid(Part, amount=amount(f"{option} {text}", paid), due_on=due_on)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
