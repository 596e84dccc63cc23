"""What is waived once an agreement was kept, and what a waiver is made of: components in the order in which they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from domain.accrual import accrued
from domain.calendar import bank_date
from domain.money import ZERO, Owed, where_it_went
from domain.parts import Agreement, Settled
from domain.stages.situation import Situation
from schemas.account import Component, MadeOf, Waived
from schemas.terms import PlanTerms, PromiseTerms, SettlementTerms

ORDER: tuple[Component, ...] = ("penalty", "compound", "fees", "costs", "interest", "principal")
"""Penalties and fees first, then interest, principal last: it is the bank's own money, and the highest role's to give up."""


def owed_by_component(rows: Iterable[Owed]) -> dict[Component, Decimal]:
    """What is owed of each component, in the order in which they are waived."""
    owed = list(rows)
    return {component: sum((row.of(component) for row in owed), ZERO) for component in ORDER}


def made_of(amount: Decimal, rows: Iterable[Owed]) -> tuple[Waived, ...]:
    """What a waiver of `amount` of the debt in `rows` is made of. What is more than is owed is left out."""
    return _made_of(amount, owed_by_component(rows))


def _made_of(amount: Decimal, owed: Mapping[Component, Decimal]) -> tuple[Waived, ...]:
    left, parts = amount, []
    for component in ORDER:
        taken = min(left, owed[component])
        if taken > 0:
            parts.append(Waived(component=component, amount=taken))
            left -= taken
    return tuple(parts)


def to_waive(s: Situation, settled: Settled) -> Decimal:
    """What is open now of what an agreement that was kept gives up, in the loan's currency.

    Of a settlement of the whole, all that is left, what accrued with it. Of an incentive, what is left of the instalments
    that were overdue, up to what it gives up and what accrued since. Of a plan, what accrued while it was kept beyond the
    plan's own interest. Once booked, only what accrued until the value date is booked again: the bank books on its own day,
    which may be a later one.
    """
    terms = settled.agreement.terms
    # A waiver that is booked counts from a day of its own, which may be to come.
    known = s.case.money_with_all_known(s.today, s.strategy.account)
    match terms:
        case PromiseTerms():
            return ZERO
        case SettlementTerms(covers="balance"):
            return known.outstanding
        case SettlementTerms():
            if settled.booked and terms.owed_on is None:
                return ZERO
            before = bank_date(settled.agreement.made_at, s.strategy.bank_zone)
            owed = sum((row.total for row in known.rows if row.due_on < before), ZERO)
            most = terms.waived + (_accrued(s, settled, terms.owed_on) if terms.owed_on else ZERO)
            return min(max(most - settled.waived, ZERO), owed)
        case PlanTerms():
            if terms.owed_on is None:
                return ZERO
            # What grew counts towards the plan's own interest first (`domain.bearing`).
            own = terms.plan_interest - settled.agreement.interest_charged
            more = _accrued(s, settled, terms.owed_on) - own - settled.waived
            return min(max(more, ZERO), known.outstanding)


def booked_of(s: Situation, settled: Settled, amount: Decimal) -> MadeOf:
    """What `amount`, which is to be booked for an agreement that was kept, is made of.

    As it was agreed: of what was owed then and has accrued since. The payments that kept it went to interest before
    principal, so what of them went to a component that is given up counts as still owed of it.
    """
    agreed_on = bank_date(settled.agreement.made_at, s.strategy.bank_zone)
    terms = settled.agreement.terms
    known, basis = s.case.all_known(s.today), s.case.basis(s.strategy.account)
    rows = s.case.money_with_all_known(s.today, s.strategy.account).rows
    if isinstance(terms, SettlementTerms) and terms.covers == "arrears":
        rows = tuple(row for row in rows if row.due_on < agreed_on)
    owed = owed_by_component(rows)
    there = {(row.number, row.reference) for row in rows}
    for part in where_it_went(s.case.instalments, known, s.today, basis):
        if part.kind == "payment" and part.component and part.on >= agreed_on and (part.number, part.charge) in there:
            owed[part.component] += part.amount
    return MadeOf(agreed_on=agreed_on, components=_made_of(amount, owed))


def accrued_meanwhile(s: Situation, agreement: Agreement) -> Decimal | None:
    """What is to be waived of a plan that has just been kept; None if nothing is."""
    terms = agreement.terms
    if not isinstance(terms, PlanTerms) or terms.accrued != "waived":
        return None
    return to_waive(s, Settled(agreement=agreement)) or None


def _accrued(s: Situation, settled: Settled, since: date) -> Decimal:
    return accrued(s, since, min(s.today, settled.booked_on) if settled.booked_on else s.today)
