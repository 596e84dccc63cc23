"""Moments at which people work, pay and are met; and parts of sums of money."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal

from domain.calendar import zone
from domain.money import minor_unit
from schemas.base import as_utc
from schemas.terms import Part
from simulation.model import BANK_ZONE

DAY = timedelta(days=1)
_OPENS, _CLOSES = time(9, 30), time(18)


def working_moment(earliest: datetime, where: str, turn: int) -> datetime:
    """`earliest` if within 9:30-18:00, Monday to Saturday, in `where`; else `turn` minutes into the next."""
    local = earliest.astimezone(zone(where))
    if local.weekday() != 6 and _OPENS <= local.time() < _CLOSES:
        return as_utc(earliest)
    if local.time() >= _OPENS:
        local += DAY
    if local.weekday() == 6:
        local += DAY
    opening = datetime.combine(local.date(), _OPENS, tzinfo=zone(where))
    return as_utc(opening) + timedelta(minutes=turn)


def at_bank(day: date, minutes: int) -> datetime:
    """So many minutes into `day` on the bank's clock."""
    return as_utc(datetime.combine(day, time(), tzinfo=zone(BANK_ZONE))) + timedelta(minutes=minutes)


def percent_of(amount: Decimal, percents: int, currency: str) -> Decimal:
    """`percents` of `amount`, rounded down to whole minor units of `currency`."""
    return (amount * percents / 100).quantize(minor_unit(currency), rounding=ROUND_DOWN)


def in_parts(total: Decimal, days: list[date], currency: str) -> tuple[Part, ...]:
    """`total` in equal parts, one for each day, the last with what rounding left; fewer if there is too little."""
    even = (total / len(days)).quantize(minor_unit(currency), rounding=ROUND_DOWN)
    if even <= 0:
        return (Part(amount=total, due_on=days[0]),) if total > 0 else ()
    amounts = [even] * (len(days) - 1) + [total - even * (len(days) - 1)]
    return tuple(Part(amount=amount, due_on=day) for amount, day in zip(amounts, days, strict=True))
