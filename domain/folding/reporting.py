"""What the credit bureau has been told of a loan, and the notice before it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding.table import Changes, Folds
from domain.parts import CreditError
from schemas.contact import CONVERSATIONS, ContactProposal, ContactResult
from schemas.facts import CreditErrorAnswered, CreditErrorTold, CreditReported, NoticeGiven

if TYPE_CHECKING:
    from domain.case import Case


OUTSIDE = "outside"
"""The id of a notice that was no contact of ours."""


def noticed(case: Case, proposal: ContactProposal, at: datetime) -> Changes:
    """A contact went out: it may be the notice before a report."""
    if proposal.notice != "credit_report":
        return {}
    update = {"notice": proposal.attempt, "noticed_at": at, "arrived_at": None}
    return {"reporting": case.reporting.model_copy(update=update)}


def given_elsewhere(case: Case, body: NoticeGiven, at: datetime) -> Changes:
    """The notice was given outside this system; `arrived` says whether that is proven."""
    if body.notice != "credit_report":
        return {}
    told = case.reporting
    changes: Changes = {"notice": told.notice or OUTSIDE, "noticed_at": told.noticed_at or at}
    if body.arrived and told.arrived_at is None:
        changes["arrived_at"] = at
    return {"reporting": told.model_copy(update=changes)}


def arrived(case: Case, attempt: str, result: ContactResult, at: datetime) -> Changes:
    """What became of the notice: proof of its arrival, or that another has to be sent."""
    if attempt != case.reporting.notice:
        return {}
    if result in ("undeliverable", "wrong_number"):
        return {"reporting": case.reporting.model_copy(update={"notice": None, "noticed_at": None, "arrived_at": None})}
    if case.reporting.arrived_at is None and (result == "delivered" or result in CONVERSATIONS):
        return {"reporting": case.reporting.model_copy(update={"arrived_at": at})}
    return {}


def _reported(case: Case, body: CreditReported, at: datetime) -> Changes:
    told = {"status": body.status, "reported_at": at, "reports": case.reporting.reports + 1}
    if body.status == "corrected":
        told["wrong"] = False
    return {"reporting": case.reporting.model_copy(update=told), "failing": case.healed("credit_bureau")}


def _error(case: Case, body: CreditErrorTold, at: datetime) -> Changes:
    error = CreditError(error=body.error, reason=body.reason, told_at=at)
    return {"reporting": case.reporting.model_copy(update={"error": error})}


def _answered(case: Case, body: CreditErrorAnswered, at: datetime) -> Changes:
    wrong = case.reporting.wrong or body.outcome == "corrected"
    return {"reporting": case.reporting.model_copy(update={"error": None, "wrong": wrong})}


FOLDS: Folds = {
    CreditReported: _reported,
    CreditErrorTold: _error,
    CreditErrorAnswered: _answered,
}
