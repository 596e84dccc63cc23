"""What was heard: results of contacts, conversations, what a borrower says who gets in touch, reports of visits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from domain.folding.contacting import is_open
from domain.folding.reporting import arrived
from domain.folding.suing import interrupt, reach
from domain.folding.table import Changes, Folds
from domain.parts import Heard, PastContact, Said, Wish
from domain.standing import going
from schemas.contact import CONVERSATIONS, WRITTEN, ContactProposal, ContactResult, InboundChannel, Intent, Level
from schemas.facts import ContactRecorded, ContactResultPosted, InboundContact, VisitReported
from schemas.holds import Hold

if TYPE_CHECKING:
    from domain.case import Case


def _result(case: Case, body: ContactResultPosted, at: datetime) -> Changes:
    changes = _resulted(case, body.attempt, body.result, at) | arrived(case, body.attempt, body.result, at)
    known = next((c for c in case.contacts if c.attempt == body.attempt), None)
    if known is None or not _by_debtor(known.proposal):
        return changes
    if known.proposal.milestone == "demanded" and body.result == "delivered" and not case.reached("demand_arrived"):
        changes |= reach(case, "demand_arrived", at) | interrupt(case, at, "demand_arrived")
    if body.result in CONVERSATIONS and known.result != body.result:
        changes |= _talked(case, body.result, "robot", at)
        if body.result == "promised" and case.agreement is None:
            changes["said"] = Said(part=None, by="robot", channel="call", identity_verified=False)
    return changes


def _recorded(case: Case, body: ContactRecorded, at: datetime) -> Changes:
    changes = _resulted(case, body.attempt, body.result, at) if body.attempt else _points_of(case, body.result, at)
    if body.result in CONVERSATIONS:
        changes["collectors"] = tuple(sorted({*case.collectors, body.collector}))
    if body.quiet_until:
        changes["quiet_until"] = body.quiet_until
    if case.task and case.task.attempt == body.attempt:
        changes["task"] = None
    if body.attempt is None:
        changes |= {"inbound_at": at, **_replied(case, "inbound_call", at)}
    if body.result in CONVERSATIONS and _by_debtor(_proposal_of(case, body.attempt)):
        changes |= _talked(case, body.result, body.collector, at, body)
        channel = "call" if body.attempt else "inbound_call"
        if (body.promise or body.result == "promised") and case.agreement is None:
            changes["said"] = Said(
                part=body.promise, by=body.collector, channel=channel, identity_verified=body.identity_verified
            )
    if body.means:
        changes["means"] = body.means
    if body.wish:
        changes["wish"] = Wish(kind=body.wish, at=at)
    return changes


def _talked(case: Case, result: ContactResult, by: str, at: datetime, said: ContactRecorded | None = None) -> Changes:
    """What a conversation with the debtor in person changes, whoever held it."""
    before = case.heard
    heard = Heard(
        talks=before.talks + 1 if before else 1,
        at=at,
        willingness=(said.willingness if said else None) or _WILLINGNESS.get(result) or (before and before.willingness),
        ability=(said.ability if said else None) or (before and before.ability),
        overdue_reason=(said.overdue_reason if said else None) or (before and before.overdue_reason),
    )
    changes: Changes = {"heard": heard}
    match result:
        case "refused":
            changes["refusals"] = case.refusals + 1
        case "hostile":
            changes["hostile_to"] = (*case.hostile_to, by)
        case "needs_time":
            changes["wish"] = Wish(kind="time", at=at)
        case _:
            pass
    return changes


def _proposal_of(case: Case, attempt: str | None) -> ContactProposal | None:
    if case.open_attempt is not None and attempt is not None and is_open(case, attempt):
        return case.open_attempt.proposal
    return next((c.proposal for c in case.contacts if c.attempt == attempt), None)


def _by_debtor(proposal: ContactProposal | None) -> bool:
    """Whether what was heard is the debtor's own word, or of whoever acts for them: a guarantor or a relative agrees to
    nothing in their name."""
    return proposal is None or proposal.role in ("borrower", "representative")


def _points_of(case: Case, result: ContactResult, at: datetime, attempt: str | None = None) -> Changes:
    """What a result changes that belongs to no attempt of ours. Told again while it holds, it changes nothing."""
    if result == "self_harm":
        return _in_danger(case, at)
    if result == "distressed":
        if going(case.holds, "hardship", at) or not _by_debtor(_proposal_of(case, attempt)):
            return {}
        hold = Hold(hold=f"distressed:{case.head.seq + 1}", kind="hardship", reason="distressed", opened_at=at)
        return {"holds": (*case.holds, hold)}
    if result != "disputed" or going(case.holds, "dispute", at):
        return {}
    hold = Hold(hold=f"disputed:{case.head.seq + 1}", kind="dispute", reason="borrower_disputes", opened_at=at)
    return {"holds": (*case.holds, hold)}


def _in_danger(case: Case, at: datetime) -> Changes:
    """At once on this debt; for all of the borrower's by the next decision (`domain.agenda`)."""
    if any(hold.kind == "self_harm" for hold in (*case.holds, *case.standing.holds)):
        return {}
    name = f"self_harm:{case.loan_id[:60]}:{case.head.seq + 1}"
    return {"holds": (*case.holds, Hold(hold=name, kind="self_harm", reason="mentioned", opened_at=at))}


def _resulted(case: Case, attempt: str, result: ContactResult, at: datetime) -> Changes:
    changes = _points_of(case, result, at, attempt)
    proposal: ContactProposal | None = None
    if case.open_attempt is not None and is_open(case, attempt):
        proposal = case.open_attempt.proposal
        told = _stronger(case.open_attempt.result, result)
        changes["open_attempt"] = case.open_attempt.model_copy(update={"result": told})
    for index, contact in enumerate(case.contacts):
        if contact.attempt == attempt:
            proposal = contact.proposal
            told = contact.model_copy(update=_told(contact, result, at))
            changes["contacts"] = (*case.contacts[:index], told, *case.contacts[index + 1 :])
    if result in ("undeliverable", "wrong_number") and proposal:
        changes["invalid_points"] = case.and_invalid(proposal.contact_point_id)
    return changes


def _told(contact: PastContact, result: ContactResult, at: datetime) -> Changes:
    stronger = _stronger(contact.result, result)
    by_people = contact.proposal.channel == "human_call" and stronger != contact.result
    return {"result": stronger, "result_at": at} if by_people else {"result": stronger}


def _inbound(case: Case, body: InboundContact, at: datetime) -> Changes:
    changes: Changes = {"inbound_at": at, **_replied(case, body.channel, at)}
    kind = _WISHES.get(body.intent)
    if kind:
        changes["wish"] = Wish(kind=kind, at=at)
    if body.intent == "disputes":
        changes |= _points_of(case, "disputed", at)
    if body.intent == "self_harm":
        changes |= _points_of(case, "self_harm", at)
    if body.intent == "says_paid":
        changes["account_as_of"] = None  # to be seen before anything else is decided
    return changes


def _replied(case: Case, channel: InboundChannel, at: datetime) -> Changes:
    """What the borrower answers when they get in touch: the last message before that, or if they ring the last contact."""
    found = next(
        (
            contact
            for contact in reversed(case.contacts)
            if contact.at <= at
            and _by_debtor(contact.proposal)
            and (channel == "inbound_call" or contact.proposal.channel in WRITTEN)
        ),
        None,
    )
    if found is None or found.replied:
        return {}
    answered = found.model_copy(update={"replied": True})
    return {"contacts": tuple(answered if contact is found else contact for contact in case.contacts)}


def _visited(case: Case, body: VisitReported, at: datetime) -> Changes:
    visit = next((v for v in case.visits if v.attempt == body.attempt), None)
    if visit is None or visit.result is not None:
        return {}
    told = visit.model_copy(update={"result": body.result, "called_off": False})
    changes: Changes = {"visits": tuple(told if v.attempt == body.attempt else v for v in case.visits)}
    if case.task and case.task.attempt == body.attempt:
        changes["task"] = None
    proposal = next((c.proposal for c in case.contacts if c.attempt == body.attempt), None)
    match body.result:
        case "met" | "promised":
            changes |= _talked(case, "right_party", "field", at)
            changes["wish"] = Wish(kind="plan", at=at)
        case "refused":
            changes |= _talked(case, "refused", "field", at)
        case "moved" if proposal:
            changes["invalid_points"] = case.and_invalid(proposal.contact_point_id)
        case _:
            pass
    if (body.promise or body.result == "promised") and case.agreement is None:
        changes["said"] = Said(part=body.promise, by="field", channel="visit", identity_verified=True)
    return changes


_WISHES: dict[Intent, Literal["time", "plan", "settlement", "call"]] = {
    "asks_for_time": "time",
    "wants_plan": "plan",
    "wants_settlement": "settlement",
    "wants_call": "call",
}
_WILLINGNESS: dict[ContactResult, Level] = {
    "promised": "high",
    "needs_time": "medium",
    "refused": "low",
    "hostile": "low",
}
"""What a result says of willingness where the collector gave no impression."""

_TELLING: tuple[ContactResult, ...] = (
    "delivered",
    "no_answer",
    "answered",
    "undeliverable",
    "wrong_number",
    "right_party",
    "needs_time",
    "promised",
    "hostile",
    "refused",
    "distressed",
    "disputed",
    "self_harm",
)


def _stronger(one: ContactResult | None, other: ContactResult) -> ContactResult:
    """Receipts overtake one another: the one that tells most stands, whatever came last."""
    return other if one is None or _TELLING.index(other) > _TELLING.index(one) else one


FOLDS: Folds = {
    ContactResultPosted: _result,
    ContactRecorded: _recorded,
    InboundContact: _inbound,
    VisitReported: _visited,
}
