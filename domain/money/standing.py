"""Which movements stand: payments and waivers that nobody took back, charges that were put on.

A reversal that names a reversal takes nothing back. Core banking systems do not agree on what it would mean (money that is
there after all is posted anew in most), so the movement stays taken back until it is posted again; a system whose reversals
can be undone shows it as a difference between its figures and these, which a person looks into.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from domain.money.currency import ZERO
from schemas.account import Designation, MadeOf
from schemas.loan import Instalment, MovementKind, Transaction

TAKES_BACK: tuple[MovementKind, ...] = ("reversal", "chargeback")


@dataclass(frozen=True, slots=True)
class Credit:
    """A payment that stands, less what was refunded of it; or a waiver."""

    reference: str
    kind: MovementKind
    value_date: date
    amount: Decimal
    designates: Designation | None = None
    made_of: MadeOf | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The movements that count by a day: credits and charges by value date and reference, each once."""

    payments: tuple[Credit, ...]
    waivers: tuple[Credit, ...]
    charges: tuple[Transaction, ...]

    @property
    def paid(self) -> Decimal:
        """All payments, in the loan's currency."""
        return sum((item.amount for item in self.payments), ZERO)

    @property
    def waived(self) -> Decimal:
        """All waivers."""
        return sum((item.amount for item in self.waivers), ZERO)


def standing(transactions: Iterable[Transaction], on: date) -> Standing:
    """What stands at the end of `on`, whatever the order in which it became known.

    Raises ValueError for a payment that is not positive.
    """
    known: dict[MovementKind, dict[str, Transaction]] = {}
    gone: set[str] = set()
    for item in transactions:
        if item.kind in TAKES_BACK:
            if item.value_date <= on and item.reverses is not None:
                gone.add(item.reverses)
            continue
        if item.amount <= 0:
            raise ValueError(f"{item.kind} {item.reference}: amount {item.amount} must be positive")
        same = known.setdefault(item.kind, {})
        other = same.get(item.reference)
        if other is None or _earlier(item) < _earlier(other):
            same[item.reference] = item
    payments = [_credit(item) for item in _by(known, "payment", on) if item.reference not in gone]
    refunds = [item for item in _by(known, "refund", on) if item.reference not in gone]
    charges = [item for item in _by(known, "charge", on) if item.reference not in gone]
    waivers = [_credit(item) for item in _by(known, "waiver", on) if item.reference not in gone]
    return Standing(tuple(_refunded(payments, refunds)), tuple(waivers), tuple(charges))


def taken_back(transactions: Iterable[Transaction], on: date = date.max) -> frozenset[str]:
    """References of what a reversal or a charge-back that counts by the end of `on` names; of all known ones by default."""
    return frozenset(t.reverses for t in transactions if t.kind in TAKES_BACK and t.reverses and t.value_date <= on)


def _by(known: dict[MovementKind, dict[str, Transaction]], kind: MovementKind, on: date) -> list[Transaction]:
    there = [item for item in known.get(kind, {}).values() if item.value_date <= on]
    return sorted(there, key=lambda item: (item.value_date, item.reference))


def _earlier(item: Transaction) -> tuple[date, Decimal, str]:
    more = item.designates or item.made_of
    return (item.value_date, item.amount, more.model_dump_json() if more else "")


def _credit(item: Transaction) -> Credit:
    return Credit(item.reference, item.kind, item.value_date, item.amount, item.designates, item.made_of)


def _refunded(payments: list[Credit], refunds: Sequence[Transaction]) -> list[Credit]:
    """The payments without what was given back: of the payment that a refund names, else of the newest by then, for what was
    paid too much was paid last. What is given back counts as never paid, as a reversal's money does."""
    for refund in sorted(refunds, key=lambda item: (item.reverses is None, item.value_date, item.reference)):
        left = refund.amount
        for place in reversed(range(len(payments))):
            payment = payments[place]
            if refund.reverses is None and payment.value_date > refund.value_date:
                continue
            if refund.reverses is not None and payment.reference != refund.reverses:
                continue
            taken = min(left, payment.amount)
            payments[place] = replace(payment, amount=payment.amount - taken)
            left -= taken
    return [payment for payment in payments if payment.amount]


def sums(transactions: Iterable[Transaction], on: date) -> tuple[Decimal, Decimal] | None:
    """What was paid and what was waived by the end of `on`, where no more than these sums is needed: None if something
    was charged, given back, paid for a purpose, or waived of certain components. As `standing`, for the many accounts on
    which nothing such happens.

    Raises ValueError for a payment that is not positive.
    """
    payments: dict[str, Transaction] = {}
    waivers: dict[str, Transaction] = {}
    gone: set[str] = set()
    for item in transactions:
        if item.kind in TAKES_BACK:
            if item.value_date <= on and item.reverses is not None:
                gone.add(item.reverses)
            continue
        if item.kind in ("charge", "refund") or item.designates is not None or item.made_of is not None:
            return None
        if item.amount <= 0:
            raise ValueError(f"{item.kind} {item.reference}: amount {item.amount} must be positive")
        same = payments if item.kind == "payment" else waivers
        other = same.get(item.reference)
        if other is None or (item.value_date, item.amount) < (other.value_date, other.amount):
            same[item.reference] = item
    paid = sum((p.amount for p in payments.values() if p.value_date <= on and p.reference not in gone), ZERO)
    return paid, sum((w.amount for w in waivers.values() if w.value_date <= on and w.reference not in gone), ZERO)


def by_due_date(instalments: Iterable[Instalment]) -> list[Instalment]:
    """The instalments, each number once, in the order in which they fall due."""
    known: dict[int, Instalment] = {}
    for item in instalments:
        if item.fees < 0 or item.interest < 0 or item.principal < 0:
            raise ValueError(f"instalment {item.number} of {item.due_on}: no part of it can be negative")
        other = known.get(item.number)
        if other is None or _rank(item) < _rank(other):
            known[item.number] = item
    return sorted(known.values(), key=lambda item: (item.due_on, item.number))


def _rank(item: Instalment) -> tuple[date, Decimal, Decimal, Decimal]:
    return (item.due_on, item.principal, item.interest, item.fees)
