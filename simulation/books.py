"""Core banking's own books: one night after the other, as an end-of-day run keeps them.

Nothing here but a currency's smallest unit is taken from `domain.money`, which works the same account out another way: the
figures that core banking quotes are compared with it every day, and a comparison of a figure with itself would find nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from domain.money import minor_unit
from schemas.account import COMPONENTS, Component, Contract
from schemas.loan import Instalment, Transaction

_NOTHING = Decimal(0)
_NIGHT = timedelta(days=1)


@dataclass(frozen=True)
class Balance:
    """What the books say at the end of a day, in the loan's currency. `components`: of which the outstanding is made;
    `paid`: what payments went to, on which day."""

    arrears: Decimal
    outstanding: Decimal
    overdue_since: date | None
    days_past_due: int
    components: dict[Component, Decimal]
    paid: tuple[tuple[date, str, Decimal], ...]

    def may_waive(self, component: Component, since: date) -> Decimal:
        """What is owed of a component, with what payments since then went to: they are for what is not waived."""
        paid = (amount for day, part, amount in self.paid if part == component and day >= since)
        return self.components[component] + sum(paid, _NOTHING)


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
    grows: bool = True
    """A charge outside the schedule bears nothing."""

    def of(self, part: str) -> Decimal:
        """What is open of one part; there are bills without costs."""
        return getattr(self, part, _NOTHING)

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
            taken = min(money, self.of(part))
            if taken:
                setattr(self, part, self.of(part) - taken)
                money -= taken
        return money


@dataclass
class _Books:
    """The bills, by due date, and what of each payment went to what: on which day, to which part, how much."""

    bills: list[_Bill]
    paid: list[tuple[date, str, Decimal]] = field(default_factory=list)

    def post(self, money: Decimal, day: date) -> None:
        """A payment: the oldest bill first."""
        for bill, part in ((bill, part) for bill in self.bills for part in _PAID):
            if not money:
                break
            left = bill.pay(money, (part,))
            if left != money:
                self.paid.append((day, part, money - left))
            money = left

    def waive(self, money: Decimal, day: date, *, by_component: bool) -> None:
        """A waiver of which only the sum was told; `by_component`: default interest first of all."""
        if by_component:
            for some in self._by_due(day):  # what is due first
                for part in _WAIVED:
                    for bill in some:
                        money = bill.pay(money, (part,))
        for bill in self.bills:
            money = bill.pay(money, _PAID)

    def give_up(self, part: str, amount: Decimal, day: date, since: date) -> tuple[Decimal, Decimal]:
        """A waiver of one part: what is due and open of it, then what payments since then paid of it, then the rest. Answers
        what of those payments is to be posted again, and what of the waiver was too much."""
        due, later = self._by_due(day)
        left = amount
        for bill in due:
            left = bill.pay(left, (part,))
        freed = self._take_back(part, left, since)
        left -= freed
        for bill in later:
            left = bill.pay(left, (part,))
        return freed, left

    def _take_back(self, part: str, amount: Decimal, since: date) -> Decimal:
        freed = _NOTHING
        for place, (day, of, paid) in enumerate(self.paid):
            if of == part and day >= since:
                taken = min(paid, amount - freed)
                self.paid[place] = (day, of, paid - taken)
                freed += taken
        return freed

    def _by_due(self, day: date) -> tuple[list[_Bill], list[_Bill]]:
        due = sum(bill.due_on <= day for bill in self.bills)
        return self.bills[:due], self.bills[due:]


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
    contract, a waiver goes component by component, default interest first, over all that is due. A charge is on the books
    from its own day."""
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
    books = _Books(bills)
    days = set(posted)
    if growing and bills:
        first = min(bill.due_on for bill in bills)
        days |= {first + _NIGHT * n for n in range((on - first).days + 1)}
    for day in sorted(days):
        if growing:
            _end_of_day(bills, day, growing)
        money = posted.get(day, {}).values()
        if charged := [_charged(item) for item in money if item.kind == "charge"]:
            bills[:] = sorted([*charged, *bills], key=lambda bill: (bill.due_on, bill.grows))
        if growing and (money or day == on):
            _book(bills, growing, minor_unit(currency))
        if money:
            _pay(books, money, day, by_component=contract is not None)
    late = [bill for bill in bills if bill.due_on < on and bill.open()]
    since = late[0].due_on if late else None
    return Balance(
        arrears=sum((bill.open() for bill in late), _NOTHING),
        outstanding=sum((bill.open() for bill in bills), _NOTHING),
        overdue_since=since,
        days_past_due=(on - since).days if since else 0,
        components={part: sum((bill.of(part) for bill in bills), _NOTHING) for part in COMPONENTS},
        paid=tuple(books.paid),
    )


def _charged(item: Transaction) -> _Bill:
    bill = _Bill(item.value_date, _NOTHING, _NOTHING, _NOTHING, grows=False)
    setattr(bill, "interest" if item.component == "interest" else "fees", item.amount)
    return bill


def _pay(books: _Books, money: Iterable[Transaction], day: date, *, by_component: bool) -> None:
    """The money of one day: payments, then waivers; of these last what is made of certain components."""
    books.post(sum((item.amount for item in money if item.kind == "payment"), _NOTHING), day)
    waived = sum((item.amount for item in money if item.kind == "waiver" and item.made_of is None), _NOTHING)
    books.waive(waived, day, by_component=by_component)
    again = rest = _NOTHING
    for made_of in (item.made_of for item in money if item.kind == "waiver" and item.made_of):
        for part in made_of.components:
            freed, left = books.give_up(part.component, part.amount, day, made_of.agreed_on)
            again, rest = again + freed, rest + left
    books.post(again, day)
    books.waive(rest, day, by_component=by_component)


def _end_of_day(bills: list[_Bill], day: date, contract: Contract) -> None:
    """The night before `day` has passed over every bill that was due by then."""
    weight = _thirty(day) - _thirty(day - _NIGHT) if contract.day_count == "30/360" else 1
    for bill in bills:
        if bill.grows and bill.due_on < day and (bill.principal or bill.interest):
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
