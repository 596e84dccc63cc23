"""The rate of a plan: which one it bears, what its parts come to, whether a cap allows it, and what is to be charged when.

While it is kept, a plan's own interest takes the place of default interest. So what default interest has grown meanwhile in
core banking's books counts towards it: only what is missing is charged, and only what is more is waived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.accrual import accrued
from domain.money import ZERO, above_cap_if_kept, cap_percent, interest_of
from domain.parts import Agreement
from domain.stages.situation import Situation
from schemas.authority import PlanLimits
from schemas.terms import Part, PlanOffer, PlanTerms


@dataclass(frozen=True)
class Borne:
    """What a plan comes to at its rate: its parts, by day, and how much of each is interest; no rate, no interest."""

    annual_percent: Decimal | None
    parts: tuple[Part, ...]
    interest: tuple[Decimal, ...]


def borne(s: Situation, policy: PlanLimits, wanted: PlanOffer) -> Borne:
    """The parts of a plan that begins to bear interest today, at the rate asked for, else at the strategy's."""
    shares = tuple(sorted(wanted.parts, key=lambda part: part.due_on))
    percent = policy.annual_percent if wanted.annual_percent is None else wanted.annual_percent
    if not percent:
        return Borne(None, shares, ())
    currency = s.case.request.currency if s.case.request else ""
    interest = interest_of([(part.due_on, part.amount) for part in shares], percent, s.today, currency)
    parts = zip(shares, interest, strict=True)
    return Borne(percent, tuple(Part(amount=part.amount + more, due_on=part.due_on) for part, more in parts), interest)


def too_dear(s: Situation, policy: PlanLimits, wanted: PlanOffer, at: Borne) -> tuple[str, str] | None:
    """By which rule, and why, a plan at that rate may be made by nobody; None if it may.

    The caps are the account's (`AccountRules.rate_caps`), measured when the contract was signed: the rate itself, and with
    the plan's interest all that was ever charged.
    """
    percent = at.annual_percent
    if percent is None:
        return None
    if percent > policy.annual_percent:
        most = (
            f"plans of this strategy bear {policy.annual_percent:f} %"
            if policy.annual_percent
            else "plans bear nothing"
        )
        return (
            "plan.rate",
            f"{percent:f} % a year is more than anybody may ask for: {most}; give that rate or a lower one",
        )
    basis = s.case.basis(s.strategy.account)
    cap = cap_percent(s.case.contract, basis.in_force)
    if cap is not None and percent > cap:
        return "plan.cap", f"{percent:f} % a year is above the cap of {cap:f} % a year: give a rate within it"
    shares = _shares(at.parts, at.interest)
    beside = wanted.covers == "arrears"
    above = above_cap_if_kept(s.case.instalments, s.case.transactions, s.today, basis, shares, beside=beside)
    if above:
        interest = sum(at.interest, ZERO)
        why = (
            f"with {s.shown(interest)} of plan interest all that is charged would be {s.shown(above)} more than the cap of "
            f"{cap:f} % a year allows: give a lower rate, or none"
        )
        return "plan.cap", why
    return None


def to_charge(s: Situation, agreement: Agreement, *, kept: bool = False) -> Decimal:
    """What core banking is to charge of a plan's interest now, in the loan's currency: of the parts that have fallen due, or,
    once it was `kept`, of all, less what was charged and what default interest has grown meanwhile."""
    terms = agreement.terms
    if not isinstance(terms, PlanTerms):
        return ZERO
    due = zip(terms.parts, terms.interest, strict=False)
    fallen = sum((interest for part, interest in due if kept or part.due_on <= s.today), ZERO)
    if not fallen:
        return ZERO
    grown = accrued(s, terms.owed_on, s.today) if terms.owed_on else ZERO
    return max(fallen - grown - agreement.interest_charged, ZERO)


def charged_on(s: Situation, agreement: Agreement) -> date:
    """From which day interest that is charged now counts: that of the last part that has fallen due; today without one."""
    fallen = [part.due_on for part in agreement.terms.parts if part.due_on <= s.today]
    return max(fallen, default=s.today)


def next_charge_on(s: Situation, agreement: Agreement) -> date | None:
    """The next day after today on which a plan's interest falls due; None without one."""
    terms = agreement.terms
    if not isinstance(terms, PlanTerms) or not terms.interest:
        return None
    return min((part.due_on for part in terms.parts if part.due_on > s.today), default=None)


def _shares(parts: Sequence[Part], interest: Sequence[Decimal]) -> list[tuple[date, Decimal, Decimal]]:
    return [(part.due_on, part.amount - more, more) for part, more in zip(parts, interest, strict=True)]
