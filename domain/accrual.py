"""What a debt has grown by between two days, and what was owed on an earlier one by all that is known today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from domain.case import Case
from domain.money import ZERO, Position, position
from domain.money.standing import TAKES_BACK, standing
from domain.stages.situation import Situation
from schemas.loan import Transaction


def grows(case: Case) -> bool:
    """Whether the contract of this loan has what is overdue bear default interest."""
    return case.contract is not None and case.contract.penalty_multiple is not None


def owed_then(s: Situation, day: date) -> Position:
    """The position on `day`, today or before, as if all that has happened since had happened by then: it differs from the
    position of that day by payments, reversals, waivers and charges, and not by what has accrued."""
    known = [_by(day, item) if item.value_date <= s.today else item for item in s.case.transactions]
    return position(s.case.instalments, known, day, s.case.basis(s.strategy.account))


def accrued(s: Situation, since: date, until: date) -> Decimal:
    """By how much the debt grew from the end of `since` to the end of `until`, in the loan's currency; never negative."""
    # A payment that was taken back since bore interest all the time.
    known = [_by(since, item) if item.kind in TAKES_BACK else item for item in s.case.transactions]
    basis = replace(s.case.basis(s.strategy.account), explained=None)
    before, after = (
        _grown(position(s.case.instalments, known, day, basis), _charged(known, day)) for day in (since, until)
    )
    return max(after - before, ZERO)


def _grown(money: Position, charged: Decimal) -> Decimal:
    """All that this loan ever bore, and its schedule, which is the same on every day."""
    return money.outstanding + money.paid + money.waived - money.unapplied - money.held - charged


def _charged(known: list[Transaction], day: date) -> Decimal:
    return sum((item.amount for item in standing(known, day).charges), ZERO)


def _by(day: date, item: Transaction) -> Transaction:
    return item.model_copy(update={"value_date": min(item.value_date, day)})
