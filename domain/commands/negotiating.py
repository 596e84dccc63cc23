"""Agreements: a promise taken, a plan or a settlement offered and accepted, an approval given or not."""

from __future__ import annotations

from datetime import timedelta

from domain import limits
from domain.acceptance import owed_otherwise
from domain.aftermath import request_approval, taken
from domain.authority import Ruling, authorised, may_decide
from domain.commands.table import Judges, Refused
from domain.holds import stopping
from domain.parts import Said
from domain.representing import may_not_agree
from domain.stages.situation import Situation
from schemas.facts import AgreementMade, ApprovalDecided, Fact, OfferMade
from schemas.messages import AcceptPlan, AcceptPromise, DecideApproval, OfferPlan
from schemas.terms import Part


def _promise(s: Situation, command: AcceptPromise, command_id: str) -> Fact:
    _open_to_agreements(s)
    _verified(command.identity_verified)
    _authorised(s, command.representative)
    parts = (Part(amount=command.amount, due_on=command.pay_by), *command.then)
    judged = _judged(s, limits.promise(s, parts, command.common, command.allocation), command.role)
    if judged.above:
        return request_approval(s, command_id, judged, command.by, command.channel, command.representative)
    said = Said(part=None, by=command.by, channel=command.channel, identity_verified=command.identity_verified)
    return taken(s, command_id, judged, said, command.representative)


def _offer(s: Situation, command: OfferPlan, command_id: str) -> Fact:
    _open_to_agreements(s)
    if s.case.offer and not owed_otherwise(s, s.case.offer.terms):  # else nobody can accept it any more
        why = f"the offer {s.case.offer.offer} is open until {s.case.offer.expires_at:%Y-%m-%d %H:%M}Z: one at a time"
        raise Refused("offer.open", why)
    judged = _judged(s, limits.offer(s, command.terms), command.role)
    if judged.above:
        return request_approval(s, command_id, judged, command.by, None)
    assert s.strategy.negotiation is not None
    return OfferMade(
        offer=command_id,
        terms=judged.terms,
        terms_hash=judged.terms_hash,
        expires_at=s.now + timedelta(days=s.strategy.negotiation.offer_days),
        made_by=command.by,
        authority=judged.row,
    )


def _accept(s: Situation, command: AcceptPlan, command_id: str) -> Fact:
    offer = s.case.offer
    if offer is None or offer.offer != command.offer:
        open_now = f"the open one is {offer.offer}" if offer else "none is open"
        raise Refused("accept.unknown_offer", f"there is no open offer {command.offer}: {open_now}")
    if s.now >= offer.expires_at:
        raise Refused("accept.expired", f"the offer expired at {offer.expires_at:%Y-%m-%d %H:%M}Z: make a new one")
    if command.terms_hash != offer.terms_hash:
        why = f"other terms than those offered were accepted: the offer's hash is {offer.terms_hash}"
        raise Refused("accept.terms_differ", why)
    if s.money.arrears == 0:
        raise Refused("accept.nothing_due", "nothing is overdue any more")
    if changed := owed_otherwise(s, offer.terms):
        raise Refused(changed.rule, changed.why)
    _not_held(s)
    _verified(command.identity_verified)
    _authorised(s, command.representative)
    return AgreementMade(
        agreement=command_id,
        terms=offer.terms,
        terms_hash=offer.terms_hash,
        channel=command.channel,
        taken_by=command.by,
        identity_verified=command.identity_verified,
        offer=offer.offer,
        approval=offer.approval,
        representative=command.representative,
    )


def _decide(s: Situation, command: DecideApproval, command_id: str) -> Fact:
    asked = next((a for a in s.case.approvals if a.approval == command.approval), None)
    if asked is None or asked.approved is not None:
        waiting = ", ".join(a.approval for a in s.case.approvals if a.approved is None) or "nothing"
        raise Refused("approval.unknown", f"no approval {command.approval} waits on this case; what waits: {waiting}")
    if command.by == asked.asked_by:
        raise Refused("approval.same_person", f"{command.by} asked for it: somebody else has to decide")
    if s.now >= asked.deadline:
        raise Refused("approval.late", f"its time was over at {asked.deadline:%Y-%m-%d %H:%M}Z: ask for it again")
    row = may_decide(s, asked, command.role)
    if isinstance(row, limits.Refusal) and (command.approve or row.rule != "approval.authority"):
        raise Refused(row.rule, row.why)
    return ApprovalDecided(
        approval=command.approval,
        approved=command.approve,
        decided_by=command.by,
        reason=command.reason,
        role=command.role,
        authority=row.row if isinstance(row, Ruling) else None,
    )


def _open_to_agreements(s: Situation) -> None:
    if s.case.account_as_of is None:
        raise Refused("account.unread", "the account has not been read yet: what is owed is not known. Try again then")
    if s.money.arrears == 0:
        raise Refused("agree.nothing_due", "nothing is overdue: there is nothing to agree on")
    _not_held(s)
    waiting = [a for a in s.case.approvals if a.approved is None and a.terms is not None]
    if waiting:
        raise Refused("approval.waiting", f"{waiting[0].approval} waits for an approval: one at a time")


def _not_held(s: Situation) -> None:
    hold = stopping(s.case, "negotiation", s.now)
    if hold:
        raise Refused(f"hold.{hold.row.kind}", f"{hold.row.why}; end the hold first ({hold.hold})")


def _verified(identity_verified: bool) -> None:
    if not identity_verified:
        why = "only the debtor in person agrees, or who acts for them: record with it that their identity was checked"
        raise Refused("agree.identity", why)


def _authorised(s: Situation, representative: str | None) -> None:
    """Only the debtor agrees, or somebody who was verified to agree in their place."""
    fault = may_not_agree(s.case.standing, representative) if representative else None
    if fault:
        raise Refused(fault.rule, fault.why)


def _judged(s: Situation, judged: limits.Allowed | limits.Refusal, role: str | None) -> limits.Allowed:
    """What the limits and the table of authority say together."""
    judged = judged if isinstance(judged, limits.Refusal) else authorised(s, judged, role)
    if isinstance(judged, limits.Refusal):
        raise Refused(judged.rule, judged.why)
    return judged


JUDGES: Judges = {AcceptPromise: _promise, OfferPlan: _offer, AcceptPlan: _accept, DecideApproval: _decide}
