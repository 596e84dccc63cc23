"""Complaints on a case, from the day they came to the answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding.table import Changes, Folds
from domain.parts import Complaint
from schemas.facts import ComplaintDecided, ComplaintExtended, ComplaintOpened
from schemas.holds import Hold

if TYPE_CHECKING:
    from domain.case import Case


def _opened(case: Case, body: ComplaintOpened, at: datetime) -> Changes:
    if any(known.complaint == body.complaint for known in case.complaints):
        return {}
    complaint = Complaint(
        complaint=body.complaint,
        reason=body.reason,
        taken_by=body.taken_by,
        against=body.against,
        complicated=body.complicated,
        received_at=body.received_at or at,
    )
    hold = Hold(hold=body.complaint, kind="complaint", reason=body.reason, opened_at=at)
    return {"complaints": (*case.complaints, complaint), "holds": (*case.holds, hold)}


def _extended(case: Case, body: ComplaintExtended, at: datetime) -> Changes:
    more: Changes = {"complicated": True} if body.more_time == "complicated" else {"extended": True}
    return {"complaints": _told(case, body.complaint, more)}


def _decided(case: Case, body: ComplaintDecided, at: datetime) -> Changes:
    left = tuple(hold for hold in case.holds if hold.hold != body.complaint)
    return {"complaints": _told(case, body.complaint, {"outcome": body.outcome}), "holds": left}


def _told(case: Case, complaint: str, more: Changes) -> tuple[Complaint, ...]:
    return tuple(c.model_copy(update=more) if c.complaint == complaint else c for c in case.complaints)


FOLDS: Folds = {
    ComplaintOpened: _opened,
    ComplaintExtended: _extended,
    ComplaintDecided: _decided,
}
