"""Contacts: how far each attempt has come."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from domain.folding.reporting import noticed
from domain.folding.suing import reach
from domain.folding.table import Changes, Folds
from domain.parts import OpenAttempt, PastContact, PastVisit, Task
from schemas.contact import ContactProposal
from schemas.facts import (
    AttemptCovered,
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    CoverEnded,
    TaskCalledOff,
)

if TYPE_CHECKING:
    from domain.case import Case

COLLECTOR_REMOVED = "collector_removed"
"""Why a task is called off that somebody may have who is off every case of the borrower."""

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
    if not _is_rung(case, body.proposal):
        return tried | {"blocked": body.proposal.channel}
    return tried | {"rung": max(case.rung + 1, body.proposal.rung)}


def _sending(case: Case, body: AttemptSending, at: datetime) -> Changes:
    return {"open_attempt": _moved(case, body.attempt, "sending")}


def _unknown(case: Case, body: AttemptUnknown, at: datetime) -> Changes:
    return {"open_attempt": _moved(case, body.attempt, "unknown")}


def _released(case: Case, body: AttemptReleased, at: datetime) -> Changes:
    if not is_open(case, body.attempt):
        return {}
    return {"open_attempt": None, "released": case.open_attempt}


def _sent(case: Case, body: AttemptSent, at: datetime) -> Changes:
    # A gateway may say, after we gave an attempt up, that it went out after all: then it counts.
    begun = next((a for a in (case.open_attempt, case.released) if a and a.proposal.attempt == body.attempt), None)
    if begun is None:
        return {}
    proposal, result = begun.proposal, begun.result
    contact = PastContact(attempt=body.attempt, proposal=proposal, at=at, result=result, shadow=body.shadow)
    still_open = None if is_open(case, body.attempt) else case.open_attempt
    changes: Changes = {
        "open_attempt": still_open,
        "released": None,
        "contacts": (*case.contacts, contact)[-REMEMBERED:],
        "contacts_made": case.contacts_made + 1,
        "not_before": None,
        "blocked": None,
        "failing": case.healed("messaging", "telephony", "field_force"),
    }
    if _is_rung(case, proposal):
        changes["rung"] = max(case.rung + 1, proposal.rung)
    elif case.stage == "negotiation" and proposal.channel == "human_call":
        changes["negotiation_calls"] = case.negotiation_calls + 1
    changes |= noticed(case, proposal, at)
    if proposal.milestone:
        changes |= reach(case, proposal.milestone, at)
    if proposal.deadline and not body.shadow:
        changes["task"] = Task(proposal=proposal, deadline=proposal.deadline)
    if proposal.channel == "visit" and proposal.appointment:
        visit = PastVisit(attempt=body.attempt, appointment=proposal.appointment)
        changes["visits"] = (*case.visits, visit)
    return changes


def _covered(case: Case, body: AttemptCovered, at: datetime) -> Changes:
    """Another case's message speaks of this debt too: as if this case had made its own contact."""
    if any(c.attempt == body.attempt for c in case.contacts):
        return {}
    proposal = body.cover.proposal
    contact = PastContact(attempt=body.attempt, proposal=proposal, at=at, by_loan=body.by_loan, rung_before=case.rung)
    return {
        "contacts": (*case.contacts, contact)[-REMEMBERED:],
        "contacts_made": case.contacts_made + 1,
        "not_before": None,
        "blocked": None,
        "rung": max(case.rung + 1, proposal.rung),
    }


def _cover_ended(case: Case, body: CoverEnded, at: datetime) -> Changes:
    known = next((c for c in case.contacts if c.attempt == body.attempt and c.by_loan), None)
    if known is None:
        return {}
    if body.outcome != "released":
        shadowed = known.model_copy(update={"shadow": body.shadow})
        return {"contacts": tuple(shadowed if c is known else c for c in case.contacts)}
    climbed = case.rung == max(known.rung_before + 1, known.proposal.rung)
    return {
        "contacts": tuple(c for c in case.contacts if c is not known),
        "contacts_made": case.contacts_made - 1,
        "rung": known.rung_before if climbed else case.rung,
    }


def _is_rung(case: Case, proposal: ContactProposal) -> bool:
    """Whether a contact is one of the ladder's. All in the stage contact are, also those made before proposals said so."""
    return proposal.rung > 0 or (case.stage == "contact" and proposal.notice is None)


def is_open(case: Case, attempt: str) -> bool:
    """Whether this is the attempt that began and of which nobody knows yet how it ended."""
    return case.open_attempt is not None and case.open_attempt.proposal.attempt == attempt


def _called_off(case: Case, body: TaskCalledOff, at: datetime) -> Changes:
    if case.task is None or case.task.attempt != body.attempt:
        return {}
    healed = case.healed("telephony", "field_force")
    if body.too_late and case.task.proposal.channel == "visit":
        # It is under way, or over: its report is still to come.
        return {"failing": healed, "task": case.task.model_copy(update={"called_off": True})}
    visits = tuple(v.model_copy(update={"called_off": True}) if v.attempt == body.attempt else v for v in case.visits)
    changes: Changes = {"failing": healed, "task": None, "visits": visits}
    if body.code == COLLECTOR_REMOVED and not body.too_late:
        changes |= _owed_again(case, case.task.proposal)
    return changes


def _owed_again(case: Case, proposal: ContactProposal) -> Changes:
    """A call that was taken back only from whom it had been given to is still to be made, by somebody else."""
    if proposal.rung and case.rung == proposal.rung:
        return {"rung": case.rung - 1}
    if case.stage == "negotiation" and proposal.channel == "human_call" and not proposal.rung:
        return {"negotiation_calls": max(0, case.negotiation_calls - 1)}
    return {}


def _moved(case: Case, attempt: str, state: Literal["sending", "unknown"]) -> OpenAttempt | None:
    if case.open_attempt is None or not is_open(case, attempt):
        return case.open_attempt
    return case.open_attempt.model_copy(update={"state": state})


FOLDS: Folds = {
    AttemptReserved: _reserved,
    AttemptRefused: _refused,
    AttemptSending: _sending,
    AttemptSent: _sent,
    AttemptUnknown: _unknown,
    AttemptReleased: _released,
    AttemptCovered: _covered,
    CoverEnded: _cover_ended,
    TaskCalledOff: _called_off,
}
