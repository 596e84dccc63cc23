"""Instalment plans as they are given on the command line: part by part, or as so many equal monthly ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from domain import offering
from domain.money import ZERO
from operations.commands.common import amount
from operations.errors import UsageError
from operations.sending import valid
from schemas.means import Means
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


def means_of(income: str | None, obligations: str | None, living_minimum: str | None) -> Means | None:
    """What a household has a month, from the options; None without any. Raises UsageError."""
    given = {"obligations": obligations, "living_minimum": living_minimum}
    told = {name: amount(f"--{name.replace('_', '-')}", value) for name, value in given.items() if value is not None}
    if income is None and told:
        raise UsageError("what can be paid begins with the income: give --income too")
    return valid(Means, income=amount("--income", income), **told) if income is not None else None


def equal_parts(
    total: Decimal, count: int, first: date, currency: str, annual_percent: Decimal = ZERO, since: date | None = None
) -> tuple[Part, ...]:
    """What each of `count` parts pays off of `total`, on the same day of every month from `first` on, so that with interest
    at `annual_percent` `since` that day they are equal; the last takes what does not divide.

    A month that has no such day has its last. Raises UsageError if a part would be less than the smallest unit.
    """
    try:
        return offering.equal_parts(total, count, first, currency, annual_percent, since)
    except ValueError:
        raise UsageError(f"--parts {count}: {total} {currency} does not go into so many parts; give fewer") from None


def _part(text: str, option: str) -> Part:
    paid, at, day = text.partition("@")
    if not at:
        raise UsageError(f"{option} {text}: give it as AMOUNT@DATE, such as 500.00@2026-12-01")
    try:
        due_on = date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"{option} {text}: the day is no date; give it as in 500.00@2026-12-01") from None
    return valid(Part, amount=amount(f"{option} {text}", paid), due_on=due_on)
