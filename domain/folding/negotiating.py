"""Offers, agreements, approvals."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, get_args

from domain.folding.suing import interrupt
from domain.folding.table import Changes, Folds
from domain.money import ZERO
from domain.parts import Agreement, Approval, Offer, PastAgreement, Settled
from schemas.facts import (
    AgreementBroken,
    AgreementKept,
    AgreementMade,
    ApprovalDecided,
    ApprovalLapsed,
    ApprovalRequested,
    CertificateIssued,
    CertificateVoided,
    OfferLapsed,
    OfferMade,
)
from schemas.restrictions import Restriction
from schemas.terms import PlanTerms

if TYPE_CHECKING:
    from domain.case import Case


def _offered(case: Case, body: OfferMade, at: datetime) -> Changes:
    offer = Offer(
        offer=body.offer,
        terms=body.terms,
        terms_hash=body.terms_hash,
        made_by=body.made_by,
        expires_at=body.expires_at,
        approval=body.approval,
    )
    return {"offer": offer, "approvals": _without(case, body.approval)}


def _lapsed(case: Case, body: OfferLapsed, at: datetime) -> Changes:
    return {"offer": None} if case.offer and case.offer.offer == body.offer else {}


def _made(case: Case, body: AgreementMade, at: datetime) -> Changes:
    # Whatever counts from a later day has been paid already, too.
    paid = case.money(date.max).paid if case.instalments else ZERO
    agreement = Agreement(
        agreement=body.agreement,
        terms=body.terms,
        terms_hash=body.terms_hash,
        made_at=at,
        paid_before=paid,
        taken_by=body.taken_by,
        paid_by=body.paid_by,
    )
    past = _ended(case, "replaced") if case.agreement else case.past_agreements
    return {
        "agreement": agreement,
        "past_agreements": past,
        "settled": None,
        "offer": None,
        "said": None,
        "wish": None,
        "negotiation_calls": 0,
        "refusals": 0,
        "approvals": _without(case, body.approval),
        # Agreeing to pay is acknowledging the debt.
        **interrupt(case, at, f"{body.terms.kind}_agreed"),
    }


def _kept(case: Case, body: AgreementKept, at: datetime) -> Changes:
    if case.agreement is None or case.agreement.agreement != body.agreement:
        return {}
    terms = case.agreement.terms
    # A plan with interest of its own: the rest of it is charged, what grew beyond it waived.
    own = isinstance(terms, PlanTerms) and terms.plan_interest
    settled = Settled(agreement=case.agreement) if terms.kind == "settlement" or body.accrued or own else None
    return {"agreement": None, "past_agreements": _ended(case, "kept"), "settled": settled}


def _broken(case: Case, body: AgreementBroken, at: datetime) -> Changes:
    # The borrower agreed that a breach makes the whole balance callable: nobody has to decide it again before a suit.
    revived: Changes = {"accelerate": True} if body.revives == "whole_balance" else {}
    if case.settled and case.settled.agreement.agreement == body.agreement:  # its money was taken back
        broken = PastAgreement(agreement=body.agreement, kind=case.settled.agreement.terms.kind, ended="broken")
        kept = tuple(p for p in case.past_agreements if p.agreement != body.agreement)
        return {"settled": None, "past_agreements": (*kept, broken), **revived}
    if case.agreement is None or case.agreement.agreement != body.agreement:
        return {}
    over = _ended(case, "partly" if body.paid > 0 else "broken")
    return {"agreement": None, "past_agreements": over, **revived}


def _requested(case: Case, body: ApprovalRequested, at: datetime) -> Changes:
    approval = Approval(
        approval=body.approval,
        subject=body.subject,
        terms=body.terms,
        channel=body.channel,
        asked_by=body.asked_by,
        limit=body.limit,
        why=body.why,
        deadline=body.deadline,
        asks=body.asks,
        authority=body.authority,
        worth=body.worth,
        reason=body.reason,
        amount=body.amount,
        bucket=body.bucket,
        representative=body.representative,
        difference=body.difference,
        evidence=body.evidence,
    )
    asked: Changes = {"approvals": (*case.approvals, approval)}
    if body.subject in get_args(Restriction):
        return asked | ({"freeze_asked": True} if body.subject == "freeze" else {})
    if body.subject == "difference":
        return asked
    return asked | {"said": None}


def _decided(case: Case, body: ApprovalDecided, at: datetime) -> Changes:
    asked = next((a for a in case.approvals if a.approval == body.approval), None)
    if asked is None:
        return {}
    if asked.subject == "acceleration":
        return {"approvals": _without(case, body.approval), "accelerate": body.approved}
    if not body.approved:
        return {"approvals": _without(case, body.approval)}
    by = {"decided_by": body.decided_by} if asked.subject == "difference" else {}
    approved = asked.model_copy(update={"approved": True, **by})
    return {"approvals": tuple(approved if a.approval == body.approval else a for a in case.approvals)}


def _approval_lapsed(case: Case, body: ApprovalLapsed, at: datetime) -> Changes:
    changes: Changes = {"approvals": _without(case, body.approval)}
    asked = next((a for a in case.approvals if a.approval == body.approval), None)
    # Where the suit was left for something else nobody was asked: it is asked for again when the suit goes on.
    waited_for = asked and asked.subject == "acceleration" and case.stage == "litigation"
    return changes | {"accelerate": False} if waited_for else changes


def _without(case: Case, approval: str | None) -> tuple[Approval, ...]:
    return tuple(a for a in case.approvals if a.approval != approval)


def _ended(case: Case, how: Literal["kept", "partly", "broken", "replaced"]) -> tuple[PastAgreement, ...]:
    assert case.agreement is not None
    agreed = case.agreement
    over = PastAgreement(agreement=agreed.agreement, kind=agreed.terms.kind, ended=how, taken_by=agreed.taken_by)
    return (*case.past_agreements, over)


def _certified(case: Case, body: CertificateIssued, at: datetime) -> Changes:
    return {"certificate": body.agreement, "failing": case.healed("documents")}


def _voided(case: Case, body: CertificateVoided, at: datetime) -> Changes:
    return {"certificate": None} if case.certificate == body.agreement else {}


FOLDS: Folds = {
    OfferMade: _offered,
    OfferLapsed: _lapsed,
    AgreementMade: _made,
    AgreementKept: _kept,
    AgreementBroken: _broken,
    ApprovalRequested: _requested,
    ApprovalDecided: _decided,
    ApprovalLapsed: _approval_lapsed,
    CertificateIssued: _certified,
    CertificateVoided: _voided,
}
