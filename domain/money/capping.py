"""Has more been charged than a cap on the whole rate allows, with interest, fees, default and compound interest together?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

from domain.money.basis import Basis, cap_percent, days_between, days_of_year
from domain.money.currency import ZERO, minor_unit
from domain.money.owed import Position, Went
from domain.money.positions import position, where_it_went
from domain.money.standing import by_due_date, standing
from schemas.account import Component
from schemas.loan import Instalment, Transaction


def above_cap(
    instalments: Iterable[Instalment], transactions: Iterable[Transaction], on: date, basis: Basis
) -> Decimal:
    """By how much all that was charged up to the bank's date `on` is more than the cap of the strategy allows, in the loan's
    currency; zero without a contract or a cap that can be measured.

    What a lender may charge in all: the cap's rate, for as long as each part of the principal was owed since the contract was
    signed. Interest and fees count from the day on which they are due; costs of realising the claim do not count.
    法发[2017]22号: above 24 % a year is reducible for financial lenders; provisions on private lending, art. 29: default
    interest, damages and fees together stay below the cap of art. 25.
    """
    contract = basis.contract
    cap = cap_percent(contract, basis.in_force) if contract else None
    if contract is None or cap is None:
        return ZERO
    schedule, moved = by_due_date(instalments), tuple(transactions)
    went = where_it_went(schedule, moved, on, basis)
    now = position(schedule, moved, on, basis)
    charged = sum((item.interest + item.fees for item in schedule if item.due_on <= on), ZERO)
    charged += sum((item.amount for item in standing(moved, on).charges if item.component != "costs"), ZERO)
    charged += _grown(now, went)

    def nights(day: date) -> int:
        return max(days_between(contract.signed_on, day, contract.day_count), 0)

    borne = sum((item.principal for item in schedule), ZERO) * nights(on)
    borne -= sum((part.amount * (nights(on) - nights(part.on)) for part in went if part.component == "principal"), ZERO)
    allowed = (borne * cap / (100 * days_of_year(contract.day_count))).quantize(minor_unit(basis.currency), ROUND_DOWN)
    return max(charged - allowed, ZERO)


def above_cap_if_kept(
    instalments: Iterable[Instalment],
    transactions: Iterable[Transaction],
    on: date,
    basis: Basis,
    parts: Sequence[tuple[date, Decimal, Decimal]],
    *,
    beside: bool,
) -> Decimal:
    """As `above_cap`, by the end of a plan made on the bank's date `on` and kept: of each of its `parts` the day, what it
    pays off of the debt, and the interest that it bears. `beside`: it is over the arrears, and the instalments that fall due
    meanwhile are paid as contracted.

    Default interest is counted as it has grown by `on`: what grows beyond the plan's own interest while it is kept is waived.
    """
    contract = basis.contract
    if contract is None:
        return ZERO
    schedule, known = by_due_date(instalments), tuple(transactions)
    grown = _grown(position(schedule, known, on, basis), where_it_went(schedule, known, on, basis))
    frozen = replace(basis, contract=contract.model_copy(update={"penalty_multiple": None}))
    name = "plan"
    while any(item.reference.startswith(f"{name}:") for item in known):
        name += "-"
    last = max(day for day, _, _ in parts)
    moved = [_charge(f"{name}:grown", "fees", grown, on)] if grown else []
    for number, (day, share, interest) in enumerate(parts):
        moved.append(_paid(f"{name}:{number}", share + interest, day))
        if interest:
            moved.append(_charge(f"{name}:{number}", "interest", interest, day))
    if beside:
        due = (item for item in schedule if on <= item.due_on <= last)
        moved += [_paid(f"{name}:beside:{i.number}", i.principal + i.interest + i.fees, i.due_on) for i in due]
    else:  # interest of instalments to come is part of what the plan is over
        last = max([last, *(item.due_on for item in schedule)])
    return above_cap(schedule, (*known, *moved), last, frozen)


def _grown(now: Position, went: Iterable[Went]) -> Decimal:
    """Default and compound interest in all: what is open of it, and what was paid or waived."""
    gone = sum((part.amount for part in went if part.component in ("penalty", "compound")), ZERO)
    return now.of("penalty") + now.of("compound") + gone


def _charge(reference: str, component: Component, amount: Decimal, on: date) -> Transaction:
    return Transaction(reference=reference, kind="charge", amount=amount, value_date=on, component=component)


def _paid(reference: str, amount: Decimal, on: date) -> Transaction:
    return Transaction(reference=reference, amount=amount, value_date=on)
