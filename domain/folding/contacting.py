"""Contacts: how far each attempt has come, and what was heard of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from domain.folding.table import Changes, Folds
from domain.parts import OpenAttempt, PastContact, Task
from schemas.contact import ContactProposal, ContactResult
from schemas.facts import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    ContactRecorded,
    ContactResultPosted,
)

if TYPE_CHECKING:
    from domain.case import Case

REMEMBERED = 24
"""How many past contacts a case carries; caps are counted by the ledger over all of them."""


def _reserved(case: Case, body: AttemptReserved, at: datetime) -> Changes:
    opened = OpenAttempt(proposal=body.proposal, state="reserved", at=at)
    return {"open_attempt": opened, "attempts": case.attempts + 1, "stop_all_refusals": 0}


def _refused(case: Case, body: AttemptRefused, at: datetime) -> Changes:
    verdict = body.verdict
    tried: Changes = {"attempts": case.attempts + 1}
    if verdict.verdict == "defer":
        return tried | {"not_before": verdict.until}
    if any(finding.release == "stop_all_lifted" for finding in verdict.findings):
        return tried | {"stop_all_refusals": case.stop_all_refusals + 1}
    return tried | {"rung": max(case.rung + 1, body.proposal.rung)}


def _sending(case: Case, body: AttemptSending, at: datetime) -> Changes:
    return {"open_attempt": _moved(case, body.attempt, "sending")}


def _unknown(case: Case, body: AttemptUnknown, at: datetime) -> Changes:
    return {"open_attempt": _moved(case, body.attempt, "unknown")}


def _released(case: Case, body: AttemptReleased, at: datetime) -> Changes:
    if not _is_open(case, body.attempt):
        return {}
    return {"open_attempt": None, "released": case.open_attempt}


def _sent(case: Case, body: AttemptSent, at: datetime) -> Changes:
    # A gateway may say, after we gave an attempt up, that it went out after all: then it counts.
    begun = next((a for a in (case.open_attempt, case.released) if a and a.proposal.attempt == body.attempt), None)
    if begun is None:
        return {}
    proposal, result = begun.proposal, begun.result
    contact = PastContact(attempt=body.attempt, proposal=proposal, at=at, result=result, shadow=body.shadow)
    still_open = None if _is_open(case, body.attempt) else case.open_attempt
    changes: Changes = {
        "open_attempt": still_open,
        "released": None,
        "contacts": (*case.contacts, contact)[-REMEMBERED:],
        "contacts_made": case.contacts_made + 1,
        "rung": max(case.rung + 1, proposal.rung),
        "not_before": None,
        "failing": case.healed("messaging", "telephony"),
    }
    if proposal.deadline and not body.shadow:
        changes["task"] = Task(attempt=body.attempt, deadline=proposal.deadline)
    return changes


def _result(case: Case, body: ContactResultPosted, at: datetime) -> Changes:
    return _resulted(case, body.attempt, body.result)


def _recorded(case: Case, body: ContactRecorded, at: datetime) -> Changes:
    changes = _resulted(case, body.attempt, body.result) if body.attempt else {}
    if body.result == "disputed":
        changes["disputed"] = True
    if body.quiet_until:
        changes["quiet_until"] = body.quiet_until
    if case.task and case.task.attempt == body.attempt:
        changes["task"] = None
    return changes


def _resulted(case: Case, attempt: str, result: ContactResult) -> Changes:
    changes: Changes = {}
    proposal: ContactProposal | None = None
    if case.open_attempt is not None and _is_open(case, attempt):
        proposal = case.open_attempt.proposal
        told = _stronger(case.open_attempt.result, result)
        changes["open_attempt"] = case.open_attempt.model_copy(update={"result": told})
    for index, contact in enumerate(case.contacts):
        if contact.attempt == attempt:
            proposal = contact.proposal
            told = contact.model_copy(update={"result": _stronger(contact.result, result)})
            changes["contacts"] = (*case.contacts[:index], told, *case.contacts[index + 1 :])
    if result == "disputed":
        changes["disputed"] = True
    if result in ("undeliverable", "wrong_number") and proposal:
        changes["invalid_points"] = case.and_invalid(proposal.contact_point_id)
    return changes


_TELLING: tuple[ContactResult, ...] = (
    "delivered",
    "no_answer",
    "answered",
    "undeliverable",
    "wrong_number",
    "right_party",
    "needs_time",
    "promised",
    "refused",
    "disputed",
)


def _stronger(one: ContactResult | None, other: ContactResult) -> ContactResult:
    """Receipts overtake one another: the one that tells most stands, whatever came last."""
    return other if one is None or _TELLING.index(other) > _TELLING.index(one) else one


def _is_open(case: Case, attempt: str) -> bool:
    return case.open_attempt is not None and case.open_attempt.proposal.attempt == attempt


def _moved(case: Case, attempt: str, state: Literal["sending", "unknown"]) -> OpenAttempt | None:
    if case.open_attempt is None or not _is_open(case, attempt):
        return case.open_attempt
    return case.open_attempt.model_copy(update={"state": state})


FOLDS: Folds = {
    AttemptReserved: _reserved,
    AttemptRefused: _refused,
    AttemptSending: _sending,
    AttemptSent: _sent,
    AttemptUnknown: _unknown,
    AttemptReleased: _released,
    ContactResultPosted: _result,
    ContactRecorded: _recorded,
}
