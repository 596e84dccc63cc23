"""Assessment: who is this, as far as the account, the bureau and, later, conversations tell."""

from __future__ import annotations

from dataclasses import replace

from domain.lifecycle import enter
from domain.scoring import BUILT_IN, graded, risk
from domain.stages.situation import Situation
from domain.treatments import place
from schemas.base import Code
from schemas.contact import Level
from schemas.facts import Assessed
from schemas.segments import Segment
from schemas.steps import Act, Decide, ReadCreditRecord, Step, Why

_TIERS: tuple[Level, ...] = ("low", "medium", "high")


def next_step(s: Situation) -> Step:
    """Ask the bureau once if the borrower allowed it, then assess and go on to contact.

    A silent bureau does not hold a case up: the assessment says that it was missing.
    """
    case = s.case
    authorisation = case.request.credit_authorisation if case.request else None
    if s.strategy.credit_record and authorisation and case.credit is None and "credit_bureau" not in case.failing:
        key = f"{case.loan_id}:e{case.epoch}:bureau:{case.credit_tried + 1}"
        why = Why(rule="assessment.bureau", text="credit record, under the borrower's authorisation")
        return Act(action=ReadCreditRecord(key=key, authorisation=authorisation), why=why)
    assessed = assess(s)
    after = replace(s, case=case.model_copy(update={"assessed": assessed}))
    entered = enter(after, "contact")
    assert entered is not None, "whoever is assessed is contacted next, if no hold stops that"
    placed = f", {placing(assessed)}" if assessed.placed else ""
    text = f"{assessed.segment.replace('_', ' ')} overdue, {assessed.tier} tier{placed}: contact is next"
    return Decide(facts=(assessed, entered), why=Why(rule=entered.rule, text=text))


def assess(s: Situation) -> Assessed:
    """A view with its figures and reason codes; provisional as long as nobody has spoken with the borrower.

    The tier is the higher of two: by the strategy's thresholds, and by the grade of the risk figure where there is one.
    Personal traits are not looked at: none reach this code.
    """
    case, thresholds = s.case, s.strategy.thresholds
    reasons: list[Code] = []
    segment: Segment = "repeated" if case.previous_episodes > 0 or case.relapses > 0 else "first_time"
    reasons.append(f"{segment}_overdue")
    days = s.money.days_past_due
    weight = 0
    if days >= thresholds.high_dpd:
        reasons.append("long_past_due")
        weight += 2
    elif days >= thresholds.medium_dpd:
        reasons.append("past_due")
        weight += 1
    if s.money.arrears >= thresholds.high_arrears:
        reasons.append("high_arrears")
        weight += 1
    if case.credit is None:
        reasons.append("bureau_unavailable" if "credit_bureau" in case.failing else "bureau_not_asked")
    elif case.credit.past_due_elsewhere > 0:
        reasons.append("past_due_elsewhere")
        weight += 1
    cards = s.strategy.assessment or BUILT_IN
    risky = risk(s, cards.risk)
    if risky:
        reasons.append(f"risk_{risky.grade}")
        weight = max(weight, _TIERS.index(risky.grade))
    heard = case.heard
    tier = _TIERS[min(weight, 2)]
    return Assessed(
        segment=segment,
        tier=tier,
        reasons=tuple(reasons),
        willingness=graded(s, cards.willingness),
        ability=graded(s, cards.ability),
        contactability=graded(s, cards.contactability),
        risk=risky,
        overdue_reason=(heard.overdue_reason if heard else None) or "unknown",
        provisional=heard is None,
        rule="assessment.provisional" if heard is None else "assessment.heard",
        why=", ".join(reasons),
        placed=place(s, tier, segment),
    )


def placing(assessed: Assessed) -> str:
    """Segment, treatment and arm of an assessment in words; "" if the strategy has no segments."""
    placed = assessed.placed
    if placed is None:
        return ""
    arm = f", arm {placed.arm} of {placed.experiment}" if placed.arm else ""
    return f"segment {placed.segment}, treatment {placed.treatment}{arm}"
