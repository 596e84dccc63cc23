"""What is owed: of one instalment, and of a loan as a whole; and where money went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from domain.money.currency import ZERO
from schemas.account import Component
from schemas.loan import MovementKind


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still owed of one instalment, in the loan's currency; or of a charge, which has a `reference` and no number."""

    number: int
    due_on: date
    fees: Decimal
    interest: Decimal
    principal: Decimal
    costs: Decimal = ZERO
    compound: Decimal = ZERO
    penalty: Decimal = ZERO
    reference: str = ""

    @property
    def total(self) -> Decimal:
        """All components together."""
        return self.fees + self.interest + self.principal + self.costs + self.compound + self.penalty

    def of(self, component: Component) -> Decimal:
        """One component."""
        return getattr(self, component)


@dataclass(frozen=True, slots=True)
class Position:
    """A loan's position at the end of the day `on`, in the loan's currency; no amount is ever negative.

    `arrears`: owed of instalments whose due date has passed. `outstanding`: owed of all instalments. `paid`: all payments
    that stand, `waived`: all that the bank gave up; `unapplied` is what of both is more than was ever owed, `held` what waits
    for instalments to fall due. `overdue_since`: the due date of the oldest instalment with which the arrears are more than
    is tolerated; `days_past_due` counts from it without days in an agreed pause, zero without one. `next_due_on`: the next
    instalment that falls due unpaid, today's included. `rows`: one for each instalment and charge, by due date and number.
    """

    on: date
    arrears: Decimal
    outstanding: Decimal
    paid: Decimal
    waived: Decimal
    unapplied: Decimal
    overdue_since: date | None
    days_past_due: int
    bucket: str
    next_due_on: date | None
    rows: tuple[Owed, ...]
    held: Decimal = ZERO

    @property
    def overdue(self) -> bool:
        """Whether more than is tolerated is overdue."""
        return self.overdue_since is not None

    @property
    def counted_from(self) -> date | None:
        """The day from which the days past due count: later than `overdue_since` by the days of agreed pauses."""
        return self.on - timedelta(days=self.days_past_due) if self.overdue_since else None

    def of(self, component: Component) -> Decimal:
        """What is outstanding of one component."""
        return sum((row.of(component) for row in self.rows), ZERO)


@dataclass(frozen=True, slots=True)
class Went:
    """Where a part of one payment or waiver went on the day `on`: to `component` of the instalment `number`, or of the charge
    `charge`. Without a component it went nowhere yet: it is held, or was never owed."""

    reference: str
    kind: MovementKind
    on: date
    amount: Decimal
    component: Component | None = None
    number: int = 0
    charge: str = ""
