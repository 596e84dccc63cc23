"""Default interest on what is overdue: how one instalment grows, exactly, rounded once.

Principal that is overdue bears the penalty rate for each night (银发[2003]251号), and so does unpaid interest of the contract
if it compounds; neither penalty nor compound interest bears interest itself. Money times days is added up exactly, and only
the whole is rounded to the currency's minor unit: on how many days somebody looked changes no cent.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.money.basis import Basis, days_between, days_of_year, penalty_percent
from domain.money.currency import ZERO, quantize
from schemas.account import COMPONENTS, Component, Contract


class Row:
    """An instalment or a charge while money is spread: what is owed of it, by component."""

    __slots__ = ("_grown", "_taken", "_until", "due_on", "number", "owed", "reference", "since")

    def __init__(self, number: int, due_on: date, bears_from: date | None, since: date, reference: str = "") -> None:
        self.number, self.due_on, self.reference = number, due_on, reference
        self.since = since
        """From when there is such a row."""
        self.owed: dict[Component, Decimal] = dict.fromkeys(COMPONENTS, ZERO)
        self._until = bears_from
        self._grown = {"penalty": ZERO, "compound": ZERO}
        """Money times days on which each has grown."""
        self._taken = {"penalty": ZERO, "compound": ZERO}

    @property
    def total(self) -> Decimal:
        """All that is owed of it."""
        return sum(self.owed.values(), ZERO)

    def grow(self, day: date, contract: Contract, percent: Decimal, currency: str) -> None:
        """Let nights pass until `day`, at the yearly rate `percent`."""
        if self._until is None or day <= self._until:
            return
        nights = days_between(self._until, day, contract.day_count)
        self._until = day
        self._grow("penalty", self.owed["principal"] * nights, contract, percent, currency)
        if contract.compounds:
            self._grow("compound", self.owed["interest"] * nights, contract, percent, currency)

    def _grow(self, what: Component, more: Decimal, contract: Contract, percent: Decimal, currency: str) -> None:
        if more:
            self._grown[what] += more
            charged = self._grown[what] * percent / (100 * days_of_year(contract.day_count))
            self.owed[what] = quantize(charged, currency) - self._taken[what]

    def take(self, component: Component, amount: Decimal) -> None:
        """So much of a component is paid, or waived."""
        self.owed[component] -= amount
        if component in self._taken:
            self._taken[component] += amount


def grow(rows: list[Row], day: date, basis: Basis) -> None:
    """Let nights pass for all rows."""
    contract = basis.contract
    if contract is None:
        return
    percent = penalty_percent(contract, basis.in_force)
    if percent:
        for row in rows:
            row.grow(day, contract, percent, basis.currency)
