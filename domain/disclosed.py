"""Charges that stand on no cost sheet which the borrower was shown: what nobody may be asked to pay."""

from __future__ import annotations

from domain.calendar import zone
from domain.conduct_timing import in_force
from domain.stages.situation import Situation
from schemas.rulebook import DisclosedFees


def undisclosed(s: Situation) -> tuple[str, ...]:
    """References of the charges of which something is still owed and that are of no kind on the sheet, as core banking tells
    both. One whose kind it does not tell is on none; interest of a plan stands in the plan's terms."""
    owed = {row.reference for row in s.money.rows if row.reference and row.total}
    charges = (item for item in s.case.transactions if item.kind == "charge" and item.reference in owed)
    fees = (item for item in charges if item.component != "interest")
    return tuple(sorted(item.reference for item in fees if item.fee not in s.case.disclosed_fees))


def barring(s: Situation) -> str | None:
    """The id of the rule by which no amount may be quoted that has such a charge in it; None if there is no charge or no rule
    in force on the bank's calendar."""
    where = (zone(s.strategy.bank_zone),)
    rules = (rule for rule in s.rulebook.rules if isinstance(rule, DisclosedFees) and in_force(rule, s.now, where))
    return next((rule.id for rule in rules), None) if undisclosed(s) else None
