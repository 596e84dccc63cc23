"""Core banking's own books: one night after the other, as an end-of-day run keeps them.

Nothing here but a currency's smallest unit is taken from `domain.money`, which works the same account out another way: the
figures that core banking quotes are compared with it every day, and a comparison of a figure with itself would find nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from domain.money import minor_unit
from schemas.account import Contract
from schemas.loan import Instalment, Transaction

_NOTHING = Decimal(0)
_NIGHT = timedelta(days=1)


@dataclass(frozen=True)
class Balance:
    """What the books say at the end of a day, in the loan's currency."""

    arrears: Decimal
    outstanding: Decimal
    overdue_since: date | None
    days_past_due: int


@dataclass
class _Bill:
    """An instalment on the books: what is open of it, and the money-nights that its default interest has grown from."""

    due_on: date
    fees: Decimal
    interest: Decimal
    principal: Decimal
    compound: Decimal = _NOTHING
    penalty: Decimal = _NOTHING
    charged: Decimal = _NOTHING
    charged_on_interest: Decimal = _NOTHING
    nights: Decimal = _NOTHING
    nights_of_interest: Decimal = _NOTHING

    def open(self) -> Decimal:
        return self.fees + self.interest + self.compound + self.penalty + self.principal

    def charge(self, percent: Decimal, year: int, unit: Decimal, compounds: bool) -> None:
        """Book what the nights so far have made, in whole `unit`s. Divided last: a daily rate is a fraction without end, by
        which half a cent is a little less."""
        charged = _rounded(self.nights * percent / (100 * year), unit)
        self.penalty += charged - self.charged
        self.charged = charged
        if compounds:
            charged = _rounded(self.nights_of_interest * percent / (100 * year), unit)
            self.compound += charged - self.charged_on_interest
            self.charged_on_interest = charged

    def pay(self, money: Decimal, parts: tuple[str, ...]) -> Decimal:
        """Pay these parts of it, in this order; what is left of the money."""
        for part in parts:
            if not money:
                break
            taken = min(money, getattr(self, part))
            setattr(self, part, getattr(self, part) - taken)
            money -= taken
        return money


_BACK = ("reversal", "chargeback")
_PAID = ("fees", "interest", "compound", "penalty", "principal")
_WAIVED = ("penalty", "compound", "fees", "interest", "principal")


def balance(
    instalments: Iterable[Instalment],
    moved: Iterable[Transaction],
    on: date,
    contract: Contract | None = None,
    currency: str = "CNY",
) -> Balance:
    """The books at the end of `on`, the bank's date, in `currency`. Money goes to the oldest instalment first; with a
    contract, a waiver goes component by component, default interest first, over all that is due."""
    bills = [
        _Bill(i.due_on, i.fees, i.interest, i.principal)
        for i in sorted(instalments, key=lambda i: (i.due_on, i.number))
    ]
    there = [item for item in moved if item.value_date <= on]
    back = {item.reverses for item in there if item.kind in _BACK}
    posted: dict[date, dict[str, Transaction]] = {}
    for item in there:
        if item.kind not in _BACK and item.reference not in back:
            posted.setdefault(item.value_date, {})[item.reference] = item
    growing = contract if contract is not None and contract.penalty_multiple is not None else None
    days = set(posted)
    if growing and bills:
        first = min(bill.due_on for bill in bills)
        days |= {first + _NIGHT * n for n in range((on - first).days + 1)}
    for day in sorted(days):
        if growing:
            _end_of_day(bills, day, growing)
        money = posted.get(day, {}).values()
        if growing and (money or day == on):
            _book(bills, growing, minor_unit(currency))
        if money:
            _pay(bills, money, day, by_component=contract is not None)
    late = [bill for bill in bills if bill.due_on < on and bill.open()]
    since = late[0].due_on if late else None
    return Balance(
        arrears=sum((bill.open() for bill in late), _NOTHING),
        outstanding=sum((bill.open() for bill in bills), _NOTHING),
        overdue_since=since,
        days_past_due=(on - since).days if since else 0,
    )


def _pay(bills: list[_Bill], money: Iterable[Transaction], day: date, *, by_component: bool) -> None:
    """The money of one day: payments, then waivers."""
    left = sum((item.amount for item in money if item.kind == "payment"), _NOTHING)
    waived = sum((item.amount for item in money if item.kind == "waiver"), _NOTHING)
    for bill in bills:
        left = bill.pay(left, _PAID)
    if by_component:
        due = sum(bill.due_on <= day for bill in bills)
        for some in (bills[:due], bills[due:]):  # what is due first
            for part in _WAIVED:
                for bill in some:
                    waived = bill.pay(waived, (part,))
    for bill in bills:
        waived = bill.pay(waived, _PAID)


def _end_of_day(bills: list[_Bill], day: date, contract: Contract) -> None:
    """The night before `day` has passed over every bill that was due by then."""
    weight = _thirty(day) - _thirty(day - _NIGHT) if contract.day_count == "30/360" else 1
    for bill in bills:
        if bill.due_on < day and (bill.principal or bill.interest):
            bill.nights += bill.principal * weight
            bill.nights_of_interest += bill.interest * weight


def _book(bills: list[_Bill], contract: Contract, unit: Decimal) -> None:
    assert contract.penalty_multiple is not None
    year = 365 if contract.day_count == "actual/365" else 360
    percent = contract.annual_percent * contract.penalty_multiple
    for bill in bills:
        if bill.nights or bill.nights_of_interest:
            bill.charge(percent, year, unit, contract.compounds)


def _thirty(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def _rounded(amount: Decimal, unit: Decimal) -> Decimal:
    return amount.quantize(unit, rounding=ROUND_HALF_UP)
