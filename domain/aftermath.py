"""What follows at once from what has just happened: a promise is taken up, an approval carried out, an agreement judged, the
borrower assessed anew, the stage that the table now calls for entered."""

from __future__ import annotations

from datetime import timedelta

from domain import limits
from domain.agreements import judge, paid_by
from domain.authority import authorised
from domain.lifecycle import enter
from domain.parts import Approval, Said
from domain.representing import may_not_agree
from domain.stages.assessment import assess
from domain.stages.outreach import read_account
from domain.stages.situation import Situation, words
from domain.worth import worth
from schemas.facts import (
    AgreementBroken,
    AgreementMade,
    ApprovalLapsed,
    ApprovalRequested,
    Fact,
    HandedToPerson,
    OfferMade,
)
from schemas.steps import Decide, Step, Why
from schemas.terms import AgreedOn, Part, PlanTerms


def next_step(s: Situation) -> Step | None:
    """The next of these decisions; None if there is none."""
    return _approved(s) or _promised(s) or _broken(s) or _reassessed(s) or _moved(s)


def _approved(s: Situation) -> Step | None:
    """Approvals that have their word, or have waited for it in vain."""
    for approval in s.case.approvals:
        if approval.approved and approval.terms is None:
            continue  # a restriction, of which core banking is told (`domain.restricting`)
        fault = may_not_agree(s.case.standing, approval.representative) if approval.representative else None
        if approval.approved and fault:
            lapsed = ApprovalLapsed(approval=approval.approval, rule=fault.rule, why=fault.why)
            return Decide(facts=(lapsed,), why=Why(rule=fault.rule, text=fault.why))
        if approval.approved:
            made = _carried_out(s, approval)
            return Decide(facts=(made,), why=Why(rule="approval.given", text=f"the {approval.subject} was approved"))
        if approval.approved is None and s.now >= approval.deadline:
            text = f"nobody approved the {words(approval.subject)} in time, so it is not done"
            lapsed = ApprovalLapsed(approval=approval.approval, rule="approval.lapsed", why=text)
            return Decide(facts=(lapsed,), why=Why(rule="approval.lapsed", text=text))
    return None


def _carried_out(s: Situation, approval: Approval) -> Fact:
    assert approval.terms is not None, "what has no terms is carried out elsewhere"
    if approval.subject == "promise":
        return AgreementMade(
            agreement=approval.approval,
            terms=approval.terms,
            terms_hash=limits.Allowed(approval.terms).terms_hash,
            channel=approval.channel or "call",
            taken_by=approval.asked_by,
            identity_verified=True,
            approval=approval.approval,
            representative=approval.representative,
            paid_by=paid_by(s.case),
        )
    days = s.strategy.negotiation.offer_days if s.strategy.negotiation else 0
    return OfferMade(
        offer=approval.approval,
        terms=approval.terms,
        terms_hash=limits.Allowed(approval.terms).terms_hash,
        expires_at=s.now + timedelta(days=days),
        made_by=approval.asked_by,
        approval=approval.approval,
    )


def _promised(s: Situation) -> Step | None:
    """A promise that was heard in a conversation, by a robot or at a visit."""
    said = s.case.said
    if said is None or s.strategy.negotiation is None or s.case.agreement or s.money.arrears == 0:
        return None
    judged = _allowed(s, said.part or _usual(s))
    if isinstance(judged, limits.Refusal):
        judged = _allowed(s, _usual(s))  # what was heard cannot be meant: the usual promise is taken instead
    if isinstance(judged, limits.Refusal):  # a table of authority that lets nobody promise
        handed = HandedToPerson(rule=judged.rule, why=judged.why)
        return None if s.case.handed else Decide(facts=(handed,), why=Why(rule=judged.rule, text=judged.why))
    number = f"{s.case.loan_id}:e{s.case.epoch}:g{s.case.decision_head}"
    if judged.above is None:
        made = taken(s, number, judged, said)
        part = judged.terms.parts[0]
        text = f"{s.shown(part.amount)} promised by {part.due_on:%Y-%m-%d}"
        return Decide(facts=(made,), why=Why(rule="promise.heard", text=text))
    asked = request_approval(s, number, judged, said.by, said.channel)
    return Decide(facts=(asked,), why=Why(rule=judged.above.rule, text=judged.above.why))


def _allowed(s: Situation, part: Part) -> limits.Allowed | limits.Refusal:
    judged = limits.promise(s, (part,))
    return judged if isinstance(judged, limits.Refusal) else authorised(s, judged, None)


def _usual(s: Situation) -> Part:
    """What a promise without figures means: all that is overdue, as late as a promise may be."""
    assert s.strategy.negotiation is not None
    promise = s.strategy.negotiation.promise
    days = promise.m1_days if s.money.bucket in ("M0", "M1") else promise.later_days
    return Part(amount=s.money.arrears, due_on=s.today + timedelta(days=days))


def taken(
    s: Situation, number: str, judged: limits.Allowed, said: Said, representative: str | None = None
) -> AgreementMade:
    """The agreement that a promise within its limits is."""
    return AgreementMade(
        agreement=number,
        terms=judged.terms,
        terms_hash=judged.terms_hash,
        channel=said.channel,
        taken_by=said.by,
        identity_verified=said.identity_verified,
        authority=judged.row,
        representative=representative,
        paid_by=paid_by(s.case),
    )


def request_approval(
    s: Situation,
    number: str,
    judged: limits.Allowed,
    asked_by: str,
    channel: AgreedOn | None,
    representative: str | None = None,
) -> ApprovalRequested:
    """Ask for the approval of terms that are above a limit."""
    assert judged.above is not None
    hours = s.strategy.negotiation.approval_hours if s.strategy.negotiation else 0
    return ApprovalRequested(
        approval=number,
        subject=judged.terms.kind,
        terms=judged.terms,
        channel=channel,
        asked_by=asked_by,
        limit=judged.above.rule,
        why=judged.above.why,
        deadline=s.now + timedelta(hours=hours),
        asks=judged.asks,
        authority=judged.row,
        worth=worth(s, judged.terms),
        representative=representative,
    )


def _broken(s: Situation) -> Step | None:
    """An agreement whose time is over, judged on an account that was read after it."""
    agreement = s.case.agreement
    if agreement is None:
        return None
    judged = judge(agreement, s.case, s.strategy, s.now)
    if judged.state != "broken":
        return None
    if s.case.account_read_at is None or s.case.account_read_at < judged.at:
        return read_account(s, Why(rule="account.before_judging", text="read the account: was it paid as agreed?"))
    text = f"{s.shown(judged.paid)} paid of {s.shown(judged.due)} that were agreed by {judged.due_on:%Y-%m-%d}"
    rule = "agreement.partly_kept" if judged.paid > 0 else "agreement.broken"
    terms = agreement.terms
    broken = AgreementBroken(
        agreement=agreement.agreement,
        due_on=judged.due_on,
        due=judged.due,
        paid=judged.paid,
        rule=rule,
        why=text,
        revives=terms.revives if isinstance(terms, PlanTerms) and terms.revives != "as_before" else None,
    )
    return Decide(facts=(broken,), why=Why(rule=rule, text=text))


def _reassessed(s: Situation) -> Step | None:
    """After a real conversation, on what was heard."""
    heard = s.case.heard
    if heard is None or s.case.assessed is None or s.case.assessed_talks >= heard.talks:
        return None
    assessed = assess(s)
    return Decide(facts=(assessed,), why=Why(rule=assessed.rule, text="assessed anew after a conversation"))


def _moved(s: Situation) -> Step | None:
    """The stages that what was said or agreed calls for."""
    for target in ("assessment", "negotiation"):
        entered = enter(s, target) if s.case.stage != target else None
        if entered:
            return Decide(facts=(entered,), why=Why(rule=entered.rule, text=entered.why))
    return None
