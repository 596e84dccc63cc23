"""How an account was kept, told at any later moment: the months that have passed since the book opened are added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.money import months_past_due
from schemas.behaviour import Behaviour
from schemas.loan import Transaction
from simulation.books import balance
from simulation.model import SimulatedLoan
from simulation.schedule import add_months

_KEPT = 24
"""Months that a record goes back."""


def behaviour_on(loan: SimulatedLoan, moved: Sequence[Transaction], on: date) -> Behaviour | None:
    """The record of `loan` on the bank's date `on`; `moved` is all money so far. Nothing is drawn on an overdue account, so
    that nothing was spent in a month that was added."""
    known = loan.behaviour
    if known is None:
        return None
    ends: list[date] = []
    while (end := add_months(known.as_of, len(ends) + 1)) <= on:
        ends.append(end)
    if not ends:
        return known
    added = [
        months_past_due(balance(loan.instalments, moved, end, loan.contract, loan.currency).days_past_due)
        for end in reversed(ends)
    ]
    update = {
        "as_of": ends[-1],
        "months_past_due": (*added, *known.months_past_due)[:_KEPT],
        "spent_percent": None if known.spent_percent is None else 0,
    }
    return known.model_copy(update=update)
