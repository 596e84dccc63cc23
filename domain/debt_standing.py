"""How a debt stands with regard to conduct, folded from its loan's facts.

The guard folds it anew under the lock of the loan, from those kinds of facts alone; a case carries the same fold to plan
with. It is kept apart from the rest of the case, so that the last check before a contact does not rest on what the case
believes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.conversations import MET
from domain.standing import going, opened
from schemas.contact import CONVERSATIONS, ContactProposal, ContactResult
from schemas.debt import DebtStanding, Notice, NoticeKind, Obligation, Review, Unanswered
from schemas.facts import (
    AgreementBroken,
    AgreementKept,
    AgreementMade,
    AttemptReserved,
    AttemptSent,
    ComplaintDecided,
    ComplaintOpened,
    ContactRecorded,
    ContactResultPosted,
    ContactReviewed,
    Cured,
    EpisodeOpened,
    Fact,
    HoldEnded,
    HoldOpened,
    InboundContact,
    NoticeGiven,
    Paused,
    Resumed,
    VisitReported,
)
from schemas.holds import SCOPE_OF, Hold
from schemas.ledger import RecordedFact

KINDS: tuple[type, ...] = (
    *(EpisodeOpened, Cured, HoldOpened, HoldEnded, ComplaintOpened, ComplaintDecided, Paused, Resumed),
    *(AgreementMade, AgreementKept, AgreementBroken),
    *(AttemptReserved, AttemptSent, ContactResultPosted, ContactRecorded, VisitReported, InboundContact),
    *(NoticeGiven, ContactReviewed),
)
"""Facts that say anything about it."""

FAILED: frozenset[ContactResult] = frozenset(("no_answer", "undeliverable", "wrong_number"))
OBLIGORS = ("borrower", "representative", "co_borrower", "guarantor")
"""Recipients who owe, or act for somebody who does."""
REMEMBERED = 24
PAUSE = "pause"


def fold_debt(facts: Iterable[RecordedFact]) -> DebtStanding:
    """The standing after these facts of one loan's stream, in their order; others than `KINDS` may be left out."""
    debt = DebtStanding()
    for fact in facts:
        debt = apply_debt(debt, fact)
    return debt


def apply_debt(debt: DebtStanding, recorded: RecordedFact) -> DebtStanding:
    """`debt` after a fact of its loan's stream."""
    changed = _changes(debt, recorded.body, recorded.seq, recorded.occurred_at)
    return debt.model_copy(update=changed) if changed else debt


def _changes(debt: DebtStanding, body: Fact, seq: int, at: datetime) -> dict[str, object]:
    match body:
        case EpisodeOpened(request=request):
            parties = tuple(Obligation(party_id=p.party_id, role=p.role) for p in request.parties)
            kept = DebtStanding(notices=debt.notices, located=debt.located, out=debt.out, refused_by=debt.refused_by)
            return dict(kept.model_copy(update={"product": request.product, "parties": parties}))
        case HoldOpened() if SCOPE_OF[body.hold_kind] == "debt":
            return _held(debt, opened(body, at))
        case HoldEnded(hold=ended):
            return {"holds": tuple(hold for hold in debt.holds if hold.hold != ended)}
        case ComplaintOpened(complaint=complaint, reason=reason):
            return _held(debt, Hold(hold=complaint, kind="complaint", reason=reason, opened_at=at))
        case ComplaintDecided(complaint=complaint):
            return {"holds": tuple(hold for hold in debt.holds if hold.hold != complaint)}
        case Paused(reason=reason, until=until):
            pause = Hold(hold=PAUSE, kind="pause", reason=reason, opened_at=at, review_at=until)
            return {"holds": (*(hold for hold in debt.holds if hold.hold != PAUSE), pause)}
        case Resumed():
            return {"holds": tuple(hold for hold in debt.holds if hold.hold != PAUSE)}
        case AgreementMade(agreement=agreement, terms=terms):
            return {"agreement": terms.kind, "agreement_id": agreement}
        case AgreementKept(agreement=over) | AgreementBroken(agreement=over):
            return {"agreement": None, "agreement_id": None} if over == debt.agreement_id else {}
        case Cured():
            return {"agreement": None, "agreement_id": None}
        case ContactReviewed():
            word = Review(rule=body.rule, approved=body.approved, until=body.until)
            return {"reviews": (*(r for r in debt.reviews if r.rule != body.rule), word)}
        case NoticeGiven(notice=notice, arrived=arrived):
            return _noticed(debt, notice, at, arrived=arrived)
        case _:
            return _contacted(debt, body, seq, at)


def _contacted(debt: DebtStanding, body: Fact, seq: int, at: datetime) -> dict[str, object]:
    match body:
        case AttemptReserved(proposal=proposal):
            return {"out": (*debt.out, _out(proposal))[-REMEMBERED:]}
        case AttemptSent(attempt=attempt, shadow=False):
            sent = _of(debt, attempt)
            changed = _noticed(debt, sent.notice, at, arrived=False) if sent and sent.notice else {}
            if sent and sent.role not in OBLIGORS:
                changed["located"] = (*debt.located, sent.party_id)
            return changed
        case ContactResultPosted(attempt=attempt, result=result):
            sent = _of(debt, attempt)
            changed = _implied(debt, sent, result, seq, at) | _reached(debt, sent, result)
            if result == "delivered" and sent and sent.notice:
                changed |= _noticed(debt, sent.notice, at, arrived=True)
            return changed
        case ContactRecorded(attempt=attempt, result=result):
            sent = _of(debt, attempt)
            return _implied(debt, sent, result, seq, at) | _reached(debt, sent, result)
        case InboundContact(intent=intent):
            held = _implied(debt, None, "disputed", seq, at) if intent == "disputes" else {}
            return held | {"failures": 0}
        case VisitReported(result=met):
            return {"failures": 0 if met in MET else debt.failures + 1}
        case _:
            return {}


def _implied(
    debt: DebtStanding, sent: Unanswered | None, result: ContactResult, seq: int, at: datetime
) -> dict[str, object]:
    """A dispute, or the debtor's distress, that was heard holds the debt without a command (`domain.folding.hearing`)."""
    if result == "disputed" and not going(debt.holds, "dispute", at):
        return _held(debt, Hold(hold=f"disputed:{seq}", kind="dispute", reason="borrower_disputes", opened_at=at))
    theirs = sent is None or sent.role in ("borrower", "representative")
    if result == "distressed" and theirs and not going(debt.holds, "hardship", at):
        return _held(debt, Hold(hold=f"distressed:{seq}", kind="hardship", reason="distressed", opened_at=at))
    return {}


def _reached(debt: DebtStanding, sent: Unanswered | None, result: ContactResult) -> dict[str, object]:
    """Contacts with the debtor that fail in a row are counted; whoever else was asked says nothing about that."""
    if sent and sent.role not in OBLIGORS:
        refused = result in ("refused", "hostile") and sent.party_id not in debt.refused_by
        return {"refused_by": (*debt.refused_by, sent.party_id)} if refused else {}
    if sent and sent.role in ("co_borrower", "guarantor"):
        return {}
    if result in FAILED:
        return {"failures": debt.failures + 1}
    return {"failures": 0} if result in CONVERSATIONS or result == "answered" else {}


def _noticed(debt: DebtStanding, notice: NoticeKind, at: datetime, *, arrived: bool) -> dict[str, object]:
    """The first time that it was given counts, and the first at which it is known to have arrived."""
    known = next((each for each in debt.notices if each.notice == notice), None)
    if known is None:
        return {"notices": (*debt.notices, Notice(notice=notice, given_at=at, arrived_at=at if arrived else None))}
    if not arrived or known.arrived_at:
        return {}
    told = known.model_copy(update={"arrived_at": at})
    return {"notices": tuple(told if each is known else each for each in debt.notices)}


def _held(debt: DebtStanding, hold: Hold) -> dict[str, object]:
    known = any(each.hold == hold.hold for each in debt.holds)
    return {} if known else {"holds": (*debt.holds, hold)}


def _of(debt: DebtStanding, attempt: str | None) -> Unanswered | None:
    return next((each for each in debt.out if each.attempt == attempt), None)


def _out(proposal: ContactProposal) -> Unanswered:
    return Unanswered(attempt=proposal.attempt, role=proposal.role, party_id=proposal.party_id, notice=proposal.notice)
