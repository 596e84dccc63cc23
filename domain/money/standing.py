"""Which money stands: payments that nobody took back, and waivers that were booked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.money.currency import ZERO
from schemas.loan import Instalment, Transaction


def paid_by(transactions: Iterable[Transaction], on: date) -> Decimal:
    """All payments that stand at the end of `on`, each once."""
    payments: dict[str, Transaction] = {}
    reversed_: set[str] = set()
    for item in transactions:
        if item.kind == "payment":
            if item.amount <= 0:
                raise ValueError(f"payment {item.reference}: amount {item.amount} must be positive")
            known = payments.get(item.reference)
            if known is None or (item.value_date, item.amount) < (known.value_date, known.amount):
                payments[item.reference] = item
        elif item.kind == "reversal" and item.value_date <= on and item.reverses is not None:
            reversed_.add(item.reverses)
    return sum((p.amount for p in payments.values() if p.value_date <= on and p.reference not in reversed_), ZERO)


def waived_by(transactions: Iterable[Transaction], on: date) -> Decimal:
    """All that the bank has waived by then."""
    booked = [item for item in transactions if item.kind == "waiver" and item.value_date <= on]
    latest_first = sorted(booked, key=lambda item: (item.value_date, item.amount), reverse=True)
    return sum({item.reference: item.amount for item in latest_first}.values(), ZERO)


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
