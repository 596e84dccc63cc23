"""A difference between core banking's figures and its books, and its explanation: a person says by how much and why, somebody
else approves, and then core banking's figures are the ones that hold.

It holds for that difference alone. If a reading differs by another amount, in the arrears or in all that is outstanding,
or not at all, the explanation is over, and the same difference coming back has to be explained again.
"""

from __future__ import annotations

from datetime import timedelta

from domain.calendar import bank_date
from domain.case import Case
from domain.parts import Approval
from domain.stages.situation import Situation, words
from schemas.account import Difference
from schemas.facts import ApprovalLapsed, ApprovalRequested, DifferenceExplained, ExplanationLapsed, Fact
from schemas.policy import Strategy
from schemas.steps import Decide, Step, Why

APPROVED_WITHIN = timedelta(hours=72)
"""House value: where a strategy has no time for approvals, as long as it gives for those of restrictions."""


def present(case: Case, strategy: Strategy) -> Difference | None:
    """By how much core banking's figures are more than its books give, at the newest reading; None if they are the same."""
    if case.quoted is None:
        return None
    return case.differs(bank_date(case.quoted.as_of, strategy.bank_zone), strategy.account)


def unexplained(case: Case, strategy: Strategy) -> Difference | None:
    """The difference that nobody has explained; None without one. While there is one, nothing is quoted."""
    by = present(case, strategy)
    told = case.explained
    return None if by is None or (told is not None and told.difference == by) else by


def waiting(case: Case) -> Approval | None:
    """An explanation that was given and not yet carried out."""
    return next((asked for asked in case.approvals if asked.subject == "difference"), None)


def next_step(s: Situation) -> Step | None:
    """What the newest figures, or somebody's word, make of an explanation; None if nothing."""
    told, asked = s.case.explained, waiting(s.case)
    if told is None and asked is None:
        return None
    by = present(s.case, s.strategy)
    if told is not None and told.difference != by:
        text = f"core banking's figures {_now(by)}: what was explained is past"
        return _decide(
            ExplanationLapsed(explanation=told.explanation, rule="account.explanation_past", why=text),
            "account.explanation_past",
            text,
        )
    if asked is None:
        return None
    if by is None or asked.difference != by:
        text = f"core banking's figures {_now(by)}: the explanation is of something else"
        return _lapsed(asked, "account.explanation_past", text)
    if asked.approved:
        made = _carried_out(s, asked, by)
        return _decide(made, "account.explained", f"the difference was explained: {words(made.reason)}")
    if s.now >= asked.deadline:
        return _lapsed(asked, "approval.lapsed", "nobody approved the difference in time, so it is not done")
    return None


def request(s: Situation, by: Difference, explanation: str, asked_by: str, reason: str, evidence: str | None) -> Fact:
    """Ask somebody else to approve an explanation."""
    policy = s.strategy.negotiation
    within = timedelta(hours=policy.approval_hours) if policy else APPROVED_WITHIN
    return ApprovalRequested(
        approval=explanation,
        subject="difference",
        asked_by=asked_by,
        limit="limit.difference",
        why=f"core banking has {said(by)} more than its books give ({words(reason)})",
        deadline=s.now + within,
        reason=reason,
        difference=by,
        evidence=evidence,
    )


def said(by: Difference) -> str:
    """A difference in words."""
    of = ", ".join(f"{part.amount:,} of {part.component}" for part in by.components)
    return f"{by.arrears:,} overdue and {by.outstanding:,} outstanding" + (f" ({of})" if of else "")


def _now(by: Difference | None) -> str:
    return f"are {said(by)} more than its books give by now" if by else "and its books agree again"


def _carried_out(s: Situation, asked: Approval, by: Difference) -> DifferenceExplained:
    assert s.case.quoted is not None
    on = bank_date(s.case.quoted.as_of, s.strategy.bank_zone)
    books = s.case.books(on, s.strategy.account)
    return DifferenceExplained(
        explanation=asked.approval,
        difference=by,
        on=on,
        paid=books.paid,
        unapplied=books.unapplied,
        reason=asked.reason or "unknown",
        explained_by=asked.asked_by,
        approved_by=asked.decided_by or "unknown",
        evidence=asked.evidence,
    )


def _lapsed(asked: Approval, rule: str, text: str) -> Decide:
    return _decide(ApprovalLapsed(approval=asked.approval, rule=rule, why=text), rule, text)


def _decide(fact: Fact, rule: str, text: str) -> Decide:
    return Decide(facts=(fact,), why=Why(rule=rule, text=text))
