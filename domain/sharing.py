"""One payment for several loans of one borrower (Civil Code of China art. 560): what of it goes to which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from domain.case import Case
from domain.money import ZERO, Debt, Order, in_order, penalty_percent, shown
from schemas.account import AccountRules
from schemas.policy import Strategy

WHOLLY_SECURED = Decimal(100)
"""House value: how much of a loan a guarantor answers for is not told, so that they are taken to answer for all of it."""


@dataclass(frozen=True)
class Portion:
    """What of the payment goes to what of a loan was due, or falls due, on `due_on`, in the loan's currency, and what decided
    it."""

    loan_id: str
    due_on: date
    owed: Decimal
    amount: Decimal
    by: Order


@dataclass(frozen=True)
class Sharing:
    """How a payment is shared: its portions in the order in which debts are paid, those that get nothing too.

    `surplus`: what is more than all that is owed, which goes to the last of the loans in that order (`surplus_on`), whose
    account holds it or has it not applied.
    """

    portions: tuple[Portion, ...]
    surplus: Decimal
    surplus_on: str

    @property
    def shares(self) -> dict[str, Decimal]:
        """What each loan that gets something gets, by loan id."""
        parts = [(portion.loan_id, portion.amount) for portion in self.portions] + [(self.surplus_on, self.surplus)]
        totals: dict[str, Decimal] = {}
        for loan_id, amount in sorted(parts):
            totals[loan_id] = totals.get(loan_id, ZERO) + amount
        return {loan_id: amount for loan_id, amount in totals.items() if amount}


def share(
    amount: Decimal,
    loans: Sequence[tuple[Case, Strategy]],
    on: date,
    designated: Mapping[str, Decimal] | None = None,
    currency: str = "CNY",
) -> Sharing:
    """Share `amount`, paid on the bank's date `on`, over open `loans` of one borrower in `currency`, each with the strategy
    that is pinned to it. `designated`: what the payer said is for which loan; the law orders the rest.

    Raises ValueError: no loan, more designated than was paid or than a loan owes, or for a loan that is not among them.
    """
    wanted = dict(designated or {})
    if not loans:
        raise ValueError("there is no open loan to pay")
    owing = {case.loan_id: debts_of(case, strategy, on) for case, strategy in loans}
    if unknown := sorted(set(wanted) - set(owing)):
        raise ValueError(f"{', '.join(unknown)}: not among the open loans; there are {', '.join(sorted(owing))}")
    if (total := sum(wanted.values(), ZERO)) > amount:
        raise ValueError(f"{shown(total, currency)} is designated, and {shown(amount, currency)} was paid")
    portions: list[Portion] = []
    left: list[Debt] = []
    for loan_id, debts in owing.items():
        owed, meant = sum((debt.owed for debt in debts), ZERO), wanted.get(loan_id, ZERO)
        if meant > owed:
            raise ValueError(
                f"{loan_id}: {shown(meant, currency)} is designated for it, and it owes {shown(owed, currency)}"
            )
        for debt in debts:
            part = min(meant, debt.owed)
            meant -= part
            if part:
                portions.append(Portion(loan_id, debt.due_on, debt.owed, part, "chosen"))
            if part < debt.owed:
                left.append(replace(debt, owed=debt.owed - part))
    known = {debt.debt: debt for debt in left}
    loan_of = {debt.debt: loan_id for loan_id, debts in owing.items() for debt in debts}
    for given in in_order(amount - total, left, on, currency=currency):
        debt = known[given.debt]
        portions.append(Portion(loan_of[given.debt], debt.due_on, debt.owed, given.amount, given.by))
    surplus = amount - sum((portion.amount for portion in portions), ZERO)
    return Sharing(tuple(portions), surplus, portions[-1].loan_id if portions else min(owing))


def debts_of(case: Case, strategy: Strategy, on: date) -> tuple[Debt, ...]:
    """What a loan owes on the bank's date `on`, by the day on which it was due, the oldest first; money that has come and
    counts from a later day, or waits for an instalment, is not asked for again.

    A loan is secured if somebody guarantees it. It burdens its debtor by the yearly rate that it bears: what is due by the
    rate of default interest, where one is agreed.
    """
    rules = strategy.account
    money = case.money_with_all_known(on, rules)
    by_day: dict[date, Decimal] = {}
    for row in money.rows:
        by_day[row.due_on] = by_day.get(row.due_on, ZERO) + row.total
    # Beyond the books: held money, and a difference to core banking's figures that was explained.
    beyond = money.outstanding - money.held - sum(by_day.values(), ZERO)
    if beyond > 0:
        day = min(on, case.explained.on) if case.explained else on
        by_day[day] = by_day.get(day, ZERO) + beyond
    for day in sorted(by_day):
        taken = min(-beyond, by_day[day]) if beyond < 0 else ZERO
        by_day[day] -= taken
        beyond += taken
    secured = WHOLLY_SECURED if any(party.role == "guarantor" for party in case.parties()) else ZERO
    arose_on = case.contract.signed_on if case.contract else min(by_day, default=on)
    return tuple(
        Debt(f"{case.loan_id}@{day}", owed, day, arose_on, secured, _burden(case, rules, due=day <= on))
        for day, owed in sorted(by_day.items())
        if owed
    )


def _burden(case: Case, rules: AccountRules | None, *, due: bool) -> Decimal:
    if case.contract is None:
        return ZERO
    late = penalty_percent(case.contract, rules or AccountRules())
    return late if due and late else case.contract.annual_percent
