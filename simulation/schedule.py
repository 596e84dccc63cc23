"""Repayment schedules: equal parts of principal, interest on what is left, monthly."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

from domain.money import quantize
from schemas.loan import Instalment, Transaction


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier), the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def instalments(
    principal: Decimal,
    count: int,
    monthly_rate: Decimal,
    currency: str,
    overdue_number: int,
    overdue_since: date,
) -> tuple[Instalment, ...]:
    """`count` monthly instalments of which number `overdue_number` is due on `overdue_since`.

    `principal` in `currency`, `monthly_rate` as a fraction (0.006 is 0.6 % a month). The parts add up to it.
    """
    part = quantize(principal / count, currency)
    left = principal
    made: list[Instalment] = []
    for number in range(1, count + 1):
        share = left if number == count else part
        interest = quantize(left * monthly_rate, currency)
        due_on = add_months(overdue_since, number - overdue_number)
        made.append(Instalment(number=number, due_on=due_on, principal=share, interest=interest))
        left -= share
    return tuple(made)


def paid_before(loan_id: str, schedule: tuple[Instalment, ...], overdue_number: int) -> tuple[Transaction, ...]:
    """The payments, each on its due date, of every instalment before `overdue_number`."""
    return tuple(
        Transaction(
            reference=f"{loan_id}:paid:{item.number}",
            amount=item.principal + item.interest + item.fees,
            value_date=item.due_on,
        )
        for item in schedule
        if item.number < overdue_number
    )
