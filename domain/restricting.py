"""Restrictions on a loan: asked for by the strategy or by people, approved by somebody else, told to core banking, lifted.

It goes on beside whatever else the case does, and no hold stops it: a restriction demands nothing of the borrower, and a
person has approved it. What is in force when the loan is cured or paid is lifted before the case goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.calendar import day_start
from domain.counting import counted
from domain.outside import patience
from domain.parts import Restricted
from domain.stages.situation import Situation, words
from schemas.facts import ApprovalRequested
from schemas.restrictions import Restriction, RestrictionChange, Restrictions
from schemas.steps import Act, Decide, SetRestriction, Step, Why

RETRY = timedelta(hours=1)
"""After core banking did not answer it is told again so long after: the case goes on meanwhile."""


def next_step(s: Situation) -> Step | None:
    """What core banking is to be told, or a freeze that the strategy asks for; None if there is neither now."""
    told = _imposed(s) or _lift_asked(s)
    if told is None:
        return _freeze(s)
    retry = _retry_at(s)
    return None if retry and s.now < retry else told


def lifted(s: Situation, reason: str) -> Step | None:
    """Lift what is in force before a cured or paid loan goes on; also what was approved, for core banking may have been told
    of it without an answer. None if there is nothing."""
    if not (left := _left(s)):
        return None
    return patience(s.case, "core_banking", s.strategy, s.now) or _told(s, left[0], "lifted", reason)


def given_up(s: Situation) -> bool:
    """Whether something is to be lifted and core banking was told in vain as often as the strategy's patience goes."""
    failing = s.case.failing.get("core_banking")
    return bool(_left(s)) and failing is not None and failing.count > len(s.strategy.patience.minutes)


def moments(s: Situation) -> list[datetime]:
    """When it is to be looked at again."""
    found = [_freeze_at(s)]
    if _imposed(s) or _lift_asked(s):
        found.append(_retry_at(s))
    return [moment for moment in found if moment]


def request(
    s: Situation, restriction: Restriction, approval: str, asked_by: str, reason: str, why: str
) -> ApprovalRequested:
    """Ask for somebody else's approval."""
    policy = s.strategy.restrictions or Restrictions()
    return ApprovalRequested(
        approval=approval,
        subject=restriction,
        asked_by=asked_by,
        limit="limit.restriction",
        why=why,
        deadline=s.now + timedelta(hours=policy.approval_hours),
        reason=reason,
    )


def _freeze(s: Situation) -> Step | None:
    at = _freeze_at(s)
    if at is None or s.now < at or s.money.arrears < s.strategy.thresholds.ignore_arrears:
        return None
    why = f"{counted(s.money.days_past_due, 'day')} past due: the card's limit is to be frozen"
    number = f"{s.case.loan_id}:e{s.case.epoch}:f{s.case.decision_head}"
    asked = request(s, "freeze", number, "arrears", "past_due", why)
    return Decide(facts=(asked,), why=Why(rule="restriction.wanted", text=why))


def _freeze_at(s: Situation) -> datetime | None:
    """From when the strategy asks for a freeze; None if it does not, or has asked."""
    policy, since, loan = s.strategy.restrictions, s.money.counted_from, s.case.request
    if policy is None or policy.freeze_from_dpd is None or since is None or s.case.freeze_asked:
        return None
    if loan is None or loan.product != "credit_card" or any(r.restriction == "freeze" for r in s.case.restrictions):
        return None
    return day_start(since + timedelta(days=policy.freeze_from_dpd), s.strategy.bank_zone)


def _imposed(s: Situation) -> Step | None:
    approved = s.case.restrictions_approved()
    return _told(s, approved[0], "imposed", approved[0].reason) if approved else None


def _lift_asked(s: Situation) -> Step | None:
    found = next((each for each in s.case.restrictions if each.lifting), None)
    return _told(s, found, "lifted", found.lifting) if found and found.lifting else None


def _left(s: Situation) -> tuple[Restricted, ...]:
    return (*s.case.restrictions, *s.case.restrictions_approved())


def _retry_at(s: Situation) -> datetime | None:
    failing = s.case.failing.get("core_banking")
    return failing.last + RETRY if failing else None


def _told(s: Situation, what: Restricted, change: RestrictionChange, reason: str) -> Act:
    """Tell core banking. The key names what is told: what was asked under another may have been done without an answer."""
    number = f"r{s.case.restrictions_told + 1}{what.restriction[0]}{change[0]}"
    action = SetRestriction(
        key=f"{s.case.loan_id}:e{s.case.epoch}:{number}",
        restriction=what.restriction,
        change=change,
        reason=reason,
        approval=what.approval,
    )
    text = f"the {words(what.restriction)} is to be {change} ({words(reason)}): core banking is told"
    return Act(action=action, why=Why(rule=f"restriction.{change}", text=text))
